"""The lock: at once in any state, nothing lost, nothing readable left, and back to where one was."""

import threading
from collections import Counter

import pytest
from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog, QInputDialog, QLineEdit, QMessageBox, QPushButton

from sep_desktop.errors import EnvironmentProblem
from sep_desktop.services import reports, sample, visits
from sep_desktop.storage import store as stores
from sep_desktop.ui.context.dialog import FormDialog
from sep_desktop.ui.schools.dialogs import OverrideDialog
from tests.conftest import QUICK
from tests.support.fakes import PASSPHRASE
from tests.support.memory import alive, let_go, places_of


def full(**_):
    raise EnvironmentProblem("The disk is full.", "Free some space.")


def unlock(window):
    window.root.passphrase.setText(PASSPHRASE)
    window.press("Open")
    QApplication.processEvents()


def lock_and_unlock(window):
    window.program.lock()
    assert window.program.session is None
    assert not open_dialogs()
    unlock(window)


def open_dialogs():
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]


def of_section(window, key="comments"):
    store = window.store
    return store.reports.sections.content(store.reports.of_visit(1).id).get(key, "")


def texts_of_notes(window):
    return [note.text for note in window.store.notes.of_visit(1)]


def test_words_on_every_page_are_saved_without_a_question(window):
    window.go("visit/1/report")
    window.write(window.panel().editors["comments"], "Typed last. ")
    lock_and_unlock(window)
    assert of_section(window).startswith("Typed last.")


def test_what_an_input_method_composes_is_saved(window):
    window.go("visit/1/meeting")
    field = next(each for each in window.panel().fields if not each.toPlainText())
    field.setFocus()
    QApplication.sendEvent(field, QInputMethodEvent("composing", []))
    lock_and_unlock(window)
    assert "composing" in texts_of_notes(window)


def test_a_setting_being_typed_is_saved(window):
    page = window.go("settings")
    field = next(each for each in page.findChildren(QLineEdit) if each.text() == "Ada Penrose")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "Bo Quill")
    lock_and_unlock(window)
    assert window.store.settings.text("me.name") == "Bo Quill"


def open_override(window, how):
    """The dialog that a school's page opens to add a visit: by its button, or where nothing can press it."""
    page = window.go("school/990004")
    if how == "pressed":
        window.press("Add a visit")
        return window.dialog()
    dialog = OverrideDialog(page, window.program.session, "990004", page.view.entitlement.year, None)
    dialog.open()
    return dialog


def test_a_dialog_is_open_again_with_its_words(window):
    dialog = open_override(window, "pressed")
    dialog.reason.setPlainText("Half a reason")
    dialog.reason.setFocus()
    lock_and_unlock(window)
    again = window.dialog()
    assert again is not dialog
    assert again.reason.toPlainText() == "Half a reason"
    assert "Your words are here again" in again.banner.accessibleName()
    again.reject()
    window.press("Add a visit")
    assert window.dialog().reason.toPlainText() == "", "what was given up is given up"
    window.dialog().reject()


def test_words_of_a_dialog_that_cannot_be_opened_again_are_there_when_it_is_next_opened(window):
    open_override(window, "alone").reason.setPlainText("Half a reason")
    lock_and_unlock(window)
    assert not open_dialogs()
    dialog = open_override(window, "alone")
    assert dialog.reason.toPlainText() == "Half a reason"
    dialog.reject()


def test_the_key_of_the_lock_is_heard_over_a_dialog(window, qtbot):
    dialog = open_override(window, "alone")
    dialog.reason.setPlainText("Half a reason")
    qtbot.keyClick(dialog.reason, Qt.Key.Key_L, Qt.KeyboardModifier.ControlModifier)
    qtbot.waitUntil(lambda: window.program.session is None)
    unlock(window)
    again = open_override(window, "alone")
    assert again.reason.toPlainText() == "Half a reason"
    again.reject()


def test_no_button_is_pressed_at_unlocking_but_one_that_opens_a_dialog(window):
    window.go("visit/1/meeting")
    toggle = next(each for each in window.page.findChildren(QPushButton) if "private notes" in each.text())
    window.press(toggle.text())
    toggle.setFocus()
    dialog = FormDialog(
        window.page, window.program.session.runner, "Anything", "Accept", lambda: lambda _: None
    )
    dialog.open()
    lock_and_unlock(window)
    assert window.program.session.private_hidden


