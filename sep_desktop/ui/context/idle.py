"""Tells when nobody has touched key or mouse for a while, and a minute before that it soon will be so."""

from collections.abc import Callable

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

from sep_desktop.ui.context.timers import Timers

_TOUCHES = (
    QEvent.Type.KeyPress,
    QEvent.Type.InputMethod,
    QEvent.Type.MouseButtonPress,
    QEvent.Type.Wheel,
    QEvent.Type.MouseMove,
)
_WARNING = 60  # seconds
_SECOND = 1000  # milliseconds


def _never() -> bool:
    return False


class Idleness(QObject):
    """An event filter of the application that emits ``idle`` after so many minutes; never after none.

    ``warned`` carries the seconds that are left, each second of the last minute (of the last half where the
    whole is a minute), and 0 once a key or the mouse was touched again. While ``rests`` says so, the time
    begins anew instead.
    """

    idle = Signal()
    warned = Signal(int)

    def __init__(self, timers: Timers, minutes: int, rests: Callable[[], bool] = _never) -> None:
        super().__init__()
        self._timer = timers.timer(self, self._warn)
        self._countdown = timers.timer(self, self._count, repeat=True)
        self._whole, self._rests = minutes * 60, rests
        self._warning = min(_WARNING, self._whole // 2)
        self._left = 0
        self._restart()

    def watch(self) -> None:
        """Hear of every key and click from now on."""
        application = QCoreApplication.instance()
        if application:
            application.installEventFilter(self)

    def _warn(self) -> None:
        if self._rests():
            self._restart()
            return
        self._left = self._warning
        self._countdown.start(_SECOND)
        self.warned.emit(self._left)

    def _count(self) -> None:
        self._left -= 1
        if self._left > 0:
            self.warned.emit(self._left)
            return
        self._countdown.stop()
        self.idle.emit()

    def _restart(self) -> None:
        if not self._whole:
            return
        self._timer.start((self._whole - self._warning) * _SECOND)
        if self._left:
            self._left = 0
            self._countdown.stop()
            self.warned.emit(0)

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.stop()
        self._countdown.stop()
        application = QCoreApplication.instance()
        if application:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self._restart()
        return super().eventFilter(watched, event)
