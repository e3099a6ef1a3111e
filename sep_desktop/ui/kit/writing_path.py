"""The way of the Tab key through writing: from words to words, and never to something that acts.

A sentence that is typed after Tab, with its spaces and its Enter, then always lands in words.
"""

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QApplication,
    QCheckBox,
    QComboBox,
    QLayout,
    QLineEdit,
    QPlainTextEdit,
    QTextEdit,
    QWidget,
)

from sep_desktop.ui.kit.keys import EVERYTHING_BESIDE
from sep_desktop.ui.kit.panes import as_pane, bring_into_sight, in_reading_order, takes_focus

_WORDS = (QTextEdit, QPlainTextEdit, QLineEdit)
_VALUES = (QAbstractSpinBox, QComboBox, QCheckBox)


class WritingPath(QWidget):
    """Holds what is written, and what stands beside it.

    From words Tab goes to the next words; from a number, date, choice or tick to the next field; from a
    button to the next of anything. It does not leave: F6 does. ``EVERYTHING_BESIDE`` goes to what stands
    beside the words.
    """

    def __init__(self, layout: QLayout | None = None) -> None:
        super().__init__()
        as_pane(self)
        if layout:
            self.setLayout(layout)
        for keys, forward in ((EVERYTHING_BESIDE, True), (f"Shift+{EVERYTHING_BESIDE}", False)):
            shortcut = QShortcut(QKeySequence(keys), self)
            shortcut.setContext(Qt.ShortcutContext.WidgetWithChildrenShortcut)
            shortcut.activated.connect(self._beside_next if forward else self._beside_before)

    def focusNextPrevChild(self, forward: bool) -> bool:
        here = QApplication.focusWidget()
        if here and not self._go(here, _stops_after(here), forward):
            self.at_end(here, forward)
        return True

    def at_end(self, here: QWidget, forward: bool) -> None:
        """Tab was pressed where there are no more words: the cursor stays."""

    def _beside_next(self) -> None:
        self._go_beside(True)

    def _beside_before(self) -> None:
        self._go_beside(False)

    def _go_beside(self, forward: bool) -> None:
        if here := QApplication.focusWidget():
            self._go(here, (QWidget,), forward)

    def _go(self, here: QWidget, kinds: tuple[type[QWidget], ...], forward: bool) -> bool:
        """Put the cursor into the next widget of these kinds. Whether there is one."""
        every = [each for each in in_reading_order(self) if each is here or takes_focus(each)]
        if here not in every:
            return False
        at = every.index(here)
        others = every[at + 1 :] if forward else every[:at][::-1]
        target = next((each for each in others if isinstance(each, kinds) and not _only_read(each)), None)
        if target is None:
            return False
        reason = Qt.FocusReason.TabFocusReason if forward else Qt.FocusReason.BacktabFocusReason
        target.setFocus(reason)
        bring_into_sight(target)
        return True


def _stops_after(here: QWidget) -> tuple[type[QWidget], ...]:
    """What Tab goes to from here."""
    if isinstance(here, _WORDS):
        return _WORDS
    return (*_WORDS, *_VALUES) if isinstance(here, _VALUES) else (QWidget,)


def _only_read(widget: QWidget) -> bool:
    return isinstance(widget, _WORDS) and widget.isReadOnly()
