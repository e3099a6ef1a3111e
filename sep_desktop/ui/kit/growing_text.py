"""A plain field as high as its words."""

from PySide6.QtCore import Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPlainTextEdit


class GrowingText(QPlainTextEdit):
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
