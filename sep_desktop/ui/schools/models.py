"""Tables of schools: the caseload with its year, and the whole register, fetched a page at a time."""

from collections.abc import Callable, Sequence
from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, QPersistentModelIndex, Qt

from sep_desktop.domain.wording import day
from sep_desktop.services.schools import CaseloadRow
from sep_desktop.storage.schools import SchoolRow

Index = QModelIndex | QPersistentModelIndex
_ROOT = QModelIndex()

CASELOAD = ("Name", "Phase", "Category", "Headteacher", "Last visit", "Next visit", "Held", "State")
REGISTER = ("Name", "URN", "Phase", "Town", "LA", "Status")


class CaseloadModel(QAbstractTableModel):
    """The SEP's own schools."""

    def __init__(self) -> None:
        super().__init__()
        self._all: list[CaseloadRow] = []
        self.rows: list[CaseloadRow] = []
        self._text = ""

    def set_rows(self, rows: Sequence[CaseloadRow]) -> None:
        self._all = list(rows)
        self.set_text(self._text)

    def set_text(self, text: str) -> None:
        """Keep the rows in which every word of ``text`` is found."""
        self.beginResetModel()
        self._text = text
        wanted = text.casefold().split()
        self.rows = [
            row
            for row in self._all
            if all(
                word in " ".join((*_caseload_cells(row), row.school.urn, row.school.town)).casefold()
                for word in wanted
            )
        ]
        self.endResetModel()

    def urn(self, index: int) -> str:
        return self.rows[index].school.urn

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(CASELOAD)

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        row = self.rows[index.row()]
        if role in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return _caseload_cells(row)[index.column()]
        if role == Qt.ItemDataRole.ToolTipRole:
            return row.school.name if index.column() == 0 else row.entitlement.why
        return None

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        return (
            CASELOAD[section]
            if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
            else None
        )

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self.layoutAboutToBeChanged.emit()
        reverse = order is Qt.SortOrder.DescendingOrder
        for rows in (self._all, self.rows):
            rows.sort(key=lambda row: _sort_key(row, column), reverse=reverse)
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


def _sort_key(row: CaseloadRow, column: int) -> Any:
    dates = {4: row.last and row.last.day.isoformat(), 5: row.next and row.next.day.isoformat()}
    return dates[column] or "" if column in dates else _caseload_cells(row)[column].casefold()


Fetch = Callable[[int, int, str], tuple[list[SchoolRow], int]]
"""Rows from ``first``, ordered by a column (negative: backwards), matching a text; and how many there are."""


class RegisterModel(QAbstractTableModel):
    """Every school known here, two hundred at a time as the user scrolls."""

    def __init__(self, fetch: Fetch) -> None:
        super().__init__()
        self._fetch, self._text, self._order = fetch, "", 1
        self.rows: list[SchoolRow] = []
        self.total = 0

    def set_text(self, text: str) -> None:
        self._text = text
        self.reload()

    def reload(self) -> None:
        self.beginResetModel()
        self.rows, self.total = self._fetch(0, self._order, self._text)
        self.endResetModel()

    def urn(self, index: int) -> str:
        return self.rows[index].urn

    def rowCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(self.rows)

    def columnCount(self, parent: Index = _ROOT) -> int:
        return 0 if parent.isValid() else len(REGISTER)

    def canFetchMore(self, parent: Index) -> bool:
        return not parent.isValid() and len(self.rows) < self.total

    def fetchMore(self, parent: Index) -> None:
        more, self.total = self._fetch(len(self.rows), self._order, self._text)
        if more:
            self.beginInsertRows(QModelIndex(), len(self.rows), len(self.rows) + len(more) - 1)
            self.rows += more
            self.endInsertRows()

    def data(self, index: Index, role: int = Qt.ItemDataRole.DisplayRole) -> Any:
        if role not in (Qt.ItemDataRole.DisplayRole, Qt.ItemDataRole.AccessibleTextRole):
            return None
        row = self.rows[index.row()]
        return (row.name, row.urn, row.phase, row.town, row.la_name, row.status)[index.column()]

    def headerData(
        self, section: int, orientation: Qt.Orientation, role: int = Qt.ItemDataRole.DisplayRole
    ) -> Any:
        return (
            REGISTER[section]
            if orientation is Qt.Orientation.Horizontal and role == Qt.ItemDataRole.DisplayRole
            else None
        )

    def sort(self, column: int, order: Qt.SortOrder = Qt.SortOrder.AscendingOrder) -> None:
        self._order = (column + 1) * (-1 if order is Qt.SortOrder.DescendingOrder else 1)
        self.reload()
