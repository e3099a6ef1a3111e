"""Who of a message is to have it now: asked anew before each hand-over, by whatever way it leaves."""

from sep_desktop.clock import Clock
from sep_desktop.domain.outbox import SENDABLE, Delivery, State, taken_over
from sep_desktop.domain.people import Contact
from sep_desktop.storage.outbox import Parcel
from sep_desktop.storage.store import Store


def due(store: Store, clock: Clock, message: int) -> tuple[Parcel, list[Delivery]]:
    """The message as it stands, and who still waits for it. Nobody does for a version that was replaced.

    Somebody whose role has been taken over since the message was made is held, not sent to.
    """
    parcel = store.outbox.parcel(message)
    late = [(each, holder) for each in parcel.deliveries if each.state in SENDABLE and (holder := _holder(store, parcel, each))]
    if late:
        with store.atomic():
            for each, holder in late:
                store.outbox.move([each], State.HELD, clock.now(), reply=taken_over(holder))
        parcel = store.outbox.parcel(message)
    return parcel, [] if parcel.replaced else [each for each in parcel.deliveries if each.state in SENDABLE]


def _holder(store: Store, parcel: Parcel, delivery: Delivery) -> Contact | None:
    """Who took the role over since the message was made, at another address."""
    found = store.casework.taken_over(parcel.urn, delivery.role, parcel.made)
    return found if found and found.email != delivery.address else None
