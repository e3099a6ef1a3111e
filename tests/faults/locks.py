"""Locks at random moments of a day's work: what was typed is in the store, and nothing readable is left behind."""

import random
import threading
import time
from collections import Counter
from contextlib import nullcontext
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from unittest.mock import patch

from PySide6.QtCore import QEvent
from PySide6.QtGui import QGuiApplication, QInputMethodEvent
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QDialog

from sep_desktop.domain.appraisal.form import Stage
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.paths import Locations
from sep_desktop.services import reports, sample, unfinished_forms, visits
from sep_desktop.services.appraisals import records
from sep_desktop.storage import store as stores
from sep_desktop.storage.sealed import store as sealed_store
from sep_desktop.ui.context.session import Surroundings
from sep_desktop.ui.shell.application import Program
from tests.conftest import QUICK
from tests.support.appraisals import SEALED, URN, begun, fill
from tests.support.clocks import FixedClock
from tests.support.driven_timers import DrivenTimers
from tests.support.fakes import PASSPHRASE, FakeKeyring
from tests.support.memory import alive, let_go, places_of
from tests.support.pages import Window

_WAIT = 10.0  # seconds until what a thread was asked for is taken for lost
_LOCKED_WITHIN = 1.0
_OF_THE_OPEN = ("Store", "SealedStore", "EncryptedDatabase", "Session", "SealedContext", "MainWindow")
_SAVES = (
    (reports, "save_section"),
    (visits, "take_note"),
    (visits, "change_note"),
    (visits, "rename_item"),
    (records, "save_part"),
    (unfinished_forms, "keep"),
)


@dataclass
class Tally:
    """The numbers of the words that were typed, of those that were not there afterwards, and what was readable."""

    typed: list[int] = field(default_factory=list)
    lost: list[int] = field(default_factory=list)
    leaked: list[str] = field(default_factory=list)
    slowest: float = 0.0


def _full(**_: object) -> None:
    raise EnvironmentProblem("The disk is full.", "Free some space.")


