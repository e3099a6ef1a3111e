"""A table section of the report: a line a row, each cell a field, a button for one more."""

from collections.abc import Sequence
from dataclasses import dataclass, fields
from functools import partial
from typing import Generic

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QWidget

from sep_desktop.domain.prose import count_words
from sep_desktop.domain.report import Row, rows, short, store_rows
from sep_desktop.ui.kit.basics import button, clear, column, row, words
from sep_desktop.ui.kit.growing_text import GrowingText
from sep_desktop.ui.kit.theme import GAP

_REMOVE_WIDTH = 84  # pixels: the button at the end of each line


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


Field = QComboBox | GrowingText
Line = list[Field]
"""The fields of one row, a field a cell."""


class RowsEditor(QWidget, Generic[Row]):
    """Edits the rows of one kind (``Action``, ``SupportNeed``, ``Progress``).

    ``removed`` carries what was removed, as a sentence, and what puts it back.
    """

    edited = Signal()
    left = Signal()
    removed = Signal(str, object)

    def __init__(self, name: str, kind: type[Row], cells: Sequence[Cell], more: str) -> None:
        super().__init__()
        self.kind: type[Row] = kind
        self.name, self.cells = name, tuple(cells)
        self.lines = column(gap=GAP)
        self.fields: list[Line] = []
        heads = row(gap=GAP)
        for cell in (each for each in self.cells if not each.below):
            heads.addWidget(words(cell.heading, "small"), cell.share)
        heads.addSpacing(_REMOVE_WIDTH)
        self.more = button(more, self.add, "link")
        self.setLayout(column(heads, self.lines, row(self.more, None), gap=GAP))

    def set_text(self, text: str) -> None:
        """Show the rows of a stored text; nobody is told."""
        clear(self.lines)
        self.fields = []
        for value in rows(self.kind, text):
            self._add_line([getattr(value, field.name) for field in fields(self.kind)])

    def text(self) -> str:
        """The rows as they are stored."""
        return store_rows([self.kind(*(_value(field) for field in line)) for line in self.fields])

    def word_count(self) -> int:
        """How many words there are in its fields."""
        return sum(count_words(_value(field)) for line in self.fields for field in line)

    def add(self) -> None:
        """One more row, with the cursor in it."""
        self._add_line([""] * len(self.cells))
        self.fields[-1][0].setFocus()

    def _add_line(self, values: Sequence[str]) -> None:
        number = len(self.fields) + 1
        line = [self._field(cell, value, number) for cell, value in zip(self.cells, values, strict=True)]
        self.fields.append(line)
        beside, under = row(gap=GAP), column(gap=4)
        for cell, field in zip(self.cells, line, strict=True):
            if cell.below:
                below = row(words(cell.heading, "small", wrap=False), field, _REMOVE_WIDTH)
                below.setStretch(1, 1)
                under.addLayout(below)
            else:
                beside.addWidget(field, cell.share)
                beside.setAlignment(field, Qt.AlignmentFlag.AlignTop)
        about = f"Remove line {number} of {self.name}"
        beside.addWidget(button("Remove", partial(self.remove, line), "link", about))
        under.insertLayout(0, beside)
        self.lines.addLayout(under)

    def _field(self, cell: Cell, value: str, number: int) -> Field:
        field = self._choice(cell, value) if cell.choices else self._words(cell, value)
        field.setAccessibleName(f"{cell.heading}, line {number}")
        return field

    def _choice(self, cell: Cell, value: str) -> QComboBox:
        box = QComboBox()
        box.addItem("Choose …", "")
        for stored, shown in cell.choices:
            box.addItem(shown, stored)
        box.setMinimumWidth(90)
        box.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        box.setMinimumContentsLength(10)
        box.setCurrentIndex(max(0, box.findData(value)))
        box.currentIndexChanged.connect(self.edited)
        return box

    def _words(self, cell: Cell, value: str) -> GrowingText:
        text = GrowingText(value)
        text.setPlaceholderText(cell.hint)
        text.textChanged.connect(self.edited)
        return text

    def remove(self, line: Line) -> None:
        """Take a row out; it can be put back where it was."""
        at, others = self.fields.index(line), self._values()
        values = others.pop(at)
        self._put(others)
        (self.fields[min(at, len(others) - 1)][0] if others else self.more).setFocus()
        words = next((value for value in values if value.strip()), "")
        what = f"“{short(words)}”" if words else "An empty line"
        self.removed.emit(f"{what} was removed from “{self.name}”.", partial(self._put_back, at, values))

    def _put_back(self, at: int, values: list[str]) -> None:
        others = self._values()
        others.insert(at, values)
        self._put(others)

    def _values(self) -> list[list[str]]:
        return [[_value(field) for field in line] for line in self.fields]

    def _put(self, every: list[list[str]]) -> None:
        clear(self.lines)
        self.fields = []
        for values in every:
            self._add_line(values)
        self.edited.emit()


def _value(field: Field) -> str:
    return str(field.currentData() or "") if isinstance(field, QComboBox) else field.toPlainText()
