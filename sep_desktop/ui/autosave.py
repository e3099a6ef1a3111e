"""Nothing typed is lost: what is dirty is saved a second after a pause, and on every way out."""

from collections.abc import Callable
from datetime import datetime

from PySide6.QtCore import QObject, QTimer, Signal

from sep_desktop.errors import SepError

Save = Callable[[str, str], datetime]
"""Writes the text under a key durably and says when. Raises a ``SepError`` when it cannot."""

PAUSE = 1000  # milliseconds
TRY_AGAIN = 5000


class Autosave(QObject):
    """Keeps the newest text of every dirty key until it has been saved."""

    saved = Signal(object)
    failed = Signal(object)

    def __init__(self, save: Save, run: Callable[..., None], now: Callable[[Callable[[], object]], object]) -> None:
        super().__init__()
        self._save, self._run, self._now = save, run, now
        self._dirty: dict[str, Callable[[], str]] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.save)

    @property
    def clean(self) -> bool:
        return not self._dirty

    def touch(self, key: str, text: Callable[[], str]) -> None:
        """``key`` changed; ``text`` gives its words when the time comes to save them."""
        self._dirty[key] = text
        self._timer.start(PAUSE)

    def save(self) -> None:
        """Save what is dirty, away from the window's thread."""
        for key, text in list(self._dirty.items()):
            words = text()
            self._run(lambda key=key, words=words: self._save(key, words), lambda at, key=key, words=words: self._done(key, words, at), self._troubled)

    def _done(self, key: str, words: str, at: datetime) -> None:
        if key in self._dirty and self._dirty[key]() == words:
            del self._dirty[key]
        self.saved.emit(at)

    def _troubled(self, error: BaseException) -> None:
        self.failed.emit(error)
        self._timer.start(TRY_AGAIN)

    def flush(self) -> bool:
        """Save now and wait. Whether everything is safe."""
        self._timer.stop()
        for key, text in list(self._dirty.items()):
            words = text()
            try:
                at = self._now(lambda key=key, words=words: self._save(key, words))
            except SepError as problem:
                self._troubled(problem)
                return False
            self._dirty.pop(key, None)
            self.saved.emit(at)
        return True
