"""Every way out of a page with words in it, and every late answer: nothing lost, nothing in the wrong place."""

import threading
from datetime import time

import pytest
from PySide6.QtCore import QPoint, QPointF, Qt
from PySide6.QtGui import QTextCursor, QWheelEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QLineEdit

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.visit import Plan, VisitKind
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.services import reports, sample, visits
from sep_desktop.storage import store as stores
from tests.conftest import QUICK
from tests.support.clocks import FixedClock
from tests.support.fakes import PASSPHRASE
from tests.support.memory import let_go, places_of
from tests.support.pages import Window


def broken(**_):
    raise EnvironmentProblem("The disk is full.", "Free some space.")


@pytest.fixture
def second(window, clock):
    """Another held visit with a report of its own; its number."""
    store = window.store
    plan = Plan("990004", VisitKind.ANNUAL, "annual", clock.today(), time(14), time(16))
    visit = visits.plan_visit(store=store, plan=plan, now=clock.now()).value
    visits.hold_visit(store=store, visit=visit, on=clock.today(), now=clock.now())
    report = reports.open_report(store=store, visit=visit, now=clock.now())
    reports.save_section(
        store=store, report=report.id, key="comments", text="Words of the second.", now=clock.now()
    )
    return visit


def kept(window, visit, key="comments"):
    store = window.store
    return store.reports.sections.content(store.reports.of_visit(visit).id).get(key, "")


def test_a_page_is_not_left_with_words_that_could_not_be_saved(window, second, monkeypatch):
    window.go("visit/1/report")
    with monkeypatch.context() as patched:
        patched.setattr(reports, "save_section", broken)
        window.write(window.panel().editors["comments"], "Precious. ")
        window.go(f"visit/{second}/report")
        assert window.page.number == 1
        assert "The disk is full" in window.notice
        window.program.window.step(-1)
        assert window.page.number == 1
    window.go(f"visit/{second}/report")
    assert kept(window, 1).startswith("Precious.")
    assert kept(window, second) == "Words of the second."


def test_words_typed_while_another_visit_loads_go_nowhere_else(threaded, locations, clock, qtbot):
    """With real threads: the page of the first visit is gone before the second one's answer arrives."""
    store, _ = stores.create(locations, PASSPHRASE, QUICK)
    sample.fill(store=store, now=clock.now())
    plan = Plan("990004", VisitKind.ANNUAL, "annual", clock.today(), time(14), time(16))
    other = visits.plan_visit(store=store, plan=plan, now=clock.now()).value
    visits.hold_visit(store=store, visit=other, on=clock.today(), now=clock.now())
    threaded.frame.show()
    threaded.open(store)
    window = Window(threaded)
    window.go("visit/1/report")
    qtbot.waitUntil(lambda: bool(window.panel() and window.panel().editors))
    context = window.panel().editors["context"]
    context.setFocus()
    threaded.session.go(f"visit/{other}/report")
    target = QApplication.focusWidget()
    if target is not None:
        QTest.keyClicks(target, "x")
    qtbot.waitUntil(lambda: window.panel().view is not None and window.panel().view.visit.id == other)
    window.panel().leave()
    assert store.reports.sections.content(store.reports.of_visit(other).id).get("context", "") in ("", "x")


def test_a_refresh_never_takes_typed_words_away(window):
    window.go("visit/1/report")
    editor = window.panel().editors["comments"]
    window.write(editor, "Newer than anything read. ")
    window.program.session.changed.emit(Changes.OUTBOX)
    assert editor.toPlainText().startswith("Newer than anything read.")
    window.panel().leave()
    assert kept(window, 1).startswith("Newer than anything read.")


def test_a_note_emptied_and_written_again_is_one_note(window):
    window.go("visit/1/meeting")
    panel = window.panel()
    field = next(each for each in panel.fields if each.toPlainText())
    field.selectAll()
    QTest.keyClick(field, Qt.Key.Key_Delete)
    panel.leave()
    window.write(field, "Written again")
    assert panel.leave()
    texts = [note.text for note in window.store.notes.of_visit(1)]
    assert texts.count("Written again") == 1


def test_notes_of_another_visit_are_not_shown(window, second):
    window.go("visit/1/meeting")
    assert any("deputy seems tired" in each.toPlainText() for each in window.panel().fields)
    window.go(f"visit/{second}/meeting")
    assert not any("deputy" in each.toPlainText() for each in window.panel().fields)


