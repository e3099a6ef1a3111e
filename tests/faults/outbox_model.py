"""An outbox in memory, by the rules as people are told them: nothing of the program is imported here.

A delivery has an address, a role and a state. The model is told what happens and says what may be so afterwards;
what the rules leave open is a set of more than one state.
"""

from collections import Counter
from dataclasses import dataclass, field

WAITS = frozenset({"queued", "retry"})
GONE = frozenset({"accepted", "confirmed", "unknown", "handed out"})
"""Has it already, as far as anybody knows."""

ENDS = frozenset({"accepted", "confirmed", "cancelled"})
WITHDRAWN_BY_A_CORRECTION = frozenset({"queued", "retry", "held", "refused"})
UNCERTAIN_IN_A_COPY = WITHDRAWN_BY_A_CORRECTION

TARGET = {
    "hold": "held",
    "release": "queued",
    "cancel": "cancelled",
    "arrived": "confirmed",
    "again": "queued",
    "leave": "cancelled",
    "re-address": "cancelled",
}
MUST = {
    "hold": {"queued", "retry"},
    "release": {"held"},
    "cancel": {"queued", "retry", "held"},
    "arrived": {"unknown", "handed out"},
    "again": {"unknown", "refused", "handed out"},
    "leave": {"unknown", "refused"},
    "re-address": {"queued", "retry", "held", "refused"},
}
"""The states in which each may be decided."""

NEVER = {
    "hold": {"unknown", "refused", "handed out"},
    "release": {"queued", "retry", "unknown", "refused", "handed out"},
    "cancel": {"handed out"},
    "arrived": {"queued", "retry", "held", "refused"},
    "again": {"queued", "retry"},
    "leave": set(),
    "re-address": {"unknown", "handed out"},
}
"""The states in which each may not: beside what has come to its end, and what is being handed over."""

LETS_GO = frozenset({"release", "again", "re-address"})
TO_THE_SAME = frozenset({"release", "again"})
KEPT_BACK = frozenset({"held", "cancelled"})


@dataclass
class Delivery:
    """To one person."""

    number: int
    message: int
    role: str
    address: str
    state: str = "queued"


@dataclass
class Message:
    """One version on its way. ``named`` are those whom its header names since it was first built."""

    number: int
    report: int
    version: int
    paper: str
    at: int
    named: set[str] = field(default_factory=set)


@dataclass
class Holder:
    """Who has a role, and when that was last said."""

    address: str
    at: int = 0


@dataclass
class Model:
    """Everything that a store would know, in four tables and a clock that ticks once a deed."""

    holders: dict[str, Holder]
    messages: dict[int, Message] = field(default_factory=dict)
    deliveries: dict[int, Delivery] = field(default_factory=dict)
    versions: Counter[int] = field(default_factory=Counter)
    now: int = 0

    def of(self, message: int) -> list[Delivery]:
        """Everybody of a message."""
        return [each for each in self.deliveries.values() if each.message == message]

    def is_replaced(self, delivery: Delivery) -> bool:
        """Whether a newer version took the place of this one."""
        message = self.messages[delivery.message]
        return message.version < self.versions[message.report]

    def is_somebody_elses(self, delivery: Delivery) -> bool:
        """Whether the role went to another address since the message was queued."""
        holder = self.holders[delivery.role]
        return holder.at > self.messages[delivery.message].at and holder.address != delivery.address

    def may_leave(self, delivery: Delivery) -> bool:
        """Whether it is sent when a run comes to it."""
        return (
            delivery.state in WAITS
            and not self.is_replaced(delivery)
            and not self.is_somebody_elses(delivery)
        )

    def complete(self, message: Message, people: dict[int, tuple[str, str]]) -> None:
        """A new version of a report: what waits of the former ones goes no more."""
        self.versions[message.report] = message.version
        for each in self.deliveries.values():
            if (
                self.messages[each.message].report == message.report
                and each.state in WITHDRAWN_BY_A_CORRECTION
            ):
                each.state = "cancelled"
        self.queue(message, people)

    def queue(self, message: Message, people: dict[int, tuple[str, str]]) -> None:
        """A message to people, by the numbers of their deliveries."""
        self.messages[message.number] = message
        for number, (role, address) in people.items():
            self.deliveries[number] = Delivery(number, message.number, role, address)

    def replace(self, role: str, address: str) -> None:
        """Somebody has a role: what waits in it for another address is held."""
        self.holders[role] = Holder(address, self.now)
        for each in self.deliveries.values():
            if each.role == role and each.state in WAITS and each.address != address:
                each.state = "held"

    def may_be_decided(self, deed: str, delivery: Delivery) -> bool | None:
        """Whether a deed is allowed; ``None`` where the rules leave it open."""
        if delivery.state in ENDS or delivery.state == "handing over" or delivery.state in NEVER[deed]:
            return False
        if deed in LETS_GO and self.is_replaced(delivery):
            return False
        if deed in TO_THE_SAME and self.is_somebody_elses(delivery):
            return False
        return True if delivery.state in MUST[deed] else None

    def decide(self, deed: str, delivery: Delivery) -> None:
        """It was done."""
        delivery.state = TARGET[deed]

    def brought_back(self) -> None:
        """A copy took the place of what was there: what had not gone may have gone since."""
        for each in self.deliveries.values():
            if each.state in UNCERTAIN_IN_A_COPY:
                each.state = "unknown"

    def has_to_be_made_anew(self, message: int) -> bool:
        """Whether its header names somebody who was kept back since, and has nothing of it."""
        present = self.of(message)
        kept_back = {each.address for each in present if each.state in KEPT_BACK}
        staying = {each.address for each in present if each.state in WAITS | GONE | {"handing over"}}
        return bool(self.messages[message].named & (kept_back - staying))

    def make_anew(self, former: int, anew: Message, people: dict[int, tuple[str, str]]) -> None:
        """Who was to leave now leaves by a message of its own. Raises ``AssertionError`` where that is not so."""
        assert self.has_to_be_made_anew(former), f"message {former} was made anew without need"
        leaving = {(each.role, each.address): each for each in self.of(former) if self.may_leave(each)}
        for person in people.values():
            leaving[person].state = "cancelled"
        self.queue(anew, people)

    def may_be_named(self, message: int) -> set[str]:
        """Whom a header of the message may name now: who has it or is to have it, and nobody else."""
        present = self.of(message)
        return {each.address for each in present if each.state in GONE or self.may_leave(each)}
