"""Papers of performance management: what each lacks, the page before one leaves, completing it for good."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sep_desktop.documents.appraisal_paper import PaperFacts, compose
from sep_desktop.documents.characters import remarks_on
from sep_desktop.documents.protection import protected
from sep_desktop.documents.report_pdf import Rendered, render
from sep_desktop.domain.appraisal.doubts import Doubt, assert_answered, doubts_about
from sep_desktop.domain.appraisal.form import PAPER_NAMES, PaperKind, papers_of
from sep_desktop.domain.appraisal.letter import Letter, SealedPdf
from sep_desktop.domain.appraisal.panel import Person, readers, remarks
from sep_desktop.domain.appraisal.record import Record, gaps_for
from sep_desktop.domain.changes import Changed, Changes
from sep_desktop.domain.outbox import State
from sep_desktop.domain.report import Gap
from sep_desktop.domain.settings import Drafting
from sep_desktop.domain.wording import clean
from sep_desktop.errors import UserError
from sep_desktop.services.appraisals.forms import readers_of
from sep_desktop.services.appraisals.letters import (
    doubts_about_letter,
    new_identifier,
    withdraw_unsent,
    without_letter,
)
from sep_desktop.services.appraisals.passwords import check_password, normal_password, suggested
from sep_desktop.services.appraisals.records import as_completed, drafting, open_record
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store

_CHANGED = (
    "The words or their readers changed since you looked at them.",
    "Look at the page again and confirm it anew.",
)


@dataclass(frozen=True)
class PaperConfirmation:
    """The page before anything leaves: which paper, to whom, under which passwords, what to look at twice.

    ``paper`` is the copy of the first reader. ``passwords`` are by address: the agreed ones, or proposals
    for those that are not. ``doubts`` are to be answered before it goes.
    """

    record: Record
    kind: PaperKind
    number: int
    people: tuple[Person, ...]
    passwords: Mapping[str, str] = field(repr=False)
    agreed: frozenset[str]
    remarks: tuple[str, ...] = field(repr=False)
    doubts: tuple[Doubt, ...] = field(repr=False)
    paper: Rendered
    made: datetime
    reason: str = field(repr=False)


@dataclass(frozen=True)
class LateReader:
    """Somebody on the panel who was not sent the newest version; the password proposed, and any doubts."""

    person: Person
    password: str = field(repr=False)
    doubts: tuple[Doubt, ...] = field(repr=False)


@dataclass(frozen=True)
class PapersView:
    """What the step of the papers shows of one record."""

    record: Record
    drafting: Drafting
    letters: tuple[Letter, ...]
    missing: Mapping[PaperKind, Sequence[Gap]]
    changed: frozenset[PaperKind]
    late: Mapping[PaperKind, Sequence[LateReader]]
    doubts: Mapping[int, Sequence[Doubt]]
    """By the number of the letter that is held: what is to be answered about its reader."""


def view(*, store: Store, sealed: SealedStore, cycle: int, today: date) -> PapersView:
    """Every paper of a cycle as it stands. Raises ``UserError`` for a cycle that is not there any more."""
    record, queued = open_record(sealed=sealed, cycle=cycle), sealed.letters.of_cycle(cycle)
    held = [letter for letter in queued if letter.state is State.HELD]
    return PapersView(
        record=record,
        drafting=drafting(store),
        letters=tuple(queued),
        missing={kind: missing(store=store, record=record, kind=kind) for kind in PaperKind},
        changed=frozenset(kind for kind in PaperKind if has_changed(sealed=sealed, record=record, kind=kind)),
        late={kind: _late(store, sealed, record, kind, today) for kind in PaperKind},
        doubts={each.id: doubts_about_letter(store=store, sealed=sealed, letter=each) for each in held},
    )


def _late(
    store: Store, sealed: SealedStore, record: Record, kind: PaperKind, today: date
) -> list[LateReader]:
    try:
        people = without_letter(store=store, sealed=sealed, record=record, kind=kind, today=today)
    except UserError:
        return []  # the panel lacks something, which People says
    cycle, contacts = record.cycle.id, store.people.contacts(record.cycle.urn)
    return [
        LateReader(
            person,
            suggested(sealed=sealed, cycle=cycle, address=person.email)[0],
            doubts_about([person], contacts),
        )
        for person in people
    ]


def missing(*, store: Store, record: Record, kind: PaperKind) -> list[Gap]:
    """What stands between a paper and being complete."""
    unnamed = Gap("", "Your own name is not entered yet (Settings, Me).")
    return ([] if store.settings.text("me.name") else [unnamed]) + gaps_for(record, kind)


def has_changed(*, sealed: SealedStore, record: Record, kind: PaperKind) -> bool:
    """Whether a field that the newest version prints has changed since."""
    version = record.newest(kind)
    if version is None:
        return False
    return _printed(record, kind) != _printed(as_completed(sealed, record, version), kind)


def _printed(record: Record, kind: PaperKind) -> dict[str, str]:
    fields = {key: record.text(key) for key in record.every_key() if kind in record.form.field(key).papers}
    return {key: text for key, text in fields.items() if text.strip()}


def preview(*, store: Store, sealed: SealedStore, cycle: int, kind: PaperKind, now: datetime) -> Rendered:
    """The draft as the real paper."""
    record = open_record(sealed=sealed, cycle=cycle)
    author = store.settings.text("me.name")
    return render(compose(PaperFacts(record, kind, author, None, 0, record.saved or now)))


def confirm(
    *, store: Store, sealed: SealedStore, cycle: int, kind: PaperKind, now: datetime, reason: str = ""
) -> PaperConfirmation:
    """What completing would do.

    Raises ``UserError`` while something is missing, or somebody must not read it.
    """
    record, reason = open_record(sealed=sealed, cycle=cycle), clean(reason).strip()
    _assert_can_be_completed(store, record, kind, reason)
    contacts = store.people.contacts(record.cycle.urn)
    people = _readers(store, record, kind, now)
    proposals = {
        person.email: suggested(sealed=sealed, cycle=cycle, address=person.email) for person in people
    }
    newest = record.newest(kind)
    number = newest.number + 1 if newest else 1
    author, address = store.settings.text("me.name"), store.settings.text("me.email")
    text = "".join(_printed(record, kind).values())
    return PaperConfirmation(
        record=record,
        kind=kind,
        number=number,
        people=people,
        passwords={email: password for email, (password, _) in proposals.items()},
        agreed=frozenset(email for email, (_, agreed) in proposals.items() if agreed),
        remarks=(*remarks(people, contacts, address), *remarks_on(text)),
        doubts=doubts_about(people, contacts),
        paper=render(compose(PaperFacts(record, kind, author, people[0], number, now, reason))),
        made=now,
        reason=reason,
    )


def _readers(store: Store, record: Record, kind: PaperKind, now: datetime) -> tuple[Person, ...]:
    """Those of the panel who read this paper, as the authority has it today. Raises as ``readers``."""
    urn = record.cycle.urn
    allowed = readers_of(store=store, urn=urn, paper=kind, on=now.date())
    return readers(record.panel, store.people.contacts(urn), allowed)


def _assert_can_be_completed(store: Store, record: Record, kind: PaperKind, reason: str) -> None:
    if kind not in papers_of(drafting(store)):
        raise UserError(
            f"The {PAPER_NAMES[kind].lower()} is drafted by the governors here.",
            "Settings, Performance management, says who drafts it.",
        )
    gaps = missing(store=store, record=record, kind=kind)
    if gaps:
        raise UserError(
            "The paper is not complete: " + " ".join(gap.sentence for gap in gaps), "Fill in what is listed."
        )
    if record.newest(kind) and not reason:
        raise UserError("A correction needs its reason.", "The readers of the first version will see it.")


def complete(
    *,
    store: Store,
    sealed: SealedStore,
    confirmed: PaperConfirmation,
    passwords: Mapping[str, str],
    now: datetime,
    answered: Collection[Doubt] = (),
) -> Changed[list[Letter]]:
    """Freeze the paper that was confirmed and queue one letter a reader, in one transaction; the letters.

    Raises ``UserError`` when the words or the people changed since they were shown, for a weak password, or
    for a doubt about a reader that is not ``answered``. The answers are kept with the letters.
    """
    cycle, kind = confirmed.record.cycle.id, confirmed.kind
    passwords = {address: normal_password(password) for address, password in passwords.items()}
    record, reason = open_record(sealed=sealed, cycle=cycle), confirmed.reason
    people = _readers(store, record, kind, now)
    _assert_as_confirmed(record, people, confirmed)
    doubts = assert_answered(people, store.people.contacts(record.cycle.urn), answered)
    for person in people:
        check_password(person, passwords.get(person.email, ""), people, passwords)
    author = store.settings.text("me.name")
    facts = PaperFacts(record, kind, author, None, confirmed.number, confirmed.made, reason)
    own, copies = render(compose(facts)), _copies(facts, people, passwords)

    def freeze() -> None:
        if open_record(sealed=sealed, cycle=cycle) != record:
            raise UserError(*_CHANGED)
        version = sealed.appraisals.add_paper(
            cycle, kind, record.content, own.data, own.pages, reason, confirmed.made
        )
        withdraw_unsent(sealed=sealed, cycle=cycle, kind=kind, newest=version.number, now=now)
        for person, copy in zip(people, copies, strict=True):
            password = passwords[person.email]
            sealed.appraisals.put_password(cycle, person.email, password, agreed=True)
            letter = sealed.letters.add(version.id, new_identifier(store), person, copy, password, now)
            sealed.letters.answer(letter, (each for each in doubts if each.is_about(person)), now)
        line = f"{PAPER_NAMES[kind]}, version {version.number}: completed."
        sealed.appraisals.write_down(record.cycle.urn, line, now, cycle)

    sealed.saving(freeze)
    sealed.database.checkpoint()
    letters = sealed.letters.of_cycle(cycle)
    queued = [letter for letter in letters if letter.kind is kind and letter.number == confirmed.number]
    return Changed(queued, Changes.SEALED)


def _assert_as_confirmed(record: Record, people: Sequence[Person], confirmed: PaperConfirmation) -> None:
    """Raises ``UserError`` when the words, the people or the versions are others than were shown."""
    kind, shown = confirmed.kind, confirmed.record
    if (
        people != confirmed.people
        or record.content != shown.content
        or record.newest(kind) != shown.newest(kind)
    ):
        raise UserError(*_CHANGED)


def _copies(facts: PaperFacts, people: Sequence[Person], passwords: Mapping[str, str]) -> list[SealedPdf]:
    """One for each person: marked with their name, opened by their password alone."""
    return [
        SealedPdf(protected(render(compose(replace(facts, reader=person))).data, passwords[person.email]))
        for person in people
    ]
