"""What a report still lacks, each with a jump to it."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtWidgets import QDialog, QWidget

from sep_desktop.domain.report import Gap
from sep_desktop.domain.wording import plural
from sep_desktop.ui.kit.basics import button, column, holder, row, words
from sep_desktop.ui.kit.screen_fit import FittingArea, ScreenFit
from sep_desktop.ui.kit.theme import GAP


class GapsDialog(QDialog):
    """Closes with a jump."""

    def __init__(self, parent: QWidget, missing: Sequence[Gap], jump: Callable[[str], None]) -> None:
        super().__init__(parent)
        self.setWindowTitle("Not complete yet")
        self.jump = jump
        lines = column(gap=GAP)
        for gap in missing:
            line = row(words(gap.sentence), gap=GAP)
            line.setStretch(0, 1)
            if gap.key:
                go = partial(self._go, gap.key)
                line.addWidget(button("Go there", go, "link", f"Go there: {gap.sentence}"))
            lines.addLayout(line)
        head = words(f"{plural(len(missing), 'thing')} to do before it can be completed", "section")
        foot = row(None, button("Close", self.reject, "primary"))
        self.setLayout(column(head, FittingArea(holder(lines)), foot, gap=GAP * 2, margins=GAP * 3))
        self.setMinimumWidth(560)
        ScreenFit(self)

    def _go(self, key: str) -> None:
        self.accept()
        self.jump(key)
