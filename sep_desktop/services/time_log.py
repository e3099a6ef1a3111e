"""The time given to schools, day by day: what an SEP claims by and what the LA's report counts.

Of performance management it knows what the store of visits knows: that support was given, when, and for how
long.
"""

from dataclasses import dataclass
from datetime import date

from sep_desktop.domain import sheet
from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.report import SectionKind, time_of
from sep_desktop.domain.visit import KIND_NAMES, Visit
from sep_desktop.services import policies
from sep_desktop.storage.store import Store

_PURPOSES = (
    ("preparation", "preparation"),
    ("on_site", "at the school"),
    ("writing", "writing"),
    ("other", "other agreed work"),
)


@dataclass(frozen=True)
class Spent:
    """Hours given to one school for one purpose, on the day of the visit or of the support."""

    day: date
    urn: str
    school: str
    work: str
    purpose: str
    hours: float


def spent(*, store: Store, year: AcademicYear) -> list[Spent]:
    """Every hour of the year that is written down, by day and school."""
    urns = list(store.allocations.allocated(year.start))
    visits = [
        visit for each in store.visits.of_year(year.start, urns).values() for visit in each if visit.held_on
    ]
    names = store.schools.names(urns)
    lines = [line for visit in visits for line in _of_visit(store, visit, names)]
    given = store.support_given.between(year.first_day, year.last_day, urns)
    lines += [
        Spent(
            each.day, each.urn, names[each.urn], "Support with performance management", "support", each.hours
        )
        for each in given
    ]
    return sorted(lines, key=lambda line: (line.day, line.school))


def _of_visit(store: Store, visit: Visit, names: dict[str, str]) -> list[Spent]:
    report = store.reports.of_visit(visit.id)
    if report is None:
        return []
    held = visit.held_on or visit.day
    template = policies.of_visit(store=store, visit=visit, on=held).report(visit.kind)
    key = next(each.key for each in template.sections if each.kind is SectionKind.TIME)
    time = time_of(store.reports.sections.content(report.id).get(key, ""))
    given = [(name, float(getattr(time, purpose))) for purpose, name in _PURPOSES]
    return [
        Spent(held, visit.urn, names[visit.urn], KIND_NAMES[visit.kind], name, hours)
        for name, hours in given
        if hours
    ]


def as_csv(lines: list[Spent]) -> str:
    """A table for a claim sheet, with the sum in its last row."""
    rows = [
        (line.day.isoformat(), line.urn, line.school, line.work, line.purpose, f"{line.hours:g}")
        for line in lines
    ]
    total = ("", "", "", "", "sum", f"{sum(line.hours for line in lines):g}")
    return sheet.as_csv([("day", "urn", "school", "work", "purpose", "hours"), *rows, total])
