"""The outbox: states of one message on its way to one person, and when to try again.

Only a 2xx answer after the final dot is ``accepted``. Anything that happens between the dot and the answer is
``unknown``, and an unknown is never sent again by itself (RFC 1047).
"""

from abc import ABC, abstractmethod
from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, ClassVar, Generic, TypeAlias, TypeVar

from sep_desktop.domain.people import Contact, Role
from sep_desktop.domain.wording import day_and_time, listed, plural
from sep_desktop.errors import IllegalTransition, UserError


class State(StrEnum):
    """How one delivery stands."""

    QUEUED = "queued"
    HANDING_OVER = "handing over"
    ACCEPTED = "accepted"
    RETRY = "retry"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    HELD = "held"
    CANCELLED = "cancelled"
    CONFIRMED = "confirmed"
    HANDED_OUT = "handed out"


S = State
ALLOWED: Mapping[State, frozenset[State]] = {
    S.QUEUED: frozenset({S.HANDING_OVER, S.RETRY, S.REFUSED, S.HELD, S.CANCELLED, S.HANDED_OUT, S.UNKNOWN}),
    S.HANDING_OVER: frozenset({S.ACCEPTED, S.RETRY, S.REFUSED, S.UNKNOWN}),
    S.RETRY: frozenset({S.HANDING_OVER, S.RETRY, S.REFUSED, S.HELD, S.CANCELLED, S.HANDED_OUT, S.UNKNOWN}),
    S.HELD: frozenset({S.QUEUED, S.CANCELLED, S.UNKNOWN}),
    S.UNKNOWN: frozenset({S.CONFIRMED, S.QUEUED, S.CANCELLED}),
    S.REFUSED: frozenset({S.CANCELLED, S.QUEUED, S.UNKNOWN}),
    S.HANDED_OUT: frozenset({S.CONFIRMED, S.QUEUED, S.CANCELLED}),
    S.ACCEPTED: frozenset(),
    S.CONFIRMED: frozenset({S.HANDED_OUT}),
    S.CANCELLED: frozenset(),
}
"""Where each state may go. Accepted, confirmed and cancelled are ends: what comes after is a new version.

Only “all sent” is taken back: what was confirmed then is handed out again.
"""

IN_WORDS = {
    S.QUEUED: "Waiting to send",
    S.HANDING_OVER: "Sending",
    S.ACCEPTED: "Accepted by the mail server",
    S.RETRY: "Waiting to send",
    S.REFUSED: "Address refused",
    S.UNKNOWN: "Could not confirm",
    S.HELD: "Held",
    S.CANCELLED: "Not to be sent",
    S.CONFIRMED: "Sent, as you confirmed",
    S.HANDED_OUT: "Written out, for you to send",
}
"""Each state as people read it, in the outbox, on the sealed page and at the command line."""

SENDABLE = frozenset({S.QUEUED, S.RETRY})
"""May be handed over now."""

WAITING = frozenset({S.QUEUED, S.RETRY, S.HANDING_OVER, S.HELD})
"""Has not left yet."""

NEEDS_YOU = frozenset({S.UNKNOWN, S.REFUSED})
"""Stands still until somebody decides."""

UNDER_WAY = WAITING | NEEDS_YOU
"""Has not come to its end: what it carries is kept, however old it is."""

WITHDRAWABLE = frozenset({S.QUEUED, S.RETRY, S.HELD, S.REFUSED})
"""Has certainly not gone: a correction takes its place."""

SENT = frozenset({S.ACCEPTED, S.CONFIRMED, S.HANDED_OUT})
"""Has left for its reader, as far as anybody knows."""

NAMED_TO_OTHERS = SENDABLE | SENT | {S.HANDING_OVER, S.UNKNOWN}
"""Stands in the header of the others: is still to have it, or has it already, as far as anybody knows."""

MAY_HAVE_GONE = WITHDRAWABLE
"""Has not gone from this store, but perhaps from another copy of it."""

CUT_OFF = "The program ended before the server's answer was written down."
"""What is noted beside a delivery that was being handed over when the program ended."""