def test_what_was_put_right_again_in_a_dialog_is_forgotten(window):
    dialog = open_override(window, "alone")
    dialog.reason.setPlainText("Wrong")
    lock_and_unlock(window)
    dialog = open_override(window, "alone")
    assert dialog.reason.toPlainText() == "Wrong"
    dialog.reason.setPlainText("")
    lock_and_unlock(window)
    dialog = open_override(window, "alone")
    assert dialog.reason.toPlainText() == ""
    dialog.reject()


def test_a_page_that_fails_at_the_lock_leaves_nothing_open(window, monkeypatch):
    def broken(*_):
        raise RuntimeError("a mistake")

    monkeypatch.setattr(type(window.page), "lock", broken)
    window.program.lock()
    assert window.program.session is None
    assert not window.sees("Harbour Lights")


def test_words_of_a_dialog_outlive_the_program(window, locations):
    open_override(window, "alone").reason.setPlainText("Half a reason")
    window.program.lock()
    store = stores.unlock(locations, PASSPHRASE)
    assert [form.fields for form in store.unfinished_forms.all()] == [{"2 QPlainTextEdit": "Half a reason"}]
    store.close()


@pytest.mark.parametrize("how", ["pressed", "alone"])
def test_words_of_a_dialog_outlive_an_end_of_the_program_that_comes_over_it(window, locations, how):
    open_override(window, how).reason.setPlainText("Half a reason")
    QApplication.closeAllWindows()
    assert not open_dialogs()
    window.program.stop()
    store = stores.unlock(locations, PASSPHRASE)
    assert ["Half a reason" in str(form.fields) for form in store.unfinished_forms.all()] == [True]
    store.close()


def test_an_end_over_a_dialog_whose_words_cannot_be_saved_has_to_be_meant(window, monkeypatch):
    from sep_desktop.services import unfinished_forms

    monkeypatch.setattr(unfinished_forms, "keep", full)
    open_override(window, "pressed").reason.setPlainText("Half a reason")
    QApplication.closeAllWindows()
    assert window.program.frame.isVisible()
    assert "Not closed" in window.root.banner.accessibleName()
    monkeypatch.undo()
    window.press("Add a visit")
    assert window.dialog().reason.toPlainText() == "Half a reason"
    window.dialog().reject()


def test_words_of_a_dialog_are_kept_where_the_store_cannot_take_them(window, monkeypatch):
    from sep_desktop.services import unfinished_forms

    open_override(window, "alone").reason.setPlainText("Half a reason")
    with monkeypatch.context() as patched:
        patched.setattr(unfinished_forms, "keep", full)
        lock_and_unlock(window)
        dialog = open_override(window, "alone")
    assert dialog.reason.toPlainText() == "Half a reason"
    dialog.reject()


def test_no_password_of_a_dialog_is_kept(window):
    window.go("settings")
    window.press("Change the passphrase")
    for field in window.dialog().findChildren(QLineEdit):
        field.setText("a secret of somebody")
    window.program.lock()
    unlock(window)
    assert window.store.unfinished_forms.all() == []


@pytest.mark.parametrize("kind", [QMessageBox, QInputDialog])
def test_a_box_of_the_system_that_waits_for_an_answer_does_not_hold_the_lock(window, kind):
    box = kind(window.program.frame)
    QTimer.singleShot(0, window.program.lock)
    box.exec()
    assert window.program.session is None
    assert not open_dialogs()


def test_unlocking_returns_to_page_section_cursor_and_scroll(window):
    window.go("today")
    window.go("visit/1/report")
    panel = window.panel()
    editor = panel.editors["comments"]
    editor.setFocus()
    cursor = editor.textCursor()
    cursor.setPosition(7)
    editor.setTextCursor(cursor)
    QApplication.processEvents()
    panel.area.verticalScrollBar().setValue(120)
    lock_and_unlock(window)
    assert window.page.number == 1
    panel = window.panel()
    assert QApplication.focusWidget() is panel.editors["comments"]
    assert panel.editors["comments"].textCursor().position() == 7
    assert panel.area.verticalScrollBar().value() == 120
    window.program.window.step(-1)
    assert window.program.window.history[window.program.window.place] == "today"


