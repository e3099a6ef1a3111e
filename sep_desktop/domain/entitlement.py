"""Which visits and days a school is due in a year, and why (clauses 7.3–7.6).

The rules themselves are a policy file; here is only how they are applied. Facts count from the day on which
they begin: a change in the middle of the year changes what is due from that day, and a visit already held
stays what it was.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from enum import StrEnum

from sep_desktop.domain.academic_year import AcademicYear, Calendar, Term
from sep_desktop.domain.circumstances import Circumstance, Fact, in_force
from sep_desktop.domain.visit import Visit, VisitKind
from sep_desktop.domain.wording import day, listed


@dataclass(frozen=True)
class Days:
    """Days by purpose."""

    on_site: float = 0.0
    preparation: float = 0.0
    reporting: float = 0.0
    performance_management: float = 0.0

    @property
    def total(self) -> float:
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
        found = in_force(history, self.fact, on)
        if found is None:
            return None
        if self.within_months:
            return found if _months_before(year.first_day, self.within_months) <= date.fromisoformat(found.value) <= on else None
        return found if found.value in self.values else None

    def sentence(self, found: Circumstance) -> str:
        return self.because.format(value=found.value, since=day(found.since))


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
class Policy:
    """The rules an LA applies, from a versioned file."""

    id: str
    version: int
    source: str
    conditions: Mapping[str, Condition]
    rules: tuple[Rule, ...]


class LineState(StrEnum):
    DUE = "due"
    BOOKED = "booked"
    HELD = "held"
    REPORTED = "reported"
    OVERDUE = "overdue"
    WAIVED = "not needed"
    SUPPORT = "support"


class OverrideKind(StrEnum):
    WAIVE = "waive"
    MOVE = "move"
    EXTRA = "extra"


@dataclass(frozen=True)
class Override:
    """A decision against the policy, with the reason and the day it was made."""

    line: str
    kind: OverrideKind
    reason: str
    made: date
    due_by: date | None = None
    id: int = 0


@dataclass(frozen=True)
class Line:
    """One thing a school is due: what, by when, why, and how it stands."""

    key: str
    title: str
    kind: VisitKind | None
    term: Term | None
    due_by: date
    days: Days
    clause: str
    why: str
    state: LineState
    visit: Visit | None = None
    assumed: str = ""
    override: Override | None = None


@dataclass(frozen=True)
class Entitlement:
    """The year of one school: its lines, and how it came to them."""

    year: AcademicYear
    lines: tuple[Line, ...]
    history: tuple[str, ...] = ()

    @property
    def visits(self) -> tuple[Line, ...]:
        return tuple(line for line in self.lines if line.kind and line.state is not LineState.WAIVED)

    def count(self, *states: LineState) -> int:
        return sum(line.state in states for line in self.visits)

    @property
    def held(self) -> int:
        return self.count(LineState.HELD, LineState.REPORTED)

    @property
    def left(self) -> int:
        return self.count(LineState.DUE, LineState.OVERDUE)

    @property
    def days(self) -> Days:
        return sum((line.days for line in self.lines if line.state is not LineState.WAIVED), Days())

    @property
    def why(self) -> str:
        """The reasons of the visits, each once."""
        return " ".join(dict.fromkeys(line.why for line in self.visits))


@dataclass(frozen=True)
class Situation:
    """Everything that decides a school's year, as of ``today``."""

    policy: Policy
    calendar: Calendar
    year: AcademicYear
    history: tuple[Circumstance, ...]
    visits: tuple[Visit, ...]
    overrides: tuple[Override, ...]
    today: date

    @property
    def as_at(self) -> date:
        """Today, kept within the year."""
        return min(max(self.today, self.year.first_day), self.year.last_day)


def entitlement(situation: Situation) -> Entitlement:
    """What the school is due this year, line by line."""
    lines = [line for rule in situation.policy.rules for line in _lines(rule, situation)]
    lines += [_extra(each, situation) for each in situation.overrides if each.kind is OverrideKind.EXTRA]
    lines += _kept(lines, situation)
    return Entitlement(situation.year, tuple(_overridden(line, situation) for line in lines), tuple(changes_in_year(situation)))


def _lines(rule: Rule, situation: Situation) -> list[Line]:
    if rule.each_term:
        terms = [(term, _reason_in_term(rule, term, situation)) for term in Term]
        return [_line(rule, why, situation, term) for term, why in terms if why]
    why = _reason(rule, situation, situation.as_at)
    if not why or _replaced(rule, situation):
        return []
    return [_line(rule, why, situation)]


def _reason(rule: Rule, situation: Situation, on: date) -> str:
    """Why ``rule`` applies on a day; empty when it does not."""
    if not rule.when:
        return rule.reason
    conditions = [situation.policy.conditions[key] for key in rule.when]
    met = [(each, found) for each in conditions if (found := each.met(situation.history, on, situation.year))]
    return rule.reason.format(because=listed([each.sentence(found) for each, found in met])) if met else ""


