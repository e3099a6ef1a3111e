"""How long records are kept, handing one over to the next SEP, and giving a headteacher everything held on request."""

import base64
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from typing import Any

from sep_desktop.documents.appraisal_paper import everything
from sep_desktop.documents.protection import protected
from sep_desktop.documents.report_pdf import render
from sep_desktop.domain import codes
from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.appraisal.form import PAPER_NAMES, Form, PaperKind, Subject
from sep_desktop.domain.appraisal.record import (
    LISTS,
    MOST_OBJECTIVES,
    Cycle,
    Record,
    as_data,
    gaps_for,
    goes_on,
)
from sep_desktop.domain.outbox import IN_WORDS, State
from sep_desktop.domain.wording import clean, day, day_and_time, one_line, plural
from sep_desktop.errors import UserError
from sep_desktop.services import policies as library
from sep_desktop.services.appraisals.papers import new_password, normal_password
from sep_desktop.services.appraisals.records import open_record
from sep_desktop.storage.key_slots import check_passphrase
from sep_desktop.storage.sealed import record_transfer as record_transfer
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store

_ON_ITS_WAY = frozenset({State.QUEUED, State.RETRY, State.HANDING_OVER})
_FORMAT = 1
_SEALED = " sealed for another SEP."


@dataclass(frozen=True)
class HandOver:
    """A record that another SEP sealed for this one, opened but not taken in yet."""

    school: str
    urn: str
    sender: str
    made: datetime
    cycles: tuple[dict[str, Any], ...]

    @property
    def years(self) -> tuple[str, ...]:
        return tuple(str(AcademicYear(int(each["cycle"]["year"]))) for each in self.cycles)


def remove_past(*, store: Store, sealed: SealedStore, now: datetime) -> list[str]:
    """Remove every cycle that may no longer be kept; a line for each. Copies of the sealed store go with them.

    Raises ``UserError`` while a paper of one of them still waits to be sent, and then removes nothing.
    """
    years = store.settings.number("appraisal.retention_years")
    past = [each for each in sealed.appraisals.cycles() if goes_on(each, years) <= now.date()]
    return _remove(sealed, past, f"kept {plural(years, 'year')} after its end, until {{until}}", now, years)


def remove_school(*, sealed: SealedStore, urn: str, now: datetime) -> list[str]:
    """Remove the record of a school that was handed over; a line for each cycle. Raises as ``remove_past``."""
    cycles = sealed.appraisals.cycles(urn)
    saved = [at for each in cycles if (at := sealed.appraisals.parts.last_saved(each.id))]
    given = [each.at for each in sealed.appraisals.events(urn) if each.text.endswith(_SEALED)]
    if not given or (saved and max(saved) > max(given)):
        raise UserError(
            "These papers were not sealed for the next SEP since they were last changed.",
            "Save the sealed file, and send it, first.",
        )
    return _remove(sealed, cycles, "handed over", now)


def _remove(
    sealed: SealedStore, cycles: Sequence[Cycle], why: str, now: datetime, years: int = 0
) -> list[str]:
    lines = []
    for cycle in cycles:
        if any(letter.state in _ON_ITS_WAY for letter in sealed.letters.of_cycle(cycle.id)):
            raise UserError(
                f"A paper of {cycle.school}, {cycle.year}, still waits to be sent.",
                "Send it, or say that it is not to be sent.",
            )
        papers = plural(len(sealed.appraisals.papers(cycle.id)), "paper")
        lines.append(
            f"{cycle.school}, {cycle.year}, with {papers}: {why.format(until=day(goes_on(cycle, years)))}."
        )
    with sealed.atomic():
        for cycle, line in zip(cycles, lines, strict=True):
            sealed.appraisals.remove(cycle.id)
            sealed.appraisals.write_down(cycle.urn, f"Removed: {line}", now)
    if cycles:
        sealed.drop_backups()
        sealed.compact()
    return lines


def receiving_code(*, sealed: SealedStore) -> str:
    """What another SEP needs to seal a record for this one. Made once; it may be read out to anybody."""
    private = sealed.appraisals.receiving_key()
    if private is None:
        private = record_transfer.new_private_key()
        sealed.appraisals.put_receiving_key(private)
    return record_transfer.code_of(private)


def seal_for(*, store: Store, sealed: SealedStore, urn: str, code: str, now: datetime) -> bytes:
    """The whole record of one school as a file that only the holder of ``code`` opens. Earlier drafts stay here.

    Raises ``UserError`` for a code with a slip, one's own code, or a school without a record.
    """
    cycles = sealed.appraisals.cycles(urn)
    if not cycles:
        raise UserError("There is no record of this school to hand over.")
    own = sealed.appraisals.receiving_key()
    if own and codes.plain(record_transfer.code_of(own)) == codes.plain(code):
        raise UserError("That is your own receiving code.", "Ask the next SEP for theirs.")
    data = {
        "format": _FORMAT,
        "from": store.settings.text("me.name"),
        "made": now.isoformat(),
        "cycles": [_cycle_data(sealed, open_record(sealed=sealed, cycle=each.id)) for each in cycles],
    }
    made = record_transfer.seal(json.dumps(data, ensure_ascii=False).encode(), code)
    sealed.appraisals.write_down(urn, f"{cycles[0].school}: {plural(len(cycles), 'cycle')}{_SEALED}", now)
    return made


