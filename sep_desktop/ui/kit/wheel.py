"""The wheel scrolls the page; it changes a field only where the cursor is."""

from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtWidgets import QAbstractSpinBox, QComboBox


class WheelGuard(QObject):
    """An event filter for the application: a report is not changed by scrolling over it."""

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() is QEvent.Type.Enter and isinstance(watched, QComboBox | QAbstractSpinBox):
            watched.setFocusPolicy(Qt.FocusPolicy.StrongFocus)  # else Qt puts the cursor there for the wheel
        if (
            event.type() is QEvent.Type.Wheel
            and isinstance(watched, QComboBox | QAbstractSpinBox)
            and not watched.hasFocus()
        ):
            event.ignore()
            return True
        return super().eventFilter(watched, event)
