"""The foot of a page: what is at hand at the left, what goes on at the right; two rows where it is narrow."""

from PySide6.QtCore import QSize
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QWidget

from sep_desktop.ui.kit.basics import row
from sep_desktop.ui.kit.theme import GAP


class TwoRows(QWidget):
    """``left`` and ``right`` in one row as long as both fit, else the right ones below."""

    def __init__(self, left: list[QWidget], right: list[QWidget]) -> None:
        super().__init__()
        self._left, self._right = row(*left, None), row(None, *right)
        self._rows = row(self._left, self._right)
        self.setLayout(self._rows)

    def _fits(self, width: int) -> bool:
        sides = self._left.minimumSize().width() + self._right.minimumSize().width()
        return width >= sides + GAP

    def minimumSizeHint(self) -> QSize:
        """As narrow as the wider row."""
        width = max(self._left.minimumSize().width(), self._right.minimumSize().width())
        return QSize(width, self._rows.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        direction = QBoxLayout.Direction
        self._rows.setDirection(direction.LeftToRight if self._fits(self.width()) else direction.TopToBottom)
