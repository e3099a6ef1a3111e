"""Fields of lines without styles; one is as high as its words."""

from PySide6.QtCore import QMimeData, Qt
from PySide6.QtGui import QKeyEvent, QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit

from sep_desktop.ui.kit.pasting import PASTE_WORDS, can_be_pasted, pasted, tell


class PlainText(QPlainTextEdit):
    """What is pasted is cleaned as everywhere."""

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop the words, without what is marked as not being text."""
        if self.isReadOnly():
            return
        words = pasted(source, with_styles=False)
        if words.blocks:
            self.textCursor().insertText(words.text)
            self.ensureCursorVisible()
        tell(self, words.notice)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.keyCombination() == PASTE_WORDS:
            self.paste()
        else:
            super().keyPressEvent(event)

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return can_be_pasted(source)


class GrowingText(PlainText):
    """Wraps and grows; Tab goes on to the next field."""

    def __init__(self, text: str = "") -> None:
        super().__init__(text)
        self.setTabChangesFocus(True)
        # A bar that comes before the field has grown sets the whole text anew in another width.
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().documentLayout().documentSizeChanged.connect(self.fit)
        self.fit()

    def fit(self) -> None:
        """Be as high as the words are now."""
        lines = max(1, self.document().size().height())
        self.setFixedHeight(round(lines * self.fontMetrics().lineSpacing()) + 20)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.fit()
