"""Agenda: the items of this kind of visit, changed to what the school and its SEP agree (clause 7.3)."""

from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QBoxLayout, QLineEdit, QListWidget

from sep_desktop.domain.agenda import AgendaItem
from sep_desktop.domain.wording import day
from sep_desktop.services import visits
from sep_desktop.services.visits import VisitView
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import button, column, form, row, words
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.kit.writing_path import WritingPath
from sep_desktop.ui.visit.step import StepPanel

_WIDTH = 860  # pixels


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
        self.to_meeting = button("To the meeting", self._go_to_meeting)
        self.list.currentRowChanged.connect(self._show_item)
        self.title.editingFinished.connect(self._rename)
        content = WritingPath(self._lay_out())
        content.setMaximumWidth(_WIDTH)
        line = row(content, None)
        line.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        line.setStretch(0, 1)
        self.setLayout(line)

    def _lay_out(self) -> QBoxLayout:
        tools = row(
            button("Up", partial(self._shift, -1)),
            button("Down", partial(self._shift, 1)),
            button("Remove", self._remove),
            button("Add an item", self._add),
            None,
        )
        foot = row(None, self.to_meeting, self.agree)
        title = form(("Item", self.title))
        heading = words("Agenda", "section")
        return column(heading, self.state, self.list, tools, title, self.guidance, foot, None, gap=12)

    def show_visit(self, view: VisitView) -> None:
        """The items in their order, and whether they are agreed."""
        if view.visit.id == self.visit and self.title.hasFocus() and self.title.isModified():
            return  # a title being typed is not drawn again under the hand
        chosen = len(view.agenda) - 1 if self.added else self.list.currentRow()
        self.visit, self.items = view.visit.id, list(view.agenda)
        self.list.clear()
        self.list.addItems([f"{number}.  {item.title}" for number, item in enumerate(self.items, 1)])
        self.list.setCurrentRow(min(max(chosen, 0), len(self.items) - 1))
        if self.added:
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

    def _show_item(self, at: int) -> None:
        if 0 <= at < len(self.items):
            item = self.items[at]
            self.title.setText(item.title)
            self.guidance.setText(f"{item.guidance} (clause {item.clause})" if item.clause else item.guidance)

    def _save(self) -> None:
        visit, items, now = self.visit, list(self.items), self.session.now()
        self.session.run(
            self, lambda store: visits.change_agenda(store=store, visit=visit, items=items, now=now)
        )

    def _rename(self) -> None:
        at, title = self.list.currentRow(), self.title.text()
        if 0 <= at < len(self.items) and title.strip() and title != self.items[at].title:
            self.items[at] = replace(self.items[at], title=title)
            self.title.setModified(False)
            self._save()

    def _shift(self, by: int) -> None:
        at = self.list.currentRow()
        if 0 <= at + by < len(self.items) and at >= 0:
            self.items.insert(at + by, self.items.pop(at))
            self.list.setCurrentRow(at + by)
            self._save()

    def _remove(self) -> None:
        if len(self.items) > 1 and self.list.currentRow() >= 0:
            self.items.pop(self.list.currentRow())
            self._save()

    def _add(self) -> None:
        taken = {item.key for item in self.items}
        key = next(f"own-{number}" for number in range(1, 100) if f"own-{number}" not in taken)
        self._rename()
        self.items.append(AgendaItem(key, "New item", "", "context"))
        self.added = True
        self._save()

    def _agree(self) -> None:
        visit, now = self.visit, self.session.now()
        self.session.run(self, lambda store: visits.agree_agenda(store=store, visit=visit, now=now))

    def _go_to_meeting(self) -> None:
        self.session.go(f"visit/{self.visit}/meeting")

    def leave(self) -> bool:
        """Save a title that is being typed."""
        self._rename()
        return True

    def forget(self) -> None:
        """Show no item any more."""
        self.visit, self.items = 0, []
        self.list.clear()
        self.title.clear()
