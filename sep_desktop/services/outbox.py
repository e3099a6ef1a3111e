"""The outbox as a user sees and decides it. Sending itself lives in ``sync``."""

from dataclasses import replace
from datetime import datetime
from enum import StrEnum

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.outbox import IN_WORDS, State
from sep_desktop.domain.people import parse_email
from sep_desktop.domain.wording import harmless, plural
from sep_desktop.errors import UserError
from sep_desktop.storage.outbox import Message
from sep_desktop.storage.store import Store

_MAY_BE_READDRESSED = frozenset({State.REFUSED, State.QUEUED, State.RETRY, State.HELD})


class Choice(StrEnum):
    """What may be said of a delivery that could not be confirmed."""

    ARRIVED = "it arrived"
    AGAIN = "send again"
    LEAVE = "leave it"


def recover(*, store: Store, now: datetime) -> int:
    """At start: what was being handed over when the program ended is unknown. How many."""
    cut_off = store.outbox.in_state(State.HANDING_OVER)
    if cut_off:
        with store.atomic():
            words = "The program ended before the server's answer was written down."
            store.outbox.advance(cut_off, State.UNKNOWN, now, reply=words)
            store.journal.add(
                now, "could not confirm", f"{plural(len(cut_off), 'delivery', 'deliveries')} cut off. {words}"
            )
    return len(cut_off)


def messages(*, store: Store) -> list[Message]:
    """Everything ever queued, newest first."""
    return store.outbox.messages()[::-1]


def settle(*, store: Store, delivery: int, choice: Choice, now: datetime) -> Changes:
    """Decide about an unknown or handed-out delivery. Every choice is written down."""
    found = store.outbox.delivery(delivery)
    if choice is Choice.AGAIN:
        _assert_newest(store.outbox.message(found.message_id))
    to = {Choice.ARRIVED: State.CONFIRMED, Choice.AGAIN: State.QUEUED, Choice.LEAVE: State.CANCELLED}[choice]
    with store.atomic():
        store.outbox.advance([found], to, now, reply=found.reply)
        store.journal.add(
            now,
            f"you chose: {choice}",
            f"{found.role}, {found.address}; it was “{IN_WORDS[found.state]}”",
            subject=f"delivery {delivery}",
        )
    return Changes.OUTBOX


def _assert_newest(message: Message) -> None:
    if message.replaced:
        raise UserError(
            f"Version {message.newest} has taken the place of version {message.number}.",
            "Only the newest version is sent.",
        )


def hold(*, store: Store, delivery: int, now: datetime) -> Changes:
    """Keep one delivery back until it is released."""
    return _move(store, delivery, State.HELD, now, "held")


def release(*, store: Store, delivery: int, now: datetime) -> Changes:
    """Let a held delivery go after all. Raises ``UserError`` for a version that was replaced."""
    _assert_newest(store.outbox.message(store.outbox.delivery(delivery).message_id))
    return _move(store, delivery, State.QUEUED, now, "released")


def cancel(*, store: Store, delivery: int, now: datetime) -> Changes:
    """This person is not to get this version. Raises ``IllegalTransition`` once it may have gone."""
    return _move(store, delivery, State.CANCELLED, now, "not to be sent")


def _move(store: Store, delivery: int, to: State, now: datetime, event: str) -> Changes:
    found = store.outbox.delivery(delivery)
    with store.atomic():
        store.outbox.advance([found], to, now, reply=found.reply)
        store.journal.add(now, event, f"{found.role}, {found.address}", subject=f"delivery {delivery}")
    return Changes.OUTBOX


def correct_address(*, store: Store, delivery: int, address: str, now: datetime) -> Changes:
    """Send what was refused or still waits to another address, as a new message; the old line stays on record.

    Raises ``UserError`` for an unusable address, a version that was replaced, or a delivery that may have gone.
    """
    found = store.outbox.delivery(delivery)
    if found.state not in _MAY_BE_READDRESSED:
        raise UserError("This one may have gone already; its address cannot be changed.")
    try:
        better = parse_email(address)
    except ValueError as reason:
        raise UserError(f"The address {reason}.") from None
    message = store.outbox.message(found.message_id)
    _assert_newest(message)
    in_role = next(
        (
            each
            for each in store.people.contacts(message.urn)
            if each.role is found.role and each.email == better
        ),
        None,
    )
    with store.atomic():
        store.outbox.advance([found], State.CANCELLED, now, reply=f"Replaced by {better}. {found.reply}")
        store.outbox.readdress(
            message, replace(found, name=in_role.name if in_role else found.name), better, now
        )
        store.journal.add(
            now,
            "address corrected",
            f"{found.role}: {found.address} to {better}",
            urn=message.urn,
            subject=f"delivery {delivery}",
        )
    return Changes.OUTBOX


def journal_csv(*, store: Store) -> str:
    """The whole journal as CSV, oldest first, in local time."""
    import csv
    import io

    out = io.StringIO()
    table = csv.writer(out)
    table.writerow(["at", "event", "urn", "subject", "text"])
    for entry in store.journal.entries():
        table.writerow(
            [
                entry.at.isoformat(timespec="seconds"),
                entry.event,
                entry.urn,
                entry.subject,
                harmless(entry.text),
            ]
        )
    return out.getvalue()
