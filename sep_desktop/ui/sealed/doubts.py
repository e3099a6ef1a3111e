"""Doubts about a reader, each with a tick that answers it."""

from collections.abc import Iterable

from PySide6.QtWidgets import QWidget

from sep_desktop.domain.appraisal.doubts import Doubt
from sep_desktop.ui.kit.basics import Tick, column
from sep_desktop.ui.kit.theme import GAP


class DoubtTicks(QWidget):
    """Each doubt as the sentence that answers it; hidden where there is none."""

    def __init__(self, doubts: Iterable[Doubt]) -> None:
        super().__init__()
        self.ticks = [(doubt, Tick(doubt.sentence)) for doubt in doubts]
        self.setLayout(column(*(tick for _, tick in self.ticks), gap=GAP))
        self.setVisible(bool(self.ticks))

    def answered(self) -> frozenset[Doubt]:
        """Those that are ticked."""
        return frozenset(doubt for doubt, tick in self.ticks if tick.isChecked())

    def first_open(self) -> Tick | None:
        """The first that is not ticked; ``None`` when all are."""
        return next((tick for _, tick in self.ticks if not tick.isChecked()), None)
