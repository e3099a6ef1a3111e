"""A step of several, side by side across the top of a page: its name, and its state below that."""

from collections.abc import Callable, Iterator

from PySide6.QtCore import QSize
from PySide6.QtGui import QFont, QFontMetrics, QResizeEvent
from PySide6.QtWidgets import QPushButton, QSizePolicy

from sep_desktop.ui.kit.plain import as_caption

_AROUND = 24  # pixels left and right of the words, with the ring of the focus


class StepButton(QPushButton):
    """As narrow as its longest word: steps share their row evenly, and what does not fit in a line wraps."""

    def __init__(self, name: str, pressed: Callable[[], object]) -> None:
        super().__init__()
        self._name, self._state = name, ""
        self.setProperty("role", "step")
        self.setCheckable(True)
        self.setAutoExclusive(True)
        policy = self.sizePolicy()
        policy.setHeightForWidth(True)
        policy.setVerticalPolicy(QSizePolicy.Policy.Preferred)  # as high as the highest: their lines are one
        self.setSizePolicy(policy)
        self.clicked.connect(lambda: pressed())
        self.show_state("")

    def show_state(self, state: str) -> None:
        """Say in a word or two how it stands."""
        self._state = state
        self.setAccessibleName(f"{self._name}: {state}" if state else self._name)
        self._wrap()

    def _wrap(self) -> None:
        self.setText(as_caption("\n".join(self._lines(self.width()))))

    def _lines(self, width: int) -> list[str]:
        measure, room = self._widest(), width - _AROUND
        return [line for text in (self._name, self._state) for line in _lines(text, measure, room)]

    def _widest(self) -> QFontMetrics:
        """Of the open step: the words of the others must not wrap elsewhere when they are opened."""
        font = QFont(self.font())
        font.setWeight(QFont.Weight.DemiBold)
        return QFontMetrics(font)

    def heightForWidth(self, width: int) -> int:
        """As high as its lines in that width."""
        more = len(self._lines(width)) - len(self.text().splitlines())
        return super().sizeHint().height() + more * self.fontMetrics().lineSpacing()

    def minimumSizeHint(self) -> QSize:
        """As wide as its longest word."""
        measure = self._widest()
        longest = max(measure.horizontalAdvance(word) for word in f"{self._name} {self._state}".split())
        return QSize(longest + _AROUND, super().sizeHint().height())

    def sizeHint(self) -> QSize:
        """As wide as it has to be: the row gives each the same."""
        return self.minimumSizeHint()

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        if event.size().width() != event.oldSize().width():
            self._wrap()


def _lines(text: str, measure: QFontMetrics, width: int) -> Iterator[str]:
    """The text in lines that are no wider than ``width`` pixels, unless a word is."""
    line = ""
    for word in text.split():
        longer = f"{line} {word}".strip()
        if line and measure.horizontalAdvance(longer) > width:
            yield line
            line = word
        else:
            line = longer
    if line:
        yield line