def test_closing_with_unsaved_words_is_refused_once(window, monkeypatch):
    window.go("visit/1/report")
    monkeypatch.setattr(reports, "save_section", broken)
    window.write(window.panel().editors["comments"], "Precious. ")
    assert not window.program.frame.close()
    assert window.program.session is not None
    assert "Not closed" in window.notice
    assert window.program.frame.close()


def test_locking_closes_over_words_that_cannot_be_saved_and_gives_them_back(window, monkeypatch):
    precious = "".join(("Precious", ". "))  # of which no constant is left in memory
    window.go("visit/1/report")
    with monkeypatch.context() as patched:
        patched.setattr(reports, "save_section", broken)
        window.write(window.panel().editors["comments"], precious)
        window.program.lock()
    assert window.program.session is None
    assert not window.sees("Harbour Lights")
    assert "could not be saved" in window.root.banner.accessibleName()
    let_go()
    assert places_of(precious) == [], "what stays of them is ciphertext"
    window.root.passphrase.setText("wrong passphrase here")
    window.press("Open")
    assert "not the passphrase" in window.root.banner.accessibleName()
    window.root.passphrase.setText(PASSPHRASE)
    window.press("Open")
    assert window.panel().editors["comments"].toPlainText().startswith("Precious.")
    assert kept(window, 1).startswith("Precious."), "there is room again: they are saved at once"


def test_unlocking_works_from_the_thread_that_did_not_lock(threaded, locations, clock, qtbot):
    stores.create(locations, PASSPHRASE, QUICK)[0].close()
    threaded.start()
    for _ in range(2):
        threaded.frame.centralWidget().passphrase.setText(PASSPHRASE)
        threaded.frame.centralWidget().try_passphrase()
        qtbot.waitUntil(lambda: threaded.session is not None, timeout=5000)
        qtbot.waitUntil(lambda: not threaded.session.runner.busy)
        threaded.lock()
        assert threaded.session is None


def test_locking_during_a_hand_over_closes_at_once(threaded, locations, clock, qtbot):
    store, _ = stores.create(locations, PASSPHRASE, QUICK)
    threaded.frame.show()
    threaded.open(store)
    release, written = threading.Event(), []

    def hand_over(store):
        release.wait(5)
        store.settings.put("me.name", "Written after the lock")
        written.append(1)

    threaded.session.run(threaded, hand_over, slow=True)
    threaded.lock()
    assert threaded.session is None
    assert type(threaded.frame.centralWidget()).__name__ == "UnlockPage"
    release.set()
    threaded.stop()
    assert written == [], "the store is closed to what still runs"


def test_a_setting_being_typed_is_saved_on_the_way_out(window):
    page = window.go("settings")
    field = next(each for each in page.findChildren(QLineEdit) if each.text() == "Ada Penrose")
    field.setFocus()
    field.selectAll()
    QTest.keyClicks(field, "Bo Quill")
    window.go("today")
    assert window.store.settings.text("me.name") == "Bo Quill"


def test_an_added_agenda_item_is_the_one_that_is_named(window):
    window.go("visit/1/agenda")
    panel = window.panel()
    panel.list.setCurrentRow(0)
    window.press("Add an item")
    QTest.keyClicks(panel.title, "Attendance of Year 6")
    window.go("today")
    titles = [item.title for item in window.store.visits.agenda(1)]
    assert titles[0] == "Performance data and outcomes for children"
    assert titles[-1] == "Attendance of Year 6"


def test_the_wheel_does_not_change_a_report(window):
    window.go("visit/1/report")
    editor = window.panel().editors["category"]
    before = editor.text()
    event = QWheelEvent(
        QPointF(5, 5),
        QPointF(5, 5),
        QPoint(0, 0),
        QPoint(0, -120),
        Qt.MouseButton.NoButton,
        Qt.KeyboardModifier.NoModifier,
        Qt.ScrollPhase.NoScrollPhase,
        False,
    )
    QApplication.sendEvent(editor.choice, event)
    assert editor.text() == before


def test_the_send_button_comes_back_after_a_failure(window, clock):
    store = window.store
    reports.complete(
        store=store,
        visit=1,
        confirmed=reports.confirm(store=store, visit=1, now=clock.now()),
        now=clock.now(),
    )
    store.settings.put("delivery.method", "eml")
    page = window.go("outbox")
    window.press("Send 1 now")
    assert "No folder is chosen" in window.notice
    assert page.send.isEnabled()
    assert page.send.text() == "Send 1 now"


