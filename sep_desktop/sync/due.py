"""Who of a message is to have it now: asked anew before each hand-over, by whatever way it leaves."""

from sep_desktop.clock import Clock
from sep_desktop.domain.outbox import SENDABLE, Delivery, State, taken_over
from sep_desktop.domain.people import Contact
from sep_desktop.storage.outbox import Message
from sep_desktop.storage.store import Store


def due(store: Store, clock: Clock, number: int) -> tuple[Message, list[Delivery]]:
    """The message as it stands, and who still waits for it. Nobody does for a version that was replaced.

    Somebody whose role has been taken over since the message was made is held, not sent to.
    """
    message = store.outbox.message(number)
    late = [
        (each, holder)
        for each in message.deliveries
        if each.state in SENDABLE and (holder := _holder(store, message, each))
    ]
    if late:
        with store.atomic():
            for each, holder in late:
                store.outbox.advance([each], State.HELD, clock.now(), reply=taken_over(holder))
        message = store.outbox.message(number)
    return message, [] if message.replaced else [
        each for each in message.deliveries if each.state in SENDABLE
    ]


def _holder(store: Store, message: Message, delivery: Delivery) -> Contact | None:
    """Who took the role over since the message was made, at another address."""
    found = store.people.taken_over(message.urn, delivery.role, message.made)
    return found if found and found.email != delivery.address else None
