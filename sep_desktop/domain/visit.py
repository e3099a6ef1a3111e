"""Visits: kinds, steps, clashes. A visit's step follows from its fields and is never stored."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

_EARLY, _LATE = timedelta(minutes=15), timedelta(hours=1)
"""By how much a meeting may begin before its time, and go on after it."""


class VisitKind(StrEnum):
    ANNUAL = "annual"
    ADDITIONAL = "additional"
    TERMLY = "termly"


KIND_NAMES = {
    VisitKind.ANNUAL: "Annual visit",
    VisitKind.ADDITIONAL: "Additional visit",
    VisitKind.TERMLY: "Termly visit",
}


class Step(StrEnum):
    """Where a visit stands, in the order in which it goes."""

    PREPARE = "Prepare"
    AGENDA = "Agenda"
    MEETING = "Meeting"
    REPORT = "Report"
    SEND = "Send"


@dataclass(frozen=True)
class Plan:
    """What is asked for when a visit is planned or moved."""

    urn: str
    kind: VisitKind
    due_key: str
    day: date
    start: time
    end: time
    place: str = field(default="", repr=False)
    remote: bool = False
    attending: str = field(default="", repr=False)


@dataclass(frozen=True)
class Visit:
    """One visit. ``due_key`` names the due item it fulfils (``annual``, ``termly-spring``, …).

    ``id`` is its number here, ``uid`` its identity on every computer (RFC 9562).
    """

    id: int
    urn: str
    year: int
    kind: VisitKind
    due_key: str
    day: date
    start: time
    end: time
    place: str = field(default="", repr=False)
    remote: bool = False
    attending: str = field(default="", repr=False)
    agreed_on: date | None = None
    held_on: date | None = None
    cancelled_because: str = ""
    reported: bool = False
    uid: str = ""

    @property
    def is_cancelled(self) -> bool:
        """Whether it will not take place."""
        return bool(self.cancelled_because)

    def is_running(self, now: datetime) -> bool:
        """Whether the meeting goes on at ``now``, the user's own time.

        From a quarter of an hour before its time until an hour after, unless it was marked as held by then.
        """
        if self.held_on or self.is_cancelled:
            return False
        begin, end = (datetime.combine(self.day, at, now.tzinfo) for at in (self.start, self.end))
        return begin - _EARLY <= now <= end + _LATE

    @property
    def plan(self) -> Plan:
        """What would be asked for to plan it as it is."""
        hours = (self.day, self.start, self.end)
        return Plan(self.urn, self.kind, self.due_key, *hours, self.place, self.remote, self.attending)

    @property
    def step(self) -> Step:
        """The next sensible thing to do."""
        if self.reported:
            return Step.SEND
        if self.held_on:
            return Step.REPORT
        return Step.MEETING if self.agreed_on else Step.AGENDA

    @property
    def hours(self) -> str:
        """``09:00–12:30``."""
        return f"{self.start:%H:%M}–{self.end:%H:%M}"


def clashes(plan: Plan, others: Iterable[Visit], moving: int = 0) -> list[Visit]:
    """The visits on the same day whose hours overlap; the one being moved does not clash with itself."""
    return [
        other
        for other in others
        if other.id != moving
        and not other.is_cancelled
        and other.day == plan.day
        and other.start < plan.end
        and plan.start < other.end
    ]