def test_a_correction_is_open_for_writing_again(window, clock):
    store = window.store
    confirmed = reports.confirm(store=store, visit=1, now=clock.now())
    reports.complete(store=store, visit=1, confirmed=confirmed, now=clock.now())
    window.go("visit/1/report/correct")
    lock_and_unlock(window)
    assert window.panel().editors["comments"].isEnabled()


def test_hidden_private_notes_stay_hidden(window):
    window.go("visit/1/meeting")
    window.press("Hide private notes")
    lock_and_unlock(window)
    panel = window.panel()
    assert panel.hides_private
    assert not any(field.isVisible() for field in panel.fields if field.is_private)


def test_notes_that_cannot_be_saved_are_unsaved_again_where_they_were_typed(window, monkeypatch):
    window.go("visit/1/meeting")
    with monkeypatch.context() as patched:
        patched.setattr(visits, "take_note", full)
        patched.setattr(visits, "change_note", full)
        fields = window.panel().fields
        old = next(field for field in fields if field.toPlainText())
        new = next(field for field in fields if not field.toPlainText())
        before = old.toPlainText()
        window.write(old, "!")
        window.write(new, "A new one")
        changed = old.toPlainText()
        lock_and_unlock(window)
        shown = [field.toPlainText() for field in window.panel().fields]
        assert "A new one" in shown
        assert changed in shown
        assert before not in shown
    assert window.panel().leave()
    assert {"A new one", changed} <= set(texts_of_notes(window))


def test_a_title_that_cannot_be_saved_is_there_again(window, monkeypatch):
    window.go("visit/1/agenda")
    with monkeypatch.context() as patched:
        patched.setattr(visits, "rename_item", full)
        window.panel().list.setCurrentRow(0)
        window.write(window.panel().title, " and Year 6")
        lock_and_unlock(window)
        assert window.panel().items[0].title.endswith(" and Year 6")
    assert window.panel().leave()
    assert window.store.visits.agenda(1)[0].title.endswith(" and Year 6")


def test_the_program_is_not_closed_over_concealed_words_unless_it_is_meant(window, monkeypatch):
    window.go("visit/1/report")
    monkeypatch.setattr(reports, "save_section", full)
    window.write(window.panel().editors["comments"], "Precious. ")
    window.program.lock()
    assert not window.program.frame.close()
    assert "Not closed" in window.root.banner.accessibleName()
    assert window.program.frame.close()


@pytest.fixture
def working(threaded, locations, clock, qtbot):
    """The program on its threads over the sample data, its first page on the screen."""
    store, _ = stores.create(locations, PASSPHRASE, QUICK)
    sample.fill(store=store, now=clock.now())
    threaded.frame.show()
    threaded.open(store)
    return threaded


ENDLESS = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"


def test_a_lock_of_the_screen_does_not_wait_for_a_statement_to_read_its_setting(working):
    begun = threading.Event()

    def endless(store):
        begun.set()
        store.database.value(ENDLESS)

    working.session.run(working, endless, failed=lambda _: None)
    begun.wait(5)
    working._on_screen_locked()
    assert working.session is None


def test_a_statement_that_runs_is_broken_off_and_rolled_back(working, locations):
    begun = threading.Event()

    def endless(store):
        with store.atomic():
            store.settings.put("me.name", "Never")
            begun.set()
            store.database.value(ENDLESS)

    working.session.run(working, endless)
    begun.wait(5)
    working.lock()
    assert working.session is None
    assert "was stopped by the lock" in working.frame.centralWidget().banner.accessibleName()
    store = stores.unlock(locations, PASSPHRASE)
    assert store.settings.text("me.name") == "Ada Penrose"
    store.close()


