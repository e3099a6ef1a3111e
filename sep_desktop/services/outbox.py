"""The outbox as a user sees and decides it. Sending itself lives in ``sync``."""

from dataclasses import replace
from datetime import datetime

from sep_desktop.addresses import parse_email
from sep_desktop.domain.changes import Changed, Changes, Undo
from sep_desktop.domain.outbox import (
    CHOSEN_STATE,
    CUT_OFF,
    IN_WORDS,
    SENDABLE,
    Choice,
    Message,
    RoleDelivery,
    State,
    assert_newest,
)
from sep_desktop.domain.sheet import as_csv
from sep_desktop.domain.wording import plural
from sep_desktop.errors import UserError
from sep_desktop.storage.store import Store

_MAY_BE_READDRESSED = SENDABLE | {State.REFUSED, State.HELD}


def recover(*, store: Store, now: datetime) -> int:
    """At start: what was being handed over when the program ended is unknown. How many deliveries."""
    cut_off = store.outbox.in_state(State.HANDING_OVER)
    if cut_off and not store.read_only:
        with store.atomic():
            store.outbox.advance(cut_off, State.UNKNOWN, now, reply=CUT_OFF)
            count = plural(len(cut_off), "delivery", "deliveries")
            store.journal.add(now, "could not confirm", f"{count} cut off. {CUT_OFF}")
    return len(cut_off)


def messages(*, store: Store) -> list[Message]:
    """Everything ever queued, newest first."""
    return store.outbox.messages()[::-1]


def paper(*, store: Store, message: int) -> bytes:
    """The PDF that a message carries."""
    pdf: bytes = store.outbox.pdf(store.outbox.message(message))
    return pdf


def settle(*, store: Store, delivery: int, choice: Choice, now: datetime) -> Changes:
    """Decide about a delivery that stands still. Every choice is written down.

    Raises ``UserError`` for sending a version again that was replaced, ``IllegalTransition`` where it cannot
    be chosen.
    """
    decided = store.outbox.delivery(delivery)
    if choice is Choice.AGAIN:
        _assert_newest(store, decided.message_id)
    with store.atomic():
        store.outbox.advance([decided], CHOSEN_STATE[choice], now, reply=decided.reply)
        text = f"{decided.role}, {decided.address}; it was “{IN_WORDS[decided.state]}”"
        store.journal.add(now, f"you chose: {choice}", text, subject=f"delivery {delivery}")
    return Changes.OUTBOX


def _assert_newest(store: Store, message: int) -> None:
    part = store.outbox.message(message).part
    assert_newest(part.number, part.newest)


def hold(*, store: Store, delivery: int, now: datetime) -> Changes:
    """Keep one delivery back until it is released. Raises ``IllegalTransition`` once it may have gone."""
    return _decide(store, delivery, State.HELD, now, "held")


def release(*, store: Store, delivery: int, now: datetime) -> Changes:
    """Let a held delivery go after all. Raises ``UserError`` for a version that was replaced."""
    _assert_newest(store, store.outbox.delivery(delivery).message_id)
    return _decide(store, delivery, State.QUEUED, now, "released")


def cancel(*, store: Store, delivery: int, now: datetime) -> Changes:
    """This person is not to get this version. Raises ``IllegalTransition`` once it may have gone."""
    return _decide(store, delivery, State.CANCELLED, now, "not to be sent")


def _decide(store: Store, number: int, to: State, now: datetime, event: str) -> Changes:
    delivery = store.outbox.delivery(number)
    with store.atomic():
        store.outbox.advance([delivery], to, now, reply=delivery.reply)
        store.journal.add(now, event, f"{delivery.role}, {delivery.address}", subject=f"delivery {number}")
    return Changes.OUTBOX


def correct_address(*, store: Store, delivery: int, address: str, now: datetime) -> Changed[None]:
    """Send what was refused or still waits to another address, as a new message; the old line stays on
    record.

    Raises ``UserError`` for an unusable address, a version that was replaced, or a delivery that may have
    gone.
    """
    old = store.outbox.delivery(delivery)
    if old.state not in _MAY_BE_READDRESSED:
        raise UserError("This one may have gone already; its address cannot be changed.")
    try:
        better = parse_email(address)
    except ValueError as reason:
        raise UserError(f"The address {reason}.") from None
    message = store.outbox.message(old.message_id)
    assert_newest(message.part.number, message.part.newest)
    contacts = store.people.contacts(message.urn)
    holder = next((each for each in contacts if each.role == old.role and each.email == better), None)
    with store.atomic():
        store.outbox.advance([old], State.CANCELLED, now, reply=f"Replaced by {better}. {old.reply}")
        person = replace(old, name=holder.name if holder else old.name)
        new = store.outbox.readdress(message, person, better, now)
        text = f"{old.role}: {old.address} to {better}"
        store.journal.add(now, "address corrected", text, urn=message.urn, subject=f"delivery {delivery}")
    return Changed(None, Changes.OUTBOX, _undo_of_address(old, better, new))


def _undo_of_address(old: RoleDelivery, better: str, message: int) -> Undo[Store]:
    """Send to the former address after all: as a further message, held where the first did not wait."""

    def work(store: Store, now: datetime) -> Changes:
        (sent,) = store.outbox.message(message).deliveries
        correct_address(store=store, delivery=sent.id, address=old.address, now=now)
        if old.state not in SENDABLE:
            (again,) = store.outbox.messages()[-1].deliveries
            store.outbox.advance([again], State.HELD, now, reply=old.reply)
        return Changes.OUTBOX

    sentence = f"It goes to {better} now, and not to {old.address}."
    return Undo(sentence, work, f"It goes to {old.address} again.", Changes.OUTBOX)


def journal_csv(*, store: Store) -> str:
    """The whole journal as CSV, oldest first, in local time."""
    rows = [
        (entry.at.isoformat(timespec="seconds"), entry.event, entry.urn, entry.subject, entry.text)
        for entry in store.journal.entries()
    ]
    return as_csv([("at", "event", "urn", "subject", "text"), *rows])
