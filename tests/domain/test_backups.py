"""Which backups stay, by their dates alone; and when somebody is reminded."""

from datetime import UTC, datetime, timedelta
from itertools import pairwise
from zoneinfo import ZoneInfo

import pytest

from sep_desktop.domain.backups import Dated, Why, is_reminder_due, kept, removable

NOW = datetime(2026, 11, 24, 10, 32, tzinfo=UTC)
LONDON = ZoneInfo("Europe/London")


def backups(*ages, why=Why.WORKING, now=NOW):
    """One for each age, named after it."""
    return [Dated(str(age), now - age, why) for age in ages]


def names(*ages):
    return {str(age) for age in ages}


def hours(*numbers):
    return [timedelta(hours=number) for number in numbers]


def days(*numbers):
    return [timedelta(days=number) for number in numbers]


@pytest.mark.parametrize(
    ("ages", "stay"),
    [
        ([], []),
        (hours(0, 0.5, 1, 1.5, 2), hours(0, 0.5, 1, 1.5, 2)),
        (hours(0, 5.0, 5.25, 5.5, 6.0), hours(0, 5.0, 6.0)),  # 05:32, 05:17 and 05:02 are one hour
        (days(0, 2, 2.1, 2.2, 3), days(0, 2, 3)),
        (days(0, 15, 16, 17), days(0, 15, 16)),  # a Monday, and the Sunday of the week before
        (
            days(0, 22, 23, 24, 25, 26, 27, 28),
            days(0, 22, 23, 24),
        ),  # Monday, Sunday, and the last day of October
        (days(0, 62, 70, 83, 90), days(0, 62, 90)),
        (days(0, 62, 70, 400), days(0, 62)),
        (days(400, 401), days(400)),
    ],
)
def test_the_newest_of_each_hour_day_week_and_month_stays(ages, stay):
    assert kept(backups(*ages), NOW) == names(*stay)


def test_a_year_of_work_leaves_a_few_dozen_and_none_is_further_from_the_next_than_its_age_allows():
    every = backups(*(timedelta(minutes=30 * number) for number in range(365 * 48)))
    stay = kept(every, NOW)
    left = sorted((each for each in every if each.name in stay), key=lambda each: each.moment)
    assert len(left) < 70
    gaps = {each.moment: later.moment - each.moment for each, later in pairwise(left)}
    for moment, gap in gaps.items():
        age = NOW - moment
        most = (
            1
            if age <= timedelta(hours=24)
            else 24
            if age <= timedelta(days=14)
            else 24 * 7
            if age <= timedelta(weeks=8)
            else 24 * 31
        )
        assert gap <= timedelta(hours=most + 1)


def test_thinning_day_by_day_keeps_what_thinning_once_would():
    """What is removed on the way is never missed later: the newest of a month was never thinned before."""
    stay, made = [], []
    for hour in range(100 * 24):
        now = NOW + timedelta(hours=hour)
        made.append(Dated(str(hour), now, Why.WORKING))
        stay.append(made[-1])
        names_kept = kept(stay, now)
        stay = [each for each in stay if each.name in names_kept]
    assert {each.name for each in stay} == kept(made, now)


@pytest.mark.parametrize("why", [Why.BY_HAND, Why.BEFORE_UPDATE, Why.BEFORE_RESTORE, "before-something-new"])
def test_what_was_made_on_purpose_stays_for_thirty_days(why):
    mine = backups(*days(20.1, 29, 31.2), why=why)
    others = backups(*days(0, 20, 31))
    assert kept([*mine, *others], NOW) == names(*days(0, 20, 20.1, 29, 31))


def test_what_is_dated_in_the_future_stays_and_stands_for_nobody_else():
    """The clock was put back by a day: today's are still there, and so is the newest of before."""
    ahead = backups(*days(-1, -1.01, -1.02))
    past = backups(*days(40, 41))
    assert kept([*ahead, *past], NOW) == names(*days(-1, -1.01, -1.02, 40))


def test_the_hour_that_the_clock_runs_through_twice_is_two():
    first = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=0)
    again = datetime(2026, 10, 25, 1, 30, tzinfo=LONDON, fold=1)
    now = datetime(2026, 10, 25, 12, 0, tzinfo=LONDON)
    both = [Dated("first", first, Why.WORKING), Dated("again", again, Why.WORKING)]
    assert kept(both, now) == {"first", "again"}


def test_a_day_of_summer_time_ends_at_midnight_there():
    now = datetime(2026, 7, 10, 12, 0, tzinfo=LONDON)
    evening = Dated("evening", datetime(2026, 7, 5, 23, 30, tzinfo=LONDON), Why.CLOSE)
    after_midnight = Dated("after midnight", datetime(2026, 7, 6, 0, 30, tzinfo=LONDON), Why.CLOSE)
    assert kept([evening, after_midnight], now) == {"evening", "after midnight"}


@pytest.mark.parametrize(
    ("elsewhere", "begun", "has_report", "due"),
    [
        (None, None, False, False),
        (None, 13, False, False),
        (None, 14, False, True),
        (None, 0, True, True),
        (13, 100, True, False),
        (14, 100, True, True),
        (14, 100, False, True),
        (-1, 100, True, False),
    ],
)
def test_somebody_is_reminded_after_two_weeks_and_once_there_is_something_to_lose(
    elsewhere, begun, has_report, due
):
    newest = None if elsewhere is None else NOW - timedelta(days=elsewhere)
    beginning = None if begun is None else NOW - timedelta(days=begun)
    assert is_reminder_due(NOW, newest, beginning, has_report) is due


def every_month_and_day(now=NOW):
    """A year of backups as thinning leaves them."""
    every = backups(*(timedelta(hours=12 * number) for number in range(365 * 2)), now=now)
    stay = kept(every, now)
    return [each for each in every if each.name in stay]


@pytest.mark.parametrize("years", [-4, 1, 4, 30])
def test_a_day_with_a_wrong_clock_clears_nothing_of_the_year(years):
    year = every_month_and_day()
    wrong = NOW + timedelta(days=365 * years)
    stay = list(year)
    for number in range(48):
        now = wrong + number * timedelta(minutes=30)
        stay.append(Dated(f"wrong {number}", now, Why.WORKING))
        gone = removable(stay, now)
        stay = [each for each in stay if each.name not in gone]
    assert {each.name for each in year} <= {each.name for each in stay}


def test_after_weeks_of_work_the_clock_is_believed_again():
    """An absence of half a year looks like a wrong clock for two weeks, and no longer."""
    before = backups(*days(200, 200.1, 200.2))
    assert removable([*before, *backups(*days(0, 13))], NOW) == []
    assert removable([*before, *backups(*days(0, 15))], NOW) == ["200 days, 4:48:00", "200 days, 2:24:00"]


def test_no_more_than_a_handful_goes_at_once_the_oldest_first():
    old = backups(*(timedelta(days=20, minutes=number) for number in range(20)))
    assert removable([*old, *backups(*days(0))], NOW) == [each.name for each in reversed(old[-3:])]
