"""Handing a school's record to the next SEP, encrypted for them alone (HPKE, RFC 9180), and taking one in."""

import base64
import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

from sep_desktop.domain import codes
from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.appraisal.form import Form, PaperKind, Subject
from sep_desktop.domain.appraisal.record import (
    LISTS,
    MOST_OBJECTIVES,
    NOT_FIELDS,
    Cycle,
    Record,
    as_data,
    gaps_for,
)
from sep_desktop.domain.changes import Changed, Changes
from sep_desktop.domain.edition import ALWAYS, Edition, PolicyKind
from sep_desktop.domain.wording import clean, one_line, plural
from sep_desktop.errors import UserError
from sep_desktop.imports.policies.reading import shipped
from sep_desktop.imports.problems import FileProblems
from sep_desktop.paths import policy_files
from sep_desktop.services.appraisals import forms
from sep_desktop.services.appraisals.records import open_record
from sep_desktop.storage.sealed.record_transfer import code_of, new_private_key, seal, unseal
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store

_FORMAT = 1
_MOST_LETTERS = 1_000_000
_SEALED = " sealed for another SEP."
_UNREADABLE = (
    ValueError,
    KeyError,
    TypeError,
    IndexError,
    AttributeError,
    OSError,
    OverflowError,
    RecursionError,
)
"""What reading a file raises that somebody else wrote."""


@dataclass(frozen=True)
class TransferredPaper:
    """A completed paper of a transferred cycle, with the words that it had."""

    kind: PaperKind
    reason: str = field(repr=False)
    completed: datetime
    pages: int
    content: Mapping[str, str] = field(repr=False)
    pdf: bytes = field(repr=False)


@dataclass(frozen=True)
class TransferredCycle:
    """One cycle of a transferred record: its form and scale, the words under each whole key, its papers."""

    year: AcademicYear
    policies: tuple[Edition, ...]
    begun: datetime
    content: Mapping[str, str] = field(repr=False)
    papers: tuple[TransferredPaper, ...]


@dataclass(frozen=True)
class TransferredRecord:
    """A record that another SEP sealed for this one, opened but not taken in yet."""

    school: str
    urn: str
    sender: str
    made: datetime
    cycles: tuple[TransferredCycle, ...]

    @property
    def years(self) -> tuple[str, ...]:
        """The academic years of its cycles, as ``2026-27``."""
        return tuple(str(cycle.year) for cycle in self.cycles)


def receiving_code(*, sealed: SealedStore) -> str:
    """What another SEP needs to seal a record for this one. Made once; it may be read out to anybody."""
    private = sealed.appraisals.receiving_key()
    if private is None:
        private = new_private_key()
        sealed.appraisals.put_receiving_key(private)
    return code_of(private)


def seal_for(*, store: Store, sealed: SealedStore, urn: str, code: str, now: datetime) -> bytes:
    """The whole record of one school as a file that only the holder of ``code`` opens.

    Earlier drafts stay here. Raises ``UserError`` for a code with a slip, one's own code, or a school
    without a record.
    """
    cycles = sealed.appraisals.cycles(urn)
    if not cycles:
        raise UserError("There is no record of this school to hand over.")
    own = sealed.appraisals.receiving_key()
    if own and codes.plain(code_of(own)) == codes.plain(code):
        raise UserError("That is your own receiving code.", "Ask the next SEP for theirs.")
    data = {
        "format": _FORMAT,
        "from": store.settings.text("me.name"),
        "made": now.isoformat(),
        "cycles": [_cycle_data(sealed, open_record(sealed=sealed, cycle=cycle.id)) for cycle in cycles],
    }
    file = seal(json.dumps(data, ensure_ascii=False).encode(), code)
    sealed.appraisals.write_down(urn, f"{cycles[0].school}: {plural(len(cycles), 'cycle')}{_SEALED}", now)
    return file


def _cycle_data(sealed: SealedStore, record: Record) -> dict[str, object]:
    papers = [
        {
            "kind": version.kind.value,
            "reason": version.reason,
            "completed": version.completed.isoformat(),
            "pages": version.pages,
            "content": sealed.appraisals.paper_content(version.id),
            "pdf": base64.b64encode(sealed.appraisals.paper_pdf(version.id)).decode(),
        }
        for version in record.papers
    ]
    policies = {
        each.kind.value: {"authority": each.authority, "version": each.version, "text": each.text}
        for each in sealed.appraisals.policies(record.cycle.id)
    }
    return {**as_data(record), "papers": papers, "policies": policies}


def last_transfer(*, sealed: SealedStore, urn: str) -> datetime | None:
    """When a school's record was last sealed for another SEP."""
    sealings = [event.at for event in sealed.appraisals.events(urn) if event.text.endswith(_SEALED)]
    return max(sealings, default=None)


def open_transferred(*, sealed: SealedStore, data: bytes) -> TransferredRecord:
    """Look into a file sealed for this SEP. Raises ``UserError`` for anything else."""
    private = sealed.appraisals.receiving_key()
    if private is None:
        raise UserError(
            "No receiving code was ever made here, so nothing can be sealed for you.",
            "Make one, and give it to the other SEP.",
        )
    plain = unseal(data, private)
    try:
        return _record_in(json.loads(plain))
    except (*_UNREADABLE, FileProblems):
        raise UserError("This file cannot be read.", "Ask the other SEP to seal it again.") from None


