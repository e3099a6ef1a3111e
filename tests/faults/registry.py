"""Where the cases stand: each module named here has its own as ``CASES``."""

from functools import cache
from importlib import import_module

from tests.faults.case import Case

MODULES: tuple[str, ...] = (
    "mail_verdicts",
    "mail_killed",
    "mail_private",
    "mail_deeds",
    "mail_patience",
    "mail_schedule",
    "mail_sealed",
    "outbox_machine",
    "imports",
    "killed",
    "power",
    "migrating",
    "no_room",
    "passphrases",
    "damage",
    "under_load",
    "elsewhere",
    "visit",
)


@cache
def all_cases() -> tuple[Case, ...]:
    """Every case, in the order of its module; two of one name are an error."""
    cases = tuple(case for name in MODULES for case in import_module(f"tests.faults.{name}").CASES)
    names = [case.name for case in cases]
    assert len(set(names)) == len(names), f"two cases of one name: {names}"
    return cases


def chosen(only: str) -> tuple[Case, ...]:
    """The cases named in ``only``, with commas between; all where it is empty. Raises ``KeyError`` for an unknown one."""
    by_name = {case.name.casefold(): case for case in all_cases()}
    if not only:
        return all_cases()
    return tuple(by_name[name.strip().casefold()] for name in only.split(","))
