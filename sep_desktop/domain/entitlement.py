"""Which visits and days a school is due in a year, and why (clauses 7.3–7.6).

The rules themselves are a policy; here is only how they are applied. Facts count from the day on which they
begin: a change in the middle of the year changes what is due from that day, and a visit already held
stays what it was.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum

from sep_desktop.domain.academic_year import AcademicYear, Calendar, Term
from sep_desktop.domain.circumstances import Circumstance
from sep_desktop.domain.policy import Days, EntitlementPolicy, Rule
from sep_desktop.domain.visit import KIND_NAMES, Visit, VisitKind
from sep_desktop.domain.wording import day, listed


class DueState(StrEnum):
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

    due_key: str
    kind: OverrideKind
    reason: str = field(repr=False)
    made: date
    due_by: date | None = None
    id: int = 0


@dataclass(frozen=True)
class DueItem:
    """One thing a school is due: what, by when, why, and how it stands.

    ``kept`` says that no rule asks for it any more: its visit was planned or held while one did.
    """

    key: str
    title: str
    kind: VisitKind | None
    term: Term | None
    due_by: date
    days: Days
    clause: str
    why: str
    state: DueState
    visit: Visit | None = None
    assumed: str = ""
    override: Override | None = None
    kept: bool = False


@dataclass(frozen=True)
class Entitlement:
    """The year of one school: its items, how it came to them, and when the term of today ends."""

    year: AcademicYear
    items: tuple[DueItem, ...]
    history: tuple[str, ...] = ()
    term_ends: date = date.max

    @property
    def visits(self) -> tuple[DueItem, ...]:
        """The visits that count: those not waived."""
        return tuple(item for item in self.items if item.kind and item.state is not DueState.WAIVED)

    def count(self, *states: DueState) -> int:
        """How many visits are in one of the states."""
        return sum(item.state in states for item in self.visits)

    @property
    def held(self) -> int:
        """How many visits have been held."""
        return self.count(DueState.HELD, DueState.REPORTED)

    @property
    def left(self) -> int:
        """How many visits are not even booked."""
        return self.count(DueState.DUE, DueState.OVERDUE)

    @property
    def days(self) -> Days:
        """The days of everything that is not waived, by purpose."""
        return sum((item.days for item in self.items if item.state is not DueState.WAIVED), Days())

    @property
    def why(self) -> str:
        """The reasons of the visits, each once."""
        return " ".join(dict.fromkeys(item.why for item in self.visits))


@dataclass(frozen=True)
class Situation:
    """Everything that decides a school's year, as of ``today``."""

    policy: EntitlementPolicy
    calendar: Calendar
    year: AcademicYear
    history: tuple[Circumstance, ...]
    visits: tuple[Visit, ...]
    overrides: tuple[Override, ...]
    today: date

    @property
    def as_at(self) -> date:
        """Today, kept within the year."""
        return self.year.nearest(self.today)


def entitlement(situation: Situation) -> Entitlement:
    """What the school is due this year, item by item."""
    items = [item for rule in situation.policy.rules for item in _items(rule, situation)]
    items += [_extra(each, situation) for each in situation.overrides if each.kind is OverrideKind.EXTRA]
    items += _kept(items, situation)
    return Entitlement(
        situation.year,
        tuple(_overridden(item, situation) for item in items),
        tuple(changes_in_year(situation)),
        situation.calendar.term(situation.year, situation.calendar.term_of(situation.today)).last,
    )


def _items(rule: Rule, situation: Situation) -> list[DueItem]:
    if rule.each_term:
        terms = [(term, _reason_in_term(rule, term, situation)) for term in Term]
        return [_item(rule, why, situation, term) for term, why in terms if why]
    why = _reason(rule, situation, situation.as_at)
    if not why or _replaced(rule, situation):
        return []
    return [_item(rule, why, situation)]


def _reason(rule: Rule, situation: Situation, on: date) -> str:
    """Why ``rule`` applies on a day; empty when it does not."""
    if not rule.when:
        return rule.reason
    conditions = [situation.policy.conditions[key] for key in rule.when]
    met = [
        (each, circumstance)
        for each in conditions
        if (circumstance := each.met(situation.history, on, situation.year))
    ]
    return (
        rule.reason.format(because=listed([each.sentence(circumstance) for each, circumstance in met]))
        if met
        else ""
    )


def _reason_in_term(rule: Rule, term: Term, situation: Situation) -> str:
    """Why a termly rule applies in ``term``.

    It holds on a day of it that has come, or holds now and the term is ahead.
    """
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
    return any(
        _reason_in_term(other, term, situation) for other in others for term in Term if other.each_term
    )


