"""A kill at any step of bringing a store of an earlier version up to date: it is the old one or the new one, with every row."""

from pathlib import Path

from sep_desktop.paths import Locations
from sep_desktop.storage import store as stores
from sep_desktop.storage.sealed import store as sealed_stores
from tests.conftest import FORMER
from tests.faults.case import Case, Context, Tally, Times
from tests.faults.interposer import Fault, armed, require
from tests.faults.programs import Tell, begin
from tests.faults.stores import copied
from tests.storage.test_former_stores import ADDED_TO, renamed, rows_of
from tests.support.appraisals import SEALED
from tests.support.fakes import PASSPHRASE

JOURNALS = {"journal", "event"}
"""To which the start after a kill adds what it put right: a copy of the keys that was not written yet."""


def killed(context: Context) -> Tally:
    """A store of a random earlier version is opened and the program killed at a random step of that."""
    require()
    version = context.random.choice(sorted(FORMER.iterdir()))
    is_sealed = context.random.random() < 0.5
    locations = copied(version, context.folder / "store")
    opened = locations.sealed if is_sealed else locations
    passphrase = SEALED if is_sealed else PASSPHRASE
    before = rows_of(opened, passphrase)
    at = context.random.randrange(1, _steps(context, version, is_sealed) + 1)
    fault = context.random.choice((Fault.KILL, Fault.TORN))
    assert not _ends(locations, is_sealed, fault, at) or fault is Fault.TORN
    _open(locations, is_sealed)
    return _compare(before, rows_of(opened, passphrase))


def _steps(context: Context, version: Path, is_sealed: bool) -> int:
    """Of how many steps an undisturbed opening consists."""
    counted = context.shared / f"steps-{version.name}-{is_sealed}"
    if not counted.exists():
        locations = copied(version, context.folder / "counted")
        told = _opening(locations, is_sealed, Fault.NONE, 0).told
        beside = context.folder / counted.name
        beside.write_text(str(told[-1]))
        beside.replace(counted)
    return int(counted.read_text())


def _ends(locations: Locations, is_sealed: bool, fault: Fault, at: int) -> bool:
    """Whether an opening comes to its end under ``fault``; a torn write needs a write to tear."""
    return bool(_opening(locations, is_sealed, fault, at).told)


def _opening(locations: Locations, is_sealed: bool, fault: Fault, at: int):
    def run(tell: Tell) -> None:
        with armed(locations.root, fault, at) as steps:
            _open(locations, is_sealed)
            tell(steps.taken)

    program = begin(run)
    program.end()
    return program


def _open(locations: Locations, is_sealed: bool) -> None:
    if is_sealed:
        sealed_stores.unlock(locations, SEALED).close()
    else:
        stores.unlock(locations, PASSPHRASE).close()


def _compare(before: dict, after: dict) -> Tally:
    """Every row is there with what it had; a step may add columns, and rows to tables of its own."""
    if "setting" in before:
        before["setting"] = [renamed(row) for row in before["setting"]]
    lost = added = 0
    for name, rows in before.items():
        kept = [{key: row[key] for key in rows[0]} for row in after[name]] if rows else []
        lost += sum(row not in kept for row in rows)
        added += max(0, len(kept) - len(rows)) if name not in ADDED_TO | JOURNALS else 0
        added += sum(kept.count(row) - 1 for row in rows) if name in JOURNALS else 0
    return Tally(sum(len(rows) for rows in before.values()), lost, added)


CASES = (Case("F3", "kill -9 at a step of a migration: the old store or the new one", killed, Times.CHANCE),)
