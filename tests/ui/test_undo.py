"""The message at the top says what was done and takes it back: by its button, and by Ctrl+Z outside a field."""

from datetime import timedelta

import pytest
from PySide6.QtCore import QDate, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from sep_desktop.domain.appraisal.form import Stage
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.people import Role
from sep_desktop.services import outbox, visits
from tests.support.sealed_pages import SealedPages


def undo_by_button(window):
    window.press("Undo")


def undo_by_key(window):
    window.program.frame.activateWindow()  # a dialog was there before
    QApplication.processEvents()
    QTest.keyClick(window.program.frame, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    QApplication.processEvents()


WAYS = pytest.mark.parametrize("undo", [undo_by_button, undo_by_key])


@pytest.fixture
def ahead(window):
    """A visit that is still to come."""
    return next(each for each in window.store.visits.unfinished() if not each.held_on)


def move(window, ahead):
    window.go(f"visit/{ahead.id}/prepare")
    window.press("Move …")
    dialog = window.dialog()
    dialog.day.setDate(QDate(2027, 8, 10))
    window.press("Save", dialog)


@WAYS
def test_a_move_is_said_and_taken_back(window, ahead, undo):
    """The visit once moved silently into a holiday."""
    move(window, ahead)
    assert window.store.visits.get(ahead.id).day.isoformat() == "2027-08-10"
    assert "to Tue 10 Aug 2027. This day is in the school holidays." in window.notice
    undo(window)
    assert window.store.visits.get(ahead.id) == ahead
    assert window.notice.endswith("again.")


def test_what_was_taken_back_is_not_taken_back_twice(window, ahead):
    move(window, ahead)
    undo_by_key(window)
    undo_by_key(window)
    assert window.store.visits.get(ahead.id) == ahead
    assert not window.program.window.banner.undo_button.isVisible()


def test_in_a_field_the_key_takes_back_what_was_typed(window, ahead):
    move(window, ahead)
    window.go("visit/1/meeting")
    field = window.panel().fields[-1]
    window.write(field, "Typed")
    QTest.keyClick(field, Qt.Key.Key_Z, Qt.KeyboardModifier.ControlModifier)
    assert not field.toPlainText()
    assert window.store.visits.get(ahead.id) != ahead


def test_the_message_goes_with_the_user_to_another_page(window, ahead):
    move(window, ahead)
    window.go("today")
    undo_by_button(window)
    assert window.store.visits.get(ahead.id) == ahead


def test_once_something_else_of_it_was_changed_it_is_offered_no_more(window, ahead):
    move(window, ahead)
    now = window.program.session.now()
    window.program.session.run(
        window.page, lambda store: visits.agree_agenda(store=store, visit=ahead.id, now=now)
    )
    assert not window.notice


def test_what_concerns_something_else_leaves_it_offered(window, ahead):
    move(window, ahead)
    window.program.session.changed.emit(Changes.OUTBOX)
    window.program.session.run(window.page, lambda store: Changes.OUTBOX)
    assert "The visit moved" in window.notice


def test_a_refusal_is_said_in_words(window, ahead):
    move(window, ahead)
    moved = window.store.visits.get(ahead.id)
    window.store.visits.hold(
        ahead.id, window.program.session.today() - timedelta(days=1), window.program.session.now()
    )
    undo_by_button(window)
    assert "held since; it stays as it is" in window.notice
    assert window.store.visits.get(ahead.id).plan == moved.plan


def test_a_visit_that_was_cancelled_takes_place(window, ahead):
    window.go(f"visit/{ahead.id}/prepare")
    window.press("Cancel the visit …")
    dialog = window.dialog()
    window.write(dialog.focusWidget(), "Snow")
    QTest.keyClick(dialog.focusWidget(), Qt.Key.Key_Return)
    assert window.store.visits.get(ahead.id).is_cancelled
    undo_by_button(window)
    assert window.store.visits.get(ahead.id) == ahead


def test_an_item_that_was_removed_is_on_the_agenda_again(window, ahead):
    window.go(f"visit/{ahead.id}/agenda")
    before = window.store.visits.agenda(ahead.id)
    window.press("Remove")
    assert f"“{before[0].title}” was removed" in window.notice
    undo_by_button(window)
    assert window.store.visits.agenda(ahead.id) == before
    assert window.panel().list.count() == len(before)


def test_the_cursor_is_on_the_item_that_is_on_the_agenda_again(window, ahead):
    window.go(f"visit/{ahead.id}/agenda")
    agenda = window.panel()
    agenda.list.setCurrentRow(2)
    window.press("Remove")
    agenda.list.setCurrentRow(0)
    undo_by_button(window)
    assert agenda.list.hasFocus()
    assert agenda.list.currentRow() == 2


@WAYS
def test_a_row_of_a_report_that_was_removed_is_where_it_was(window, undo):
    window.go("visit/1/report")
    actions = window.panel().editors["actions"]
    before = actions.text()
    actions.remove(actions.fields[0])
    actions.fields[0][0].setPlainText("Typed since")
    window.page.setFocus()
    undo(window)
    assert [line[0].toPlainText() for line in actions.fields][1] == "Typed since"
    actions.fields[1][0].undo()
    assert window.panel().leave()
    kept = window.store.reports.sections.content(1)["actions"]
    assert kept.startswith(before.split("}")[0])


def test_a_row_of_a_report_that_is_complete_by_now_stays_removed(window):
    window.go("visit/1/report")
    panel = window.panel()
    actions = panel.editors["actions"]
    actions.remove(actions.fields[0])
    rows = len(actions.fields)
    panel.is_locked = True
    undo_by_button(window)
    assert len(actions.fields) == rows
    assert "not open for writing" in window.notice


@WAYS
def test_a_note_that_was_emptied_has_its_words_again(window, undo):
    window.go("visit/1/meeting")
    panel = window.panel()
    field = next(each for each in panel.fields if each.toPlainText())
    words = field.toPlainText()
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert "was emptied" in window.notice
    assert words not in [note.text for note in window.store.notes.of_visit(1)]
    window.page.setFocus()
    undo(window)
    assert field.toPlainText() == words
    assert panel.leave()
    assert words in [note.text for note in window.store.notes.of_visit(1)]


def test_of_a_private_note_nothing_is_told(window):
    window.go("visit/1/meeting")
    field = next(each for each in window.panel().fields if each.is_private)
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClick(field, Qt.Key.Key_Tab)
    assert window.notice == "A private note was emptied."
    window.press("Hide private notes")
    window.panel().current = None
    window.press("History …")
    assert "no note was emptied" in window.notice


def test_a_note_that_has_other_words_by_now_keeps_them(window):
    window.go("visit/1/meeting")
    panel = window.panel()
    field = next(each for each in panel.fields if each.toPlainText())
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClick(field, Qt.Key.Key_Tab)
    window.write(field, "Other words")
    undo_by_button(window)
    assert field.toPlainText() == "Other words"
    assert "has other words by now" in window.notice


def test_a_note_that_left_the_screen_has_its_words_again(window, ahead):
    window.go("visit/1/meeting")
    panel = window.panel()
    field = next(each for each in panel.fields if each.toPlainText())
    words = field.toPlainText()
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    QTest.keyClick(field, Qt.Key.Key_Tab)
    window.go(f"visit/{ahead.id}/meeting")
    undo_by_button(window)
    assert words in [note.text for note in window.store.notes.of_visit(1)]
    window.go("visit/1/meeting")
    assert words in [each.toPlainText() for each in window.panel().fields]


def test_another_headteacher_is_said_and_taken_back(window):
    before = window.store.people.holder("990001", Role.HEADTEACHER)
    window.go("school/990001")
    view = window.page.view
    window.page._change_person(view, Role.HEADTEACHER)
    dialog = window.dialog()
    dialog.name.setText("Somebody New")
    window.press("Save", dialog)
    assert "Headteacher is now Somebody New" in window.notice
    undo_by_button(window)
    assert window.store.people.holder("990001", Role.HEADTEACHER) == before


def test_a_delivery_to_another_address_is_said(window, clock):
    from sep_desktop.services import reports

    now = clock.now()
    confirmed = reports.confirm(store=window.store, visit=1, now=now)
    reports.complete(store=window.store, visit=1, confirmed=confirmed, now=now)
    delivery = window.store.outbox.messages()[0].deliveries[0]
    window.program.session.run(
        window.page,
        lambda store: outbox.correct_address(
            store=store, delivery=delivery.id, address="other@school.example", now=now
        ),
    )
    assert "It goes to other@school.example now" in window.notice
    undo_by_button(window)
    assert f"It goes to {delivery.address} again." in window.notice


@pytest.fixture
def sealed(window):
    pages = SealedPages(window)
    pages.make()
    pages.begin("Harbour Lights Primary School")
    return pages


@WAYS
def test_an_objective_that_was_taken_out_is_there_again(window, sealed, undo):
    panel = sealed.step(Stage.BACK)
    window.press("Add an objective", panel)
    window.press("Add an objective", panel)
    before = list(panel.editors)
    window.press("Remove", panel)
    assert list(panel.editors) != before
    undo(window)
    assert list(panel.editors) == before
    assert not window.notice, "nothing of the sealed page is told outside of it"


def test_a_governor_who_was_taken_off_the_panel_is_on_it_again(window, sealed):
    panel = sealed.step(Stage.PEOPLE)
    window.press("Add a third governor", panel)
    name = panel.panel.people[3][1]
    window.write(name, "Quinn Ash")
    window.press("Remove", panel)
    assert len(panel.panel.people) == 3
    undo_by_key(window)
    assert len(panel.panel.people) == 4
    assert "Quinn Ash" in [each[1].text() for each in panel.panel.people]


def test_time_that_was_recorded_by_mistake_counts_again(window, sealed):
    panel = sealed.step(Stage.PEOPLE)
    panel.support.record(window.program.session.today(), 3)
    window.press("Recorded by mistake", panel)
    assert window.store.database.value("SELECT count(*) FROM support WHERE withdrawn IS NULL") == 0
    undo_by_key(window)
    assert window.store.database.value("SELECT count(*) FROM support WHERE withdrawn IS NULL") == 1


def test_history_of_a_note_goes_back(window, clock):
    window.go("visit/1/meeting")
    panel = window.panel()
    field = next(each for each in panel.fields if each.toPlainText())
    words = field.toPlainText()
    clock.moment += timedelta(minutes=6)
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "Other words")
    QTest.keyClick(
        field, Qt.Key.Key_Y, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier
    )
    dialog = window.dialog()
    item = window.store.visits.agenda(1)[0].title
    assert dialog.windowTitle() == f"History of this note, {item}"
    assert dialog.list.count() == 2
    assert not dialog.primary.isEnabled(), "the first is what stands now"
    dialog.list.setCurrentRow(1)
    assert dialog.text.toPlainText() == words
    window.press("Go back to this", dialog)
    assert field.toPlainText() == words
    assert panel.leave()
    newest, between, first = window.store.notes.history(field.place.number)
    assert (newest.text, between.text, first.text) == (words, "Other words", words)


