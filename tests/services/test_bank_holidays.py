"""Bank holidays stand in the way of a visit or a report, and are named."""

from datetime import date, datetime, time

import pytest

from sep_desktop.domain.distribution import remarks
from sep_desktop.domain.visit import Plan, VisitKind
from sep_desktop.services import visits
from sep_desktop.services.bank_holidays import bank_holiday
from tests.support.policies import shipped_policies

EARLY_MAY = date(2027, 5, 3)


@pytest.mark.parametrize(
    ("day", "name"),
    [
        (date(2026, 12, 25), "Christmas"),
        (date(2026, 12, 28), "Boxing Day"),
        (date(2027, 3, 26), "Good Friday"),
        (EARLY_MAY, "May Day"),
        (date(2027, 8, 30), "Summer"),
        (date(2027, 5, 4), ""),
        (date(2027, 8, 2), ""),
    ],
)
def test_the_bank_holidays_are_those_of_england(day, name):
    assert bool(bank_holiday(day)) == bool(name)
    assert name in bank_holiday(day)


def test_a_visit_on_a_bank_holiday_in_term_is_remarked_on(store):
    plan = Plan("990001", VisitKind.ANNUAL, "annual", EARLY_MAY, time(9), time(12))
    remarked = visits.remarks_on_time(store=store, plan=plan, today=date(2027, 4, 20))
    assert [each for each in remarked if "bank holiday (May Day" in each]


def test_a_report_on_a_bank_holiday_is_remarked_on():
    at = datetime(2027, 5, 3, 10).astimezone()
    assert any("bank holiday" in each for each in remarks([], frozenset(), at, shipped_policies().calendar))
