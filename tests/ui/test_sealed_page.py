"""The sealed page: what opens it, what closes it, and what is left when it is closed."""

from datetime import timedelta

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from sep_desktop.domain.appraisal.form import Stage
from sep_desktop.errors import UserError
from sep_desktop.services.appraisals import records
from sep_desktop.storage.key_file import read_all
from sep_desktop.storage.key_slots import SlotKind
from sep_desktop.storage.sealed import store as sealed_store
from sep_desktop.ui.kit import theme
from tests.conftest import QUICK
from tests.support.appraisals import SEALED, URN, begun, fill
from tests.support.canary import everything_shown
from tests.support.fakes import PASSPHRASE
from tests.support.sealed_pages import SealedPages

CANARY = "Zanzibar sunrise 4711"


@pytest.fixture
def sealed_pages(window) -> SealedPages:
    made = SealedPages(window)
    made.make()
    return made


@pytest.fixture
def writing(sealed_pages, clock):
    """A record open at its advice, with words in it."""
    store, sealed = sealed_pages.stores.visits, sealed_pages.sealed
    cycle = begun(store, sealed, clock.now())
    fill(sealed, cycle, clock.now(), lambda key: f"{CANARY} {key}")
    sealed_pages.page.open_view.show_record(cycle)
    sealed_pages.step(Stage.ADVICE)
    return sealed_pages


def test_the_first_visit_makes_the_store_and_has_the_code_typed_back(window, locations):
    sealed_pages = SealedPages(window)
    window.go("sealed")
    sealed_pages.page.unlock_page.first.setText("short")
    sealed_pages.page.unlock_page.second.setText("short")
    window.press("Make the sealed store")
    assert "at least 12 characters" in sealed_pages.page.unlock_page.banner.accessibleName()
    code = sealed_pages.make()
    assert sealed_pages.page.property("role") == "sealed"
    assert code not in everything_shown()
    assert {slot.kind for slot in read_all(locations.sealed)[0].slots} == {
        SlotKind.PASSPHRASE,
        SlotKind.RECOVERY,
    }


