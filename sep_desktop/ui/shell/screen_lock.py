"""Tells when nobody sits before the screen any more: locked, another's turn, or asleep.

Each system says so in its own way; where none can be heard, waking up is noticed by the clock having run on.
"""

import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any, Protocol

from PySide6.QtCore import SLOT, QObject, Signal, Slot
from PySide6.QtGui import QWindow

from sep_desktop.ui.context.timers import Timers
from sep_desktop.ui.shell import mac_session

_CHECK_EVERY = 1_000 if sys.platform == "darwin" else 5_000  # milliseconds; macOS has to be asked
_SLEPT = timedelta(minutes=1)
_SAVERS = (
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
)


class _Events(Protocol):
    """What a system says by itself."""

    def stop(self) -> None:
        """Listen no longer."""


class ScreenWatch(QObject):
    """Emits ``left`` once for each time; ``now`` is the wall clock."""

    left = Signal()

    def __init__(self, window: QWindow | None, now: Callable[[], datetime], timers: Timers) -> None:
        super().__init__()
        self._now, self._seen, self._was_left = now, now(), False
        self._events: _Events | None = None
        self._timer = timers.timer(self, self.check, repeat=True)
        self._timer.start(_CHECK_EVERY)
        if sys.platform == "win32":
            from sep_desktop.ui.shell.windows_session import WindowsEvents

            self._events = WindowsEvents(window, self.left.emit)
        elif sys.platform == "darwin":
            self._events = mac_session.sleep_events(self.left.emit)
        else:
            self._listen_to_dbus()

    def check(self) -> None:
        """The timer stands still while the computer sleeps and the clock does not.

        MacOS is asked for the state of the session as well.
        """
        now, self._seen, before = self._now(), self._now(), self._seen
        is_left = sys.platform == "darwin" and mac_session.is_left()
        was_left, self._was_left = self._was_left, is_left
        if now - before > _SLEPT or (is_left and not was_left):
            self.left.emit()

    def _listen_to_dbus(self) -> None:
        """The screen savers of the session, and the login manager of the machine."""
        from PySide6.QtDBus import QDBusConnection

        from sep_desktop.ui.shell.logind import Logind

        hear: Any = QDBusConnection.sessionBus().connect
        for saver in _SAVERS:
            hear("", "", saver, "ActiveChanged", self, SLOT("begins(bool)"))
        self._events = Logind(self.left.emit)

    @Slot(bool)
    def begins(self, on: bool) -> None:
        """A screen saver begins, or is over."""
        if on:
            self.left.emit()

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.stop()
        if self._events:
            self._events.stop()
        self._events = None
