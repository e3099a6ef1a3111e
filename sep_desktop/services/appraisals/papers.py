"""Papers of performance management: completed, sealed for each reader, and decided about on their way."""

import unicodedata
import uuid
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from sep_desktop.documents.appraisal_paper import PaperFacts, compose
from sep_desktop.documents.characters import remarks_on
from sep_desktop.documents.protection import protected
from sep_desktop.documents.report_pdf import Rendered, render
from sep_desktop.domain import codes
from sep_desktop.domain.appraisal.form import PAPER_NAMES, PaperKind, papers_of
from sep_desktop.domain.appraisal.letter import Letter, SealedPdf
from sep_desktop.domain.appraisal.panel import Person, Reader, readers, remarks
from sep_desktop.domain.appraisal.record import PaperVersion, Record, gaps_for
from sep_desktop.domain.outbox import IN_WORDS, State
from sep_desktop.domain.people import mail_domain
from sep_desktop.domain.report import Gap
from sep_desktop.domain.wording import clean
from sep_desktop.errors import UserError
from sep_desktop.services.appraisals.records import drafting, open_record
from sep_desktop.services.outbox import Choice
from sep_desktop.storage.key_slots import check_passphrase
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store

_LONGEST = 127  # bytes of a password (ISO 32000-2 §7.6.4.3.3)
_CHANGED = (
    "The words or their readers changed since you looked at them.",
    "Look at the page again and confirm it anew.",
)
_NOT_GONE = frozenset({State.QUEUED, State.RETRY, State.HELD, State.REFUSED})


@dataclass(frozen=True)
class PaperConfirmation:
    """The page before anything leaves: which paper, to whom, under which passwords, and what to look at twice.

    ``paper`` is the copy of the first reader; ``passwords`` are the agreed ones, or proposals for those that are not.
    """

    record: Record
    kind: PaperKind
    number: int
    people: tuple[Person, ...]
    passwords: Mapping[str, str]
    agreed: frozenset[str]
    remarks: tuple[str, ...]
    paper: Rendered
    made: datetime


def missing(*, store: Store, record: Record, kind: PaperKind) -> list[Gap]:
    """What stands between a paper and being complete."""
    named = (
        []
        if store.settings.text("me.name")
        else [Gap("", "Your own name is not entered yet (Settings, Me).")]
    )
    return named + gaps_for(record, kind)


def has_changed(*, sealed: SealedStore, record: Record, kind: PaperKind) -> bool:
    """Whether a field that the newest version prints has changed since."""
    version = record.newest(kind)
    return version is not None and _printed(record, kind) != _printed(
        _as_completed(sealed, record, version), kind
    )


def _as_completed(sealed: SealedStore, record: Record, version: PaperVersion) -> Record:
    """The record with the words that it had when a paper was completed."""
    return replace(record, content=sealed.appraisals.paper_content(version.id))


def _printed(record: Record, kind: PaperKind) -> dict[str, str]:
    fields = {key: record.text(key) for key in record.every_key() if kind in record.form.field(key).papers}
    return {key: text for key, text in fields.items() if text.strip()}


def normal_password(typed: str) -> str:
    """A password as a viewer makes it of what is typed (SASLprep): kept, read out and encrypted with in this one form.

    Raises ``UserError`` for one with a letter that cannot be typed.
    """
    secret = unicodedata.normalize("NFKC", typed.strip())
    if not secret.isprintable():
        raise UserError(
            "A password has letters in it that nobody can type.", "Use letters, figures and spaces."
        )
    return secret


def new_password() -> str:
    """Sixty random bits in three groups of four: short enough to read out on the telephone."""
    return codes.grouped(codes.new(12))


def preview(*, store: Store, sealed: SealedStore, cycle: int, kind: PaperKind, now: datetime) -> Rendered:
    """The draft as the real paper."""
    record = open_record(sealed=sealed, cycle=cycle)
    return render(
        compose(PaperFacts(record, kind, store.settings.text("me.name"), None, 0, record.saved or now))
    )


def confirm(
    *, store: Store, sealed: SealedStore, cycle: int, kind: PaperKind, now: datetime, reason: str = ""
) -> PaperConfirmation:
    """What completing would do. Raises ``UserError`` while something is missing, or somebody must not read it."""
    record = open_record(sealed=sealed, cycle=cycle)
    if kind not in papers_of(drafting(store)):
        raise UserError(
            f"The {PAPER_NAMES[kind].lower()} is drafted by the governors here.",
            "Settings, Performance management, says who drafts it.",
        )
    lacking = missing(store=store, record=record, kind=kind)
    if lacking:
        raise UserError(
            "The paper is not complete: " + " ".join(gap.sentence for gap in lacking),
            "Fill in what is listed.",
        )
    old, reason = record.newest(kind), clean(reason).strip()
    if old and not reason:
        raise UserError("A correction needs its reason.", "The readers of the first version will see it.")
    contacts = store.people.contacts(record.cycle.urn)
    people = readers(record.panel, contacts)
    known = {each.email: suggested(sealed=sealed, cycle=cycle, address=each.email) for each in people}
    number = old.number + 1 if old else 1
    first = render(
        compose(PaperFacts(record, kind, store.settings.text("me.name"), people[0], number, now, reason))
    )
    seen = (
        *remarks(people, contacts, store.settings.text("me.email")),
        *remarks_on("".join(_printed(record, kind).values())),
    )
    passwords = {address: secret for address, (secret, _) in known.items()}
    return PaperConfirmation(
        record,
        kind,
        number,
        people,
        passwords,
        frozenset(each for each, (_, agreed) in known.items() if agreed),
        seen,
        first,
        now,
    )