class LockedDay:
    """One program on its threads over one store, typed into and locked again and again."""

    def __init__(self, seed: int, folder: Path) -> None:
        self.random = random.Random(seed)
        self.tally = Tally()
        let_go()
        self._there_before = Counter(alive(*_OF_THE_OPEN))  # whoever runs in this process too
        self.locations = Locations(folder / "store")
        self.clock = FixedClock(datetime(2026, 11, 24, 10, 32, 7).astimezone())
        self._fill()
        surroundings = Surroundings(self.clock, DrivenTimers(self.clock), FakeKeyring(), QUICK)
        self.program = Program(self.locations, surroundings)
        self.window = Window(self.program)
        self.program.frame.resize(1366, 768)
        self.program.frame.show()
        self.program.show_unlock()
        self.count = 0

    def _fill(self) -> None:
        now = self.clock.now()
        store, _ = stores.create(self.locations, PASSPHRASE, QUICK)
        sample.fill(store=store, now=now)
        sealed, _ = sealed_store.create(self.locations, SEALED, QUICK)
        fill(sealed, begun(store, sealed, now), now)
        sealed.close()
        store.close()

    def word(self) -> str:
        """One that was never typed before."""
        self.count += 1
        self.tally.typed.append(self.count)
        return _word(self.count)

    def until(self, condition, what: str) -> None:
        """Let the window work until ``condition`` holds."""
        end = time.monotonic() + _WAIT
        while not condition():
            QApplication.processEvents()
            if time.monotonic() > end:
                raise TimeoutError(what)
            time.sleep(0.001)

    def settle(self) -> None:
        """Until everything that was asked of the store has been answered, and what that asked for again."""
        for _ in range(4):
            answers: list[object] = []
            self.program.session.run(self.program, lambda store: None, answers.append)
            self.until(lambda answers=answers: bool(answers), "the store's answer")

    def unlock(self) -> None:
        page = self.program.frame.centralWidget()
        page.passphrase.setText(PASSPHRASE)
        page.try_passphrase()
        self.until(lambda: self.program.session is not None, "unlocking")
        self.program.surroundings.timers.advance(0.5)  # the first page is on the screen
        self.settle()

    # What somebody does before the lock comes; each gives where the word must be afterwards.

    def report(self) -> str:
        self.program.session.go("visit/1/report")
        self.settle()
        self._type(self.window.panel().editors[self.random.choice(("comments", "context"))])
        return "visit/1/report"

    def note(self) -> str:
        self.program.session.go("visit/1/meeting")
        self.settle()
        self._type(self.random.choice(self.window.panel().fields))
        return "visit/1/meeting"

    def composed_note(self) -> str:
        address = self.note()
        word = self.word()
        QApplication.sendEvent(self.program.frame.focusWidget(), QInputMethodEvent(word, []))
        return address

    def agenda(self) -> str:
        self.program.session.go("visit/1/agenda")
        self.settle()
        panel = self.window.panel()
        panel.list.setCurrentRow(self.random.randrange(panel.list.count()))
        panel.title.clear()
        panel.title.setFocus()
        self._keys(panel.title)
        return "visit/1/agenda"

    def dialog(self) -> str:
        self.program.session.go("school/990004")
        self.settle()
        self.window.press("Add a visit")
        self.window.dialog().reason.setFocus()
        self._keys(self.window.dialog().reason)
        return "school/990004"

    def sealed(self) -> str:
        self.program.session.go(f"sealed/{URN}")
        self.settle()
        page = self.program.window.page()
        page.unlock_page.keys.passphrase.setText(SEALED)
        page.unlock_page.keys.try_passphrase()
        self.until(lambda: page.open_view and page.open_view.record.record, "the sealed page")
        page.open_view.record.go(Stage.ADVICE)
        self.settle()
        self._type(page.open_view.record.panels[Stage.ADVICE].editors["ahead"])
        return f"sealed/{URN}"

    def _type(self, editor) -> None:
        editor.setFocus()
        editor.moveCursor(editor.textCursor().MoveOperation.End)
        self._keys(editor)
        if self.random.random() < 0.3:
            editor.selectAll()
            editor.copy()
            editor.moveCursor(editor.textCursor().MoveOperation.End)
        if self.random.random() < 0.2:
            editor.undo()
            editor.redo()

    def _keys(self, editor) -> None:
        for _ in range(self.random.randint(1, 3)):
            word = self.word()
            QTest.keyClicks(editor, f" {word}")
            if self.random.random() < 0.3:
                self.program.surroundings.timers.advance(self.random.choice((0.4, 1.1, 2.5)))

    def burden(self) -> threading.Event:
        """Something under way: nothing, a long statement, a slow conversation."""
        release, session = threading.Event(), self.program.session
        what = self.random.choice(("nothing", "nothing", "statement", "conversation"))
        if what == "statement":
            endless = "WITH RECURSIVE n(x) AS (SELECT 1 UNION ALL SELECT x + 1 FROM n) SELECT max(x) FROM n"
            session.run(self.program, lambda store: store.database.value(endless), failed=lambda _: None)
        elif what == "conversation":
            session.run(self.program, lambda store: release.wait(_WAIT), slow=True)
        return release

    def lock(self, address: str) -> None:
        """Lock now, by one of the ways, and look at what is left."""
        release = self.burden()
        begin = time.monotonic()
        self.random.choice(
            (self.program.lock, self.program.session.lock_requested.emit, self.program.screen.left.emit)
        )()
        self.tally.slowest = max(self.tally.slowest, time.monotonic() - begin)
        release.set()
        self._look()
        assert self.program.locking.address(self._store_id()) == address

    def _store_id(self) -> str:
        place = self.program.locking._place
        return place.store if place else ""

    def _look(self) -> None:
        QApplication.sendPostedEvents(None, QEvent.Type.DeferredDelete.value)
        if self.program.session is not None or any(each.isVisible() for each in _dialogs()):
            self.tally.leaked.append("not locked")
        for operations in self.program._abandoned:
            operations.stop()
        self.tally.leaked += self._left_alive().elements()
        if "heron" in QGuiApplication.clipboard().text():
            self.tally.leaked.append("clipboard")
        self.tally.leaked += places_of(_word(self.count))

    def _left_alive(self) -> Counter[str]:
        """What of the open stores is still there a second after the lock; a thread may need as long to end."""
        end = time.monotonic() + _LOCKED_WITHIN
        while True:
            QApplication.processEvents()
            let_go()
            left = Counter(alive(*_OF_THE_OPEN)) - self._there_before
            if not left or time.monotonic() > end:
                return left

    def _come_to_front(self) -> None:
        """Give up what was kept of the round before, whose dialog may open again at any moment."""

        def is_in_front() -> bool:
            for dialog in _dialogs():
                dialog.reject()
            self.program.frame.activateWindow()
            return self.program.frame.isActiveWindow()

        self.until(is_in_front, "the window to be in front")

    def round(self) -> None:
        """Open, work, be locked; in three rounds of ten the disk takes nothing more by then."""
        self.unlock()
        self._come_to_front()
        work = self.random.choice(
            (self.report, self.note, self.composed_note, self.agenda, self.dialog, self.sealed)
        )
        before = len(self.tally.typed)
        with _NothingIsSaved() if self.random.random() < 0.3 else nullcontext():
            address = work()
            self.lock(address)
        self._look_for(self.tally.typed[before:], address)

    def _look_for(self, words: list[int], address: str) -> None:
        """Open again: the program is where it was, and every word typed in this round is in the store."""
        self.unlock()
        if address.startswith("sealed"):
            self._open_sealed()
        everything = self._everything()
        self.tally.lost += [word for word in words if _word(word) not in everything]
        self.program.lock()

    def _open_sealed(self) -> None:
        page = self.program.window.page()
        page.unlock_page.keys.passphrase.setText(SEALED)
        page.unlock_page.keys.try_passphrase()
        self.until(lambda: page.open_view and page.open_view.record.record, "the sealed page")

    def _everything(self) -> str:
        store = self.program.session.runner.opened
        rows = [row["text"] for row in store.database.rows("SELECT text FROM revision")]
        rows += [row["text"] for row in store.database.rows("SELECT text FROM note_revision")]
        rows += [row["title"] for row in store.database.rows("SELECT title FROM agenda_item")]
        rows += [str(form.fields) for form in store.unfinished_forms.all()]
        for other in self.program.session.open_stores[1:]:
            rows += [row["text"] for row in other.database.rows("SELECT text FROM part")]
        return "\n".join(rows)

    def end(self) -> None:
        self.program.stop()
        self.program.frame.hide()


def _word(number: int) -> str:
    """The word of a number; put together, for a constant of it would be in memory."""
    return "".join(("wq", f"{number:04}", "heron"))


def _dialogs() -> list[QDialog]:
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]


class _NothingIsSaved:
    """For the length of the block, a disk that takes nothing more."""

    def __enter__(self) -> None:
        self._patches = [patch.object(module, name, _full) for module, name in _SAVES]
        for each in self._patches:
            each.start()

    def __exit__(self, *_: object) -> None:
        for each in self._patches:
            each.stop()


def lock_rounds(rounds: int, seed: int, folder: Path) -> tuple[int, int, int]:
    """Lock ``rounds`` times at random moments; how many words were acknowledged as typed, lost, leaked.

    The application of Qt has to be there. Raises ``AssertionError`` where unlocking did not return.
    """
    day = LockedDay(seed, folder)
    try:
        for _ in range(rounds):
            day.round()
    finally:
        day.end()
    tally = day.tally
    print(f"slowest lock {tally.slowest:.2f} s", tally.lost[:5], sorted(set(tally.leaked))[:5])
    return len(tally.typed), len(tally.lost), len(tally.leaked)
