"""Papers past their years are said on Today, listed on a page of their own, and go once the list was read."""

from datetime import datetime

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest

from sep_desktop.domain.outbox import State
from sep_desktop.services import reports

LATER = datetime(2033, 9, 1, 9, 0).astimezone()


@pytest.fixture
def past(window, clock):
    """The papers of three visits are past their years, and nothing of them waits."""
    for message in window.store.outbox.messages():
        window.store.outbox.advance(message.deliveries, State.CANCELLED, clock.now())
    clock.moment = LATER


def test_today_leads_to_them_and_they_go_when_the_list_was_looked_at(window, past):
    window.go("today")
    assert window.sees("Papers of 3 visits are past their years.")
    window.go("past-papers")
    assert window.sees("kept until Thu 1 Sep 2033")
    window.press("Remove the papers of 3 visits …")
    dialog = window.dialog()
    assert "kept until Thu 1 Sep 2033" in dialog.list.toPlainText()
    dialog.looked.setChecked(True)
    window.press("Remove for good", dialog)
    assert window.notice == "The papers of 3 visits were removed."
    assert window.sees("Nothing is past its years.")
    window.go("today")
    assert not window.sees("past their years")


@pytest.mark.parametrize(
    ("key", "modifier"),
    [
        (Qt.Key.Key_Return, Qt.KeyboardModifier.NoModifier),
        (Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier),
        (Qt.Key.Key_Escape, Qt.KeyboardModifier.NoModifier),
    ],
)
def test_no_key_alone_removes_anything(window, past, key, modifier):
    window.go("past-papers")
    window.press("Remove the papers of 3 visits …")
    dialog = window.dialog()
    assert not dialog.primary.isEnabled()
    assert not any(each.isDefault() for each in (dialog.primary, dialog.cancel))
    QTest.keyClick(dialog, key, modifier)
    assert dialog.isVisible() is not (key == Qt.Key.Key_Escape)
    assert window.sees("kept until Thu 1 Sep 2033")


def test_the_tick_can_be_taken_back(window, past):
    window.go("past-papers")
    window.press("Remove the papers of 3 visits …")
    dialog = window.dialog()
    dialog.looked.setChecked(True)
    assert dialog.primary.isEnabled()
    dialog.looked.setChecked(False)
    assert not dialog.primary.isEnabled()


def test_what_still_waits_is_said_in_the_dialog_and_everything_stays(window, clock):
    store, now = window.store, clock.now()
    confirmed = reports.confirm(store=store, visit=1, now=now)
    reports.complete(store=store, visit=1, confirmed=confirmed, now=now)
    clock.moment = LATER
    window.go("past-papers")
    window.press("Remove the papers of")
    dialog = window.dialog()
    dialog.looked.setChecked(True)
    window.press("Remove for good", dialog)
    assert "waits to be sent" in dialog.banner.accessibleName()
    assert dialog.isVisible()
    assert store.notes.of_visit(1)


def test_before_that_there_is_nothing_to_remove(window):
    window.go("past-papers")
    assert window.sees("Nothing is past its years.")