def _item(rule: Rule, why: str, situation: Situation, term: Term | None = None) -> DueItem:
    key = f"{rule.key}-{term}" if term else rule.key
    due_by = situation.calendar.term(situation.year, term or rule.due_term).last
    title = f"{rule.title}, {term} term" if term else rule.title
    blank = DueItem(
        key,
        title,
        rule.kind,
        term,
        due_by,
        rule.days,
        rule.clause,
        f"{why} (clause {rule.clause})",
        DueState.DUE,
        None,
        rule.assumed,
    )
    return _with_state(blank, situation)


def _with_state(item: DueItem, situation: Situation) -> DueItem:
    if item.kind is None:
        return replace(item, state=DueState.SUPPORT)
    mine = [visit for visit in situation.visits if visit.due_key == item.key and not visit.is_cancelled]
    visit = max(mine, key=lambda each: (each.held_on is not None, each.day), default=None)
    return replace(item, visit=visit, state=_state(visit, item.due_by, situation.today))


def _state(visit: Visit | None, due_by: date, today: date) -> DueState:
    if visit and visit.held_on:
        return DueState.REPORTED if visit.reported else DueState.HELD
    if visit and visit.day >= today:
        return DueState.BOOKED
    return DueState.OVERDUE if today > due_by else DueState.BOOKED if visit else DueState.DUE


def _extra(override: Override, situation: Situation) -> DueItem:
    """A visit beyond the policy, as long as the policy's additional one."""
    rule = next((each for each in situation.policy.rules if each.kind is VisitKind.ADDITIONAL), None)
    due_by = override.due_by or situation.calendar.term(situation.year, Term.SUMMER).last
    why = f"Added on {day(override.made)}: {override.reason}"
    return _with_state(
        DueItem(
            override.due_key,
            "Extra visit",
            VisitKind.ADDITIONAL,
            None,
            due_by,
            rule.days if rule else Days(on_site=0.5),
            "",
            why,
            DueState.DUE,
            override=override,
        ),
        situation,
    )


def _kept(items: Sequence[DueItem], situation: Situation) -> list[DueItem]:
    """Visits planned or held under a rule that no longer applies: they stay, and say so."""
    keys = {item.key for item in items}
    loose = [
        visit
        for visit in situation.visits
        if visit.due_key not in keys and not visit.is_cancelled and visit.year == situation.year.start
    ]
    rules = {rule.kind: rule for rule in situation.policy.rules if rule.kind}
    return [_kept_item(visit, rules.get(visit.kind), situation) for visit in loose]


def _kept_item(visit: Visit, rule: Rule | None, situation: Situation) -> DueItem:
    """``rule`` is that of the visit's kind; none where the policy grants no visit of it."""
    verb = "held" if visit.held_on else "booked"
    why = f"It was {verb} before the school's circumstances or the policy changed."
    if rule is None:
        why = f"The policy grants no visit of this kind. It was {verb} all the same."
    return DueItem(
        visit.due_key,
        rule.title if rule else KIND_NAMES[visit.kind],
        visit.kind,
        None,
        visit.day,
        rule.days if rule else Days(),
        rule.clause if rule else "",
        why,
        _state(visit, visit.day, situation.today),
        visit,
        kept=True,
    )


def _overridden(item: DueItem, situation: Situation) -> DueItem:
    for each in situation.overrides:
        if each.due_key != item.key or each.kind is OverrideKind.EXTRA:
            continue
        why = f"{item.why} Changed on {day(each.made)}: {each.reason}"
        if each.kind is OverrideKind.WAIVE:
            item = replace(
                item,
                state=DueState.WAIVED if item.state in (DueState.DUE, DueState.OVERDUE) else item.state,
                why=why,
                override=each,
            )
        elif each.due_by:
            item = _with_state(replace(item, due_by=each.due_by, why=why, override=each), situation)
    return item


def changes_in_year(situation: Situation) -> Iterable[str]:
    """A sentence for each day of the year on which what is due changed."""
    dates = sorted(
        {
            each.since
            for each in situation.history
            if each.since in situation.year and each.since <= situation.today
        }
    )
    before = _regime(situation, situation.year.first_day)
    for on in dates:
        now = _regime(situation, on)
        if now != before and on != situation.year.first_day:
            yield (
                f"From {day(on)}: {listed(list(now.values()))}. Until then: {listed(list(before.values()))}."
            )
        before = now


def _regime(situation: Situation, on: date) -> dict[str, str]:
    """The visits that would be due if things stayed as they are on a day: rule key -> words."""
    applying = [rule for rule in situation.policy.rules if rule.kind and _reason(rule, situation, on)]
    replaced = {key for rule in applying for key in rule.instead_of}
    return {
        rule.key: f"{rule.title.lower()} ({_reason(rule, situation, on).rstrip('.')})"
        for rule in applying
        if rule.key not in replaced
    }
