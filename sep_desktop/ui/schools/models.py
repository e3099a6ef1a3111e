"""Tables of schools: the caseload with its year, and the whole register, fetched a page at a time."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from functools import partial

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt, Signal

from sep_desktop.direction import without_marks
from sep_desktop.domain.wording import day
from sep_desktop.services.schools import CaseloadRow, SchoolRow
from sep_desktop.ui.kit.plain import as_tip

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()
_WORDS = (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole)

CASELOAD = ("Name", "Phase", "Category", "Headteacher", "Last visit", "Next visit", "Held", "State")
REGISTER = ("Name", "URN", "Phase", "Town", "LA", "Status")


class SchoolsModel(QAbstractTableModel):
    """A table with a school in each row, under ``headings``."""

    headings: tuple[str, ...] = ()

    def urn(self, at: int) -> str:
        """The URN of the school in a row."""
        raise NotImplementedError

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.headings)

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> str | None:
        across = orientation is Qt.Orientation.Horizontal
        return self.headings[section] if across and role == Qt.ItemDataRole.DisplayRole else None


class CaseloadModel(SchoolsModel):
    """The SEP's own schools."""

    headings = CASELOAD

    def __init__(self) -> None:
        super().__init__()
        self._all: list[CaseloadRow] = []
        self.rows: list[CaseloadRow] = []
        self._text = ""

    def set_rows(self, rows: Sequence[CaseloadRow]) -> None:
        """Show these, as far as the filter lets them through."""
        self._all = list(rows)
        self.set_text(self._text)

    def set_text(self, text: str) -> None:
        """Keep the rows in which every word of ``text`` stands."""
        self.beginResetModel()
        self._text = text
        wanted = text.casefold().split()
        self.rows = [row for row in self._all if all(word in _searched(row) for word in wanted)]
        self.endResetModel()

    def urn(self, at: int) -> str:
        """The URN of the school in a row."""
        return self.rows[at].school.urn

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """The words of a cell, or why the school has its visits; ``None`` for what Qt decides itself."""
        row = self.rows[index.row()]
        if role in _WORDS:
            return without_marks(_caseload_cells(row)[index.column()])
        if role == Qt.ItemDataRole.ToolTipRole:
            return as_tip(row.school.name if index.column() == 0 else row.entitlement.why)
        return None

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Sort the rows in memory."""
        self.layoutAboutToBeChanged.emit()
        reverse = order is Qt.SortOrder.DescendingOrder
        for rows in (self._all, self.rows):
            rows.sort(key=partial(_sort_key, column), reverse=reverse)
        self.layoutChanged.emit()


def _caseload_cells(row: CaseloadRow) -> tuple[str, ...]:
    due = row.entitlement
    return (
        row.school.name,
        row.school.phase,
        row.category,
        row.head,
        day(row.last.held_on or row.last.day) if row.last else "",
        day(row.next.day) if row.next else "",
        f"{due.held} of {len(due.visits)}",
        row.state,
    )


def _searched(row: CaseloadRow) -> str:
    """The words among which a filter looks."""
    return " ".join((*_caseload_cells(row), row.school.urn, row.school.town)).casefold()


def _sort_key(column: int, row: CaseloadRow) -> str:
    match CASELOAD[column]:
        case "Last visit":
            return row.last.day.isoformat() if row.last else ""
        case "Next visit":
            return row.next.day.isoformat() if row.next else ""
        case _:
            return _caseload_cells(row)[column].casefold()


@dataclass(frozen=True)
class Wanted:
    """Which rows of the register: from ``first`` on, those in which ``text`` stands.

    ``order`` is a column from 1, negative backwards.
    """

    first: int
    order: int
    text: str = field(repr=False)


RegisterRows = tuple[list[SchoolRow], int]
"""Some rows of the register, and how many there are."""

Fetch = Callable[[Wanted, Callable[[RegisterRows], None]], None]
"""Gives the rows wanted, sooner or later."""


class RegisterModel(SchoolsModel):
    """Every school known here, two hundred at a time as the user scrolls."""

    headings = REGISTER
    fetched = Signal()
    """Rows arrived: ``total`` says how many there are."""

    def __init__(self, fetch: Fetch) -> None:
        super().__init__()
        self._fetch, self._text, self._order = fetch, "", 1
        self._wanted: Wanted | None = None
        self.rows: list[SchoolRow] = []
        self.total = 0

    def set_text(self, text: str) -> None:
        """Show the schools in which ``text`` stands."""
        self._text = text
        self.reload()

    def reload(self) -> None:
        """Begin again at the first row."""
        self._want(0)

    def urn(self, at: int) -> str:
        """The URN of the school in a row."""
        return self.rows[at].urn

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and self._wanted is None and len(self.rows) < self.total

    def fetchMore(self, parent: Index) -> None:
        self._want(len(self.rows))

    def _want(self, first: int) -> None:
        self._wanted = wanted = Wanted(first, self._order, self._text)
        self._fetch(wanted, partial(self._take, wanted))

    def _take(self, wanted: Wanted, answer: RegisterRows) -> None:
        """Show what was fetched, unless something else has been asked for meanwhile."""
        if wanted is not self._wanted:
            return
        self._wanted = None
        rows, self.total = answer
        if not wanted.first:
            self.beginResetModel()
            self.rows = rows
            self.endResetModel()
        elif rows:
            self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(rows) - 1)
            self.rows += rows
            self.endInsertRows()
        self.fetched.emit()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> str | None:
        """The words of a cell; ``None`` for what Qt decides itself."""
        if role not in _WORDS:
            return None
        row = self.rows[index.row()]
        cells = (row.name, row.urn, row.phase, row.town, row.la_name, row.status)
        return without_marks(cells[index.column()])

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        """Ask for the rows again in another order."""
        self._order = (column + 1) * (-1 if order is Qt.SortOrder.DescendingOrder else 1)
        self.reload()