def test_an_unconfirmed_recovery_code_is_remembered(program, locations, clock):
    store, _ = stores.create(locations, PASSPHRASE, QUICK)
    store.settings.put("security.code_confirmed", False)
    program.frame.show()
    program.open(store)
    assert "recovery code was never typed back" in Window(program).notice


def test_a_store_damaged_under_a_kept_key_is_closed_before_it_is_written(program, locations, keyring, clock):
    store, _ = stores.create(locations, PASSPHRASE, QUICK)
    sample.fill(store=store, now=clock.now())
    store.remember_here(keyring)
    store.close()
    data = bytearray(locations.database.read_bytes())
    data[-4096 * 3 + 100] ^= 0xFF
    locations.database.write_bytes(bytes(data))
    program.start()
    assert program.session is None
    assert "damaged" in program.frame.centralWidget().banner.accessibleName()


def test_the_clock_of_the_window_is_the_one_it_was_given(window, clock):
    assert isinstance(window.program.surroundings.clock, FixedClock)
    assert window.program.session.now() == clock.now()


def test_a_second_start_raises_the_first_window(window, locations, qtbot):
    from sep_desktop.ui.shell.single_window import SecondStart, raise_first_window

    listening = SecondStart(locations, window.program.frame)
    window.program.frame.showMinimized()
    assert raise_first_window(locations)
    qtbot.waitUntil(lambda: not window.program.frame.isMinimized())
    listening.close()
    assert not raise_first_window(locations)


def test_garbage_is_collected_by_the_window_while_it_is_open(program):
    import gc

    assert not gc.isenabled()
    program.stop()
    assert gc.isenabled()


def test_an_import_is_stopped_by_closing_its_dialog(threaded, locations, clock, qtbot, tmp_path):
    from sep_desktop.ui.schools.imports import RegisterDialog
    from tests.benchmarks.storing import register_file

    store, _ = stores.create(locations, PASSPHRASE, QUICK)
    threaded.frame.show()
    threaded.open(store, "schools")
    dialog = RegisterDialog(threaded.window, threaded.session, register_file(rows=20_000, width=30))
    dialog.show()
    dialog.reject()
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=10_000)
    assert store.schools.count() == 0


def test_a_refresh_that_was_asked_before_a_save_does_not_bring_old_words_back(window, monkeypatch):
    """The answer to a read is older than a save that ended meanwhile."""
    window.go("visit/1/report")
    panel = window.panel()
    window.write(panel.editors["comments"], "NEW WORDS ")
    waiting = []
    with monkeypatch.context() as patched:
        patched.setattr(panel.session, "run", lambda owner, work, done: waiting.append((work, done)))
        panel.show_visit(window.page.view)
    ((work, done),) = waiting
    old = work(window.store)
    assert panel.leave()
    done(old)
    assert panel.editors["comments"].toPlainText().startswith("NEW WORDS")
    window.write(panel.editors["comments"], "x")
    panel.leave()
    assert "NEW WORDS" in kept(window, 1)


def test_a_completed_correction_is_closed_again(window, clock):
    store = window.store
    reports.complete(
        store=store,
        visit=1,
        confirmed=reports.confirm(store=store, visit=1, now=clock.now()),
        now=clock.now(),
    )
    window.go("visit/1/send")
    window.press("Correct this report")
    panel = window.panel()
    assert panel.editors["comments"].isEnabled()
    window.program.session.changed.emit(Changes.OUTBOX)
    assert panel.editors["comments"].isEnabled(), "a refresh does not end a correction"
    window.write(panel.editors["comments"], "Corrected. ")
    panel.leave()
    confirmed = reports.confirm(store=store, visit=1, now=clock.now(), reason="x")
    reports.complete(store=store, visit=1, confirmed=confirmed, now=clock.now())
    window.go("visit/1/send")
    window.go("visit/1/report")
    assert not panel.editors["comments"].isEnabled()


def test_correcting_from_the_send_step_waits_for_the_report(threaded, locations, clock, qtbot):
    store, _ = stores.create(locations, PASSPHRASE, QUICK)
    visit = sample.fill(store=store, now=clock.now())
    reports.complete(
        store=store,
        visit=visit,
        confirmed=reports.confirm(store=store, visit=visit, now=clock.now()),
        now=clock.now(),
    )
    threaded.frame.show()
    threaded.open(store)
    threaded.session.go(f"visit/{visit}/report/correct")
    qtbot.waitUntil(lambda: bool(getattr(threaded.window.page().stack.currentWidget(), "correcting", 0)))
    assert threaded.window.page().stack.currentWidget().editors["comments"].isEnabled()


