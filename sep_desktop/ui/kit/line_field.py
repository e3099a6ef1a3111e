"""A field of one line: what is pasted or dropped is cleaned as everywhere."""

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import (
    QAction,
    QClipboard,
    QContextMenuEvent,
    QDropEvent,
    QGuiApplication,
    QKeyEvent,
    QKeySequence,
    QMouseEvent,
)
from PySide6.QtWidgets import QLineEdit

from sep_desktop.ui.kit.pasting import PASTE_WORDS, pasted, tell

_PASTE = "edit-paste"
"""What Qt calls the entry of its menu."""


class LineField(QLineEdit):
    """``QLineEdit.paste`` cannot be overridden: each way to it is taken here."""

    def paste_words(self, mode: QClipboard.Mode = QClipboard.Mode.Clipboard) -> None:
        """Paste what the clipboard or, on X11, the selection holds."""
        self._take(QGuiApplication.clipboard().mimeData(mode))

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.matches(QKeySequence.StandardKey.Paste) or event.keyCombination() == PASTE_WORDS:
            self.paste_words()
        else:
            super().keyPressEvent(event)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        if event.button() != Qt.MouseButton.MiddleButton:
            super().mouseReleaseEvent(event)
        elif QGuiApplication.clipboard().supportsSelection():
            self.setCursorPosition(self.cursorPositionAt(event.position().toPoint()))
            self.paste_words(QClipboard.Mode.Selection)

    def dropEvent(self, event: QDropEvent) -> None:
        if event.source() is self:  # words moved within the field
            super().dropEvent(event)
            return
        self.setCursorPosition(self.cursorPositionAt(event.position().toPoint()))
        self._take(event.mimeData())
        event.acceptProposedAction()

    def contextMenuEvent(self, event: QContextMenuEvent) -> None:
        menu = self.createStandardContextMenu()
        menu.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        action = menu.findChild(QAction, _PASTE)
        if isinstance(action, QAction):
            action.triggered.disconnect()
            action.triggered.connect(lambda: self.paste_words())
        menu.popup(event.globalPos())

    def _take(self, source: QMimeData) -> None:
        if self.isReadOnly():
            return
        words = pasted(source, with_styles=False)
        if words.blocks:
            self.insert(" ".join(words.text.split()))
        tell(self, words.notice)