def test_an_import_is_stopped_whole_and_said(working, locations, tmp_path, qtbot):
    from sep_desktop.ui.schools.imports import RegisterDialog
    from tests.benchmarks.storing import register_file

    dialog = RegisterDialog(working.window, working.session, register_file(rows=20_000, width=30))
    dialog.show()
    working.lock()
    assert working.session is None
    said = working.frame.centralWidget().banner.accessibleName()
    assert "The import was stopped by the lock; nothing was changed." in said
    working.stop()
    store = stores.unlock(locations, PASSPHRASE)
    assert not store.database.value("SELECT count(*) FROM school WHERE urn LIKE '1%'")
    store.close()


def test_the_sealed_store_that_is_being_opened_is_closed_again(working, locations, qtbot):
    from sep_desktop.storage.sealed import store as sealed_store
    from tests.support.appraisals import SEALED

    sealed_store.create(locations, SEALED, QUICK)[0].close()
    working.session.go("sealed")
    page = working.window.page()
    release = threading.Event()
    working.session.operations._store.submit(release.wait, 5)
    page.unlock_page.keys.passphrase.setText(SEALED)
    page.unlock_page.keys.try_passphrase()
    working.lock()
    release.set()
    working.stop()
    sealed_store.unlock(locations, SEALED).close()


OF_THE_LOCKED = (
    "Store",
    "SealedStore",
    "EncryptedDatabase",
    "Session",
    "MainWindow",
    "VisitPage",
    "Autosave",
)


@pytest.fixture
def alive_before():
    """What other tests of this process left, before the window is made."""
    let_go()
    return Counter(alive(*OF_THE_LOCKED))


def test_nothing_readable_stays_in_memory_or_clipboard(alive_before, window):
    canary = "".join(("Qy7", "plover"))
    window.go("visit/1/report")
    window.write(window.panel().editors["comments"], canary)
    QTest.keyClick(window.panel().editors["comments"], Qt.Key.Key_A, Qt.KeyboardModifier.ControlModifier)
    window.panel().editors["comments"].copy()
    assert canary in QGuiApplication.clipboard().text()
    window.panel().editors["comments"].undo()
    window.panel().editors["comments"].redo()
    keys = [window.store._key, window.store.database._key]
    window.program.lock()
    assert QGuiApplication.clipboard().text() == ""
    assert canary not in window.program.frame.windowTitle()
    let_go()
    assert not Counter(alive(*OF_THE_LOCKED)) - alive_before
    assert places_of(canary) == []
    assert keys == [bytes(32), bytes(32)]


def test_what_another_program_copied_stays_in_the_clipboard(window):
    window.go("visit/1/report")
    window.panel().editors["comments"].selectAll()
    window.panel().editors["comments"].copy()
    QApplication.focusWidget().clearFocus()
    QGuiApplication.clipboard().setText("somebody else's")
    window.program.lock()
    assert QGuiApplication.clipboard().text() == "somebody else's"


def test_it_is_said_for_a_minute_before_the_idle_lock_and_any_key_ends_that(window):
    notice = window.program.window.idle_notice
    window.timers.advance(9 * 60 - 1)
    assert not notice.isVisible()
    window.timers.advance(2)
    assert "in 59 seconds" in notice.text()
    assert notice.isVisible()
    QTest.keyClick(window.program.frame, Qt.Key.Key_Shift)
    assert not notice.isVisible()
    window.timers.advance(9 * 60 + 59)
    assert "in 1 second." in notice.text()
    window.timers.advance(1)
    assert window.program.session is None


def test_with_a_minute_it_is_said_at_half(window):
    window.store.settings.put("security.idle_minutes", 1)
    lock_and_unlock(window)
    window.timers.advance(31)
    assert "in 29 seconds" in window.program.window.idle_notice.text()


@pytest.mark.parametrize(("hour", "locks"), [(9, False), (13, True)])
def test_while_a_meeting_runs_only_the_idle_lock_rests(window, clock, hour, locks):
    window.go("visit/1/meeting")
    visit = window.page.view.visit
    window.store.database.run(
        "UPDATE visit SET day = ?, held_on = NULL, start = '09:00', end = '11:00' WHERE id = ?",
        (clock.today().isoformat(), visit.id),
    )
    window.page.refresh()
    clock.moment = clock.moment.replace(hour=hour, minute=5)
    window.timers.advance(11 * 60)
    assert (window.program.session is None) == locks
    if not locks:
        window.program.screen.begins(True)
        assert window.program.session is None
