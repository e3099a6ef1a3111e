"""Nothing typed is lost: what is dirty is saved a second after a pause, and on every way out."""

from collections.abc import Callable, Hashable
from contextlib import suppress
from datetime import datetime
from functools import partial
from typing import Generic

from PySide6.QtCore import QObject, Signal

from sep_desktop.ui.context.operations import Opened, Runner
from sep_desktop.ui.context.timers import Timers

Save = Callable[[Opened, Hashable, str], datetime]
"""Writes the text under a key durably and says when. Raises a ``SepError`` when it cannot."""

PAUSE = 1000  # milliseconds
TRY_AGAIN = 5000


class Autosave(QObject, Generic[Opened]):
    """Keeps the newest text of every dirty key until it has been saved.

    A key names its place wholly (report and section, say), so that words can never be saved under another
    one.
    """

    saved = Signal(object)
    failed = Signal(object)

    def __init__(self, parent: QObject, runner: Runner[Opened], timers: Timers, save: "Save[Opened]") -> None:
        super().__init__(parent)
        self._runner, self._write = runner, save
        self._dirty: dict[Hashable, Callable[[], str]] = {}
        self._timer = timers.timer(self, self.save)

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
        return self._dirty[key]()

    def is_dirty(self, key: Hashable) -> bool:
        """Whether the words under ``key`` are not saved yet."""
        return key in self._dirty

    def touch(self, key: Hashable, text: Callable[[], str]) -> None:
        """``key`` changed; ``text`` gives its words when the time comes to save them."""
        self._dirty[key] = text
        self._timer.start(PAUSE)

    def release(self) -> None:
        """Take the words out of the fields that hold them.

        The fields may go, what is not saved yet stays here.
        """
        for key, text in list(self._dirty.items()):
            words = text()
            self._dirty[key] = partial(str, words)

    def stop(self) -> None:
        """The fields are going; nothing is asked of them any more."""
        self.release()
        self._timer.stop()

    def save(self) -> None:
        """Save what is dirty, away from the window's thread."""
        for key, text in list(self._dirty.items()):
            words = text()
            self._runner.run(
                self,
                partial(_write, self._write, key, words),
                partial(self._done, key, words),
                failed=self._not_saved,
            )

    def _done(self, key: Hashable, words: str, at: datetime) -> None:
        if key in self._dirty and self._dirty[key]() == words:
            del self._dirty[key]
        self.saved.emit(at)

    def _not_saved(self, error: BaseException) -> None:
        self.failed.emit(error)
        self._timer.start(TRY_AGAIN)

    def flush(self) -> bool:
        """Save everything now and wait; one that fails does not keep the others.

        Whether everything is safe.
        """
        self._timer.stop()
        problem: Exception | None = None
        for key, text in list(self._dirty.items()):
            try:
                at = self._runner.wait_for(partial(_write, self._write, key, text()))
            except Exception as error:  # noqa: BLE001 -- whatever it was, the words are not safe
                problem = error
                continue
            self._dirty.pop(key, None)
            self.saved.emit(at)
        if problem:
            self._not_saved(problem)
        return problem is None

    def save_last(self, opened: Opened) -> None:
        """Save what is not saved yet without the queues, which have ended."""
        for key, text in list(self._dirty.items()):
            with suppress(Exception):  # the others are still to be saved
                self._write(opened, key, text())
        self._dirty.clear()


def _write(save: "Save[Opened]", key: Hashable, words: str, opened: Opened) -> datetime:
    return save(opened, key, words)
