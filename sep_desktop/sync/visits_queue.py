"""Messages of every kind that wait in the store of visits.

One message to all of its recipients, and a line in the journal for everything.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime
from email.parser import BytesHeaderParser
from email.utils import getaddresses

from sep_desktop.domain.epoch import Cause
from sep_desktop.domain.outbox import NAMED_TO_OTHERS, SENDABLE, Message, RoleDelivery, State, taken_over
from sep_desktop.storage.store import Store
from sep_desktop.sync.message import Sender, build
from sep_desktop.sync.queue import AddressList

MADE_ANEW = "Made anew as a message of its own, which names only those who are to have it."
"""What is noted beside a delivery whose message named others than are to have it by now."""


class VisitsQueue:
    """The outbox of the store of visits, as a ``Queue``.

    What it holds of a message is read once a message.
    """

    address_list = AddressList("addresses.csv", ("file", "school", "role", "name", "address"))

    def __init__(self, store: Store) -> None:
        self._store = store
        self._message: Message | None = None

    def waiting(self) -> list[int]:
        """As ``Queue.waiting``: the oldest message first."""
        return self._store.outbox.numbers(SENDABLE)

    def _about(self, message: int) -> Message:
        """The school, part and identifier of a message, which never change."""
        if self._message is None or self._message.id != message:
            self._message = self._store.outbox.message(message)
        return self._message

    def deliveries(self, message: int) -> Sequence[RoleDelivery]:
        """As ``Queue.deliveries``: whoever it was made for, or one person at another address."""
        return self._store.outbox.deliveries(message)

    def newest(self, message: int) -> int:
        """As ``Queue.newest``, asked anew: a correction may have been completed meanwhile."""
        part = self._store.outbox.part(self._about(message))
        return part.newest if part.replaced else 0

    def objection(self, delivery: RoleDelivery) -> str:
        """As ``Queue.objection``: somebody else took the role over since the message was made."""
        about = self._about(delivery.message_id)
        holder = self._store.people.taken_over(about.urn, delivery.role, delivery.address, about.made)
        return taken_over(holder, about.part.kind) if holder else ""

    def addressed(
        self, message: int, recipients: Sequence[RoleDelivery], now: datetime
    ) -> tuple[int, Sequence[RoleDelivery]]:
        """As ``Queue.addressed``."""
        raw = self._store.outbox.frozen(message)
        if raw is None or not _names_others(raw, self.deliveries(message)):
            return message, recipients
        with self._store.atomic():
            self._store.outbox.advance(recipients, State.CANCELLED, now, reply=MADE_ANEW)
            anew = self._store.outbox.renew(self._about(message), recipients, now)
            self.note(message, recipients, "message made anew", MADE_ANEW, now)
        return anew, self.deliveries(anew)

    def build(
        self,
        message: int,
        recipients: Sequence[RoleDelivery],
        sender: Sender,
        now: datetime,
        *,
        unsent: bool = False,
    ) -> bytes:
        """As ``Queue.build``."""
        about, pdf = self._about(message), self.paper(message)
        return build(about, pdf, sender, now, recipients, unsent=unsent)

    def paper(self, message: int) -> bytes:
        """As ``Queue.paper``: of the type of the message's kind."""
        pdf: bytes = self._store.outbox.pdf(self._about(message))
        return pdf

    def file_name(self, message: int) -> str:
        """As ``Queue.file_name``."""
        return self._about(message).file_name

    def address_row(self, message: int, delivery: RoleDelivery) -> tuple[str, ...]:
        """As ``Queue.address_row``: school, role, name, address."""
        return self._about(message).school, delivery.role, delivery.name, delivery.address

    def frozen(self, message: int) -> bytes | None:
        """As ``Queue.frozen``."""
        return self._store.outbox.frozen(message)

    def freeze(self, message: int, raw: bytes) -> None:
        """As ``Queue.freeze``."""
        self._store.outbox.freeze(message, raw)

    def advance(
        self,
        deliveries: Sequence[RoleDelivery],
        to: State,
        now: datetime,
        reply: str = "",
        next_at: datetime | None = None,
        tried: bool = False,
    ) -> None:
        """As ``Queue.advance``."""
        self._store.outbox.advance(deliveries, to, now, reply, next_at, tried)

    def note(
        self, message: int, deliveries: Sequence[RoleDelivery], event: str, words: str, now: datetime
    ) -> None:
        """A line of the journal for each person, or one about the message."""
        about = self._about(message)
        part = about.part
        lines = [f"{part.name} to the {each.role}, {each.address}: {words}" for each in deliveries]
        self._store.journal.add_all(now, event, lines or [words], urn=about.urn, subject=part.record)

    def begin_epoch(self, now: datetime) -> None:
        """As ``Queue.begin_epoch``."""
        self._store.epochs.begin(Cause.SENDING, now)

    def settle_epoch(self, now: datetime) -> None:
        """As ``Queue.settle_epoch``."""
        self._store.epochs.begin(Cause.SETTLED, now)

    def remember_epoch(self) -> None:
        """As ``Queue.remember_epoch``."""
        self._store.epochs.remember()

    def atomic(self) -> AbstractContextManager[None]:
        """As ``Queue.atomic``."""
        return self._store.atomic()

    def saving(self, work: Callable[[], None]) -> None:
        """As ``Queue.saving``."""
        self._store.saving(work)

    def checkpoint(self) -> None:
        """As ``Queue.checkpoint``."""
        self._store.database.checkpoint()


def _names_others(raw: bytes, deliveries: Sequence[RoleDelivery]) -> bool:
    """Whether the header names somebody to whom the message was not to go any more, later on."""
    named = {address for _, address in getaddresses([BytesHeaderParser().parsebytes(raw).get("To", "")])}
    kept_back = {each.address for each in deliveries if each.state in (State.HELD, State.CANCELLED)}
    staying = {each.address for each in deliveries if each.state in NAMED_TO_OTHERS}
    return bool(named & (kept_back - staying))
