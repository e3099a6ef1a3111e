"""What is typed is durable three seconds later whatever the rhythm, and what is being composed with it."""

import itertools
import string
import threading

import pytest
from PySide6.QtGui import QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QLineEdit

from sep_desktop.errors import EnvironmentProblem
from sep_desktop.services import reports, sample, visits
from sep_desktop.storage import store as stores
from sep_desktop.ui.context.session import Surroundings
from sep_desktop.ui.kit.pdf_preview import PdfPreview
from sep_desktop.ui.kit.prose_editor import ProseEditor
from sep_desktop.ui.shell.application import Program
from tests.conftest import QUICK
from tests.support.appraisals import begun, fill
from tests.support.driven_timers import DrivenTimers
from tests.support.fakes import PASSPHRASE, FakeKeyring
from tests.support.pages import Window
from tests.support.sealed_pages import SealedPages
from tests.support.writing_places import AGENDA, PLACES, REPORT, ROW, SEALED_PROSE, VISIT

PROMISED = 3.0  # seconds from a letter to its being on the disk
EACH_PLACE = pytest.mark.parametrize("place", PLACES, ids=str)
EACH_KIND = pytest.mark.parametrize("place", [REPORT, ROW, AGENDA, SEALED_PROSE], ids=str)
"""A place for each kind of field; one of them in the store that closes when it is left."""


class Writing:
    """A field on the screen, emptied, and what the store has of it."""

    def __init__(self, window, place):
        self.window, self.place = window, place
        self.field = self._find()
        self.field.setFocus()
        self.field.selectAll()

    def _find(self):
        page = self.window.page
        for _ in range(5):
            if field := self.place.find(page):
                return field
            QApplication.processEvents()
        raise AssertionError(f"no field for the {self.place}")

    @property
    def stored(self):
        context = getattr(self.window.page, "context", None)
        return self.place.stored(context.runner.opened.sealed if self.place.is_sealed else self.window.store)

    @property
    def panel(self):
        """The panel in which the field stands."""
        page = self.window.page
        return page.open_view.record.stack.currentWidget() if self.place.is_sealed else self.window.panel()

    def compose(self, text):
        QApplication.sendEvent(self.field, QInputMethodEvent(text, []))

    def choose(self, text):
        event = QInputMethodEvent()
        event.setCommitString(text)
        QApplication.sendEvent(self.field, event)


def refuse(**_):
    raise EnvironmentProblem("The disk is full.", "Free some space.")


@pytest.fixture
def writing(window, place, clock):
    if place.is_sealed:
        pages = SealedPages(window)
        pages.make()
        fill(pages.sealed, cycle := begun(pages.stores.visits, pages.sealed, clock.now()), clock.now())
        pages.page.open_view.show_record(cycle)
    else:
        window.go(place.address)
    return Writing(window, place)


def type_steadily(window, writing, seconds):
    """Eight seconds of it; what is three seconds old is asked for every half second."""
    typed, often = "", max(1, round(0.5 / seconds))
    for letter in itertools.islice(itertools.cycle(string.ascii_lowercase), round(8 / seconds)):
        QTest.keyClicks(writing.field, letter)
        typed += letter
        window.timers.advance(seconds)
        due = typed[: max(0, len(typed) - int(PROMISED / seconds))]
        assert len(typed) % often or not due or writing.stored.startswith(due)
    assert len(due) >= 5


@EACH_PLACE
def test_steady_typing_is_saved_all_the_same(window, writing):
    type_steadily(window, writing, seconds=0.06)


@pytest.mark.parametrize("place", [REPORT], ids=str)
@pytest.mark.parametrize("seconds", [0.45, 0.99])
def test_no_rhythm_keeps_words_from_being_saved(window, writing, seconds):
    type_steadily(window, writing, seconds)


@EACH_KIND
def test_a_pause_saves_after_a_second(window, writing):
    QTest.keyClicks(writing.field, "abc")
    window.timers.advance(1)
    assert writing.stored == "abc"


