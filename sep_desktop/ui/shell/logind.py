"""systemd's login manager (org.freedesktop.login1): sleep, the lock of the session, a switch to another user.

Before the computer sleeps it waits, some seconds at most, for whoever holds a delay inhibitor. Where there is
no bus and no such manager nothing is heard and nothing fails.
"""

import os
from collections.abc import Callable
from typing import Any

from PySide6.QtCore import SLOT, QObject, Slot
from PySide6.QtDBus import QDBus, QDBusConnection, QDBusMessage

_SERVICE, _PATH = "org.freedesktop.login1", "/org/freedesktop/login1"
_MANAGER, _SESSION = f"{_SERVICE}.Manager", f"{_SERVICE}.Session"
_PROPERTIES = "org.freedesktop.DBus.Properties"
_PATIENCE = 500  # milliseconds for an answer


class Logind(QObject):
    """Calls ``left`` for each, with the computer kept awake until that returns."""

    def __init__(self, left: Callable[[], None]) -> None:
        super().__init__()
        self._left = left
        self._bus = QDBusConnection.systemBus()
        self._inhibitor: object = None  # the descriptor of a file; closing it lets the computer sleep
        if not self._bus.isConnected():
            return
        session = str(self._ask("GetSession", os.environ.get("XDG_SESSION_ID", "auto")) or "")
        hear: Any = self._bus.connect
        hear(_SERVICE, _PATH, _MANAGER, "PrepareForSleep", self, SLOT("sleeps(bool)"))
        hear(_SERVICE, session, _SESSION, "Lock", self, SLOT("locked()"))
        if session:
            changed = SLOT("changed(QString,QVariantMap,QStringList)")
            hear(_SERVICE, session, _PROPERTIES, "PropertiesChanged", self, changed)
        self._inhibit()

    def _ask(self, method: str, *values: str) -> object:
        """The manager's answer; ``None`` where it gave none."""
        call = QDBusMessage.createMethodCall(_SERVICE, _PATH, _MANAGER, method)
        call.setArguments(list(values))
        answer = self._bus.call(call, QDBus.CallMode.Block, _PATIENCE)
        values_given = answer.arguments()
        is_reply = answer.type() is QDBusMessage.MessageType.ReplyMessage
        return _plain(values_given[0]) if is_reply and values_given else None

    def _inhibit(self) -> None:
        why = "What is being written is saved and locked"
        self._inhibitor = self._ask("Inhibit", "sleep", "SEP Desktop", why, "delay")

    @Slot(bool)
    def sleeps(self, begins: bool) -> None:
        """The computer is about to sleep, or is awake again."""
        if begins:
            self._left()
            self._inhibitor = None
        elif self._inhibitor is None:
            self._inhibit()

    @Slot()
    def locked(self) -> None:
        """The session was locked."""
        self._left()

    @Slot("QString", "QVariantMap", "QStringList")
    def changed(self, _: str, properties: dict[str, object], __: list[str]) -> None:
        """Something of the session changed: once it is not active, another has the screen."""
        if _plain(properties.get("Active")) is False:
            self._left()

    def stop(self) -> None:
        """Listen no longer, and let the computer sleep."""
        self._inhibitor = None


def _plain(value: object) -> object:
    """A value out of the variant, or the path out of the object path, that D-Bus puts around it."""
    for unwrap in ("variant", "path"):
        if hasattr(value, unwrap):
            value = getattr(value, unwrap)()
    return value
