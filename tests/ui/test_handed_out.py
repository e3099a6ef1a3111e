"""What was written out is for the user to send: counted, found and confirmed in one step."""

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QPushButton

from sep_desktop.domain.outbox import State
from sep_desktop.services import outbox, reports, today
from sep_desktop.sync.hand_out import write_messages
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.support.fakes import SENDER


@pytest.fixture
def written(window, clock, tmp_path):
    """The sample's report, as a file in a folder."""
    store = window.store
    confirmed = reports.confirm(store=store, visit=1, now=clock.now())
    reports.complete(store=store, visit=1, confirmed=confirmed, now=clock.now())
    store.settings.put("mail.folder", str(tmp_path))
    write_messages(VisitsQueue(store), SENDER, tmp_path, clock)
    return window


def states(window):
    return {each.state for each in window.store.outbox.messages()[0].deliveries}


def test_today_the_foot_and_the_navigation_count_it(written):
    written.go("today")
    assert written.sees("1 message for you to send; written out today.")
    shell = written.program.window
    shell._count()
    assert shell.waiting.text() == "1 for you to send"
    assert shell.buttons["outbox"].text() == "Outbox   1"


def test_its_folder_is_opened(written, tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: not asked.append(url.toLocalFile()))
    written.go("today")
    written.press("Open the folder")
    assert asked == [str(tmp_path)]


@pytest.mark.parametrize("page", ["today", "outbox"])
def test_all_of_it_is_confirmed_at_once_and_taken_back_at_once(written, clock, page):
    written.go(page)
    written.press("All sent")
    assert states(written) == {State.CONFIRMED}
    assert "Sent to 3 people, as you confirmed." in written.notice
    written.press("Undo")
    assert states(written) == {State.HANDED_OUT}
    assert today.handed_out(store=written.store) is not None


def test_of_a_replaced_version_nothing_is_sent_again(written, clock):
    store = written.store
    report = reports.open_report(store=store, visit=1, now=clock.now())
    reports.save_section(store=store, report=report.id, key="comments", text="Changed.", now=clock.now())
    confirmed = reports.confirm(store=store, visit=1, now=clock.now(), reason="A figure was wrong.")
    reports.complete(store=store, visit=1, confirmed=confirmed, now=clock.now())
    for page in ("outbox", "visit/1/send"):
        written.go(page)
        offered = [each.text() for each in written.page.findChildren(QPushButton) if each.isVisible()]
        assert "Send again" not in offered
        assert offered.count("Not sent") == 3
    written.press("Not sent")
    assert State.CANCELLED in {each.state for each in store.outbox.message(1).deliveries}


def test_a_completed_report_is_previewed_as_it_was_completed(written, clock):
    store = written.store
    paper = outbox.paper(store=store, message=1)
    assert reports.preview(store=store, visit=1, now=clock.now()).data == paper
    report = reports.open_report(store=store, visit=1, now=clock.now())
    reports.save_section(store=store, report=report.id, key="comments", text="Changed.", now=clock.now())
    assert reports.preview(store=store, visit=1, now=clock.now()).data != paper, "a correction is a draft"
