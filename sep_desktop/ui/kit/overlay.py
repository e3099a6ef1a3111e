"""A line that lies over the top of what is shown for a while, and moves nothing of it."""

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

from sep_desktop.ui.kit.theme import GAP


class Overlay(QObject):
    """Keeps ``line`` over the top of ``host``, as wide as there is room and as high as its words."""

    def __init__(self, line: QWidget, host: QWidget) -> None:
        super().__init__(host)
        self._line, self._host = line, host
        line.setParent(host)  # which hides it
        for watched in (line, host):
            watched.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        kind = QEvent.Type.Show if watched is self._line else QEvent.Type.Resize
        if event.type() is kind:
            self._place()
        return False

    def _place(self) -> None:
        width = self._host.width() - 6 * GAP
        self._line.setGeometry(3 * GAP, 0, width, self._line.heightForWidth(width))
        self._line.raise_()
