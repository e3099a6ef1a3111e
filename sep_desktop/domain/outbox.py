"""The outbox: states of one message on its way to one person, and when to try again.

Only a 2xx answer after the final dot is ``accepted``. Anything that happens between the dot and the answer is
``unknown``, and an unknown is never sent again by itself (RFC 1047).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from sep_desktop.domain.people import Contact, Role
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
    S.QUEUED: frozenset({S.HANDING_OVER, S.RETRY, S.REFUSED, S.HELD, S.CANCELLED, S.HANDED_OUT}),
    S.HANDING_OVER: frozenset({S.ACCEPTED, S.RETRY, S.REFUSED, S.UNKNOWN}),
    S.RETRY: frozenset({S.HANDING_OVER, S.RETRY, S.REFUSED, S.HELD, S.CANCELLED, S.HANDED_OUT}),
    S.HELD: frozenset({S.QUEUED, S.CANCELLED}),
    S.UNKNOWN: frozenset({S.CONFIRMED, S.QUEUED, S.CANCELLED}),
    S.REFUSED: frozenset({S.CANCELLED, S.QUEUED}),
    S.HANDED_OUT: frozenset({S.CONFIRMED, S.QUEUED}),
    S.ACCEPTED: frozenset(),
    S.CONFIRMED: frozenset(),
    S.CANCELLED: frozenset(),
}
"""Where each state may go. Accepted, confirmed and cancelled are ends: what comes after is a new version."""

IN_WORDS = {
    S.QUEUED: "Waiting to send",
    S.HANDING_OVER: "Sending",
    S.ACCEPTED: "Accepted by the mail server",
    S.RETRY: "Waiting to send",
    S.REFUSED: "Address refused",
    S.UNKNOWN: "Could not confirm",
    S.HELD: "Held",
    S.CANCELLED: "Not to be sent",
    S.CONFIRMED: "Arrived, as you confirmed",
    S.HANDED_OUT: "Written out, for you to send",
}
"""Each state as people read it, in the outbox, on the sealed page and at the command line."""

SENDABLE = frozenset({S.QUEUED, S.RETRY})
"""May be handed over now."""

WAITING = frozenset({S.QUEUED, S.RETRY, S.HANDING_OVER, S.HELD})
"""Has not left yet."""

NEEDS_YOU = frozenset({S.UNKNOWN, S.REFUSED})
"""Stands still until somebody decides."""

WITHDRAWABLE = frozenset({S.QUEUED, S.RETRY, S.HELD, S.REFUSED})
"""Has certainly not gone: a correction takes its place."""

CUT_OFF = "The program ended before the server's answer was written down."
"""What is noted beside a delivery that was being handed over when the program ended."""


class Choice(StrEnum):
    """What a person may say of a delivery that stands still."""

    ARRIVED = "it arrived"
    AGAIN = "send again"
    LEAVE = "leave it"


CHOSEN_STATE = {Choice.ARRIVED: S.CONFIRMED, Choice.AGAIN: S.QUEUED, Choice.LEAVE: S.CANCELLED}
"""The state to which each choice leads."""


@dataclass(frozen=True, kw_only=True)
class Delivery:
    """One message, one person. ``reply`` is the server's own sentence."""

    id: int
    name: str
    address: str
    state: State
    changed: datetime
    attempts: int = 0
    next_at: datetime | None = None
    reply: str = ""


@dataclass(frozen=True, kw_only=True)
class ReportDelivery(Delivery):
    """One version of a report, one person of the distribution list."""

    message_id: int
    role: Role


@dataclass(frozen=True, kw_only=True)
class Message:
    """One version of a report on its way, with what a screen or an envelope needs to know of it.

    ``uid`` is its identity on every computer (RFC 9562), ``identifier`` its Message-ID (RFC 5322).
    """

    id: int
    uid: str
    version_id: int
    identifier: str
    subject: str
    made: datetime
    urn: str
    school: str
    visit_id: int
    report_id: int
    number: int
    completed: datetime
    newest: int
    deliveries: tuple[ReportDelivery, ...]

    @property
    def replaced(self) -> bool:
        """Whether a correction has taken the place of this version: it is sent to nobody any more."""
        return self.number < self.newest

    @property
    def file_name(self) -> str:
        """``report-100001-2026-11-04-v1-7.pdf``: the last number is the message's; no word gives it away."""
        return f"report-{self.urn}-{self.completed:%Y-%m-%d}-v{self.number}-{self.id}.pdf"


def replaced_by(newest: int) -> str:
    """What is noted beside a delivery that waited when version ``newest`` took its place."""
    return f"Replaced by version {newest} before it was sent."


def assert_newest(number: int, newest: int) -> None:
    """Raises ``UserError`` for a version that has been replaced: only the newest is sent."""
    if number < newest:
        raise UserError(
            f"Version {newest} has taken the place of version {number}.", "Only the newest version is sent."
        )


def taken_over(holder: Contact) -> str:
    """Why a delivery is held whose role somebody else has by now."""
    return (
        f"{holder.name} {holder.email} took this role since the report was completed. "
        "Correct the address, or release it."
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