def _reason_in_term(rule: Rule, term: Term, situation: Situation) -> str:
    """Why a termly rule applies in ``term``: it holds on a day of it that has come, or holds now and the term is ahead."""
    span = situation.calendar.term(situation.year, term)
    if span.first > situation.as_at:
        return _reason(rule, situation, situation.as_at)
    end = min(span.last, situation.as_at)
    began = [each.since for each in situation.history if span.first <= each.since <= end]
    days_to_ask = [end, *sorted(began, reverse=True), span.first]
    return next((why for on in days_to_ask if (why := _reason(rule, situation, on))), "")


def _replaced(rule: Rule, situation: Situation) -> bool:
    """Whether another rule that applies stands in the place of this one."""
    others = [other for other in situation.policy.rules if rule.key in other.instead_of]
    return any(_reason_in_term(other, term, situation) for other in others for term in Term if other.each_term)


def _line(rule: Rule, why: str, situation: Situation, term: Term | None = None) -> Line:
    key = f"{rule.key}-{term}" if term else rule.key
    due_by = situation.calendar.term(situation.year, term or rule.due_term).last
    title = f"{rule.title}, {term} term" if term else rule.title
    blank = Line(key, title, rule.kind, term, due_by, rule.days, rule.clause, f"{why} (clause {rule.clause})", LineState.DUE, None, rule.assumed)
    return _with_state(blank, situation)


def _with_state(line: Line, situation: Situation) -> Line:
    if line.kind is None:
        return replace(line, state=LineState.SUPPORT)
    mine = [visit for visit in situation.visits if visit.line == line.key and not visit.is_cancelled]
    visit = max(mine, key=lambda each: (each.held_on is not None, each.day), default=None)
    return replace(line, visit=visit, state=_state(visit, line.due_by, situation.today))


def _state(visit: Visit | None, due_by: date, today: date) -> LineState:
    if visit and visit.held_on:
        return LineState.REPORTED if visit.reported else LineState.HELD
    if visit and visit.day >= today:
        return LineState.BOOKED
    return LineState.OVERDUE if today > due_by else LineState.BOOKED if visit else LineState.DUE


def _extra(override: Override, situation: Situation) -> Line:
    due_by = override.due_by or situation.calendar.term(situation.year, Term.SUMMER).last
    why = f"Added on {day(override.made)}: {override.reason}"
    return _with_state(
        Line(override.line, "Extra visit", VisitKind.ADDITIONAL, None, due_by, Days(on_site=0.5), "", why, LineState.DUE, override=override), situation
    )


def _kept(lines: Sequence[Line], situation: Situation) -> list[Line]:
    """Visits planned or held under a rule that no longer applies: they stay, and say so."""
    keys = {line.key for line in lines}
    loose = [visit for visit in situation.visits if visit.line not in keys and not visit.is_cancelled and visit.year == situation.year.start]
    rules = {rule.kind: rule for rule in situation.policy.rules if rule.kind}
    return [_kept_line(visit, rules[visit.kind], situation) for visit in loose]


def _kept_line(visit: Visit, rule: Rule, situation: Situation) -> Line:
    verb = "held" if visit.held_on else "booked"
    why = f"It was {verb} before the school's circumstances changed."
    return Line(visit.line, rule.title, visit.kind, None, visit.day, rule.days, rule.clause, why, _state(visit, visit.day, situation.today), visit)


def _overridden(line: Line, situation: Situation) -> Line:
    for each in situation.overrides:
        if each.line != line.key or each.kind is OverrideKind.EXTRA:
            continue
        why = f"{line.why} Changed on {day(each.made)}: {each.reason}"
        if each.kind is OverrideKind.WAIVE:
            line = replace(line, state=LineState.WAIVED if line.state in (LineState.DUE, LineState.OVERDUE) else line.state, why=why, override=each)
        elif each.due_by:
            line = _with_state(replace(line, due_by=each.due_by, why=why, override=each), situation)
    return line


def changes_in_year(situation: Situation) -> Iterable[str]:
    """A sentence for each day of the year on which what is due changed."""
    dates = sorted({each.since for each in situation.history if each.since in situation.year and each.since <= situation.today})
    before = _regime(situation, situation.year.first_day)
    for on in dates:
        now = _regime(situation, on)
        if now != before and on != situation.year.first_day:
            yield f"From {day(on)}: {listed(list(now.values()))}. Until then: {listed(list(before.values()))}."
        before = now


def _regime(situation: Situation, on: date) -> dict[str, str]:
    """The visits that would be due if things stayed as they are on a day: rule key -> words."""
    applying = [rule for rule in situation.policy.rules if rule.kind and _reason(rule, situation, on)]
    replaced = {key for rule in applying for key in rule.instead_of}
    return {rule.key: f"{rule.title.lower()} ({_reason(rule, situation, on).rstrip('.')})" for rule in applying if rule.key not in replaced}


def _months_before(on: date, months: int) -> date:
    total = on.year * 12 + on.month - 1 - months
    return date(total // 12, total % 12 + 1, min(on.day, 28))