def suggested(*, sealed: SealedStore, cycle: int, address: str) -> tuple[str, bool]:
    """The password for a reader, and whether it was agreed before. A suggestion is written down, so that it stays what was read out."""
    secret, agreed = sealed.appraisals.password(cycle, address)
    if not secret:
        secret = new_password()
        sealed.appraisals.put_password(cycle, address, secret, agreed=False)
    return secret, agreed


def propose(*, sealed: SealedStore, cycle: int, address: str, secret: str) -> None:
    """Another password for a reader, as it is being typed."""
    sealed.appraisals.put_password(cycle, address, secret, agreed=False)


def complete(
    *,
    store: Store,
    sealed: SealedStore,
    confirmed: PaperConfirmation,
    passwords: Mapping[str, str],
    now: datetime,
    reason: str = "",
) -> list[Letter]:
    """Freeze the paper that was confirmed and queue one sealed letter a reader, in one transaction; the letters.

    Raises ``UserError`` when the words or the people changed since they were shown, or for a weak password.
    """
    cycle, kind = confirmed.record.cycle.id, confirmed.kind
    passwords = {address: normal_password(secret) for address, secret in passwords.items()}
    record = open_record(sealed=sealed, cycle=cycle)
    people = readers(record.panel, store.people.contacts(record.cycle.urn))
    if (
        people != confirmed.people
        or record.content != confirmed.record.content
        or record.newest(kind) != confirmed.record.newest(kind)
    ):
        raise UserError(*_CHANGED)
    for person in people:
        _check_password(person, passwords.get(person.email, ""), people, passwords)
    reason = clean(reason).strip()
    facts = PaperFacts(
        record, kind, store.settings.text("me.name"), None, confirmed.number, confirmed.made, reason
    )
    own = render(compose(facts))
    copies = [
        SealedPdf(protected(render(compose(replace(facts, reader=each))).data, passwords[each.email]))
        for each in people
    ]

    def freeze() -> None:
        if open_record(sealed=sealed, cycle=cycle) != record:
            raise UserError(*_CHANGED)
        version = sealed.appraisals.add_paper(
            cycle, kind, record.content, own.data, own.pages, reason, confirmed.made
        )
        _withdraw_unsent(sealed, record, kind, version.number, now)
        for person, copy in zip(people, copies, strict=True):
            sealed.appraisals.put_password(cycle, person.email, passwords[person.email], agreed=True)
            sealed.letters.add(version.id, _identifier(store), person, copy, passwords[person.email], now)
        sealed.appraisals.write_down(
            record.cycle.urn, f"{PAPER_NAMES[kind]}, version {version.number}: completed.", now, cycle
        )

    sealed.saving(freeze)
    sealed.database.checkpoint()
    return [
        each
        for each in sealed.letters.of_cycle(cycle)
        if each.kind is kind and each.number == confirmed.number
    ]


def without_letter(*, store: Store, sealed: SealedStore, record: Record, kind: PaperKind) -> list[Person]:
    """Who is on the panel now and was not sent the newest version of a paper: a new governor, or somebody at a new address."""
    version = record.newest(kind)
    if version is None:
        return []
    gone = {
        letter.address
        for letter in sealed.letters.of_cycle(record.cycle.id)
        if letter.paper_id == version.id and letter.state is not State.CANCELLED
    }
    then = _head(_as_completed(sealed, record, version).panel)
    now = readers(record.panel, store.people.contacts(record.cycle.urn))
    return [
        each
        for each in now
        if each.email not in gone and (each.reader is Reader.GOVERNOR or each.name == then)
    ]


def _head(panel: Sequence[Person]) -> str:
    """The headteacher whom a paper is about: nobody who came after is given it."""
    return next((each.name for each in panel if each.reader is Reader.HEADTEACHER), "")


