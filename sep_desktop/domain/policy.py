"""The rules an authority applies, as values: conditions, the visits and work they make due, and their days.

``entitlement`` applies them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date

from sep_desktop.domain.academic_year import AcademicYear, Term
from sep_desktop.domain.circumstances import Circumstance, Fact, in_force
from sep_desktop.domain.visit import VisitKind
from sep_desktop.domain.wording import day


@dataclass(frozen=True)
class Days:
    """Days by purpose."""

    on_site: float = 0.0
    preparation: float = 0.0
    reporting: float = 0.0
    performance_management: float = 0.0

    @property
    def total(self) -> float:
        """Days for every purpose."""
        return self.on_site + self.preparation + self.reporting + self.performance_management

    def __add__(self, other: "Days") -> "Days":
        return Days(
            self.on_site + other.on_site,
            self.preparation + other.preparation,
            self.reporting + other.reporting,
            self.performance_management + other.performance_management,
        )


@dataclass(frozen=True)
class Condition:
    """Something that may be true of a school. ``because`` may use ``{value}`` and ``{since}``."""

    key: str
    fact: Fact
    values: tuple[str, ...]
    because: str
    within_months: int = 0

    def met(self, history: Sequence[Circumstance], on: date, year: AcademicYear) -> Circumstance | None:
        """The circumstance that makes it true on a day; ``None`` where none does."""
        circumstance = in_force(history, self.fact, on)
        if circumstance is None:
            return None
        if self.within_months:
            return (
                circumstance
                if _months_before(year.first_day, self.within_months)
                <= date.fromisoformat(circumstance.value)
                <= on
                else None
            )
        return circumstance if circumstance.value in self.values else None

    def sentence(self, circumstance: Circumstance) -> str:
        """Why it is true, with the value and day of the circumstance."""
        return self.because.format(value=circumstance.value, since=day(circumstance.since))


@dataclass(frozen=True)
class Rule:
    """One rule of the policy: a visit (``kind``) or a piece of work of the annual cycle."""

    key: str
    title: str
    clause: str
    reason: str
    days: Days
    kind: VisitKind | None = None
    when: tuple[str, ...] = ()
    each_term: bool = False
    instead_of: tuple[str, ...] = ()
    due_term: Term = Term.SUMMER
    assumed: str = ""


@dataclass(frozen=True)
class EntitlementPolicy:
    """The rules by which an authority grants visits and days."""

    id: str
    version: int
    source: str
    conditions: Mapping[str, Condition]
    rules: tuple[Rule, ...]


@dataclass(frozen=True)
class Reporting:
    """Within how many working days of a visit its report is to be completed; 0 where none are set."""

    working_days: int = 0


@dataclass(frozen=True)
class Retention:
    """For how many years after the academic year of a visit its papers are kept; 0 is without an end.

    ``reports`` counts for agenda, notes, report and versions, ``messages`` for the bytes of what was sent.
    """

    reports: int = 0
    messages: int = 0


def _months_before(on: date, months: int) -> date:
    total = on.year * 12 + on.month - 1 - months
    return date(total // 12, total % 12 + 1, min(on.day, 28))
