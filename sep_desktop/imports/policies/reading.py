"""A file of a policy: found readable, of a format that is understood, its head and its rows checked."""

import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

from sep_desktop.domain.edition import ALWAYS, PROGRAM, Edition, PolicyKind
from sep_desktop.imports.policies.appraisal import form_in_words, read_form, read_readers, readers_in_words
from sep_desktop.imports.policies.entitlement import entitlement_in_words, read_entitlement
from sep_desktop.imports.policies.lists import (
    categories_in_words,
    distribution_in_words,
    judgements_in_words,
    read_categories,
    read_distribution,
    read_judgements,
    read_reporting,
    read_retention,
    read_scale,
    read_support,
    reporting_in_words,
    retention_in_words,
    scale_in_words,
    support_in_words,
)
from sep_desktop.imports.policies.table import Faults, Table
from sep_desktop.imports.policies.templates import agenda_in_words, read_agenda, read_report, report_in_words
from sep_desktop.imports.policies.terms import read_terms, terms_in_words
from sep_desktop.imports.problems import FileProblems, refuse

FORMAT = 1
"""The format of a file of a policy. A program of an earlier one refuses a later one."""

HEAD = ("format", "kind", "authority", "version", "first", "last", "source", "id")
"""The keys of a file that say what it is, not what it decides."""

_EXPORTED = """\
# Change what is below and import the file: nothing changes before you have seen what it would do.
# version stays as it is here. first is the day from which it counts. source says where it is decided.
# Where a text speaks of what you change, change that too."""
_AS_TOML = (
    'Write a day as 2027-01-04, a number as 1.5, words in straight quotation marks: "so". '
    "A file to begin with is written by “Save as file”, or by “sep-desktop export-policy”."
)
_MOST_BYTES = 1_000_000


@dataclass(frozen=True)
class _Kind:
    """How a kind of policy is read, and how what it decides reads in words, name by name."""

    read: Callable[[Table], Any]
    in_words: Callable[[Any], dict[str, str]]


_AGENDA, _REPORT = _Kind(read_agenda, agenda_in_words), _Kind(read_report, report_in_words)
_KINDS: Mapping[PolicyKind, _Kind] = {
    PolicyKind.ENTITLEMENT: _Kind(read_entitlement, entitlement_in_words),
    PolicyKind.TERMS: _Kind(read_terms, terms_in_words),
    PolicyKind.REPORTING: _Kind(read_reporting, reporting_in_words),
    PolicyKind.DISTRIBUTION: _Kind(read_distribution, distribution_in_words),
    PolicyKind.READERS: _Kind(read_readers, readers_in_words),
    PolicyKind.JUDGEMENTS: _Kind(read_judgements, judgements_in_words),
    PolicyKind.CATEGORIES: _Kind(read_categories, categories_in_words),
    PolicyKind.SUPPORT: _Kind(read_support, support_in_words),
    PolicyKind.APPRAISAL_SCALE: _Kind(read_scale, scale_in_words),
    PolicyKind.APPRAISAL: _Kind(read_form, form_in_words),
    PolicyKind.AGENDA_ANNUAL: _AGENDA,
    PolicyKind.AGENDA_ADDITIONAL: _AGENDA,
    PolicyKind.AGENDA_TERMLY: _AGENDA,
    PolicyKind.REPORT_ANNUAL: _REPORT,
    PolicyKind.REPORT_ADDITIONAL: _REPORT,
    PolicyKind.REPORT_TERMLY: _REPORT,
    PolicyKind.RETENTION: _Kind(read_retention, retention_in_words),
}
"""One row a kind."""


def value_of(edition: Edition) -> Any:
    """What an edition decides. Raises ``FileProblems`` where its text is no policy of its kind."""
    data = _parsed(edition.name, edition.text)
    return _value(edition.kind, data, Faults(edition.name, edition.text))


def in_words(edition: Edition) -> dict[str, str]:
    """What an edition decides, name by name. Raises as ``value_of``."""
    return _KINDS[edition.kind].in_words(value_of(edition))


def _value(kind: PolicyKind, data: Mapping[str, Any], faults: Faults) -> object:
    value = _check(kind, data, faults)
    if faults.problems:
        raise FileProblems(faults.problems)
    return value