class Choice(StrEnum):
    """What a person may decide about a delivery."""

    ARRIVED = "it arrived"
    AGAIN = "send again"
    LEAVE = "leave it"
    SENT = "it was sent"
    HOLD = "held"
    RELEASE = "released"
    CANCEL = "not to be sent"
    READDRESS = "address corrected"


C = Choice
CHOSEN_STATE = {
    C.ARRIVED: S.CONFIRMED,
    C.AGAIN: S.QUEUED,
    C.LEAVE: S.CANCELLED,
    C.SENT: S.CONFIRMED,
    C.HOLD: S.HELD,
    C.RELEASE: S.QUEUED,
    C.CANCEL: S.CANCELLED,
    C.READDRESS: S.CANCELLED,
}
"""The state to which each choice leads."""

CHOICES: Mapping[State, frozenset[Choice]] = {
    S.QUEUED: frozenset({C.HOLD, C.CANCEL, C.READDRESS}),
    S.RETRY: frozenset({C.HOLD, C.CANCEL, C.READDRESS}),
    S.HELD: frozenset({C.RELEASE, C.CANCEL, C.READDRESS}),
    S.REFUSED: frozenset({C.AGAIN, C.LEAVE, C.CANCEL, C.READDRESS}),
    S.UNKNOWN: frozenset({C.ARRIVED, C.AGAIN, C.LEAVE}),
    S.HANDED_OUT: frozenset({C.SENT, C.ARRIVED, C.AGAIN, C.LEAVE}),
    S.HANDING_OVER: frozenset(),
    S.ACCEPTED: frozenset(),
    S.CONFIRMED: frozenset(),
    S.CANCELLED: frozenset(),
}
"""What may be decided in each state. Nothing while the mail server weighs it: its answer comes first."""

LETS_GO = frozenset({C.AGAIN, C.RELEASE, C.READDRESS})
"""Lets it leave: not to be chosen of a version that was replaced."""


def choices(state: State, *, replaced: bool) -> frozenset[Choice]:
    """What may be decided about a delivery; ``replaced`` where a newer version took its place."""
    return CHOICES[state] - LETS_GO if replaced else CHOICES[state]


def assert_may_choose(choice: Choice, state: State) -> None:
    """Raises ``IllegalTransition`` for a choice that comes too late, or too early."""
    if choice in CHOICES[state]:
        return
    if state is State.HANDING_OVER:
        raise IllegalTransition(
            "It is being sent at this moment.", "Decide about it when the mail server has answered."
        )
    if state in SENT:
        raise IllegalTransition(f"It had gone already: it is “{IN_WORDS[state]}”.")
    raise IllegalTransition(f"A delivery that is “{IN_WORDS[state]}” cannot be “{choice}”.")


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One message, one person. ``reply`` is the server's own sentence."""

    id: int
    name: str = field(repr=False)
    address: str = field(repr=False)
    state: State
    changed: datetime
    attempts: int = 0
    next_at: datetime | None = None
    reply: str = field(default="", repr=False)

    @property
    def when(self) -> str:
        """When it came to stand so, and when it is tried again, where it will be by itself."""
        again = self.next_at if self.state is State.RETRY else None
        attempt = f"; next attempt {day_and_time(again)}" if again else ""
        return f"{day_and_time(self.changed)}{attempt}"


@dataclass(frozen=True, kw_only=True)
class RoleDelivery(Delivery):
    """One message, one person in a role at a school or the LA."""

    message_id: int
    role: Role


Pdf = TypeVar("Pdf", bound=bytes)


@dataclass(frozen=True, kw_only=True)
class Part(ABC, Generic[Pdf]):
    """What a message carries, with what a screen or an envelope needs to know of it.

    Each kind of message has a part of its own, whose PDF is of a type of its own: ``carries``. ``source_id``
    is the row that it was frozen from: of a report, its version; ``visit_id`` is 0 where it has no visit.
    """

    kind: ClassVar[str]
    carries: ClassVar[type[bytes]]

    source_id: int
    visit_id: int
    number: int
    newest: int
    completed: datetime

    @property
    def replaced(self) -> bool:
        """Whether a correction has taken the place of this version: it is sent to nobody any more."""
        return self.number < self.newest

    @property
    @abstractmethod
    def name(self) -> str:
        """What it is called beside its school: ``version 2``."""

    @property
    @abstractmethod
    def record(self) -> str:
        """What the journal's lines about it are about: ``report 5``."""

    @abstractmethod
    def opening(self, school: str) -> tuple[str, ...]:
        """The paragraphs that a mail begins with: what is attached, about which school."""