def _record_in(content: dict[str, Any]) -> TransferredRecord:
    """Raises ``UserError`` for a file of a newer program, one of ``_UNREADABLE`` for any other fault."""
    if content["format"] > _FORMAT:
        raise UserError(
            "This record was sealed by a newer version of the program.",
            "Install that version, or a later one.",
        )
    cycles = tuple(content["cycles"])
    first = cycles[0]["cycle"]
    if any(cycle["cycle"]["urn"] != first["urn"] for cycle in cycles):
        raise ValueError("two schools")
    record = TransferredRecord(
        one_line(first["school"]),
        one_line(first["urn"]),
        one_line(content["from"]),
        datetime.fromisoformat(content["made"]),
        tuple(_cycle_in(cycle) for cycle in cycles),
    )
    if len(set(record.years)) < len(cycles):
        raise ValueError("two cycles of one year")
    return record


def _cycle_in(data: dict[str, Any]) -> TransferredCycle:
    about, content = data["cycle"], _texts(data["content"])
    policies = _policies_in(data)
    form = forms.form_of(policies)
    year, begun = AcademicYear.parse(str(int(about["year"]))), datetime.fromisoformat(about["begun"])
    cycle = Cycle(0, str(about["urn"]), str(about["school"]), year, form.version, begun)
    _assert_countable(Record(cycle, form, content))
    known = {key: clean(text) for key, text in content.items() if key in NOT_FIELDS or _is_field(form, key)}
    return TransferredCycle(year, policies, begun, known, tuple(_paper_in(paper) for paper in data["papers"]))


def _policies_in(data: dict[str, Any]) -> tuple[Edition, ...]:
    """The form and the scale under which a cycle was begun.

    A file of an earlier program has none in it: it was begun under what came with that.
    """
    if "policies" not in data:
        versions = {PolicyKind.APPRAISAL: int(data["cycle"]["form"]), PolicyKind.APPRAISAL_SCALE: 1}
        texts = {
            kind: policy_files(kind)[version].read_text(encoding="utf-8")
            for kind, version in versions.items()
        }
        return tuple(shipped(kind, versions[kind], text) for kind, text in texts.items())
    return tuple(_edition_in(kind, data["policies"][kind]) for kind in forms.KEPT)


def _edition_in(kind: PolicyKind, data: dict[str, Any]) -> Edition:
    text = str(data["text"])
    if len(text) > _MOST_LETTERS:
        raise ValueError("a policy that is none")
    return Edition(kind, str(data["authority"]), int(data["version"]), ALWAYS, None, "", text)


def _texts(content: dict[str, Any]) -> dict[str, str]:
    if not all(isinstance(key, str) and isinstance(text, str) for key, text in content.items()):
        raise ValueError("something else than text")
    return dict(content)


def _paper_in(data: dict[str, Any]) -> TransferredPaper:
    pages, pdf = int(data["pages"]), base64.b64decode(data["pdf"])
    if not 0 < pages < 10_000 or not pdf.startswith(b"%PDF"):
        raise ValueError("a paper that is none")
    return TransferredPaper(
        PaperKind(data["kind"]),
        str(data["reason"]),
        datetime.fromisoformat(data["completed"]),
        pages,
        _texts(data["content"]),
        pdf,
    )


def _assert_countable(record: Record) -> None:
    """Raises one of ``_UNREADABLE`` for content that the program could not show or count by afterwards."""
    for subject in LISTS:
        numbers = record.numbers(subject)
        plausible = all(isinstance(number, int) and 0 < number < 1000 for number in numbers)
        if len(numbers) > MOST_OBJECTIVES or not plausible:
            raise ValueError("objectives that cannot be")
    if record.text("deadline"):
        date.fromisoformat(record.text("deadline"))
    _ = (record.panel, record.meetings, [gaps_for(record, kind) for kind in PaperKind])


def _is_field(form: Form, key: str) -> bool:
    """Whether a whole key is one of the form's: ``overall``, or ``review.2.criteria`` with a number in it."""
    parts = key.split(".")
    if len(parts) == 1:
        return any(field.subject is Subject.WHOLE and field.key == key for field in form.fields)
    return (
        len(parts) == 3
        and parts[1].isascii()
        and parts[1].isdigit()
        and len(parts[1]) < 4
        and any((field.subject, field.key) == (parts[0], parts[2]) for field in form.fields)
    )


def take_in(*, sealed: SealedStore, transferred: TransferredRecord, now: datetime) -> Changed[list[str]]:
    """Take a record in; a line for each cycle. A year that is here already is left as it is, and said so.

    Raises ``UserError`` for one that does not fit, and then takes nothing in.
    """
    try:
        lines = sealed.saving(lambda: _take_in_all(sealed, transferred, now))
    except (ValueError, TypeError, AttributeError, OverflowError):
        raise UserError(
            "This record cannot be read; nothing of it was taken in.", "Ask the other SEP to seal it again."
        ) from None
    return Changed(lines, Changes.SEALED)


def _take_in_all(sealed: SealedStore, transferred: TransferredRecord, now: datetime) -> list[str]:
    here = {cycle.year.start for cycle in sealed.appraisals.cycles(transferred.urn)}
    lines = []
    for cycle in transferred.cycles:
        about = f"{transferred.school}, {cycle.year}"
        if cycle.year.start in here:
            lines.append(f"{about}: is here already, and was left as it is.")
            continue
        _take_in(sealed, transferred, cycle)
        lines.append(f"{about}: received from {transferred.sender}.")
    for line in lines:
        sealed.appraisals.write_down(transferred.urn, line, now)
    return lines


def _take_in(sealed: SealedStore, transferred: TransferredRecord, cycle: TransferredCycle) -> None:
    number = sealed.appraisals.begin(
        transferred.urn, transferred.school, cycle.year, cycle.policies, cycle.begun, transferred.sender
    )
    for key, text in cycle.content.items():
        sealed.appraisals.parts.begin(number, key, text, transferred.made)
    for paper in cycle.papers:
        sealed.appraisals.add_paper(
            number, paper.kind, paper.content, paper.pdf, paper.pages, paper.reason, paper.completed
        )
