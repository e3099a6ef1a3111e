"""What an adviser wants to know first: waiting, next, to write, due."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.entitlement import Line, LineState
from sep_desktop.domain.outbox import NEEDS_YOU, WAITING, State
from sep_desktop.domain.settings import month_and_day
from sep_desktop.domain.visit import KIND_NAMES, Visit
from sep_desktop.domain.wording import ago, plural
from sep_desktop.services import library, schools
from sep_desktop.storage.outbox import Parcel
from sep_desktop.storage.store import Store

_AHEAD = timedelta(weeks=8)


@dataclass(frozen=True)
class ParcelLine:
    """A report in the outbox, and how it stands in a sentence."""

    school: str
    sentence: str


@dataclass(frozen=True)
class VisitLine:
    """A visit, and what is missing or next."""

    school: str
    visit: Visit
    sentence: str


@dataclass(frozen=True)
class DueLine:
    """A visit that is due and not planned."""

    school: str
    urn: str
    line: Line

    @property
    def overdue(self) -> bool:
        return self.line.state is LineState.OVERDUE


@dataclass(frozen=True)
class SupportDue:
    """How many schools have no support with performance management recorded this year, and by when they should."""

    without: int
    of: int
    by: date
    overdue: bool


@dataclass(frozen=True)
class Today:
    """The four lists. ``schools`` is how many schools are allocated."""

    waiting: tuple[ParcelLine, ...]
    needs_you: tuple[ParcelLine, ...]
    ahead: tuple[VisitLine, ...]
    to_write: tuple[VisitLine, ...]
    due: tuple[DueLine, ...]
    schools: int
    sample: bool
    support: SupportDue | None = None


def look(*, store: Store, now: datetime) -> Today:
    """The lists as they stand now."""
    today = now.date()
    year = schools.current_year(store=store, today=today)
    allocated = store.casework.allocated(year.start)
    names = store.schools.names(list(allocated))
    due = schools.entitlements(store=store, year=year, urns=list(allocated), today=today)
    unfinished = store.visits.unfinished()
    names |= store.schools.names([visit.urn for visit in unfinished if visit.urn not in names])
    soon = library.calendar().term(year, library.calendar().term_of(today)).last
    lines = [
        DueLine(names[urn], urn, line)
        for urn, found in due.items()
        for line in found.visits
        if line.state is LineState.OVERDUE or (line.state is LineState.DUE and line.due_by <= soon)
    ]
    return Today(
        waiting=tuple(ParcelLine(each.school, _waiting(each, now)) for each in store.outbox.parcels(WAITING)),
        needs_you=tuple(ParcelLine(each.school, _needs_you(each)) for each in store.outbox.parcels(NEEDS_YOU)),
        ahead=tuple(VisitLine(names[visit.urn], visit, _next_step(visit)) for visit in unfinished if not visit.held_on and visit.day >= today)[:8],
        to_write=tuple(VisitLine(names[visit.urn], visit, _unwritten(visit)) for visit in unfinished if visit.held_on or visit.day < today),
        due=tuple(sorted(lines, key=lambda each: each.line.due_by)),
        schools=len(allocated),
        sample=store.settings.on("sample"),
        support=_support(store, year, list(allocated), today),
    )


def _support(store: Store, year: AcademicYear, urns: list[str], today: date) -> SupportDue | None:
    """Said from eight weeks before the deadline until every school has had it."""
    by = year.on(*month_and_day(store.settings.text("appraisal.deadline")))
    given = {each.urn for each in store.casework.support(year.first_day, year.last_day, urns)}
    without = len(set(urns) - given)
    return SupportDue(without, len(urns), by, today > by) if without and today >= by - _AHEAD else None


def _waiting(parcel: Parcel, now: datetime) -> str:
    people = sum(each.state in WAITING for each in parcel.deliveries)
    return f"version {parcel.number} waits for {plural(people, 'person', 'people')}, completed {ago(parcel.completed.date(), now.date())}."


def _needs_you(parcel: Parcel) -> str:
    unknown = sum(each.state is State.UNKNOWN for each in parcel.deliveries)
    refused = sum(each.state is State.REFUSED for each in parcel.deliveries)
    parts = [f"could not confirm {plural(unknown, 'delivery', 'deliveries')}"] * bool(unknown) + [f"{plural(refused, 'address', 'addresses')} refused"] * bool(
        refused
    )
    return f"version {parcel.number}: {' and '.join(parts)}."


def _next_step(visit: Visit) -> str:
    kind = KIND_NAMES[visit.kind]
    return f"{kind}; the agenda is agreed." if visit.agreed_on else f"{kind}; the agenda is not agreed yet."


def _unwritten(visit: Visit) -> str:
    return "The report is not complete." if visit.held_on else "It is not marked as held."
