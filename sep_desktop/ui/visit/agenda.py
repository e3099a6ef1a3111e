"""Agenda: the items of this kind of visit, changed to what the school and its SEP agree (7.3)."""

from dataclasses import replace

from PySide6.QtWidgets import QLineEdit, QListWidget, QWidget

from sep_desktop.domain.agenda import AgendaItem
from sep_desktop.domain.wording import day
from sep_desktop.services import visits
from sep_desktop.services.visits import VisitView
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import button, column, form, holder, row, words
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.visit.step import StepPanel


class AgendaPanel(StepPanel):
    """A list with its order, and a field for the chosen item."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.items: list[AgendaItem] = []
        self.visit = 0
        self.added = False
        self.list, self.title = QListWidget(), QLineEdit()
        self.list.setAccessibleName("Agenda")
        self.list.setMinimumHeight(220)
        self.guidance, self.state = words("", "muted"), words("", "muted")
        self.agree = button("The school agrees", self._agree, "primary")
        self.to_meeting = button("To the meeting", lambda: self.session.go(f"visit/{self.visit}/meeting"))
        tools = row(
            button("Up", lambda: self._shift(-1)),
            button("Down", lambda: self._shift(1)),
            button("Remove", self._remove),
            button("Add an item", self._add),
            None,
        )
        self.list.currentRowChanged.connect(self._chosen)
        self.title.editingFinished.connect(self._rename)
        content: QWidget = holder(
            column(
                words("Agenda", "section"),
                self.state,
                self.list,
                tools,
                form(("Item", self.title)),
                self.guidance,
                row(None, self.to_meeting, self.agree),
                None,
                gap=12,
            )
        )
        content.setMaximumWidth(860)
        self.setLayout(row(content, None))
        self.layout().setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.layout().setStretch(0, 1)

    def show_visit(self, view: VisitView) -> None:
        if view.visit.id == self.visit and self.title.hasFocus() and self.title.isModified():
            return  # a title being typed is not drawn again under the hand
        keep = len(view.agenda) - 1 if self.added else self.list.currentRow()
        self.visit, self.items = view.visit.id, list(view.agenda)
        self.list.clear()
        self.list.addItems([f"{number}.  {item.title}" for number, item in enumerate(self.items, 1)])
        self.list.setCurrentRow(min(max(keep, 0), len(self.items) - 1))
        if self.added and len(view.agenda) == self.list.count():
            self.title.setFocus()
            self.title.selectAll()
            self.added = False
        agreed = view.visit.agreed_on
        self.state.setText(
            f"Agreed on {day(agreed)}. Changing it opens it again."
            if agreed
            else "Not agreed yet: the school finalises it with you."
        )
        self.agree.setVisible(not agreed and not view.visit.is_cancelled)
        self.to_meeting.setVisible(bool(agreed))

    def _chosen(self, at: int) -> None:
        if 0 <= at < len(self.items):
            self.title.setText(self.items[at].title)
            self.guidance.setText(
                self.items[at].guidance
                + (f" (clause {self.items[at].clause})" if self.items[at].clause else "")
            )

    def _store(self) -> None:
        visit, items = self.visit, list(self.items)
        self.session.act(lambda: visits.change_agenda(store=self.session.store, visit=visit, items=items))

    def _rename(self) -> None:
        at = self.list.currentRow()
        if (
            0 <= at < len(self.items)
            and self.title.text().strip()
            and self.title.text() != self.items[at].title
        ):
            self.items[at] = replace(self.items[at], title=self.title.text())
            self.title.setModified(False)
            self._store()

    def _shift(self, by: int) -> None:
        at = self.list.currentRow()
        if 0 <= at + by < len(self.items) and at >= 0:
            self.items.insert(at + by, self.items.pop(at))
            self.list.setCurrentRow(at + by)
            self._store()

    def _remove(self) -> None:
        if len(self.items) > 1 and self.list.currentRow() >= 0:
            self.items.pop(self.list.currentRow())
            self._store()

    def _add(self) -> None:
        taken = {item.key for item in self.items}
        key = next(f"own-{number}" for number in range(1, 100) if f"own-{number}" not in taken)
        self._rename()
        self.items.append(AgendaItem(key, "New item", "", "context"))
        self.added = True
        self._store()

    def _agree(self) -> None:
        visit = self.visit
        self.session.act(
            lambda: visits.agree_agenda(store=self.session.store, visit=visit, now=self.session.now())
        )

    def leave(self) -> bool:
        self._rename()
        return True

    def forget(self) -> None:
        self.visit, self.items = 0, []
        self.list.clear()
        self.title.clear()