@dataclass(frozen=True, kw_only=True)
class MessageOf(Generic[Pdf]):
    """A part on its way to those who may read it, all together.

    ``uid`` is its identity on every computer (RFC 9562), ``identifier`` its Message-ID (RFC 5322),
    ``readers`` the roles it was made for: nobody else is ever sent it. ``urn`` and ``school`` are empty where
    it is about no school.
    """

    id: int
    uid: str
    identifier: str
    subject: str
    made: datetime
    urn: str
    school: str
    readers: tuple[Role, ...]
    part: Part[Pdf]
    deliveries: tuple[RoleDelivery, ...]

    @property
    def title(self) -> str:
        """``Harbour Lights Primary School, version 2``."""
        return ", ".join(each for each in (self.school, self.part.name) if each)

    @property
    def file_name(self) -> str:
        """``report-100001-2026-11-04-v1-7.pdf``: the last number is the message's; no word gives it away."""
        part = self.part
        parts = (part.kind, self.urn, f"{part.completed:%Y-%m-%d}", f"v{part.number}", str(self.id))
        return f"{'-'.join(each for each in parts if each)}.pdf"


Message: TypeAlias = MessageOf[Any]
"""A message of whatever kind."""


def waiting_in_words(waiting: Mapping[str, int]) -> str:
    """``2 reports and 1 agenda``: how many messages of each kind; empty for none."""
    return listed([plural(count, kind) for kind, count in waiting.items()])


NOTHING_WAITS = "Nothing is waiting to be sent."
"""What is said where there is none."""


def written_in_words(messages: int) -> str:
    """What is said of messages that were written out as files, in a sentence."""
    return f"{plural(messages, 'message')} written out, for you to send."


def replaced_by(newest: int) -> str:
    """What is noted beside a delivery that waited when version ``newest`` took its place."""
    return f"Replaced by version {newest} before it was sent."


def assert_newest(number: int, newest: int) -> None:
    """Raises ``UserError`` for a version that has been replaced: only the newest is sent."""
    if number < newest:
        raise UserError(
            f"Version {newest} has taken the place of version {number}.", "Only the newest version is sent."
        )


def gone_elsewhere(reason: str, state: State) -> str:
    """What is noted beside a delivery in ``state`` that may have gone from another copy of the store."""
    return f"{reason} It may have been sent since; here it was “{IN_WORDS[state]}”."


def taken_over(holder: Contact, kind: str) -> str:
    """Why a delivery of a message of a kind is held whose role somebody else has by now."""
    return (
        f"{holder.name} {holder.email} took this role since the {kind} was completed. "
        "Correct the address, or enter it again where it is right."
    )


def advance(now: State, to: State) -> State:
    """``to``, if a delivery may go there from ``now``. Raises ``IllegalTransition``."""
    if to not in ALLOWED[now]:
        raise IllegalTransition(f"A delivery that is “{IN_WORDS[now]}” cannot become “{IN_WORDS[to]}”.")
    return to


_MINUTES = (0, 1, 5, 15, 30)


def next_attempt(attempts: int, now: datetime, jitter: float = 0.5) -> datetime:
    """When to try after ``attempts`` failures.

    1, 5, 15, 30 minutes, then hourly, ±20 % by ``jitter`` in 0…1.
    """
    minutes = _MINUTES[attempts] if attempts < len(_MINUTES) else 60
    return now + timedelta(minutes=minutes * (0.8 + 0.4 * jitter))


def is_due(delivery: Delivery, now: datetime) -> bool:
    """Whether it may be tried now. A next attempt more than a day ahead is a clock that was put back."""
    if delivery.state not in SENDABLE:
        return False
    ahead = delivery.next_at
    return ahead is None or ahead <= now or ahead > now + timedelta(days=1)
