"""Letters, each a paper on its way to one reader: who was not sent one, and what is decided about each."""

import uuid
from collections.abc import Collection, Sequence
from dataclasses import replace
from datetime import date, datetime

from sep_desktop.addresses import mail_domain
from sep_desktop.documents.appraisal_paper import PaperFacts, compose
from sep_desktop.documents.protection import protected
from sep_desktop.documents.report_pdf import render
from sep_desktop.domain.appraisal.doubts import Doubt, assert_answered, unanswered
from sep_desktop.domain.appraisal.form import PaperKind
from sep_desktop.domain.appraisal.letter import Letter, SealedPdf
from sep_desktop.domain.appraisal.panel import CEILING, Person, Reader, on_panel, panel_of, readers
from sep_desktop.domain.appraisal.record import PaperVersion, Record
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.outbox import (
    CHOSEN_STATE,
    CUT_OFF,
    IN_WORDS,
    LETS_GO,
    MAY_HAVE_GONE,
    SENDABLE,
    WITHDRAWABLE,
    Choice,
    State,
    assert_may_choose,
    assert_newest,
    gone_elsewhere,
    replaced_by,
)
from sep_desktop.domain.wording import plural
from sep_desktop.errors import UserError
from sep_desktop.services.appraisals.forms import readers_of
from sep_desktop.services.appraisals.passwords import check_password, normal_password
from sep_desktop.services.appraisals.records import as_completed, open_record
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store


def recover(*, sealed: SealedStore, now: datetime) -> int:
    """At opening: what was being handed over when the store was last closed is unknown. How many letters."""
    cut_off = sealed.letters.in_state(State.HANDING_OVER)
    if cut_off and not sealed.read_only:
        with sealed.atomic():
            sealed.letters.advance(cut_off, State.UNKNOWN, now, reply=CUT_OFF)
    return len(cut_off)


def hold_all(*, sealed: SealedStore, reason: str, now: datetime) -> int:
    """At opening a copy: whatever may have gone from another one cannot be confirmed. How many letters.

    Runs inside the caller's transaction.
    """
    letters = sealed.letters.in_state(*MAY_HAVE_GONE)
    for letter in letters:
        sealed.letters.advance([letter], State.UNKNOWN, now, reply=gone_elsewhere(reason, letter.state))
    line = f"{reason} {plural(len(letters), 'letter')} may have been sent since."
    sealed.appraisals.write_down("", line, now)
    return len(letters)


def hold_for_nobody(*, store: Store, sealed: SealedStore, now: datetime) -> int:
    """At opening: hold what waits for somebody whom the authority lets read this paper no more. How many."""
    waiting = sealed.letters.in_state(*SENDABLE)
    late = [letter for letter in waiting if not _may_read(store, sealed, letter, now.date())]
    if late and not sealed.read_only:
        with sealed.atomic():
            sealed.letters.advance(late, State.HELD, now, reply=_NOT_ANY_MORE)
    return len(late)


_NOT_ANY_MORE = "The authority lets this reader read the paper no more. Release it only if that is wrong."


def _may_read(store: Store, sealed: SealedStore, letter: Letter, on: date) -> bool:
    cycle = sealed.appraisals.cycle(letter.cycle_id)
    return cycle is None or letter.reader in readers_of(store=store, urn=cycle.urn, paper=letter.kind, on=on)


def new_identifier(store: Store) -> str:
    """A Message-ID for one letter (RFC 5322 §3.6.4), at the domain of the user's own address."""
    return f"<{uuid.uuid4()}@{mail_domain(store.settings.text('me.email')) or 'sep-desktop.invalid'}>"


def password_of(*, sealed: SealedStore, letter: int) -> str:
    """The password that opens this very letter, for whoever is on the telephone with its reader."""
    return sealed.letters.secret(letter)


def without_letter(
    *, store: Store, sealed: SealedStore, record: Record, kind: PaperKind, today: date
) -> list[Person]:
    """Who on the panel was not sent the newest version of a paper: somebody new, or at a new address."""
    version = record.newest(kind)
    if version is None:
        return []
    sent_to = {
        letter.address
        for letter in sealed.letters.of_cycle(record.cycle.id)
        if letter.paper_id == version.id and letter.state is not State.CANCELLED
    }
    headteacher = _headteacher(as_completed(sealed, record, version).panel)
    urn, days = record.cycle.urn, (version.completed.date(), today)
    allowed = CEILING.intersection(*(readers_of(store=store, urn=urn, paper=kind, on=day) for day in days))
    panel = readers(record.panel, store.people.contacts(urn), allowed)
    return [
        person
        for person in panel
        if person.email not in sent_to and (person.reader is Reader.GOVERNOR or person.name == headteacher)
    ]


def _headteacher(panel: Sequence[Person]) -> str:
    """The headteacher whom a paper is about: nobody who came after is given it."""
    return next((person.name for person in panel if person.reader is Reader.HEADTEACHER), "")


