"""The stand-in for Qt's timers keeps their promises, without waiting."""

import gc
import weakref

import pytest
import shiboken6
from PySide6.QtCore import QObject

from tests.support.driven_timers import DrivenTimers


class Page(QObject):
    """Counts at which second it was called."""

    def __init__(self, timers):
        super().__init__()
        self.clock, self.begun, self.seconds = timers.clock, timers.clock.now(), []

    def called(self):
        self.seconds.append((self.clock.now() - self.begun).total_seconds())


@pytest.fixture
def timers(clock):
    return DrivenTimers(clock)


@pytest.fixture
def page(timers):
    return Page(timers)


def test_a_timer_fires_once_at_its_instant(timers, page):
    timer = timers.timer(page, page.called)
    assert not timer.active
    timer.start(1500)
    assert timer.active
    timers.advance(1.499)
    assert page.seconds == []
    timers.advance(0.001)
    assert page.seconds == [1.5]
    assert not timer.active
    timers.advance(60)
    assert page.seconds == [1.5]


def test_the_clock_ends_where_it_was_moved_to(timers, page, clock):
    begun = clock.now()
    timers.timer(page, page.called).start(400)
    timers.advance(90)
    assert (clock.now() - begun).total_seconds() == 90


def test_a_repeating_timer_fires_at_every_interval(timers, page):
    timers.timer(page, page.called, repeat=True).start(2000)
    timers.advance(7)
    assert page.seconds == [2, 4, 6]


def test_a_repeating_timer_stops_itself(timers, page):
    def called():
        page.called()
        timer.stop()

    timer = timers.timer(page, called, repeat=True)
    timer.start(1000)
    timers.advance(10)
    assert page.seconds == [1]
    assert not timer.active


def test_a_stopped_timer_does_not_fire_and_a_started_one_begins_anew(timers, page):
    timer = timers.timer(page, page.called)
    timer.start(1000)
    timer.stop()
    timers.advance(2)
    timer.start(1000)
    timers.advance(0.9)
    timer.start(1000)
    timers.advance(0.9)
    assert page.seconds == []
    timers.advance(0.1)
    assert page.seconds == [3.9]


def test_timers_fire_in_the_order_in_which_they_fall_due(timers, page):
    order = []
    for name, wait in (("third", 300), ("first", 100), ("second", 200), ("also third", 300)):
        timers.timer(page, lambda name=name: order.append(name)).start(wait)
    timers.advance(1)
    assert order == ["first", "second", "third", "also third"]


def test_what_a_timer_starts_falls_due_in_the_same_stretch(timers, page):
    after = timers.timer(page, page.called)
    timers.timer(page, lambda: after.start(500)).start(1000)
    timers.advance(2)
    assert page.seconds == [1.5]


def test_a_timer_of_no_interval_fires_at_once_and_ends(timers, page):
    timers.timer(page, page.called).start(0)
    timers.advance(0)
    assert page.seconds == [0]
    timers.timer(page, page.called, repeat=True).start(0)
    timers.advance(0.003)
    assert page.seconds == [0, 0, 0.001, 0.002, 0.003]


def test_a_clock_moved_by_hand_does_not_go_back(timers, page, clock):
    timers.timer(page, page.called).start(1000)
    clock.moment = clock.moment.replace(hour=clock.moment.hour + 1)
    timers.advance(0)
    assert page.seconds == [3600]


def test_the_timers_of_a_deleted_owner_are_dropped(timers, page):
    calls = []
    timer = timers.timer(page, lambda: calls.append(1))
    timer.start(1000)
    shiboken6.delete(page)
    assert not timer.active
    timers.advance(5)
    assert calls == []
    assert timers.pending == []


def test_a_timer_keeps_no_page_alive(timers):
    page = Page(timers)
    timers.timer(page, page.called, repeat=True).start(1000)
    gone = weakref.ref(page)
    del page
    gc.collect()
    assert gone() is None
    timers.advance(5)
    assert timers.pending == []


def test_pending_says_what_will_fall_due(timers, page):
    timers.timer(page, page.called).start(5000)
    timers.timer(page, page.deleteLater).start(1000)
    assert [seconds for _, seconds in timers.pending] == [1, 5]
    assert timers.pending[1] == ("Page.called", 5)