def send_also(
    *,
    store: Store,
    sealed: SealedStore,
    cycle: int,
    kind: PaperKind,
    address: str,
    secret: str,
    now: datetime,
) -> None:
    """Queue the newest version, as it was completed, for somebody who came to the panel later or changed address."""
    record, secret = open_record(sealed=sealed, cycle=cycle), normal_password(secret)
    version = record.newest(kind)
    person = next(
        (
            each
            for each in without_letter(store=store, sealed=sealed, record=record, kind=kind)
            if each.email == address
        ),
        None,
    )
    if version is None or person is None:
        raise UserError(
            "There is nothing to send to this person.",
            "They have the newest version, or are not on the panel.",
        )
    kept = {each.email: sealed.appraisals.password(cycle, each.email)[0] for each in record.panel} | {
        address: secret
    }
    _check_password(
        person,
        secret,
        [replace(each, email=key) for key, each in zip(kept, record.panel, strict=False)],
        kept,
    )
    facts = PaperFacts(
        _as_completed(sealed, record, version),
        kind,
        store.settings.text("me.name"),
        person,
        version.number,
        version.completed,
        version.reason,
    )
    copy = SealedPdf(protected(render(compose(facts)).data, secret))
    stale = [
        each
        for each in sealed.letters.of_cycle(cycle)
        if each.paper_id == version.id and each.name == person.name and each.state in _NOT_GONE
    ]

    def queue() -> None:
        for letter in stale:
            sealed.letters.advance(letter, State.CANCELLED, now, reply=f"Sent to {address} instead.")
        sealed.appraisals.put_password(cycle, address, secret, agreed=True)
        sealed.letters.add(version.id, _identifier(store), person, copy, secret, now)

    sealed.saving(queue)


def _identifier(store: Store) -> str:
    return f"<{uuid.uuid4()}@{mail_domain(store.settings.text('me.email')) or 'sep-desktop.invalid'}>"


def _check_password(
    person: Person, secret: str, people: Sequence[Person], passwords: Mapping[str, str]
) -> None:
    try:
        check_passphrase(secret)
        if len(secret.encode()) > _LONGEST:
            raise UserError(f"It is longer than {_LONGEST} bytes.")
    except UserError as problem:
        raise UserError(
            f"The password for {person.name}: {problem.message}", "A proposed one may be used as it is."
        ) from None
    if sum(passwords.get(each.email) == secret for each in people) > 1:
        raise UserError(
            f"The password for {person.name} is somebody else's too.", "Each person has one of their own."
        )


def _withdraw_unsent(
    sealed: SealedStore, record: Record, kind: PaperKind, number: int, now: datetime
) -> None:
    """What still waits of an earlier version is not sent any more: its correction goes instead."""
    for letter in sealed.letters.of_cycle(record.cycle.id):
        if letter.kind is kind and letter.state in _NOT_GONE and letter.number < number:
            sealed.letters.advance(
                letter, State.CANCELLED, now, reply=f"Replaced by version {number} before it was sent."
            )


def recover(*, sealed: SealedStore, now: datetime) -> int:
    """At opening: what was being handed over when the store was last closed is unknown. How many."""
    cut_off = sealed.letters.in_state(State.HANDING_OVER)
    with sealed.atomic():
        for letter in cut_off:
            sealed.letters.advance(
                letter,
                State.UNKNOWN,
                now,
                reply="The program ended before the server's answer was written down.",
            )
    return len(cut_off)


def settle(*, sealed: SealedStore, letter: int, choice: Choice, now: datetime) -> None:
    """Decide about a letter that could not be confirmed, was written out, or was refused. Every choice is written down."""
    found = sealed.letters.get(letter)
    if choice is Choice.AGAIN:
        _assert_newest(found)
    to = {Choice.ARRIVED: State.CONFIRMED, Choice.AGAIN: State.QUEUED, Choice.LEAVE: State.CANCELLED}[choice]
    _move(sealed, found, to, f"you chose: {choice}", now)


def cancel(*, sealed: SealedStore, letter: int, now: datetime) -> None:
    """This person is not to get this version. Raises ``IllegalTransition`` once it may have gone."""
    _move(sealed, sealed.letters.get(letter), State.CANCELLED, "not to be sent", now)


def release(*, sealed: SealedStore, letter: int, now: datetime) -> None:
    """Let a held letter wait again. Whether its reader may still have it is asked anew when it is handed over."""
    found = sealed.letters.get(letter)
    _assert_newest(found)
    _move(sealed, found, State.QUEUED, "released", now)


def _assert_newest(letter: Letter) -> None:
    if letter.replaced:
        raise UserError(
            f"Version {letter.newest} has taken the place of version {letter.number}.",
            "Only the newest version is sent.",
        )


def _move(sealed: SealedStore, letter: Letter, to: State, event: str, now: datetime) -> None:
    cycle = sealed.appraisals.cycle(letter.cycle_id)
    with sealed.atomic():
        sealed.letters.advance(letter, to, now, reply=letter.reply)
        words = f"{letter.paper}, for {letter.name}, {letter.address}: {event}; it was “{IN_WORDS[letter.state]}”."
        sealed.appraisals.write_down(cycle.urn if cycle else "", words, now, letter.cycle_id)
