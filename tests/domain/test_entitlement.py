"""Who gets how many visits, why, and what a change in the middle of the year does (clauses 7.3–7.6)."""

from dataclasses import replace
from datetime import date, time

import pytest

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.circumstances import Circumstance, Fact
from sep_desktop.domain.entitlement import DueState, Override, OverrideKind, Situation, entitlement
from sep_desktop.domain.policy import Days, EntitlementPolicy, Rule
from sep_desktop.domain.visit import KIND_NAMES, Visit, VisitKind
from tests.support.policies import shipped_policies

YEAR = AcademicYear(2026)
POLICIES = shipped_policies()


def fact(kind, value, since=date(2025, 1, 1)):
    return Circumstance(kind, value, since)


def visit(line, day, held=None, number=1, kind=VisitKind.ANNUAL, **more):
    return Visit(number, "1", 2026, kind, line, day, time(9), time(12), held_on=held, **more)


def year(*history, visits=(), overrides=(), today=date(2026, 11, 24), policy=None):
    return entitlement(
        Situation(
            policy or POLICIES.entitlement,
            POLICIES.calendar,
            YEAR,
            tuple(history),
            tuple(visits),
            tuple(overrides),
            today,
        )
    )


def keys(found):
    return [line.key for line in found.visits]


@pytest.mark.parametrize(
    ("history", "expected", "days"),
    [
        ((), ["annual"], 2.0),
        ((fact(Fact.JUDGEMENT, "good"),), ["annual"], 2.0),
        ((fact(Fact.JUDGEMENT, "satisfactory", date(2012, 3, 1)),), ["annual", "additional"], 2.5),
        ((fact(Fact.JUDGEMENT, "requires improvement"),), ["annual", "additional"], 2.5),
        ((fact(Fact.HEAD_SINCE, "2026-09-01", date(2026, 9, 1)),), ["annual", "additional"], 2.5),
        ((fact(Fact.HEAD_SINCE, "2025-10-01", date(2025, 10, 1)),), ["annual", "additional"], 2.5),
        ((fact(Fact.HEAD_SINCE, "2025-08-31", date(2025, 8, 31)),), ["annual"], 2.0),
        ((fact(Fact.FLOOR, "yes"),), ["termly-autumn", "termly-spring", "termly-summer"], 4.5),
        ((fact(Fact.FLOOR, "no"),), ["annual"], 2.0),
        (
            (fact(Fact.CONCERN, "notice to improve", date(2011, 1, 1)),),
            ["termly-autumn", "termly-spring", "termly-summer"],
            4.5,
        ),
        (
            (fact(Fact.CONCERN, "special measures"), fact(Fact.JUDGEMENT, "satisfactory")),
            ["termly-autumn", "termly-spring", "termly-summer"],
            4.5,
        ),
        ((fact(Fact.CONCERN, "none"),), ["annual"], 2.0),
    ],
)
def test_visits_and_days_follow_the_circumstances(history, expected, days):
    found = year(*history)
    assert keys(found) == expected
    assert found.days.total == days


def test_every_line_says_why_and_from_which_clause():
    found = year(fact(Fact.FLOOR, "yes", date(2026, 9, 1)))
    assert (
        "because the school has been below the national floor standard since Tue 1 Sep 2026. (clause 7.6)"
        in found.why
    )
    assert all("(clause 7." in line.why for line in found.items)


def test_a_school_put_into_category_in_spring_is_due_termly_visits_from_then():
    measures = fact(Fact.CONCERN, "special measures", date(2027, 1, 20))
    before = year(measures, today=date(2027, 1, 19))
    assert keys(before) == ["annual"]
    assert not before.history
    after = year(measures, today=date(2027, 1, 21))
    assert keys(after) == ["termly-spring", "termly-summer"]
    assert len(after.history) == 1
    assert after.history[0].startswith("From Wed 20 Jan 2027: termly visit")
    assert "Until then: annual visit" in after.history[0]


def test_a_visit_held_before_the_change_stays():
    held = visit("annual", date(2026, 10, 6), date(2026, 10, 6))
    found = year(
        fact(Fact.CONCERN, "special measures", date(2027, 1, 20)), visits=[held], today=date(2027, 2, 1)
    )
    assert keys(found) == ["termly-spring", "termly-summer", "annual"]
    assert found.items[-1].state is DueState.HELD
    assert "before the school's circumstances or the policy changed" in found.items[-1].why


