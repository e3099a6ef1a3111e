"""Sending can be stopped, by hand, by a lock and by closing, and what is then said of it is the truth."""

import pytest
from PySide6.QtWidgets import QWidget

from sep_desktop.domain.outbox import State
from sep_desktop.notices import NoticeSink
from sep_desktop.ui.context import hand_overs, sending
from sep_desktop.ui.context.hand_overs import GRACE, HandOvers
from sep_desktop.ui.context.operations import Operations
from sep_desktop.ui.context.session import Session, Surroundings
from sep_desktop.ui.shell.main_window import MainWindow
from tests.support.driven_timers import DrivenTimers
from tests.support.fakes import FakeKeyring
from tests.support.smtp_server import Script, ScriptedServer, Waiting

STANDS = {"banner": State.QUEUED, "mail": State.RETRY, "dot": State.UNKNOWN, "dot-stored": State.UNKNOWN}
"""A step at which the server never answers, and what is known of the message when it is given up there."""


class Run:
    """A run that notes how it was stopped."""

    def __init__(self):
        self.stopped = []

    def stop(self, *, at_once):
        self.stopped.append(at_once)


def test_who_stops_by_hand_lets_the_message_under_way_end_for_a_while(qtbot, clock):
    timers = DrivenTimers(clock)
    under_way, run = HandOvers(timers), Run()
    under_way.begin(run)
    under_way.stop()
    assert (run.stopped, under_way.is_stopping) == ([False], True)
    timers.advance(GRACE)
    assert run.stopped == [False, True]
    under_way.end(run)
    assert (under_way.is_stopping, under_way.was_stopped) == (False, True)


def test_what_ended_in_time_is_given_up_by_nobody(qtbot, clock):
    timers = DrivenTimers(clock)
    under_way, first, second = HandOvers(timers), Run(), Run()
    under_way.begin(first)
    under_way.stop()
    under_way.end(first)
    under_way.begin(second)
    timers.advance(GRACE * 2)
    assert second.stopped == []


def test_a_run_that_begins_while_the_store_is_being_closed_is_stopped_at_once(qtbot, clock):
    under_way, early, late = HandOvers(DrivenTimers(clock)), Run(), Run()
    under_way.begin(early)
    under_way.give_up()
    under_way.begin(late)
    assert (early.stopped, late.stopped) == ([True], [True])


@pytest.fixture
def session(qtbot, store, queued, clock, tmp_path):
    """One that sends for real, in its own thread."""
    session = Session(
        store,
        Surroundings(clock, DrivenTimers(clock), FakeKeyring()),
        Operations(),
        NoticeSink(),
    )
    session.told = []
    session.notices.listen(session.told.append)
    yield session
    session.hand_overs.give_up()
    session.operations.stop()


class SilentServer(ScriptedServer):
    """Never answers at a step."""

    def __init__(self, session, tmp_path, step):
        self.silence, self.session, self.is_after_dot = Waiting(), session, step.startswith("dot")
        super().__init__(Script({step: self.silence}))
        path = tmp_path / "ca.pem"
        self.authority.cert_pem.write_to_path(str(path))
        for key, value in (("host", "localhost"), ("port", self.port), ("ca_file", str(path))):
            session.runner.opened.settings.put(f"mail.{key}", value)

    def wait_for(self, qtbot):
        """Send, until it keeps silent."""
        window = QWidget()
        qtbot.addWidget(window)
        sending.send_reports(window, self.session, lambda: None)
        qtbot.waitUntil(self.silence.reached.is_set, timeout=8000)


def states(session):
    return [each.state for each in session.runner.opened.outbox.messages()[0].deliveries]


@pytest.mark.parametrize("step", STANDS)
def test_a_lock_ends_it_and_leaves_the_truth(session, qtbot, tmp_path, step):
    with SilentServer(session, tmp_path, step) as server:
        server.wait_for(qtbot)
        sending.abandon_sending(session)
        qtbot.waitUntil(lambda: not session.hand_overs.is_under_way, timeout=3000)
    assert states(session) == [STANDS[step]] * 3


@pytest.mark.parametrize("step", STANDS)
def test_closing_ends_it_after_the_grace_and_leaves_the_truth(session, qtbot, tmp_path, monkeypatch, step):
    assert GRACE + 1 < 5, "with the second that giving up takes"
    monkeypatch.setattr(hand_overs, "GRACE", 0.1)
    with SilentServer(session, tmp_path, step) as server:
        server.wait_for(qtbot)
        with session.hand_overs.ending():
            session.operations.stop()
    assert states(session) == [STANDS[step]] * 3


def test_the_window_stops_it_and_says_so(session, qtbot, tmp_path):
    with SilentServer(session, tmp_path, "dot") as server:
        window = MainWindow(session)
        qtbot.addWidget(window)
        session.notices.listen(session.told.append)
        window.go("outbox")
        page = window.page()
        qtbot.waitUntil(lambda: page.waiting == 1)
        assert page.stop.isHidden()
        server.wait_for(qtbot)
        qtbot.waitUntil(lambda: not window.stop_sending.isHidden())
        assert (page.send.text(), page.stop.isHidden()) == ("Sending …", False)
        page.stop.click()
        assert (page.send.text(), page.stop.isEnabled()) == ("Stopping …", False)
        session.timers.advance(GRACE)
        qtbot.waitUntil(lambda: window.stop_sending.isHidden() and bool(session.told))
    assert session.told[-1].text.startswith("Could not confirm: 3 people.")
    assert states(session) == [State.UNKNOWN] * 3
