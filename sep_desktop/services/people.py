"""Who holds a role at a school, and what that means for messages that wait to be sent."""

from datetime import datetime

from sep_desktop.domain.outbox import SENDABLE, State, taken_over
from sep_desktop.domain.people import Contact, Role
from sep_desktop.storage.store import Store


def put(store: Store, contact: Contact, now: datetime) -> None:
    """Make ``contact`` the holder of its role. What waits for another address in that role is held, not sent.

    Runs inside the caller's transaction.
    """
    if not store.people.put_contact(contact, now):
        return
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
            if each.state in SENDABLE and each.role == contact.role and each.address != contact.email
        ]
        store.outbox.advance(late, State.HELD, now, reply=taken_over(contact, message.part.kind))