def _cycle_data(sealed: SealedStore, record: Record) -> dict[str, Any]:
    papers = [
        {
            "kind": each.kind.value,
            "reason": each.reason,
            "completed": each.completed.isoformat(),
            "pages": each.pages,
            "content": sealed.appraisals.paper_content(each.id),
            "pdf": base64.b64encode(sealed.appraisals.paper_pdf(each.id)).decode(),
        }
        for each in record.papers
    ]
    return {**as_data(record), "papers": papers}


def open_handover(*, sealed: SealedStore, data: bytes) -> HandOver:
    """Look into a file sealed for this SEP. Raises ``UserError`` for anything else."""
    private = sealed.appraisals.receiving_key()
    if private is None:
        raise UserError(
            "No receiving code was ever made here, so nothing can be sealed for you.",
            "Make one, and give it to the other SEP.",
        )
    found = record_transfer.unseal(data, private)
    try:
        content = json.loads(found)
        if content["format"] > _FORMAT:
            raise UserError(
                "This record was sealed by a newer version of the program.",
                "Install that version, or a later one.",
            )
        cycles = tuple(content["cycles"])
        first = cycles[0]["cycle"]
        for each in cycles:
            _assert_readable(each)
        if (
            len({each["cycle"]["year"] for each in cycles}) < len(cycles)
            or len({each["cycle"]["urn"] for each in cycles}) > 1
        ):
            raise ValueError("two cycles of one year, or two schools")
        return HandOver(
            one_line(first["school"]),
            one_line(first["urn"]),
            one_line(content["from"]),
            datetime.fromisoformat(content["made"]),
            cycles,
        )
    except (
        ValueError,
        KeyError,
        TypeError,
        IndexError,
        AttributeError,
        OSError,
        OverflowError,
        RecursionError,
    ):
        raise UserError("This file cannot be read.", "Ask the other SEP to seal it again.") from None


_LISTS = ("panel", "meetings", "deadline", *LISTS.values())


def _assert_readable(data: dict[str, Any]) -> None:
    """Raises ``ValueError`` or its like for a cycle whose content the program could not show or count by afterwards."""
    about, content = data["cycle"], data["content"]
    year, form = AcademicYear.parse(str(int(about["year"]))), library.appraisal_form(int(about["form"]))
    if not all(isinstance(key, str) and isinstance(text, str) for key, text in content.items()):
        raise ValueError("something else than text")
    record = Record(
        Cycle(
            0,
            str(about["urn"]),
            str(about["school"]),
            year,
            form.version,
            datetime.fromisoformat(about["begun"]),
        ),
        form,
        content,
    )
    for subject in LISTS:
        numbers = record.numbers(subject)
        if len(numbers) > MOST_OBJECTIVES or not all(
            isinstance(each, int) and 0 < each < 1000 for each in numbers
        ):
            raise ValueError("objectives that cannot be")
    for paper in data["papers"]:
        known = all(isinstance(key, str) and isinstance(text, str) for key, text in paper["content"].items())
        if (
            not known
            or not 0 < int(paper["pages"]) < 10_000
            or not base64.b64decode(paper["pdf"]).startswith(b"%PDF")
        ):
            raise ValueError("a paper that is none")
    if record.text("deadline"):
        date.fromisoformat(record.text("deadline"))
    _ = (record.panel, record.meetings, [gaps_for(record, kind) for kind in PaperKind])
    for key in list(content):
        if key not in _LISTS and not _is_field(form, key):
            del content[key]


def _is_field(form: Form, key: str) -> bool:
    """Whether a whole key is one of the form's: ``overall``, or ``review.2.criteria`` with a number in it."""
    parts = key.split(".")
    if len(parts) == 1:
        return any(each.subject is Subject.WHOLE and each.key == key for each in form.fields)
    return (
        len(parts) == 3
        and parts[1].isascii()
        and parts[1].isdigit()
        and len(parts[1]) < 4
        and any((each.subject, each.key) == (parts[0], parts[2]) for each in form.fields)
    )


def accept(*, sealed: SealedStore, found: HandOver, now: datetime) -> list[str]:
    """Take a record in; a line for each cycle. A year that is here already is left as it is, and said so."""
    try:
        return sealed.saving(lambda: _take_all(sealed, found, now))
    except (ValueError, KeyError, TypeError, AttributeError):
        raise UserError(
            "This record cannot be read; nothing of it was taken in.", "Ask the other SEP to seal it again."
        ) from None


