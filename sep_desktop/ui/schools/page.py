"""Schools: the caseload with its year, or every school of the register, with the imports that fill them."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QModelIndex, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QStackedLayout, QTableView, QWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.wording import plural
from sep_desktop.services import schools
from sep_desktop.ui.context.page import LoadingPage, Query
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import button, card, column, holder, row, words
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.schools import imports
from sep_desktop.ui.schools.models import CaseloadModel, RegisterModel, RegisterRows, SchoolsModel, Wanted

_WHOLE = "all"
"""The argument of the address under which the whole register is shown."""

_NAME = 210
"""Pixels that the name has at least, where a letter is 7 wide."""

_BAR = 14
"""Pixels of a table's border and scroll bar."""


@dataclass(frozen=True)
class _Columns:
    """``widths`` in pixels where a letter is 7 wide; the name, with none, takes the rest.

    ``may_go`` are those left out where the name would have too little, the first one first: the page of the
    school says them too.
    """

    widths: tuple[int, ...]
    may_go: tuple[int, ...]

    def left_out(self, room: float) -> frozenset[int]:
        """The columns for which there is no room, which is in the pixels of the widths."""
        left_out: set[int] = set()
        for next_to_go in self.may_go:
            taken = sum(width for at, width in enumerate(self.widths) if at not in left_out)
            if room - taken >= _NAME:
                break
            left_out.add(next_to_go)
        return frozenset(left_out)


def _columns(headings: tuple[str, ...], widths: tuple[int, ...], *may_go: str) -> _Columns:
    return _Columns(widths, tuple(headings.index(each) for each in may_go))


_CASELOAD = _columns(
    CaseloadModel.headings,
    (0, 100, 76, 150, 126, 126, 66, 84),
    "Phase",
    "Category",
    "Headteacher",
    "Last visit",
)
_REGISTER = _columns(RegisterModel.headings, (0, 90, 130, 130, 130, 90), "LA", "Phase", "URN")


