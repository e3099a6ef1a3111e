"""Academic years, terms and holidays."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from enum import StrEnum


class Term(StrEnum):
    AUTUMN = "autumn"
    SPRING = "spring"
    SUMMER = "summer"


@dataclass(frozen=True, order=True)
class AcademicYear:
    """1 September of ``start`` to 31 August of the year after."""

    start: int

    @classmethod
    def of(cls, day: date) -> "AcademicYear":
        """The year in which ``day`` lies."""
        return cls(day.year if day.month >= 9 else day.year - 1)

    @classmethod
    def parse(cls, text: str) -> "AcademicYear":
        """Read ``2026-27``, ``2026/27``, ``2026-2027`` or ``2026``.

        Raises ``ValueError`` for anything else, and for two years that do not follow each other.
        """
        first, _, second = text.strip().replace("/", "-").replace("\u2013", "-").partition("-")
        year = int(first)
        if not 2000 <= year <= 2100:
            raise ValueError(text)
        if second and int(second) not in {year + 1, (year + 1) % 100}:
            raise ValueError(text)
        return cls(year)

    @property
    def first_day(self) -> date:
        """1 September."""
        return date(self.start, 9, 1)

    @property
    def last_day(self) -> date:
        """31 August of the next year."""
        return date(self.start + 1, 8, 31)

    def __contains__(self, day: date) -> bool:
        return self.first_day <= day <= self.last_day

    def nearest(self, day: date) -> date:
        """``day``, or the nearest day of the year where it is outside."""
        return min(max(day, self.first_day), self.last_day)

    def kept_until(self, years: int) -> date:
        """The day from which papers of the year go where they are kept ``years`` after its end."""
        return date(self.start + 1 + years, 9, 1)

    def on(self, month: int, day: int) -> date:
        """The one such day of the year."""
        return date(self.start if month >= 9 else self.start + 1, month, day)

    def __str__(self) -> str:
        return f"{self.start}-{(self.start + 1) % 100:02d}"


@dataclass(frozen=True)
class Span:
    """From ``first`` to ``last``, both included."""

    first: date
    last: date

    def __contains__(self, day: date) -> bool:
        return self.first <= day <= self.last


@dataclass(frozen=True)
class Calendar:
    """Term dates and half-term holidays of the years the LA has published; a usual pattern for the others.

    ``published`` maps a year and term to its span, ``breaks`` lists the half-term weeks, ``bank_holiday``
    names the bank holiday that a day is, or nothing.
    """

    published: Mapping[tuple[int, Term], Span]
    breaks: tuple[Span, ...] = ()
    bank_holiday: Callable[[date], str] = lambda _: ""

    def term(self, year: AcademicYear, term: Term) -> Span:
        """The span of ``term``; a whole usual one where the LA has published none."""
        known = self.published.get((year.start, term))
        if known:
            return known
        after = year.start + 1
        return {
            Term.AUTUMN: Span(date(year.start, 9, 1), date(year.start, 12, 20)),
            Term.SPRING: Span(date(after, 1, 4), date(after, 3, 31)),
            Term.SUMMER: Span(date(after, 4, 15), date(after, 7, 22)),
        }[term]

    def term_of(self, day: date) -> Term:
        """The term of ``day``; a holiday belongs to the term before it, August to the summer."""
        year = AcademicYear.of(day)
        begun = [term for term in Term if self.term(year, term).first <= day]
        return begun[-1] if begun else Term.AUTUMN

    def in_holiday(self, day: date) -> bool:
        """Whether ``day`` is outside its term, or in a half-term week."""
        span = self.term(AcademicYear.of(day), self.term_of(day))
        return day not in span or any(day in week for week in self.breaks)

    def working_day(self, day: date) -> bool:
        """Whether people work on ``day``: no weekend and no bank holiday."""
        return day.weekday() < 5 and not self.bank_holiday(day)

    def after(self, day: date, working_days: int) -> date:
        """The day that is so many working days after ``day``."""
        while working_days > 0:
            day += timedelta(days=1)
            working_days -= self.working_day(day)
        return day

    def last_days_of_term(self, day: date) -> bool:
        """Whether ``day`` is one of the last two days of its term."""
        last = self.term(AcademicYear.of(day), self.term_of(day)).last
        return last - timedelta(days=1) <= day <= last