def _take_all(sealed: SealedStore, found: HandOver, now: datetime) -> list[str]:
    here = {each.year.start for each in sealed.appraisals.cycles(found.urn)}
    lines = []
    for each in found.cycles:
        year = AcademicYear(int(each["cycle"]["year"]))
        if year.start in here:
            lines.append(f"{found.school}, {year}: is here already, and was left as it is.")
            continue
        _take_in(sealed, found, each, year)
        lines.append(f"{found.school}, {year}: received from {found.sender}.")
    for line in lines:
        sealed.appraisals.write_down(found.urn, line, now)
    return lines


def _take_in(sealed: SealedStore, found: HandOver, data: dict[str, Any], year: AcademicYear) -> None:
    about = data["cycle"]
    cycle = sealed.appraisals.begin(
        found.urn,
        found.school,
        year,
        int(about["form"]),
        datetime.fromisoformat(about["begun"]),
        found.sender,
    )
    for key, text in data["content"].items():
        sealed.appraisals.parts.begin(cycle, str(key), clean(str(text)), found.made)
    for paper in data["papers"]:
        sealed.appraisals.add_paper(
            cycle,
            PaperKind(paper["kind"]),
            {str(key): str(text) for key, text in paper["content"].items()},
            base64.b64decode(paper["pdf"]),
            int(paper["pages"]),
            str(paper["reason"]),
            datetime.fromisoformat(paper["completed"]),
        )


REQUEST = "the headteacher's own request"
"""Where the password of everything held is kept, beside those agreed with readers."""


def request_password(*, sealed: SealedStore, cycle: int) -> str:
    """The password of everything held: the one of last time, or a suggestion that stays the same from now on."""
    kept = sealed.appraisals.password(cycle, REQUEST)[0]
    if not kept:
        kept = new_password()
        sealed.appraisals.put_password(cycle, REQUEST, kept, agreed=False)
    return kept


def heads(*, sealed: SealedStore, urn: str) -> list[str]:
    """The headteachers of a school's record, the present one first."""
    records = [open_record(sealed=sealed, cycle=each.id) for each in sealed.appraisals.cycles(urn)]
    return list(dict.fromkeys(each.head for each in records if each.head))


def _without_looking_back(record: Record) -> Record:
    """The record without the objectives of the cycle before, which were another headteacher's."""
    kept = {
        key: text
        for key, text in record.content.items()
        if not key.startswith(f"{Subject.REVIEW}.") and key != LISTS[Subject.REVIEW]
    }
    return replace(record, content=kept)


def everything_held(
    *, store: Store, sealed: SealedStore, urn: str, head: str, password: str, now: datetime
) -> bytes:
    """All that is held of one headteacher as one encrypted PDF, with the papers and the plain data inside it.

    Cycles of another headteacher of the school are left out. Raises ``UserError`` for a weak password or nobody of that name.
    """
    password = normal_password(password)
    check_passphrase(password)
    records = [open_record(sealed=sealed, cycle=each.id) for each in sealed.appraisals.cycles(urn)]
    others = {each.cycle.year.start + 1 for each in records if each.head != head}
    records = [
        _without_looking_back(each) if each.cycle.year.start in others else each
        for each in records
        if each.head == head
    ]
    if not records:
        raise UserError("There is no record of this headteacher.")
    sent = [
        (
            f"{each.paper}, {record.cycle.year}",
            f"{each.name}, {each.address}",
            f"{IN_WORDS[each.state]}, {day_and_time(each.changed)}",
        )
        for record in records
        for each in sealed.letters.of_cycle(record.cycle.id)
    ]
    paper = render(everything(records, store.settings.text("me.name"), now, sent))
    attachments = {
        "record.json": json.dumps(
            [_with_drafts(sealed, each) for each in records], ensure_ascii=False, indent=1
        ).encode()
    }
    for record in records:
        for each in record.papers:
            attachments[f"{PAPER_NAMES[each.kind]} {record.cycle.year} version {each.number}.pdf"] = (
                sealed.appraisals.paper_pdf(each.id)
            )
    made = protected(paper.data, password, attachments)
    sealed.appraisals.write_down(
        urn,
        f"Everything held of {head} was written out at the headteacher's request.",
        now,
        records[0].cycle.id,
    )
    return made


def _with_drafts(sealed: SealedStore, record: Record) -> dict[str, Any]:
    drafts = {
        key: [
            {"saved": each.saved.isoformat(), "text": each.text}
            for each in sealed.appraisals.parts.history(record.cycle.id, key)
        ]
        for key in record.content
    }
    return {**as_data(record), "drafts": drafts}
