"""What was recorded on a day, asked for in the window with the keyboard."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest

from sep_desktop.domain.people import Role
from sep_desktop.services import schools


@pytest.fixture
def changed(window, clock):
    """Another headteacher since two days after the sample was made; the day before that."""
    clock.moment += timedelta(days=2)
    name, email = "Nia Loveday", "nia@harbourlights.example"
    schools.set_contact(
        store=window.store, urn="990001", role=Role.HEADTEACHER, name=name, email=email, now=clock.now()
    )
    return clock.today() - timedelta(days=1)


def choose(dialog, on):
    dialog.day.setDate(QDate(on.year, on.month, on.day))
    QTest.keyClick(dialog, Qt.Key.Key_Return)


def test_a_school_is_shown_as_it_was_on_a_day(window, changed):
    window.go("school/990001")
    window.press("As it was on …")
    dialog = window.dialog()
    assert "Nia Loveday" in dialog.record.toPlainText(), "today is shown first"
    assert dialog.day.hasFocus()
    choose(dialog, changed)
    assert "Wren Tamblyn" in dialog.record.toPlainText()
    assert "Headteacher: Nia Loveday" not in dialog.record.toPlainText()
    window.press("Close", dialog)
    assert not dialog.isVisible()


def test_a_visit_is_shown_as_it_was_on_a_day(window, changed):
    window.go("visit/1")
    window.press("As it was on …")
    dialog = window.dialog()
    choose(dialog, changed)
    assert "planned for Fri 20 Nov 2026, 09:00–12:30" in dialog.record.toPlainText()
    choose(dialog, changed - timedelta(days=400))
    assert "the record begins on Tue 24 Nov 2026" in dialog.banner.accessibleName()
    assert dialog.record.toPlainText() == ""
    choose(dialog, changed)
    assert not dialog.banner.isVisible()


def test_what_was_recorded_is_read_and_not_written(window, changed):
    window.go("school/990001")
    window.press("As it was on …")
    record = window.dialog().record
    before = record.toPlainText()
    record.setFocus()
    QTest.keyClicks(record, "x")
    QTest.keyClick(record, Qt.Key.Key_Tab)
    assert record.toPlainText() == before
    assert not record.hasFocus()
