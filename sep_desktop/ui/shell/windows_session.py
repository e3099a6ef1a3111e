"""What Windows says of a session that its user leaves: locked, switched, logged off, asleep."""

import ctypes
from collections.abc import Callable

from PySide6.QtCore import QAbstractNativeEventFilter, QCoreApplication
from PySide6.QtGui import QWindow

_SESSION_CHANGE, _POWER_BROADCAST, _END_SESSION = 0x02B1, 0x0218, 0x0016
_LEFT = {
    (_SESSION_CHANGE, 0x2),  # WTS_CONSOLE_DISCONNECT: another user was switched to
    (_SESSION_CHANGE, 0x4),  # WTS_REMOTE_DISCONNECT
    (_SESSION_CHANGE, 0x6),  # WTS_SESSION_LOGOFF
    (_SESSION_CHANGE, 0x7),  # WTS_SESSION_LOCK
    (_POWER_BROADCAST, 0x4),  # PBT_APMSUSPEND
    (_END_SESSION, 0x1),  # the session ends in any case
}
"""Messages with their ``wParam`` (winuser.h, wtsapi32.h)."""


class WindowsEvents(QAbstractNativeEventFilter):
    """Calls ``left`` while Windows waits, which it does before it sleeps."""

    def __init__(self, window: QWindow | None, left: Callable[[], None]) -> None:
        super().__init__()
        self._left = left
        if window is not None:
            ctypes.CDLL("wtsapi32").WTSRegisterSessionNotification(ctypes.c_void_p(int(window.winId())), 0)
        application = QCoreApplication.instance()
        assert application is not None
        application.installNativeEventFilter(self)

    def nativeEventFilter(self, kind: object, message: int) -> object:
        fields = (ctypes.c_size_t * 3).from_address(int(message))  # MSG: window, message, wParam
        if (fields[1] & 0xFFFFFFFF, fields[2]) in _LEFT:
            self._left()
        return False, 0

    def stop(self) -> None:
        """Listen no longer."""
        application = QCoreApplication.instance()
        assert application is not None
        application.removeNativeEventFilter(self)
