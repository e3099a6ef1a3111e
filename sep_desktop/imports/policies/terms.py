"""Term dates and half-term weeks, as an authority publishes them."""

import itertools
from datetime import date

from sep_desktop.domain.academic_year import AcademicYear, Calendar, Span, Term
from sep_desktop.domain.wording import day
from sep_desktop.imports.policies.table import Table, as_day


def read_terms(table: Table) -> Calendar:
    """The terms of each year, which follow one another, and the weeks between them that lie within a term."""
    published: dict[tuple[int, Term], Span] = {}
    for row in table.tables("terms"):
        _read_year(row, published)
    years = sorted({year for year, _ in published})
    for earlier, later in itertools.pairwise(years):
        if later > earlier + 1:
            table.wrong("terms", f"There is a gap: the terms of {AcademicYear(earlier + 1)} are missing.")
    breaks = tuple(_read_break(row, published) for row in table.tables("breaks", required=False))
    return Calendar(published, breaks)


def _read_year(row: Table, published: dict[tuple[int, Term], Span]) -> None:
    year = AcademicYear(row.whole("year", least=2000, most=2100))
    if (year.start, Term.AUTUMN) in published:
        row.wrong("year", "This year is here twice. Keep one.", year.start)
    before: Span | None = None
    for term in Term:
        span = _span(row, year, term)
        if span.first not in year or span.last not in year:
            row.wrong(term, f"The term is not within {year}. Look at the year.", _words(span))
        if before and span.first <= before.last:
            row.wrong(term, f"The days overlap: the term before ends on {day(before.last)}.", _words(span))
        published[year.start, term] = before = span


def _span(row: Table, year: AcademicYear, term: Term) -> Span:
    """The two days of a term; those of the usual pattern where they cannot be read."""
    pair = row.value(term)
    days = [as_day(each) for each in pair] if isinstance(pair, list) else []
    if len(days) != 2 or days[0] is None or days[1] is None or days[1] < days[0]:
        row.wrong(term, "Write the first and the last day: [2026-09-02, 2026-12-18].", pair)
        return Calendar({}).term(year, term)
    return Span(days[0], days[1])


def _read_break(row: Table, published: dict[tuple[int, Term], Span]) -> Span:
    first, last = row.day("first"), row.day("last")
    if first is None or last is None:
        return Span(date.max, date.max)  # it is never used: the file is refused
    span = Span(first, last)
    if last < first:
        row.wrong("last", f"The week would end before it begins on {day(first)}.", last)
    elif not any(first in term and last in term for term in published.values()):
        row.wrong("first", "These days are not within one term.", _words(span))
    return span


def _words(span: Span) -> str:
    return f"{day(span.first)} to {day(span.last)}"


def terms_in_words(calendar: Calendar) -> dict[str, str]:
    """Each term and half-term week by its name, as it reads beside another version."""
    terms = {
        f"{term.capitalize()} term {AcademicYear(year)}": _words(span)
        for (year, term), span in calendar.published.items()
    }
    return terms | {f"Half-term {day(span.first)}": _words(span) for span in calendar.breaks}