def test_what_is_open_stands_on_the_ground_of_the_sealed_store(sealed_pages):
    view = sealed_pages.page.open_view
    picture = view.grab().toImage()
    beside_the_cards = picture.pixelColor(10, picture.height() // 2).name().upper()
    assert beside_the_cards == theme.tokens().sealed_ground


def test_leaving_before_the_code_was_typed_back_is_remembered(window):
    sealed_pages = SealedPages(window)
    window.go("sealed")
    sealed_pages.page.unlock_page.first.setText(SEALED)
    sealed_pages.page.unlock_page.second.setText(SEALED)
    window.press("Make the sealed store")
    window.go("today")
    sealed_pages.unlock()
    assert "never typed back" in sealed_pages.page.open_view.banner.accessibleName()


def test_the_programs_own_passphrase_does_not_open_it(sealed_pages):
    sealed_pages.window.go("today")
    sealed_pages.unlock(passphrase=PASSPHRASE)
    assert sealed_pages.page.context is None
    assert "not the passphrase" in sealed_pages.page.unlock_page.keys.banner.accessibleName()
    assert sealed_pages.page.unlock_page.keys.passphrase.text() == PASSPHRASE, "to be corrected"
    sealed_pages.window.go("today")
    assert sealed_pages.window.program.window.pages["sealed"].unlock_page.keys.passphrase.text() == ""


def test_a_lost_passphrase_opens_with_its_own_code_and_with_nothing_else(window, locations, program):
    sealed_pages = SealedPages(window)
    code = sealed_pages.make()
    window.go("today")
    window.go("sealed")
    window.press("I have lost the passphrase")
    keys = sealed_pages.page.unlock_page.keys
    for wrong in ("AAAA-BBBB", code[:-1] + ("0" if code[-1] != "0" else "1")):
        keys.code.setText(wrong)
        keys.new.setText("a third passphrase now")
        window.press("Open with the code")
        assert sealed_pages.page.context is None
    keys.code.setText(code)
    window.press("Open with the code")
    assert sealed_pages.page.context is not None
    window.go("today")
    sealed_pages.unlock(passphrase="a third passphrase now")
    assert sealed_pages.page.context is not None


CLOSINGS = {
    "another page": lambda sealed_pages: sealed_pages.window.go("today"),
    "the button": lambda sealed_pages: sealed_pages.window.press("Close now"),
    "the idle time": lambda sealed_pages: sealed_pages.page.idleness.idle.emit(),
    "the screen's lock": lambda sealed_pages: sealed_pages.window.program._on_screen_locked(),
    "locking": lambda sealed_pages: sealed_pages.window.program.lock(),
    "the end": lambda sealed_pages: sealed_pages.window.program.frame.close(),
    "alt+left": lambda sealed_pages: QTest.keyClick(
        sealed_pages.window.program.window, Qt.Key.Key_Left, Qt.KeyboardModifier.AltModifier
    ),
}


@pytest.mark.parametrize("way", CLOSINGS)
def test_every_way_out_saves_closes_and_leaves_nothing_on_the_screen(writing, locations, way):
    window = writing.window
    key = next(iter(writing.panel.editors))
    window.write(writing.panel.editors[key], "Typed last. ")
    page = writing.page
    CLOSINGS[way](writing)
    assert page.context is None
    assert page.property("role") != "sealed"
    assert CANARY not in everything_shown()
    sealed = sealed_store.unlock(locations, SEALED)
    cycle = sealed.appraisals.cycles(URN)[0].id
    assert records.open_record(sealed=sealed, cycle=cycle).text(key).startswith("Typed last.")
    sealed.close()


def test_opening_again_returns_to_where_one_was(writing):
    writing.window.press("Close now")
    writing.page.unlock_page.keys.passphrase.setText(SEALED)
    writing.window.press("Open")
    assert writing.page.open_view.record.record.cycle.urn == URN


def test_the_idle_time_is_the_settings(sealed_pages):
    sealed_pages.window.program.session.runner.opened.settings.put("sealed.idle_minutes", 3)
    sealed_pages.window.go("today")
    sealed_pages.unlock()
    assert sealed_pages.page.idleness._timer.interval == timedelta(minutes=2), "a minute before, it is said"
    assert sealed_pages.page.idleness._timer.active


def test_words_that_cannot_be_saved_are_concealed_not_lost(writing, monkeypatch):
    window, page = writing.window, writing.page

    def full(**_):
        raise UserError("The disk is full.", "Free some space.")

    monkeypatch.setattr(records, "save_part", full)
    key, editor = next(iter(writing.panel.editors.items()))
    window.write(editor, "Precious. ")
    assert window.go("today") is page, "a page is not left with words that are not saved"
    page.idleness.idle.emit()
    assert page.context is None
    assert "put back when you unlock" in page.unlock_page.keys.banner.accessibleName()
    page.unlock_page.keys.passphrase.setText("not this one at all")
    window.press("Open")
    assert page.context is None
    page.unlock_page.keys.passphrase.setText(SEALED)
    window.press("Open")
    monkeypatch.undo()
    panel = writing.step(Stage.ADVICE)
    assert panel.editors[key].toPlainText().startswith("Precious."), "they are unsaved again"
    assert page.context.autosave.flush()
    window.go("today")
    assert page.context is None


def test_a_dialog_of_the_room_closes_with_it(writing):
    writing.window.press("History")
    assert CANARY in everything_shown()
    writing.page.idleness.idle.emit()
    assert not [
        each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()
    ]
    assert CANARY not in everything_shown()


def test_what_was_copied_inside_is_gone_outside(writing):
    editor = next(iter(writing.panel.editors.values()))
    editor.setFocus()
    editor.selectAll()
    editor.copy()
    clipboard = QGuiApplication.clipboard()
    assert CANARY in clipboard.text()
    assert clipboard.mimeData().data("x-kde-passwordManagerHint") == b"secret"
    writing.window.press("Close now")
    assert clipboard.text() == ""


def test_what_was_copied_elsewhere_is_left_alone(writing):
    editor = next(iter(writing.panel.editors.values()))
    editor.setFocus()
    editor.selectAll()
    editor.copy()
    writing.window.program.frame.setFocus()
    QApplication.focusWidget().clearFocus()
    QGuiApplication.clipboard().setText("From another program")
    writing.window.press("Close now")
    assert QGuiApplication.clipboard().text() == "From another program"


def test_the_title_of_the_window_says_nothing(writing):
    assert writing.window.program.frame.windowTitle() == "SEP Desktop"
    assert not [each for each in writing.window.program.window.history if CANARY in each]


def test_a_removed_objective_is_put_back_in_one_click(writing):
    panel = writing.step(Stage.MEETING)
    writing.window.press("Remove", panel)
    assert "objective.1.objective" not in panel.editors
    writing.window.press("Put back", panel)
    assert panel.editors["objective.1.objective"].text().startswith(CANARY)
    writing.window.press("Add an objective", panel)
    assert "objective.4.objective" in panel.editors


def test_earlier_words_come_back_from_the_history(writing, clock):
    key, editor = next(iter(writing.panel.editors.items()))
    clock.moment += timedelta(hours=1)
    writing.window.write(editor, "A slip. ")
    writing.page.context.autosave.flush()
    writing.window.press("History")
    dialog = writing.window.dialog()
    dialog.list.setCurrentRow(1)
    writing.window.press("Go back to this", dialog)
    assert not writing.panel.editors[key].toPlainText().startswith("A slip.")


def test_the_time_given_is_all_that_the_school_shows(writing, clock):
    panel = writing.step(Stage.PEOPLE)
    panel.support.record(clock.today(), 2.5)
    writing.window.go(f"school/{URN}")
    assert writing.window.sees("Given on Tue 24 Nov 2026 (2.5 hours).")
    assert CANARY not in everything_shown()


def test_time_is_recorded_without_opening_anything(window, clock):
    window.go(f"school/{URN}")
    window.press("Time given")
    window.press("Record", window.dialog())
    assert window.sees("Given on Tue 24 Nov 2026 (3 hours).")
    assert (
        window.program.session.runner.opened.support_given.between(clock.today(), clock.today(), [URN])[
            0
        ].hours
        == 3
    )


def test_the_governors_draft_where_the_setting_says_so(writing):
    writing.window.program.session.runner.opened.settings.put("appraisal.drafting", "governors")
    writing.step(Stage.PAPERS)
    assert writing.window.sees("The governors draft the statement here")
    assert not writing.window.sees("Planning and review statement", writing.panel)


def test_a_store_made_elsewhere_is_not_made_again(sealed_pages, locations):
    sealed_pages.window.go("today")
    with pytest.raises(UserError):
        sealed_store.create(locations, SEALED, QUICK)


def test_a_shown_paper_can_be_thrown_away(qapp):
    """A loaded document that is its view's child takes the whole process with it when the view goes."""
    from sep_desktop.documents.report_pdf import render
    from sep_desktop.ui.kit.pdf_preview import PdfPreview
    from tests.documents.samples import seven_pages

    for _ in range(5):
        preview = PdfPreview()
        preview.show_data(render(seven_pages()).data)
        preview.show()
        QApplication.processEvents()
        preview.deleteLater()
        QApplication.sendPostedEvents(None, 52)
