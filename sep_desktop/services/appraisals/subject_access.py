"""Everything held of a headteacher who asks for it, as one encrypted PDF (UK GDPR, article 15)."""

import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sep_desktop.documents.appraisal_paper import everything
from sep_desktop.documents.protection import protected
from sep_desktop.documents.report_pdf import render
from sep_desktop.domain.appraisal.form import PAPER_NAMES, Subject
from sep_desktop.domain.appraisal.record import LISTS, Record, as_data
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.outbox import IN_WORDS
from sep_desktop.domain.wording import day_and_time
from sep_desktop.errors import UserError
from sep_desktop.services.appraisals.passwords import check_strength, new_password, normal_password, propose
from sep_desktop.services.appraisals.records import open_record
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store

REQUEST = "the headteacher's own request"
"""Where the password of everything held is kept, beside those agreed with readers."""


def request_password(*, sealed: SealedStore, cycle: int) -> str:
    """The password of everything held: that of last time, or a suggestion that stays the same from now on."""
    password = sealed.appraisals.password(cycle, REQUEST)[0]
    if not password:
        password = new_password()
        sealed.appraisals.put_password(cycle, REQUEST, password, agreed=False)
    return password


def propose_request_password(*, sealed: SealedStore, cycle: int, secret: str) -> Changes:
    """Another password for everything held, as it is being typed."""
    return propose(sealed=sealed, cycle=cycle, address=REQUEST, secret=secret)


def headteachers(*, sealed: SealedStore, urn: str) -> list[str]:
    """Those of a school's record, the present one first."""
    records = _records(sealed, urn)
    return list(dict.fromkeys(record.head for record in records if record.head))


def _records(sealed: SealedStore, urn: str) -> list[Record]:
    return [open_record(sealed=sealed, cycle=cycle.id) for cycle in sealed.appraisals.cycles(urn)]


def everything_held(
    *, store: Store, sealed: SealedStore, urn: str, head: str, password: str, now: datetime
) -> bytes:
    """All that is held of one headteacher as one encrypted PDF, with the papers and plain data inside it.

    Cycles of another headteacher of the school are left out. Raises ``UserError`` for a weak password or
    nobody of that name.
    """
    password = normal_password(password)
    check_strength(password)
    records = _records_of(head, _records(sealed, urn))
    if not records:
        raise UserError("There is no record of this headteacher.")
    author = store.settings.text("me.name")
    paper = render(everything(records, author, now, _letters_sent(sealed, records)))
    data = protected(paper.data, password, _attachments(sealed, records))
    line = f"Everything held of {head} was written out at the headteacher's request."
    sealed.appraisals.write_down(urn, line, now, records[0].cycle.id)
    return data


def _records_of(head: str, records: Sequence[Record]) -> list[Record]:
    after_others = {record.cycle.year.start + 1 for record in records if record.head != head}
    return [
        _without_looking_back(record) if record.cycle.year.start in after_others else record
        for record in records
        if record.head == head
    ]


def _without_looking_back(record: Record) -> Record:
    """The record without the objectives of the cycle before, which were another headteacher's."""
    own = {
        key: text
        for key, text in record.content.items()
        if not key.startswith(f"{Subject.REVIEW}.") and key != LISTS[Subject.REVIEW]
    }
    return replace(record, content=own)


def _letters_sent(sealed: SealedStore, records: Sequence[Record]) -> list[tuple[str, str, str]]:
    """Which paper, to whom, and what became of it, in words."""
    return [
        (
            f"{letter.paper}, {record.cycle.year}",
            f"{letter.name}, {letter.address}",
            " ".join(
                (
                    f"{IN_WORDS[letter.state]}, {day_and_time(letter.changed)}.",
                    *(
                        f"{answer.doubt.sentence} Answered {day_and_time(answer.answered)}."
                        for answer in sealed.letters.answers(letter.id)
                    ),
                )
            ),
        )
        for record in records
        for letter in sealed.letters.of_cycle(record.cycle.id)
    ]


def _attachments(sealed: SealedStore, records: Sequence[Record]) -> dict[str, bytes]:
    """The completed papers, and the plain data with every draft, by file name."""
    drafts = [_with_drafts(sealed, record) for record in records]
    attachments = {"record.json": json.dumps(drafts, ensure_ascii=False, indent=1).encode()}
    for record in records:
        for version in record.papers:
            name = f"{PAPER_NAMES[version.kind]} {record.cycle.year} version {version.number}.pdf"
            attachments[name] = sealed.appraisals.paper_pdf(version.id)
    return attachments


def _with_drafts(sealed: SealedStore, record: Record) -> dict[str, object]:
    drafts = {
        key: [
            {"saved": revision.saved.isoformat(), "text": revision.text}
            for revision in sealed.appraisals.parts.history(record.cycle.id, key)
        ]
        for key in record.content
    }
    return {**as_data(record), "drafts": drafts}
