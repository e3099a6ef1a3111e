"""Nothing typed is lost: what is dirty is saved a second after a pause, and on every way out."""

from collections.abc import Callable, Hashable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from sep_desktop.errors import SepError
from sep_desktop.ui.context.session import Session

Save = Callable[[Hashable, str], datetime]
"""Writes the text under a key durably and says when. Raises a ``SepError`` when it cannot."""

PAUSE = 1000  # milliseconds
TRY_AGAIN = 5000


class Autosave(QObject):
    """Keeps the newest text of every dirty key until it has been saved.

    A key names its place wholly (report and section, say), so that words can never be saved under another one.
    """

    saved = Signal(object)
    failed = Signal(object)

    def __init__(self, save: Save, session: Session) -> None:
        super().__init__()
        self._save, self._run, self._now = save, session.operations.run, session.operations.now
        session.ending.connect(self.stop)
        self._dirty: dict[Hashable, Callable[[], str]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.save)

    @property
    def clean(self) -> bool:
        return not self._dirty

    @property
    def dirty(self) -> frozenset[Hashable]:
        return frozenset(self._dirty)

    def words(self, key: Hashable) -> str:
        """What is to be saved under a dirty key."""
        return self._dirty[key]()

    def is_dirty(self, key: Hashable) -> bool:
        return key in self._dirty

    def touch(self, key: Hashable, text: Callable[[], str]) -> None:
        """``key`` changed; ``text`` gives its words when the time comes to save them."""
        self._dirty[key] = text
        self._timer.start(PAUSE)

    def release(self) -> None:
        """Take the words out of the fields that hold them: the fields may go, what is not saved yet stays here."""
        for key, text in list(self._dirty.items()):
            words = text()
            self._dirty[key] = lambda words=words: words

    def stop(self) -> None:
        """The fields are going; nothing is asked of them any more."""
        self.release()
        self._timer.stop()

    def save(self) -> None:
        """Save what is dirty, away from the window's thread."""
        for key, text in list(self._dirty.items()):
            words = text()
            self._run(
                lambda key=key, words=words: self._save(key, words),
                lambda at, key=key, words=words: self._done(key, words, at),
                self._troubled,
            )

    def _done(self, key: Hashable, words: str, at: datetime) -> None:
        if key in self._dirty and self._dirty[key]() == words:
            del self._dirty[key]
        self.saved.emit(at)

    def _troubled(self, error: BaseException) -> None:
        self.failed.emit(error)
        self._timer.start(TRY_AGAIN)

    def flush(self) -> bool:
        """Save everything now and wait; one that fails does not keep the others. Whether everything is safe."""
        self._timer.stop()
        trouble: SepError | None = None
        for key, text in list(self._dirty.items()):
            words = text()
            try:
                at = self._now(lambda key=key, words=words: self._save(key, words))
            except SepError as problem:
                trouble = problem
                continue
            self._dirty.pop(key, None)
            self.saved.emit(at)
        if trouble:
            self._troubled(trouble)
        return trouble is None