class SchoolsPage(LoadingPage[schools.SchoolList]):
    """A row opens the school; typing filters; a heading sorts. Opened as ``schools`` or ``schools/all``."""

    watches = Changes.SCHOOLS | Changes.ENTITLEMENT | Changes.VISITS | Changes.PEOPLE
    scrolls = False

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.caseload, self.register = CaseloadModel(), RegisterModel(self._fetch)
        self.register.fetched.connect(self._show_register)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Type to filter: name, town, number …")
        self.filter.setAccessibleName("Filter the schools")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._filter)
        self.mine = button("My schools", lambda: self.session.go("schools"))
        self.all = button("All schools", lambda: self.session.go(f"schools/{_WHOLE}"))
        self.mine.setCheckable(True)
        self.all.setCheckable(True)
        self.count, self.nothing_yet = words("", "small", wrap=False), words("", "muted")
        self.mine_table, self.all_table = self._table(self.caseload), self._table(self.register)
        self.nothing = self._nothing()
        self.views = QStackedLayout()
        self.body.addLayout(row(self.mine, self.all, self.filter, self.count, gap=GAP))
        self.body.addLayout(
            self.views
        )  # empty yet: a stack shows its first view, on its own where it has no page
        for view in (self.mine_table, self.all_table, self.nothing):
            self.views.addWidget(view)
        self.set_actions(
            button(
                "Empty workbook …",
                lambda: imports.save_template(self, session),
                about="Write the allocation workbook for the LA to fill in",
            ),
            button("Import register …", lambda: imports.choose_register(self, session)),
            button("Import allocation …", lambda: imports.choose_allocation(self, session), "primary"),
        )

    def _table(self, model: SchoolsModel) -> QTableView:
        table = QTableView()
        table.setModel(model)
        table.setAccessibleName("Schools")
        table.setSelectionBehavior(QAbstractItemView.SelectionBehavior.SelectRows)
        table.setSelectionMode(QAbstractItemView.SelectionMode.SingleSelection)
        table.setTabKeyNavigation(False)
        table.setShowGrid(False)
        table.setWordWrap(False)
        table.setSortingEnabled(False)
        table.verticalHeader().hide()
        table.verticalHeader().setDefaultSectionSize(40)
        header = table.horizontalHeader()
        header.setHighlightSections(False)
        header.setDefaultAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter)
        header.setSectionsClickable(True)
        header.setSortIndicatorShown(True)
        header.sortIndicatorChanged.connect(model.sort)
        for section in range(1, model.columnCount()):
            header.setSectionResizeMode(section, QHeaderView.ResizeMode.Interactive)
        header.setSectionResizeMode(0, QHeaderView.ResizeMode.Stretch)
        table.activated.connect(self._open)
        table.clicked.connect(self._open)
        return table

    def _nothing(self) -> QWidget:
        register = button("Import register …", lambda: imports.choose_register(self, self.session))
        allocation = button("Import allocation …", lambda: imports.choose_allocation(self, self.session))
        everything = button("All schools", lambda: self.session.go(f"schools/{_WHOLE}"), "link")
        return holder(column(card(self.nothing_yet, row(register, allocation, everything, None)), None))

    @property
    def is_whole(self) -> bool:
        """Whether the whole register is shown, not the caseload alone."""
        return self.argument == _WHOLE

    def query(self) -> Query[schools.SchoolList]:
        """The caseload; the register is fetched by its table."""
        today, mine = self.session.today(), not self.is_whole
        return lambda store: schools.school_list(store=store, today=today, with_caseload=mine)

    def show_loaded(self, loaded: schools.SchoolList) -> None:
        """The caseload, or what is fetched of the register."""
        self.mine.setChecked(not self.is_whole)
        self.all.setChecked(self.is_whole)
        about = "What is due comes from the policy; a row opens the school."
        self.set_head("Schools", f"Academic year {loaded.year}. {about}")
        self.nothing_yet.setText(_first_steps(loaded.known))
        if self.is_whole:
            self.register.set_text(self.filter.text())
        else:
            self.caseload.set_rows(loaded.caseload)
            self.views.setCurrentWidget(self.mine_table if loaded.caseload else self.nothing)
            self._widen(self.mine_table, _CASELOAD)
            self._say_count()

    def _fetch(self, wanted: Wanted, done: Callable[[RegisterRows], None]) -> None:
        today = self.session.today()

        def work(store: Store) -> RegisterRows:
            year = schools.current_year(store=store, today=today)
            return schools.search(
                store=store, year=year, text=wanted.text, first=wanted.first, order=wanted.order
            )

        self.session.run(self, work, done)

    def _show_register(self) -> None:
        if self.is_whole:
            any_school = self.register.total or self.filter.text()
            self.views.setCurrentWidget(self.all_table if any_school else self.nothing)
            self._widen(self.all_table, _REGISTER)
            self._say_count()

    def _widen(self, table: QTableView, columns: _Columns) -> None:
        """Columns as wide as their words; the name takes the rest."""
        for section, width in enumerate(columns.widths):
            if width:
                table.setColumnWidth(section, round(width * self._scale()))
        self._fit(table, columns)

    def _fit(self, table: QTableView, columns: _Columns) -> None:
        """Where there is little room, the name stays readable and columns of less weight go."""
        margins = self.body.contentsMargins()
        room = self.width() - margins.left() - margins.right() - _BAR
        left_out = columns.left_out(room / self._scale())
        for section in columns.may_go:
            table.setColumnHidden(section, section in left_out)

    def _scale(self) -> float:
        return max(self.fontMetrics().averageCharWidth() / 7, 1)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit(self.mine_table, _CASELOAD)
        self._fit(self.all_table, _REGISTER)

    def _filter(self, text: str) -> None:
        if self.is_whole:
            self.register.set_text(text)
        else:
            self.caseload.set_text(text)
            self._say_count()

    def _say_count(self) -> None:
        number = self.register.total if self.is_whole else len(self.caseload.rows)
        self.count.setText(plural(number, "school"))

    def _open(self, index: QModelIndex) -> None:
        model = self.register if self.is_whole else self.caseload
        self.session.go(f"school/{model.urn(index.row())}")


def _first_steps(known: int) -> str:
    """What is to be done while there is no school to show."""
    first = (
        f"The register is in: {plural(known, 'school')}. Now import"
        if known
        else "No school here yet. First import the national register (GIAS), then"
    )
    return (
        f"{first} the allocation workbook of your local authority; "
        "“Empty workbook” writes one for them to fill in."
    )
