"""Dialogs that fit on the screen: as high as they need to be, and scrolling inside where that is too high."""

from PySide6.QtCore import QEvent, QObject, QSize, Qt
from PySide6.QtWidgets import QDialog, QFrame, QScrollArea, QWidget

_FRAME = QSize(16, 40)
"""Pixels around a dialog that the system draws."""

_LEAST, _WIDEST = 64, 480
"""Pixels of the content that are seen on any screen: of its height, and of its width."""


class FittingArea(QScrollArea):
    """What a dialog holds between title and buttons: asks for all its room, and makes do with less."""

    def __init__(self, content: QWidget) -> None:
        super().__init__()
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setProperty("role", "fitting")
        self._content = content
        self.setWidget(content)

    def hasHeightForWidth(self) -> bool:
        return self._content.hasHeightForWidth()

    def heightForWidth(self, width: int) -> int:
        return self._content.heightForWidth(width)

    def sizeHint(self) -> QSize:
        return self._content.sizeHint()

    def minimumSizeHint(self) -> QSize:
        return self._content.minimumSizeHint().boundedTo(QSize(_WIDEST, _LEAST))

    def event(self, event: QEvent) -> bool:
        """Ask anew for room when what it holds does."""
        if event.type() is QEvent.Type.LayoutRequest:
            self.updateGeometry()
        return super().event(event)


class ScreenFit(QObject):
    """Keeps ``dialog`` on its screen, and lets it grow with what it holds as far as that goes."""

    def __init__(self, dialog: QDialog) -> None:
        super().__init__(dialog)
        self._dialog, self._asked = dialog, 0
        dialog.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Show and not event.spontaneous():
            self._asked = self._dialog.height()
            self._fit()
        elif event.type() is QEvent.Type.LayoutRequest and self._dialog.isVisible():
            self._fit()
        return False

    def _fit(self) -> None:
        """Grow when more is asked for than before: what somebody made smaller by hand stays so."""
        dialog, room = self._dialog, self._dialog.screen().availableSize() - _FRAME
        width, height = min(dialog.width(), room.width()), dialog.height()
        asked = max(self._needed(width), self._asked)
        if asked > self._asked:
            height = max(height, asked)
        self._asked = asked
        dialog.resize(width, min(height, room.height()))

    def _needed(self, width: int) -> int:
        layout = self._dialog.layout()
        assert layout is not None
        if layout.hasHeightForWidth():
            return layout.totalHeightForWidth(width)
        return layout.totalSizeHint().height()
