"""A table section of the report: a line a row, each cell a field, a button for one more."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from typing import Any

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from sep_desktop.domain.report import rows, store_rows
from sep_desktop.ui.kit.basics import button, clear, column, row, words
from sep_desktop.ui.kit.growing_text import GrowingText
from sep_desktop.ui.kit.theme import GAP


@dataclass(frozen=True)
class Cell:
    """A column: heading, hint, share of the width, (stored, shown) choices where there are any.

    ``below`` gives a field with long choices the line beneath to itself.
    """

    heading: str
    hint: str = ""
    share: int = 2
    choices: tuple[tuple[str, str], ...] = ()
    below: bool = False


class RowsEditor(QWidget):
    """Edits the rows of one kind (``Action``, ``SupportNeed``, ``Progress``)."""

    edited = Signal()
    left = Signal()

    def __init__(self, name: str, kind: Any, cells: Sequence[Cell], more: str) -> None:
        super().__init__()
        self.name, self.kind, self.cells = name, kind, tuple(cells)
        self.lines = column(gap=GAP)
        self.fields: list[list[QWidget]] = []
        heads = row(gap=GAP)
        for cell in (each for each in self.cells if not each.below):
            heads.addWidget(words(cell.heading, "small"), cell.share)
        heads.addSpacing(84)
        self.more = button(more, self._add, "link")
        self.setLayout(column(heads, self.lines, row(self.more, None), gap=GAP))

    def set_text(self, text: str) -> None:
        clear(self.lines)
        self.fields = []
        for value in rows(self.kind, text):
            self._line([getattr(value, field.name) for field in fields(self.kind)])

    def text(self) -> str:
        return store_rows([self.kind(*(_value(field) for field in line)) for line in self.fields])

    def words(self) -> str:
        return " ".join(_value(field) for line in self.fields for field in line)

    def _add(self) -> None:
        self._line([""] * len(self.cells))
        self.fields[-1][0].setFocus()

    def _line(self, values: Sequence[str]) -> None:
        made = [
            self._field(cell, value, len(self.fields) + 1)
            for cell, value in zip(self.cells, values, strict=True)
        ]
        self.fields.append(made)
        line = row(gap=GAP)
        for cell, field in zip(self.cells, made, strict=True):
            if not cell.below:
                line.addWidget(field, cell.share)
                line.setAlignment(field, Qt.AlignmentFlag.AlignTop)
        line.addWidget(
            button(
                "Remove", lambda: self._remove(made), "link", f"Remove line {len(self.fields)} of {self.name}"
            )
        )
        under = [
            row(words(cell.heading, "small", wrap=False), field, 84)
            for cell, field in zip(self.cells, made, strict=True)
            if cell.below
        ]
        for each in under:
            each.setStretch(1, 1)
        self.lines.addLayout(column(line, *under, gap=4))

    def _field(self, cell: Cell, value: str, number: int) -> QWidget:
        if cell.choices:
            box = QComboBox()
            box.addItem("Choose …", "")
            for stored, shown in cell.choices:
                box.addItem(shown, stored)
            box.setMinimumWidth(90)
            box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
            box.setMinimumContentsLength(10)
            box.setCurrentIndex(max(0, box.findData(value)))
            box.currentIndexChanged.connect(self.edited)
            made: QWidget = box
        else:
            made = GrowingText(value)
            made.setPlaceholderText(cell.hint)
            made.textChanged.connect(self.edited)
        made.setAccessibleName(f"{cell.heading}, line {number}")
        return made

    def _remove(self, made: list[QWidget]) -> None:
        self.fields.remove(made)
        text = self.text()
        self.set_text(text)
        self.edited.emit()


def _value(field: QWidget) -> str:
    return (
        str(field.currentData() or "")
        if isinstance(field, QComboBox)
        else field.toPlainText()
        if isinstance(field, GrowingText)
        else ""
    )