def test_a_school_that_leaves_its_category_keeps_the_terms_it_was_in():
    history = (fact(Fact.CONCERN, "special measures"), fact(Fact.CONCERN, "none", date(2027, 2, 1)))
    assert keys(year(*history, today=date(2027, 2, 2))) == ["termly-autumn", "termly-spring"]
    assert keys(year(*history, today=date(2027, 1, 31))) == [
        "termly-autumn",
        "termly-spring",
        "termly-summer",
    ]


def test_a_head_appointed_in_january_brings_a_visit_from_then():
    new = fact(Fact.HEAD_SINCE, "2027-01-04", date(2027, 1, 4))
    assert keys(year(new, today=date(2027, 1, 3))) == ["annual"]
    assert keys(year(new, today=date(2027, 1, 4))) == ["annual", "additional"]


@pytest.mark.parametrize(
    ("visits", "today", "state"),
    [
        ((), date(2026, 11, 24), DueState.DUE),
        ((), date(2027, 7, 24), DueState.OVERDUE),
        ((visit("annual", date(2026, 12, 1)),), date(2026, 11, 24), DueState.BOOKED),
        ((visit("annual", date(2026, 12, 1)),), date(2026, 12, 5), DueState.BOOKED),
        ((visit("annual", date(2026, 12, 1)),), date(2027, 8, 1), DueState.OVERDUE),
        ((visit("annual", date(2026, 12, 1), date(2026, 12, 1)),), date(2026, 12, 5), DueState.HELD),
        (
            (visit("annual", date(2026, 12, 1), date(2026, 12, 1), reported=True),),
            date(2026, 12, 5),
            DueState.REPORTED,
        ),
        ((visit("annual", date(2026, 12, 1), cancelled_because="snow"),), date(2026, 12, 5), DueState.DUE),
    ],
)
def test_a_line_says_how_it_stands(visits, today, state):
    assert year(visits=visits, today=today).items[0].state is state


def test_an_override_shows_its_reason_and_the_policy_stays_beneath():
    waived = year(overrides=[Override("annual", OverrideKind.WAIVE, "Closing in March.", date(2026, 10, 1))])
    assert waived.items[0].state is DueState.WAIVED
    assert (
        waived.items[0].why
        == "Every school has one visit a year. (clause 7.3) Changed on Thu 1 Oct 2026: Closing in March."
    )
    assert not waived.visits
    moved = year(
        overrides=[Override("annual", OverrideKind.MOVE, "Flood.", date(2026, 10, 1), date(2026, 11, 1))]
    )
    assert moved.items[0].state is DueState.OVERDUE
    extra = year(
        overrides=[Override("extra-1", OverrideKind.EXTRA, "Asked for.", date(2026, 10, 1), date(2027, 3, 1))]
    )
    assert keys(extra) == ["annual", "extra-1"]


def test_a_visit_is_not_waived_once_it_was_held():
    held = visit("annual", date(2026, 10, 6), date(2026, 10, 6))
    found = year(visits=[held], overrides=[Override("annual", OverrideKind.WAIVE, "x", date(2026, 10, 1))])
    assert found.items[0].state is DueState.HELD


def test_the_policy_is_what_decides():
    rule = Rule("annual", "V", "1", "R.", Days(on_site=2.0), VisitKind.ANNUAL)
    found = year(fact(Fact.FLOOR, "yes"), policy=EntitlementPolicy("x", 2, "s", {}, (rule,)))
    assert keys(found) == ["annual"]
    assert found.days.total == 2.0


def test_an_extra_visit_is_as_long_as_the_policy_has_an_additional_one():
    extra = Override("extra-1", OverrideKind.EXTRA, "The governors asked.", date(2026, 11, 1))
    assert year(overrides=[extra]).items[-1].days.total == 0.5
    longer = [
        replace(rule, days=Days(on_site=1.5)) if rule.kind is VisitKind.ADDITIONAL else rule
        for rule in POLICIES.entitlement.rules
    ]
    policy = replace(POLICIES.entitlement, rules=tuple(longer))
    assert year(overrides=[extra], policy=policy).items[-1].days.total == 1.5


@pytest.mark.parametrize("kind", VisitKind)
def test_a_visit_of_a_kind_for_which_the_policy_has_no_rule_is_listed_all_the_same(kind):
    policy = POLICIES.entitlement
    without = replace(policy, rules=tuple(rule for rule in policy.rules if rule.kind is not kind))
    booked = visit(f"other-{kind}", date(2026, 12, 1), kind=kind)
    item = year(visits=[booked], policy=without).items[-1]
    assert (item.kind, item.state, item.days.total) == (kind, DueState.BOOKED, 0)
    assert KIND_NAMES[kind] == item.title
    assert item.why == "The policy grants no visit of this kind. It was booked all the same."
