"""Nothing typed is lost: what is dirty is saved a second after a pause, at the latest two seconds after its
first letter, and on every way out.

The promise is three seconds; the third is for the save itself, behind whatever the store is doing.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Generic

from PySide6.QtCore import QObject, Signal

from sep_desktop.ui.context.composition import LONGEST, PAUSE, Composition
from sep_desktop.ui.context.operations import Opened, Runner
from sep_desktop.ui.context.timers import Timers
from sep_desktop.ui.context.unsaved import Save, UnsavedText, UnsavedTexts, is_saved

TRY_AGAIN = 5000  # milliseconds


@dataclass(frozen=True)
class _Unsaved:
    """How to get the words under a key, and which edit was the last of them."""

    text: Callable[[], str]
    edit: int


class Autosave(QObject, Generic[Opened]):
    """Keeps the newest text of every dirty key until it has been saved.

    A key names its place wholly (report and section, say), so that words can never be saved under another
    one. ``rested`` says that everything is saved and nobody types on: time for what need not be done at each
    save.
    """

    saved = Signal(object)
    failed = Signal(object)
    rested = Signal()

    def __init__(
        self,
        parent: QObject,
        runner: Runner[Opened],
        timers: Timers,
        composition: Composition,
        save: "Save[Opened]",
        unsaved: UnsavedTexts[Opened] | None = None,
    ) -> None:
        """With ``unsaved``, what was typed in a place like ``parent`` and waits there is dirty again."""
        super().__init__(parent)
        self._place = type(parent).__name__
        self._runner, self._composition, self._write = runner, composition, save
        self._edits = 0
        self._dirty: dict[Hashable, _Unsaved] = {}
        self._under_way: set[Hashable] = set()
        self._overdue: set[Hashable] = set()
        """Keys whose save fell due while an earlier one was under way."""
        self._rests = True
        self._pause = timers.timer(self, self.save)
        self._longest = timers.timer(self, self._save_dirty)
        self._again = timers.timer(self, self._save_dirty)
        composition.lasted.connect(self._save_dirty)
        if unsaved is not None:
            self._take(unsaved)

    def _take(self, unsaved: UnsavedTexts[Opened]) -> None:
        unsaved.add_place(self)
        for each in unsaved.take(self._place):
            self._edits += 1
            self._dirty[each.key] = _Unsaved(partial(str, each.text), self._edits)
            self._again.start(TRY_AGAIN)

    @property
    def clean(self) -> bool:
        """Whether everything is saved."""
        return not self._dirty

    @property
    def dirty(self) -> frozenset[Hashable]:
        """The keys whose words are not saved yet."""
        return frozenset(self._dirty)

    def words(self, key: Hashable) -> str:
        """What is to be saved under a dirty key."""
        return self._dirty[key].text()

    def is_dirty(self, key: Hashable) -> bool:
        """Whether the words under ``key`` are not saved yet."""
        return key in self._dirty

    def touch(self, key: Hashable, text: Callable[[], str]) -> None:
        """``key`` changed; ``text`` gives its words when the time comes to save them."""
        self._edits += 1
        self._rests = False
        self._dirty[key] = _Unsaved(text, self._edits)
        self._pause.start(PAUSE)
        if not self._longest.active:
            self._longest.start(LONGEST)

    def release(self) -> None:
        """Take the words out of the fields that hold them.

        The fields may go, what is not saved yet stays here.
        """
        self._composition.commit()
        for key, unsaved in list(self._dirty.items()):
            self._dirty[key] = _Unsaved(partial(str, unsaved.text()), unsaved.edit)

    def stop(self) -> None:
        """The fields are going; nothing is asked of them any more."""
        self.release()
        self._stop_timers()

    def _stop_timers(self) -> None:
        for timer in (self._pause, self._longest, self._again):
            timer.stop()

    def save(self) -> None:
        """Save what is dirty, away from the window's thread; what is being composed stays as it is."""
        self._rests = True
        self._save_dirty()

    def _save_dirty(self) -> None:
        self._stop_timers()
        for key in list(self._dirty):
            self._save(key)

    def _save(self, key: Hashable) -> None:
        if key in self._under_way:  # the store is slow: one save of a key waits, however long it takes
            self._overdue.add(key)
            return
        unsaved = self._dirty[key]
        words = unsaved.text()
        self._under_way.add(key)
        self._runner.run(
            self,
            partial(_write, self._write, key, words),
            partial(self._done, key, unsaved.edit),
            failed=partial(self._not_saved, key),
        )

    def _done(self, key: Hashable, edit: int, at: datetime) -> None:
        self._under_way.discard(key)
        self._forget(key, edit)
        self.saved.emit(at)
        if key in self._overdue:
            self._overdue.discard(key)
            if key in self._dirty:
                self._save(key)
        self._tell_rested()

    def _tell_rested(self) -> None:
        if self._rests and self.clean:
            self.rested.emit()

    def _forget(self, key: Hashable, edit: int) -> None:
        """The words under a key are safe as that edit left them."""
        if key in self._dirty and self._dirty[key].edit == edit:
            del self._dirty[key]

    def _not_saved(self, key: Hashable, error: BaseException) -> None:
        self._under_way.discard(key)
        self._overdue.discard(key)
        self._tell(error)

    def _tell(self, error: BaseException) -> None:
        self.failed.emit(error)
        self._again.start(TRY_AGAIN)

    def flush(self) -> bool:
        """Save everything now and wait, with what is being composed; one that fails does not keep the others.

        Whether everything is safe.
        """
        self._composition.commit()
        self._stop_timers()
        problem: Exception | None = None
        dirty = list(self._dirty.items())
        for key, unsaved in dirty:
            try:
                at = self._runner.wait_for(partial(_write, self._write, key, unsaved.text()))
            except Exception as error:  # noqa: BLE001 -- whatever it was, the words are not safe
                problem = error
                continue
            self._forget(key, unsaved.edit)
            self.saved.emit(at)
        if dirty:
            self._rests = True
            self._tell_rested()
        if problem:
            self._tell(problem)
        return problem is None

    def save_last(self, opened: Opened) -> list[UnsavedText[Opened]]:
        """Save what is not saved yet without the queues, which have ended; what cannot be saved."""
        self._stop_timers()
        dirty, self._dirty = self._dirty, {}
        texts = [UnsavedText(self._place, key, self._write, unsaved.text()) for key, unsaved in dirty.items()]
        return [each for each in texts if not is_saved(each, opened)]


def _write(save: "Save[Opened]", key: Hashable, words: str, opened: Opened) -> datetime:
    return save(opened, key, words)
