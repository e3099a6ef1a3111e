"""What the hand-over asks of a queue: whatever kind of message waits in it, it leaves in one way."""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, TypeVar

from sep_desktop.domain.outbox import Delivery, State
from sep_desktop.sync.message import Sender

D = TypeVar("D", bound=Delivery)


@dataclass(frozen=True)
class AddressList:
    """The list that stands beside papers in a folder and says who receives which.

    Its file and its columns.
    """

    file: str
    columns: tuple[str, ...]


class Queue(Protocol[D]):
    """Messages that wait, by their numbers. ``D`` is what one of them is to one person.

    A message is built once for a mail server and its bytes are then fixed; for a file it is built anew for
    those who are to have it now.
    """

    address_list: AddressList

    def waiting(self) -> list[int]:
        """The messages that somebody still waits for, oldest first."""

    def deliveries(self, message: int) -> Sequence[D]:
        """Everybody of a message, as they stand now."""

    def newest(self, message: int) -> int:
        """The version that has taken the place of this message's; 0 where none has."""

    def objection(self, delivery: D) -> str:
        """Why this person is not to have it now, as a sentence; empty when nothing speaks against it."""

    def addressed(self, message: int, recipients: Sequence[D], now: datetime) -> tuple[int, Sequence[D]]:
        """The message to hand over to ``recipients``, and they as it has them.

        It is the one given, or a new one to them alone where the fixed bytes name somebody who is not to have
        it any more: nobody's answer to all is to reach who left.
        """

    def build(
        self, message: int, recipients: Sequence[D], sender: Sender, now: datetime, *, unsent: bool = False
    ) -> bytes:
        """The RFC 5322 bytes to ``recipients`` and nobody else.

        ``unsent`` marks a draft for a mail program.
        """

    def paper(self, message: int) -> bytes:
        """The PDF alone."""

    def file_name(self, message: int) -> str:
        """What the PDF is called."""

    def address_row(self, message: int, delivery: D) -> tuple[str, ...]:
        """What the address list says of one person, behind the file's name."""

    def frozen(self, message: int) -> bytes | None:
        """The message's bytes, once they have been fixed."""

    def freeze(self, message: int, raw: bytes) -> None:
        """Fix the bytes: every later attempt sends the same."""

    def advance(
        self,
        deliveries: Sequence[D],
        to: State,
        now: datetime,
        reply: str = "",
        next_at: datetime | None = None,
        tried: bool = False,
    ) -> None:
        """Change the state of several together. Raises ``IllegalTransition`` and then changes none."""

    def note(self, message: int, deliveries: Sequence[D], event: str, words: str, now: datetime) -> None:
        """Write down what happened, where this queue keeps such a record."""

    def begin_epoch(self, now: datetime) -> None:
        """A new epoch of the store, in the transaction that is open: copies made before it lack what leaves.

        Raises ``EnvironmentProblem`` where the store is not the one that this computer last saw.
        """

    def settle_epoch(self, now: datetime) -> None:
        """What was about to leave since the epoch began has certainly not."""

    def remember_epoch(self) -> None:
        """Let this computer remember the epoch, durably.

        Raises ``EnvironmentProblem`` where it cannot: then nothing may leave.
        """

    def atomic(self) -> AbstractContextManager[None]:
        """A transaction of the store in which the queue lies."""

    def saving(self, work: Callable[[], None]) -> None:
        """Do ``work`` in one transaction, giving up the disk reserve for it where the disk is full."""

    def checkpoint(self) -> None:
        """Fold the store's log in: what was written down is safe."""
