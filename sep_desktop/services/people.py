"""Who holds a role at a school, and what that means for messages that wait to be sent."""

from collections.abc import Sequence
from datetime import datetime

from sep_desktop.domain.changes import Changes, Undo
from sep_desktop.domain.likeness import is_same_address
from sep_desktop.domain.outbox import SENDABLE, RoleDelivery, State, taken_over
from sep_desktop.domain.people import Contact, Role
from sep_desktop.domain.wording import day, plural
from sep_desktop.errors import UserError
from sep_desktop.storage.store import Store

_CHANGES = Changes.PEOPLE | Changes.ENTITLEMENT | Changes.OUTBOX


def put(store: Store, contact: Contact, now: datetime) -> list[RoleDelivery]:
    """Make ``contact`` the holder of its role. What waits for another address in that role is held, not sent.

    Runs inside the caller's transaction. Gives the deliveries that it held.
    """
    held: list[RoleDelivery] = []
    if not store.people.put_contact(contact, now):
        return held
    store.journal.add(
        now,
        "person changed",
        f"{contact.role.in_words}: {contact.name} {contact.email}".strip(),
        urn=contact.urn,
    )
    for message in store.outbox.messages(
        SENDABLE, "" if contact.role == Role.HEAD_OF_SUPPORT else contact.urn
    ):
        late = [
            each
            for each in message.deliveries
            if each.state in SENDABLE
            and each.role == contact.role
            and not is_same_address(each.address, contact.email)
        ]
        store.outbox.advance(late, State.HELD, now, reply=taken_over(contact, message.part.kind))
        held += late
    return held


def undo_of_putting(
    before: Contact | None, after: Contact, held: Sequence[RoleDelivery], recorded: int | None
) -> Undo[Store] | None:
    """Make who held the role ``before`` its holder again; ``None`` where nobody else holds it now.

    ``held`` waits again, and the circumstance with the number ``recorded`` goes.
    """
    if before and (before.name, before.email) == (after.name, after.email) and recorded is None:
        return None

    def work(store: Store, now: datetime) -> Changes:
        present = store.people.holder(after.urn, after.role)
        if present is None or (present.name, present.email) != (after.name, after.email):
            raise UserError(f"Somebody else is {after.role.in_a_sentence} by now.", "Nothing was changed.")
        with store.atomic():
            _put_back(store, before, after, now)
            _let_wait_again(store, held, now)
            if recorded is not None:
                store.circumstances.remove(recorded)
        return _CHANGES

    waiting = f" {plural(len(held), 'delivery', 'deliveries')} to the former address held." if held else ""
    since = f" In post since {day(after.since)}." if after.since else ""
    return Undo(f"{_known(after)}.{since}{waiting}", work, _undone(before, after), Changes.PEOPLE)


def _known(contact: Contact) -> str:
    address = f", {contact.email}" if contact.email else ", without an e-mail address"
    return f"{contact.role.in_words} is now {contact.name}{address}"


def _undone(before: Contact | None, after: Contact) -> str:
    if before is None:
        return f"Nobody is known as {after.role.in_a_sentence} again."
    return f"{before.role.in_words} is {before.name} again."


def _put_back(store: Store, before: Contact | None, after: Contact, now: datetime) -> None:
    if before:
        put(store, before, now)
        store.people.restore_dates(before)
        return
    store.people.end(after.urn, after.role, now)
    text = f"{after.role.in_words}: taken back, nobody is known"
    store.journal.add(now, "person changed", text, urn=after.urn)


def _let_wait_again(store: Store, held: Sequence[RoleDelivery], now: datetime) -> None:
    """What the change held, and nobody has decided about since, waits to be sent as before."""
    for delivery in held:
        present = store.outbox.delivery(delivery.id)
        part = store.outbox.message(delivery.message_id).part
        if present.state is State.HELD and part.number == part.newest:
            store.outbox.advance([present], State.QUEUED, now)
            text = f"{present.role}, {present.address}: the change of the person was taken back"
            store.journal.add(now, "released", text, subject=f"delivery {present.id}")