def _check(kind: PolicyKind, data: Mapping[str, Any], faults: Faults) -> object:
    """What is decided, every fault of it noted."""
    table = Table(data, faults)
    value = _KINDS[kind].read(table)
    table.finish(HEAD)
    return value


def read_file(path: Path) -> Edition:
    """A policy of an authority. Raises ``FileProblems`` with everything that is wrong in it by itself."""
    text = _text(path)
    data = _parsed(path.name, text)
    faults = Faults(path.name, text)
    edition = _edition(Table(data, faults), text)
    if data.get("kind") == edition.kind:
        _check(edition.kind, data, faults)
    if faults.problems:
        raise FileProblems(faults.problems)
    return edition


def _text(path: Path) -> str:
    try:
        size = path.stat().st_size
        if size > _MOST_BYTES:
            remedy = f"A policy has a few pages; this file has {size / 1e6:,.1f} MB. Choose another."
            raise refuse(path.name, remedy)
        data = path.read_bytes()
    except FileNotFoundError:
        raise refuse(path.name, "There is no such file. Check the name and folder.") from None
    except OSError:
        raise refuse(path.name, "It cannot be opened. Check the name and folder.") from None
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        row = data[: error.start].count(b"\n") + 1
        raise refuse(
            path.name, f"This is no plain text in UTF-8, and so no policy. {_AS_TOML}", row
        ) from None


def _parsed(file: str, text: str) -> dict[str, Any]:
    if not text.strip():
        raise refuse(file, f"The file is empty. {_AS_TOML}")
    try:
        return tomllib.loads(text)
    except ValueError as error:  # of TOML, or of a number with thousands of digits
        words, _, place = str(error).rpartition(" (at ")
        row = int(place.split()[1].rstrip(",")) if place.startswith("line ") else 0
        remedy = f"This is not written as TOML is ({words or place}). {_AS_TOML}"
        raise refuse(file, remedy, row) from None
    except RecursionError:
        raise refuse(file, f"This is not written as TOML is: it is nested too deep. {_AS_TOML}") from None


def _edition(head: Table, text: str) -> Edition:
    """What the file says that it is. A newer format is told before anything else."""
    if head.whole("format", least=1) > FORMAT:
        raise FileProblems(_newer(head))
    kind = head.choice("kind", PolicyKind)
    first, last = head.day("first"), head.day("last", required=False)
    return Edition(
        kind=kind,
        authority=_authority(head),
        version=head.whole("version", least=1),
        first=first or ALWAYS,
        last=last,
        source=head.text("source"),
        text=text,
    )


def _newer(head: Table) -> list[Any]:
    head.wrong(
        "format", f"This program understands format {FORMAT}. Install a newer one.", head.value("format")
    )
    return head.faults.problems


def _authority(head: Table) -> str:
    authority = head.text("authority")
    if not (len(authority) == 3 and authority.isascii() and authority.isdigit()):
        head.wrong("authority", 'Write the three digits of the authority: "880".', authority)
    return authority


def shipped(kind: PolicyKind, version: int, text: str) -> Edition:
    """A policy that comes with the program, valid from the beginning."""
    return Edition(kind, PROGRAM, version, ALWAYS, None, str(tomllib.loads(text).get("source", "")), text)


def as_file(edition: Edition, authority: str, version: int, first: date) -> str:
    """The text of an edition as a file of an authority, to be changed by hand: its head filled in anew."""
    import tomlkit

    body = tomlkit.parse(edition.text)
    for key in HEAD:
        body.pop(key, None)
    head = {
        "format": FORMAT,
        "kind": edition.kind.value,
        "authority": authority,
        "version": version,
        "first": first,
        "source": edition.source or edition.name,
    }
    return f"{_EXPORTED}\n{tomlkit.dumps(head)}\n{tomlkit.dumps(body).lstrip()}"


def refuse_edition(path: Path, edition: Edition, key: str, remedy: str) -> FileProblems:
    """What stands against a file that is whole by itself, at the line of a key of its head."""
    faults = Faults(path.name, edition.text)
    data = tomllib.loads(edition.text)
    Table(data, faults).wrong(key, remedy, data.get(key))
    return FileProblems(faults.problems)