@EACH_KIND
@pytest.mark.parametrize(
    "leave", [lambda window: window.go("today"), lambda window: window.program.lock()], ids=["left", "locked"]
)
def test_what_is_being_composed_is_saved_on_every_way_out(window, writing, leave, locations):
    """Of the sealed store too, which such a way closes."""
    store = window.page.context.runner.opened.sealed if writing.place.is_sealed else window.store
    writing.choose("said ")
    writing.compose("ここ")
    saved = []
    closing = type(store).close
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(
            type(store), "close", lambda self: (saved.append(writing.place.stored(self)), closing(self))
        )
        leave(window)
        stored = saved[0] if saved else writing.place.stored(store)
    assert stored == "said ここ"


@EACH_KIND
def test_a_composition_that_lasts_is_saved_within_the_promise(window, writing):
    writing.compose("こ")
    window.timers.advance(0.9)
    writing.compose("ここ")
    window.timers.advance(0.9)
    writing.compose("ここで")
    window.timers.advance(PROMISED - 1.8)
    assert writing.stored == "ここで"


@EACH_KIND
def test_a_composition_that_pauses_is_saved_after_a_second(window, writing):
    writing.compose("ここ")
    window.timers.advance(0.9)
    assert writing.stored != "ここ"
    window.timers.advance(0.2)
    assert writing.stored == "ここ"


@EACH_KIND
def test_a_save_leaves_an_accent_that_waits_for_its_letter_whole(window, writing):
    QTest.keyClicks(writing.field, "Zo")
    window.timers.advance(0.9)
    writing.compose("¨")
    window.timers.advance(0.5)
    writing.choose("ë")
    window.timers.advance(1)
    assert writing.stored == "Zoë"


@pytest.mark.parametrize("place", [REPORT], ids=str)
def test_what_was_composed_is_undone_after_its_save(window, writing):
    QTest.keyClicks(writing.field, "before ")
    writing.compose("ここ")
    window.timers.advance(3)
    writing.field.undo()
    window.timers.advance(1)
    assert "ここ" not in writing.stored


@pytest.mark.parametrize("place", [REPORT, SEALED_PROSE], ids=str)
def test_what_is_undone_after_a_save_and_a_refresh_is_saved_as_undone(window, writing):
    QTest.keyClicks(writing.field, "before ")
    window.timers.advance(1)
    QTest.keyClicks(writing.field, "after")
    window.timers.advance(1)
    assert "after" in writing.stored
    window.page.refresh()
    writing.field.undo()
    window.timers.advance(1)
    assert "after" not in writing.stored


@pytest.mark.parametrize("place", [REPORT], ids=str)
def test_what_is_composed_stays_where_it_was_when_the_cursor_goes(window, writing):
    writing.compose("ここ")
    window.panel().editors["strengths"].setFocus()
    window.timers.advance(1)
    assert writing.stored == "ここ"


@pytest.mark.parametrize("place", [REPORT], ids=str)
def test_a_section_that_cannot_be_saved_does_not_hold_up_another(window, writing, monkeypatch):
    save = reports.save_section
    monkeypatch.setattr(
        reports, "save_section", lambda **asked: (refuse if asked["key"] == "strengths" else save)(**asked)
    )
    window.write(window.panel().editors["strengths"], "Lost so far")
    window.timers.advance(1)
    window.write(writing.field, "x")
    window.timers.advance(1)
    assert writing.stored == "x"
    monkeypatch.undo()
    window.timers.advance(5)
    assert window.panel().autosave.clean


def test_a_setting_that_is_being_composed_is_saved_on_the_way_out(window):
    page = window.go("settings")
    field = next(each for each in page.findChildren(QLineEdit) if each.text() == "Ada Penrose")
    field.setFocus()
    field.selectAll()
    QApplication.sendEvent(field, QInputMethodEvent("アダ", []))
    window.go("today")
    assert window.store.settings.text("me.name") == "アダ"