@pytest.mark.parametrize("private", [False, True])
def test_notes_are_written_as_a_paper_with_private_ones_only_when_chosen(
    window, monkeypatch, tmp_path, private
):
    from PySide6.QtWidgets import QFileDialog

    from tests.support.pdf_text import structure_texts

    path = tmp_path / "notes.pdf"
    monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *a, **k: (str(path), ""))
    window.go("visit/1/meeting")
    window.press("Notes as a paper …")
    dialog = window.dialog()
    assert not dialog.with_private.isChecked()
    dialog.with_private.setChecked(private)
    window.press("Choose a place", dialog)
    said = " ".join(text for _, text in structure_texts(path.read_bytes()))
    assert ("The deputy seems tired" in said) is private
    assert "Written: " in window.notice


def test_a_note_that_was_emptied_long_ago_is_found_again(window):
    window.go("visit/1/meeting")
    panel = window.panel()
    field = next(each for each in panel.fields if each.toPlainText())
    words = field.toPlainText()
    field.setFocus()
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    window.go("today")
    panel.forget()
    window.go("visit/1/meeting")
    assert words not in [each.toPlainText() for each in panel.fields]
    window.press("History …")
    dialog = window.dialog()
    assert dialog.windowTitle() == "Emptied notes"
    assert dialog.list.count() == 1
    window.press("Put it back", dialog)
    assert words in [each.toPlainText() for each in panel.fields]
    window.press("History …")
    assert "no note was emptied" in window.notice
