"""Tells when nobody sits before the screen any more: it is locked, or the computer goes to sleep.

Each system says so in its own way; where none can be heard, waking up is noticed by the clock having run on.
"""

import ctypes
import sys
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

from PySide6.QtCore import SLOT, QAbstractNativeEventFilter, QCoreApplication, QObject, Signal, Slot
from PySide6.QtGui import QWindow

from sep_desktop.ui.context.timers import Timers

_CHECK_EVERY = 5_000  # milliseconds
_SLEPT = timedelta(minutes=1)
_SAVERS = (
    "org.freedesktop.ScreenSaver",
    "org.gnome.ScreenSaver",
    "org.cinnamon.ScreenSaver",
    "org.mate.ScreenSaver",
)


class ScreenWatch(QObject):
    """Emits ``left`` once for each time; ``now`` is the wall clock."""

    left = Signal()

    def __init__(self, window: QWindow | None, now: Callable[[], datetime], timers: Timers) -> None:
        super().__init__()
        self._now, self._seen = now, now()
        self._listening: Any = None
        self._timer = timers.timer(self, self.check, repeat=True)
        self._timer.start(_CHECK_EVERY)
        if sys.platform == "win32":
            self._listening = _WindowsEvents(window, self.left.emit)
        elif sys.platform != "darwin":
            self._listen_to_dbus()

    def check(self) -> None:
        """The timer stands still while the computer sleeps and the clock does not.

        MacOS is asked for its lock as well.
        """
        now, self._seen, before = self._now(), self._now(), self._seen
        if now - before > _SLEPT or (sys.platform == "darwin" and _mac_is_locked()):
            self.left.emit()

    def _listen_to_dbus(self) -> None:
        """The screen savers of the session, the lock of the session and the sleep of the machine (logind)."""
        from PySide6.QtDBus import QDBusConnection

        hear: Any = QDBusConnection.sessionBus().connect
        for saver in _SAVERS:
            hear("", "", saver, "ActiveChanged", self, SLOT("begins(bool)"))
        hear = QDBusConnection.systemBus().connect
        hear(
            "org.freedesktop.login1",
            "",
            "org.freedesktop.login1.Manager",
            "PrepareForSleep",
            self,
            SLOT("begins(bool)"),
        )
        hear("org.freedesktop.login1", "", "org.freedesktop.login1.Session", "Lock", self, SLOT("locked()"))

    @Slot(bool)
    def begins(self, on: bool) -> None:
        """A lock or a sleep begins, or is over."""
        if on:
            self.left.emit()

    @Slot()
    def locked(self) -> None:
        """The session was locked."""
        self.left.emit()

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.stop()
        if isinstance(self._listening, QAbstractNativeEventFilter):
            _application().removeNativeEventFilter(self._listening)


class _WindowsEvents(QAbstractNativeEventFilter):
    """WM_WTSSESSION_CHANGE with WTS_SESSION_LOCK, and WM_POWERBROADCAST with PBT_APMSUSPEND."""

    def __init__(self, window: QWindow | None, left: Callable[[], None]) -> None:
        super().__init__()
        self._left = left
        if window is not None:
            ctypes.CDLL("wtsapi32").WTSRegisterSessionNotification(ctypes.c_void_p(int(window.winId())), 0)
        _application().installNativeEventFilter(self)

    def nativeEventFilter(self, kind: Any, message: Any) -> Any:
        fields = (ctypes.c_size_t * 3).from_address(int(message))  # MSG: window, message, wParam
        if (fields[1] & 0xFFFFFFFF, fields[2]) in {(0x02B1, 0x7), (0x0218, 0x4)}:
            self._left()
        return False, 0


def _application() -> QCoreApplication:
    application = QCoreApplication.instance()
    assert application is not None
    return application


def _mac_is_locked() -> bool:
    """Whether the session's dictionary says that its screen is locked (CGSessionCopyCurrentDictionary)."""
    try:
        quartz = ctypes.CDLL("/System/Library/Frameworks/ApplicationServices.framework/ApplicationServices")
        core = ctypes.CDLL("/System/Library/Frameworks/CoreFoundation.framework/CoreFoundation")
        pointer = ctypes.c_void_p
        quartz.CGSessionCopyCurrentDictionary.restype = core.CFStringCreateWithCString.restype = pointer
        core.CFStringCreateWithCString.argtypes = (pointer, ctypes.c_char_p, ctypes.c_uint32)
        core.CFDictionaryContainsKey.argtypes = (pointer, pointer)
        core.CFRelease.argtypes = (pointer,)
        session, key = (
            quartz.CGSessionCopyCurrentDictionary(),
            core.CFStringCreateWithCString(None, b"CGSSessionScreenIsLocked", 0x08000100),
        )
        locked = bool(session and core.CFDictionaryContainsKey(session, key))
        for each in (session, key):
            if each:
                core.CFRelease(each)
    except (OSError, AttributeError):
        return False
    return locked
