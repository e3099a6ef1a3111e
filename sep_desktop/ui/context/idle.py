"""Tells when nobody has touched key or mouse for a while."""

from PySide6.QtCore import QCoreApplication, QEvent, QObject, Signal

from sep_desktop.ui.context.timers import Timers

_TOUCHES = (QEvent.Type.KeyPress, QEvent.Type.MouseButtonPress, QEvent.Type.Wheel, QEvent.Type.MouseMove)


class Idleness(QObject):
    """An event filter of the application that emits ``idle`` after so many minutes; never after none."""

    idle = Signal()

    def __init__(self, timers: Timers, minutes: int) -> None:
        super().__init__()
        self._timer = timers.timer(self, self._has_passed)
        self._minutes = minutes
        self._restart()

    def watch(self) -> None:
        """Hear of every key and click from now on."""
        application = QCoreApplication.instance()
        if application:
            application.installEventFilter(self)

    def _has_passed(self) -> None:
        self.idle.emit()

    def _restart(self) -> None:
        if self._minutes:
            self._timer.start(self._minutes * 60_000)

    def stop(self) -> None:
        """Watch no longer."""
        self._timer.stop()
        application = QCoreApplication.instance()
        if application:
            application.removeEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in _TOUCHES:
            self._restart()
        return super().eventFilter(watched, event)