def test_a_note_typed_while_another_step_opens_is_saved_on_the_way_out(window):
    window.go("visit/1/meeting")
    field = next(each for each in window.panel().fields if not each.toPlainText())
    window.go("visit/1/report")
    field.setPlainText("Typed behind the page")
    window.program.lock()
    window.root.passphrase.setText(PASSPHRASE)
    window.press("Open")
    assert "Typed behind the page" in [note.text for note in window.store.notes.of_visit(1)]


def test_answers_that_come_after_locking_are_dropped(threaded, locations, clock, qtbot):
    store, _ = stores.create(locations, PASSPHRASE, QUICK)
    threaded.open(store)
    heard, release = [], threading.Event()
    threaded.session.run(threaded, lambda store: release.wait(5), heard.append)
    threaded.lock()
    release.set()
    threaded.stop()
    QApplication.processEvents()
    assert heard == []


def test_the_warning_before_closing_counts_for_a_minute(window, clock, monkeypatch):
    from datetime import timedelta

    window.go("visit/1/report")
    monkeypatch.setattr(reports, "save_section", broken)
    window.write(window.panel().editors["comments"], "Precious. ")
    assert not window.program.frame.close()
    clock.moment += timedelta(minutes=5)
    assert not window.program.frame.close()
    assert window.program.frame.close()


def mistaken(**_):
    raise ZeroDivisionError


def test_a_mistake_of_the_program_while_saving_bars_no_lock(window, monkeypatch):
    window.go("visit/1/report")
    with monkeypatch.context() as patched:
        patched.setattr(reports, "save_section", mistaken)
        window.write(window.panel().editors["comments"], "Precious. ")
        window.go("outbox")
        assert window.page.number == 1
        assert not window.program.may_close()
        window.program.lock()
    assert not window.sees("Harbour Lights")
    window.root.passphrase.setText(PASSPHRASE)
    window.press("Open")
    assert window.panel().leave()
    assert kept(window, 1).startswith("Precious.")


@pytest.mark.parametrize(
    ("there", "nowhere"), [("school/990003", "school/1"), ("visit/1/report", "visit/99/report")]
)
def test_nothing_of_one_address_stays_under_another_that_cannot_be_read(window, there, nowhere):
    page = window.go(there)
    assert page.title.text()
    window.go(nowhere)
    assert window.notice
    assert not page.title.text()
    assert not [each for each in page.findChildren(QAbstractButton) if each.isVisible()]
    window.go(there)
    assert page.title.text()
    assert [each for each in page.findChildren(QAbstractButton) if each.isVisible()]


def test_a_mistake_while_the_store_is_looked_over_is_told_where_it_locks(window):
    window.program._damaged(RuntimeError())
    assert "made a mistake" in window.root.banner.accessibleName()


def test_a_store_whose_passphrase_nobody_chose_says_it_while_it_is_locked(window):
    window.program.way_in = "The passphrase of the sample is “nothing secret”."
    window.program.lock()
    banner = window.program.frame.centralWidget().banner
    assert "nothing secret" in banner.accessibleName()


def test_a_note_typed_while_an_agenda_is_put_back_is_kept_on_the_screen_and_in_the_store(window, clock):
    """The panel is built anew under the other agenda: never from what was read before the words."""
    items, store = window.store.visits.agenda(1), window.store
    undo = visits.change_agenda(store=store, visit=1, items=items[:-1], now=clock.now()).undo
    window.go("visit/1/meeting")
    panel = window.panel()
    field = next(each for each in panel.fields if each.place.number and each.toPlainText())
    number, before = field.place.number, field.toPlainText()
    undo.work(store, clock.now())
    read_before_the_words = visits.view(store=store, visit=1, today=clock.today())
    field.moveCursor(QTextCursor.MoveOperation.End)
    window.write(field, " word A")
    panel.show_visit(read_before_the_words)
    shown = next(each for each in window.panel().fields if each.place.number == number)
    assert shown.toPlainText() == f"{before} word A"
    shown.moveCursor(QTextCursor.MoveOperation.End)
    window.write(shown, " word B")
    assert panel.leave()
    assert window.store.notes.get(number).text == f"{before} word A word B"