def test_a_key_reads_its_own_section_alone(window, monkeypatch):
    window.go(REPORT.address)
    read, text = set(), ProseEditor.text
    monkeypatch.setattr(ProseEditor, "text", lambda self: (read.add(self.accessibleName()), text(self))[1])
    window.write(window.panel().editors["comments"], "x")
    assert len(read) == 1


class SlowStore:
    """The program on its real threads, over a store whose thread waits until it is let go."""

    def __init__(self, locations, clock, qtbot):
        self.qtbot, self.timers = qtbot, DrivenTimers(clock)
        store, _ = stores.create(locations, PASSPHRASE, QUICK)
        sample.fill(store=store, now=clock.now())
        self.program = Program(locations, Surroundings(clock, self.timers, FakeKeyring(), QUICK))
        self.program.open(store, f"visit/{VISIT}/report")
        self.window, self._release = Window(self.program), threading.Event()
        qtbot.waitUntil(lambda: bool(self.window.panel() and self.window.panel().editors))
        self.panel = self.window.panel()

    def hold(self):
        self.program.session.operations._store.submit(self._release.wait, 5)

    def let_go(self):
        self._release.set()


@pytest.fixture
def slow_store(program, locations, clock, qtbot):
    slow = SlowStore(locations, clock, qtbot)
    yield slow
    slow.let_go()
    slow.program.stop()


@pytest.fixture
def saves(monkeypatch):
    """The texts that were written, in their order."""
    written = []
    save = reports.save_section
    monkeypatch.setattr(
        reports, "save_section", lambda *, text, **rest: (written.append(text), save(text=text, **rest))[1]
    )
    return written


def test_saves_do_not_queue_up_behind_a_slow_store(slow_store, saves, qtbot):
    slow_store.hold()
    editor = slow_store.panel.editors["comments"]
    editor.selectAll()
    for letter in "abcdefghij":
        QTest.keyClicks(editor, letter)
        slow_store.timers.advance(1)
    slow_store.let_go()
    qtbot.waitUntil(lambda: slow_store.panel.autosave.clean)
    assert saves == ["a", "abcdefghij"]


@pytest.mark.parametrize("leave", ["lock", "may_close"])
def test_what_was_typed_during_a_save_is_saved_on_the_way_out(slow_store, saves, leave):
    slow_store.hold()
    editor = slow_store.panel.editors["comments"]
    editor.selectAll()
    QTest.keyClicks(editor, "a")
    slow_store.timers.advance(1)
    QTest.keyClicks(editor, "b")
    slow_store.let_go()
    getattr(slow_store.program, leave)()
    assert saves == ["a", "ab"]


@pytest.mark.parametrize("place", [AGENDA], ids=str)
def test_a_title_typed_into_an_agreed_agenda_opens_it_again(window, writing):
    assert window.sees("Agreed on")
    window.write(writing.field, "x")
    window.timers.advance(1)
    assert window.sees("Not agreed yet")
    assert writing.field.hasFocus()


@pytest.mark.parametrize("place", [AGENDA], ids=str)
def test_an_agenda_is_not_agreed_over_a_title_that_could_not_be_saved(window, writing, monkeypatch):
    window.write(writing.field, "x")
    window.timers.advance(1)
    monkeypatch.setattr(visits, "rename_item", refuse)
    window.write(writing.field, "y")
    window.press("The school agrees")
    assert window.store.visits.get(VISIT).agreed_on is None
    assert "The disk is full" in window.notice


@pytest.mark.parametrize("place", [REPORT, SEALED_PROSE], ids=str)
def test_no_paper_is_set_under_the_hands_of_somebody_who_types_on(window, writing, monkeypatch):
    papers_set = []
    monkeypatch.setattr(PdfPreview, "show_data", lambda self, data: papers_set.append(data))
    writing.panel.toggle_preview()
    papers_set.clear()
    writing.field.setFocus()
    for letter in "abcdefghi":
        QTest.keyClicks(writing.field, letter)
        window.timers.advance(0.5)
    assert writing.stored.startswith("abcd")
    assert papers_set == []
    window.timers.advance(3)
    assert len(papers_set) == 1
