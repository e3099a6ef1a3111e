"""Hands do not slip: Tab, Enter and Space never leave the writing for something that acts."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import (
    QAbstractButton,
    QApplication,
    QDialog,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
)

from sep_desktop.domain.appraisal.form import Stage
from tests.support.sealed_pages import SealedPages

WORDS = (QTextEdit, QPlainTextEdit, QLineEdit)
SENTENCE = "In August the head moves on."


def focused():
    return QApplication.focusWidget()


def press(key, modifiers=Qt.KeyboardModifier.NoModifier):
    QTest.keyClick(focused(), key, modifiers)
    QApplication.processEvents()


def tab(times=1, back=False):
    for _ in range(times):
        if back:
            press(Qt.Key.Key_Backtab, Qt.KeyboardModifier.ShiftModifier)
        else:
            press(Qt.Key.Key_Tab)


def beside(back=False):
    shift = Qt.KeyboardModifier.ShiftModifier if back else Qt.KeyboardModifier.NoModifier
    press(Qt.Key.Key_Backtab if back else Qt.Key.Key_Tab, Qt.KeyboardModifier.ControlModifier | shift)


def no_dialog():
    return not [
        each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()
    ]


@pytest.fixture
def meeting(window):
    window.go("visit/1/meeting")
    return window.panel()


def empty_last(meeting, item):
    return [each for each in meeting.fields if each.place.item == item][-1]


def test_after_a_note_that_was_added_with_enter_comes_the_next_note(window, meeting):
    """Tab once left the notes for “Move …”: a sentence chose August and the visit moved."""
    before = window.store.visits.get(1)
    window.write(empty_last(meeting, "data"), "First")
    press(Qt.Key.Key_Return)
    QTest.keyClicks(focused(), "Second")
    for _ in range(12):
        tab()
        QTest.keyClicks(focused(), SENTENCE)
        press(Qt.Key.Key_Return)
        assert focused() in meeting.fields
    assert no_dialog()
    assert window.store.visits.get(1) == before
    assert window.program.window.history[-1] == "visit/1/meeting"


def test_tab_goes_through_every_note_in_its_order_and_back(meeting):
    order = [each for item in list(meeting._lines) for each in meeting.fields if each.place.item == item]
    order[0].setFocus()
    there = [order[0]]
    for _ in order[1:]:
        tab()
        there.append(focused())
    assert there == order
    for expected in order[-2::-1]:
        tab(back=True)
        assert focused() is expected
    tab(back=True)
    assert focused() is order[0]


def test_at_the_last_note_tab_enters_the_empty_one_and_stays(meeting):
    last = meeting.fields[-1]
    last.setFocus()
    tab(3)
    assert focused() is last, "it is empty: no further one is made"
    QTest.keyClicks(last, "Words")
    tab()
    added = focused()
    assert added is meeting.fields[-1] is not last
    assert added.is_empty
    tab(3)
    assert focused() is added


def test_a_note_that_was_added_is_on_the_screen(meeting):
    """The page scrolls to it before the next key comes."""
    area = meeting.path.parentWidget().parentWidget()
    field = empty_last(meeting, list(meeting._lines)[-1])
    for _ in range(6):
        field.setFocus()
        QTest.keyClicks(field, "A line of words")
        QTest.keyClick(field, Qt.Key.Key_Return)
        field = focused()
    top = field.mapTo(area.viewport(), field.rect().topLeft()).y()
    assert 0 <= top <= area.viewport().height() - field.height()


def test_what_is_typed_after_tab_goes_on_from_the_words_of_a_note(meeting):
    written = [each for each in meeting.fields if not each.is_empty]
    words = written[1].toPlainText()
    written[0].setFocus()
    while focused() is not written[1]:
        tab()
    QTest.keyClicks(focused(), SENTENCE)
    assert written[1].toPlainText() == words + SENTENCE


def test_hidden_private_notes_are_passed_over(window, meeting):
    window.press("Hide private notes")
    meeting.fields[0].setFocus()
    for _ in meeting.fields:
        tab()
        assert not focused().is_private


def test_the_kind_of_a_note_is_reached_by_another_key(meeting):
    field = meeting.fields[1]
    field.setFocus()
    beside(back=True)
    assert focused() is field.mark
    tab()
    assert focused() is field


@pytest.mark.parametrize("start", ["context", "actions", "support", "comments"])
def test_in_a_report_a_sentence_after_tab_lands_in_words(window, start):
    window.go("visit/1/report")
    report = window.panel()
    editors = report.editors
    first = next(
        each
        for each in [editors[start], *editors[start].findChildren(QPlainTextEdit)]
        if isinstance(each, WORDS)
    )
    first.setFocus()
    lines = {
        key: len(each.fields)
        for key, each in editors.items()
        if hasattr(each, "fields") and hasattr(each, "lines")
    }
    for _ in range(30):
        tab()
        assert isinstance(focused(), WORDS)
        QTest.keyClicks(focused(), " x ")
        press(Qt.Key.Key_Return)
    assert {key: len(editors[key].fields) for key in lines} == lines, "no row was removed or added"


def test_what_acts_beside_the_writing_is_reached_by_another_key(window):
    window.go("visit/1/report")
    actions = window.panel().editors["actions"]
    actions.fields[0][-1].setFocus()
    beside()
    assert isinstance(focused(), QAbstractButton)
    assert focused().text() == "Remove"
    rows = len(actions.fields)
    press(Qt.Key.Key_Space)
    assert len(actions.fields) == rows - 1


def test_from_a_number_tab_goes_to_the_next(window):
    window.go("visit/1/report")
    first, second, *_ = window.panel().editors["time"].fields.values()
    first.setFocus()
    tab()
    assert focused() is second


def test_f6_leaves_the_writing_and_comes_back_to_where_it_was(window, meeting):
    field = meeting.fields[2]
    field.setFocus()
    seen = []
    for _ in range(12):
        press(Qt.Key.Key_F6)
        seen.append(focused())
        if focused() is field:
            break
    assert seen[-1] is field
    assert meeting.held in seen or meeting.to_report in seen or meeting.hide_private in seen
    assert window.program.window.buttons["today"] in seen
    press(Qt.Key.Key_F6, Qt.KeyboardModifier.ShiftModifier)
    assert focused() is seen[-2]


def test_a_title_typed_in_the_agenda_agrees_nothing(window):
    ahead = next(each for each in window.store.visits.unfinished() if not each.held_on and not each.agreed_on)
    window.go(f"visit/{ahead.id}/agenda")
    panel = window.panel()
    panel.title.setFocus()
    tab()
    QTest.keyClicks(focused(), SENTENCE)
    press(Qt.Key.Key_Return)
    assert focused() is panel.title
    assert window.store.visits.get(ahead.id).agreed_on is None


def test_every_key_of_writing_is_in_the_help(window):
    window.go("help")
    for keys in ("F6, Shift+F6", "Tab, Shift+Tab", "Ctrl+Tab", "Ctrl+Z"):
        assert window.sees(keys)


@pytest.mark.parametrize("stage", [Stage.BACK, Stage.ADVICE, Stage.MEETING])
def test_in_a_sealed_record_a_space_after_tab_removes_no_objective(window, stage):
    """Tab once reached “Remove”: a space that was typed there took an objective out."""
    pages = SealedPages(window)
    pages.make()
    pages.begin("Harbour Lights Primary School")
    panel = pages.step(stage)
    if stage is not Stage.ADVICE:
        window.press("Add an objective", panel)
    QApplication.processEvents()
    next(each for each in panel.editors.values() if isinstance(each, WORDS)).setFocus()
    before = list(panel.editors)
    for _ in range(12):
        tab()
        assert isinstance(focused(), WORDS)
        press(Qt.Key.Key_Space)
        press(Qt.Key.Key_Return)
    assert list(panel.editors) == before


def test_enter_in_a_date_moves_nothing(window):
    ahead = next(each for each in window.store.visits.unfinished() if not each.held_on)
    window.go(f"visit/{ahead.id}/prepare")
    window.press("Move …")
    dialog = window.dialog()
    for field in (dialog.day, dialog.start, dialog.end, dialog.place, dialog.attending):
        field.setFocus()
        QTest.keyClicks(field, "August")
        press(Qt.Key.Key_Return)
    assert dialog.isVisible()
    assert window.store.visits.get(ahead.id) == ahead
    press(Qt.Key.Key_Return, Qt.KeyboardModifier.ControlModifier)
    assert not dialog.isVisible()
    assert window.store.visits.get(ahead.id) != ahead
