"""The words that an input method is still composing: they stand in a field, but not yet in its text."""

import shiboken6
from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal
from PySide6.QtGui import QGuiApplication, QInputMethodEvent

from sep_desktop.ui.context.timers import Timers

PAUSE, LONGEST = 1000, 2000
"""Milliseconds: for how long words wait to be saved, composed or typed, in a pause and at the longest."""


class Composition(QObject):
    """Watches the field that has the cursor, of whatever kind it is.

    A composition that pauses or lasts is put into its field and ``lasted`` says so; a shorter one, such as an
    accent that waits for its letter, is never cut in two.
    """

    lasted = Signal()

    def __init__(self, timers: Timers) -> None:
        super().__init__()
        self._field: QObject | None = None
        self._words, self._is_taken = "", False
        self._pause, self._longest = timers.timer(self, self._end), timers.timer(self, self._end)
        _application().focusObjectChanged.connect(self._follow)
        self._follow(QGuiApplication.focusObject())

    def stop(self) -> None:
        """Watch no longer; the field and its words are let go."""
        _application().focusObjectChanged.disconnect(self._follow)
        self._follow(None)

    def _follow(self, field: QObject | None) -> None:
        """The cursor is in another field; what was being composed stays in the one it left."""
        if self._words:
            self._put()
        if self._field is not None and shiboken6.isValid(self._field):
            self._field.removeEventFilter(self)
        self._field = field
        if field is not None:
            field.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(event, QInputMethodEvent):
            self._hear(event)
        return False

    def _hear(self, event: QInputMethodEvent) -> None:
        goes_on = bool(self._words) and not event.commitString()
        self._words = event.preeditString()
        self._is_taken |= bool(event.commitString())
        if not self._words:
            self._stop_timers()
            return
        self._pause.start(PAUSE)
        if not goes_on:
            self._longest.start(LONGEST)

    def _stop_timers(self) -> None:
        self._pause.stop()
        self._longest.stop()

    def _end(self) -> None:
        self.commit()
        self.lasted.emit()

    def commit(self) -> None:
        """Put the words that are being composed into their field, as they stand."""
        if not self._words:
            return
        words, self._is_taken = self._words, False
        method = QGuiApplication.inputMethod()
        method.commit()
        if self._words:
            method.reset()  # on Windows it is this that commits; elsewhere the words may be dropped
        if not self._is_taken:
            self._words = words
            self._put()

    def _put(self) -> None:
        event = QInputMethodEvent()
        event.setCommitString(self._words)
        if self._field is not None and shiboken6.isValid(self._field):
            QCoreApplication.sendEvent(self._field, event)
        self._words = ""
        self._stop_timers()


def _application() -> QGuiApplication:
    application = QGuiApplication.instance()
    assert isinstance(application, QGuiApplication)
    return application