def send_also(
    *,
    store: Store,
    sealed: SealedStore,
    cycle: int,
    kind: PaperKind,
    address: str,
    secret: str,
    now: datetime,
    answered: Collection[Doubt] = (),
) -> Changes:
    """Queue the newest version, as it was completed, for somebody who joined later or changed address.

    Raises ``UserError`` for somebody who has it already or is not on the panel, for a weak password, or for a
    doubt about them that is not ``answered``.
    """
    record, password = open_record(sealed=sealed, cycle=cycle), normal_password(secret)
    version = record.newest(kind)
    late = without_letter(store=store, sealed=sealed, record=record, kind=kind, today=now.date())
    person = next((each for each in late if each.email == address), None)
    if version is None or person is None:
        raise UserError(
            "There is nothing to send to this person.",
            "They have the newest version, or are not on the panel.",
        )
    _check_beside_others(sealed, record, person, password)
    doubts = assert_answered([person], store.people.contacts(record.cycle.urn), answered)
    copy = _copy_as_completed(store, sealed, record, version, person, password)
    stale = [
        letter
        for letter in sealed.letters.of_cycle(cycle)
        if letter.paper_id == version.id and letter.name == person.name and letter.state in WITHDRAWABLE
    ]

    def queue() -> None:
        sealed.letters.advance(stale, State.CANCELLED, now, reply=f"Sent to {address} instead.")
        sealed.appraisals.put_password(cycle, address, password, agreed=True)
        letter = sealed.letters.add(version.id, new_identifier(store), person, copy, password, now)
        sealed.letters.answer(letter, doubts, now)

    sealed.saving(queue)
    return Changes.SEALED


def _check_beside_others(sealed: SealedStore, record: Record, person: Person, password: str) -> None:
    """Raises ``UserError`` for a password that is weak, or agreed with somebody else on the panel."""
    agreed = {
        member.email: sealed.appraisals.password(record.cycle.id, member.email)[0] for member in record.panel
    }
    passwords = agreed | {person.email: password}
    people = [
        replace(member, email=address) for address, member in zip(passwords, record.panel, strict=False)
    ]
    check_password(person, password, people, passwords)


def _copy_as_completed(
    store: Store, sealed: SealedStore, record: Record, version: PaperVersion, person: Person, password: str
) -> SealedPdf:
    facts = PaperFacts(
        as_completed(sealed, record, version),
        version.kind,
        store.settings.text("me.name"),
        person,
        version.number,
        version.completed,
        version.reason,
    )
    return SealedPdf(protected(render(compose(facts)).data, password))


def withdraw_unsent(
    *, sealed: SealedStore, cycle: int, kind: PaperKind, newest: int, now: datetime
) -> Changes:
    """What still waits of versions before ``newest`` is not sent any more: the correction goes instead."""
    unsent = [
        letter
        for letter in sealed.letters.of_cycle(cycle)
        if letter.kind is kind and letter.state in WITHDRAWABLE and letter.number < newest
    ]
    sealed.letters.advance(unsent, State.CANCELLED, now, reply=replaced_by(newest))
    return Changes.SEALED


def settle(*, sealed: SealedStore, letter: int, choice: Choice, now: datetime) -> Changes:
    """Decide about a letter that stands still. Every choice is written down.

    Raises ``UserError`` for sending a version again that was replaced, ``IllegalTransition`` where it cannot
    be chosen.
    """
    return _decide(sealed, letter, choice, f"you chose: {choice}", now)


def cancel(*, sealed: SealedStore, letter: int, now: datetime) -> Changes:
    """This person is not to get this version. Raises ``IllegalTransition`` once it may have gone."""
    return _decide(sealed, letter, Choice.CANCEL, Choice.CANCEL, now)


def doubts_about_letter(*, store: Store, sealed: SealedStore, letter: Letter) -> tuple[Doubt, ...]:
    """What is to be answered about a letter's reader, as they and everybody around the school stand now."""
    cycle = sealed.appraisals.cycle(letter.cycle_id)
    if cycle is None:
        return ()
    panel = panel_of(sealed.appraisals.parts.content(cycle.id).get("panel", ""))
    reader = on_panel(panel, letter.reader, letter.name, letter.address)
    answered = [each.doubt for each in sealed.letters.answers(letter.id)]
    return unanswered([reader] if reader else [], store.people.contacts(cycle.urn), answered)


def release(*, sealed: SealedStore, letter: int, now: datetime, answered: Collection[Doubt] = ()) -> Changes:
    """Let a held letter wait again; whether its reader may have it is asked anew at the hand-over.

    Keeps what was ``answered`` about its reader. Raises ``UserError`` for a version that was replaced.
    """
    with sealed.atomic():
        sealed.letters.answer(letter, answered, now)
        return _decide(sealed, letter, Choice.RELEASE, Choice.RELEASE, now)


def _decide(sealed: SealedStore, number: int, choice: Choice, event: str, now: datetime) -> Changes:
    with sealed.atomic():
        letter = sealed.letters.get(number)
        assert_may_choose(choice, letter.state)
        if choice in LETS_GO:
            assert_newest(letter.number, letter.newest)
        sealed.letters.advance([letter], CHOSEN_STATE[choice], now, reply=letter.reply)
        cycle = sealed.appraisals.cycle(letter.cycle_id)
        reader, before = f"{letter.name}, {letter.address}", IN_WORDS[letter.state]
        line = f"{letter.paper}, for {reader}: {event}; it was “{before}”."
        sealed.appraisals.write_down(cycle.urn if cycle else "", line, now, letter.cycle_id)
    return Changes.SEALED
