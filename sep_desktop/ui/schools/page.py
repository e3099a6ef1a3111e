"""Schools: the caseload with its year, or every school of the register, with the imports that fill them."""

from typing import Any

from PySide6.QtCore import QAbstractTableModel, QModelIndex, Qt
from PySide6.QtWidgets import QAbstractItemView, QHeaderView, QLineEdit, QStackedLayout, QTableView, QWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.wording import plural
from sep_desktop.services import schools
from sep_desktop.ui.context.page import Page
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import button, card, column, holder, row, words
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.schools import imports
from sep_desktop.ui.schools.models import CaseloadModel, RegisterModel


class SchoolsPage(Page):
    """A row opens the school; typing filters; a heading sorts."""

    watches = Changes.SCHOOLS | Changes.ENTITLEMENT | Changes.VISITS | Changes.PEOPLE
    scrolls = False

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.caseload, self.register = CaseloadModel(), RegisterModel(self._fetch)
        self.filter = QLineEdit()
        self.filter.setPlaceholderText("Type to filter: name, town, number …")
        self.filter.setAccessibleName("Filter the schools")
        self.filter.setClearButtonEnabled(True)
        self.filter.textChanged.connect(self._filter)
        self.mine, self.all = (
            button("My schools", lambda: self.session.go("schools")),
            button("All schools", lambda: self.session.go("schools/all")),
        )
        for each in (self.mine, self.all):
            each.setCheckable(True)
        self.count = words("", "small", wrap=False)
        self.mine_table, self.all_table = self._table(self.caseload), self._table(self.register)
        self.nothing = self._nothing()
        self.views = QStackedLayout()
        for widget in (self.mine_table, self.all_table, self.nothing):
            self.views.addWidget(widget)
        self.body.addLayout(row(self.mine, self.all, self.filter, self.count, gap=GAP))
        self.body.addLayout(self.views)
        self.set_actions(
            button(
                "Empty workbook …",
                lambda: imports.save_template(self, session),
                about="Write the allocation workbook for the LA to fill in",
            ),
            button("Import register …", lambda: imports.choose_register(self, session)),
            button("Import allocation …", lambda: imports.choose_allocation(self, session), "primary"),
        )

    def _table(self, model: QAbstractTableModel) -> QTableView:
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
        self.nothing_yet = words("", "muted")
        register = button("Import register …", lambda: imports.choose_register(self, self.session))
        allocation = button("Import allocation …", lambda: imports.choose_allocation(self, self.session))
        everything = button("All schools", lambda: self.session.go("schools/all"), "link")
        return holder(column(card(self.nothing_yet, row(register, allocation, everything, None)), None))

    def _say_nothing(self) -> None:
        known = self.session.store.schools.count()
        first = (
            f"The register is in: {plural(known, 'school')}. Now import"
            if known
            else "No school here yet. First import the national register (GIAS), then"
        )
        self.nothing_yet.setText(
            f"{first} the allocation workbook of your local authority; “Empty workbook” writes one for them to fill in."
        )

    def load(self) -> list[schools.CaseloadRow]:
        return (
            schools.caseload(store=self.session.store, today=self.session.today())
            if self.argument != "all"
            else []
        )

    def show_loaded(self, loaded: Any) -> None:
        whole = self.argument == "all"
        self.mine.setChecked(not whole)
        self.all.setChecked(whole)
        year = schools.current_year(store=self.session.store, today=self.session.today())
        self.set_head(
            "Schools", f"Academic year {year}. What is due comes from the policy; a row opens the school."
        )
        if whole:
            self.register.set_text(self.filter.text())
            self.views.setCurrentWidget(
                self.all_table if self.register.total or self.filter.text() else self.nothing
            )
        else:
            self.caseload.set_rows(loaded)
            self.views.setCurrentWidget(self.mine_table if loaded else self.nothing)
        self._say_nothing()
        self._fit()
        self._say_count()

    def _fit(self) -> None:
        """Columns as wide as their words; the name takes the rest."""
        table = self.all_table if self.argument == "all" else self.mine_table
        metrics = table.fontMetrics()
        widths = (0, 90, 130, 130, 130, 90) if self.argument == "all" else (0, 100, 76, 150, 126, 126, 66, 84)
        scale = metrics.averageCharWidth() / 7
        for section, width in enumerate(widths):
            if width:
                table.setColumnWidth(section, round(width * max(scale, 1)))

    def _fetch(self, first: int, order: int, text: str) -> tuple[list[Any], int]:
        year = schools.current_year(store=self.session.store, today=self.session.today())
        return schools.search(store=self.session.store, year=year, text=text, first=first, order=order)

    def _filter(self, text: str) -> None:
        (self.register if self.argument == "all" else self.caseload).set_text(text)
        self._say_count()

    def _say_count(self) -> None:
        number = self.register.total if self.argument == "all" else len(self.caseload.rows)
        self.count.setText(plural(number, "school"))

    def _open(self, index: QModelIndex) -> None:
        model = self.register if self.argument == "all" else self.caseload
        self.session.go(f"school/{model.urn(index.row())}")
