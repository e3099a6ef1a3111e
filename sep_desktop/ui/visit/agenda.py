"""Agenda: the items of this kind of visit, changed to what the school and its SEP agree (clause 7.3)."""

from collections.abc import Hashable
from dataclasses import replace
from datetime import datetime
from functools import partial

from PySide6.QtWidgets import QBoxLayout, QListWidget

from sep_desktop.clock import Clock
from sep_desktop.direction import without_marks
from sep_desktop.domain.agenda import AgendaItem
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.visit import Visit
from sep_desktop.domain.wording import day, one_line, saved_at
from sep_desktop.services import visits
from sep_desktop.services.visits import VisitView
from sep_desktop.ui.context.autosave import Autosave
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.context.unsaved import Save
from sep_desktop.ui.kit.basics import button, column, form, holder, row, scrolling, words
from sep_desktop.ui.kit.line_field import LineField
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.kit.writing_path import WritingPath
from sep_desktop.ui.visit.step import StepPanel

_WIDTH = 860  # pixels
_FEWEST, _MOST = 3, 8  # rows that the list shows at once


def _saving_titles(clock: Clock) -> Save[Store]:
    """Writes the title of an item of the visit for which it was typed."""

    def save(store: Store, place: Hashable, title: str) -> datetime:
        assert isinstance(place, tuple)
        visit, key = place
        return visits.rename_item(store=store, visit=visit, key=key, title=title, now=clock.now())

    return save


class AgendaPanel(StepPanel):
    """A list with its order, and a field for the chosen item, saved as it is typed."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.items: list[AgendaItem] = []
        self.visit = 0
        self.added = self.is_agreed = False
        self.list, self.title = QListWidget(), LineField()
        self.list.setAccessibleName("Agenda")
        self.guidance, self.state = words("", "muted"), words("", "muted")
        self.agree = button("The school agrees", self._agree, "primary")
        self.to_meeting = button("To the meeting", self._go_to_meeting)
        self.list.currentRowChanged.connect(self._show_item)
        save = _saving_titles(session.surroundings.clock)
        self.autosave: Autosave[Store] = Autosave(
            self, session.runner, session.timers, session.composition, save, session.unsaved
        )
        self.autosave.saved.connect(self._saved)
        self.autosave.failed.connect(session.fail)
        self.title.textEdited.connect(self._rename)
        self.title.editingFinished.connect(self.autosave.save)
        content = WritingPath(self._lay_out())
        content.setMaximumWidth(_WIDTH)
        line = row(content, None)
        line.setStretch(0, 1)
        line.setStretch(1, 0)  # what is left, once the panel is as wide as it may be
        line.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.setLayout(column(scrolling(holder(line)), gap=0))

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
        self._show_agreement(view.visit)
        if view.visit.id == self.visit and not self.autosave.clean:
            return  # a title being typed is not drawn again under the hand
        restored = self._restored(view)
        chosen = len(view.agenda) - 1 if self.added else restored
        if chosen is None:
            chosen = self.list.currentRow()
        self.visit, self.items = view.visit.id, [self._as_typed(view.visit.id, each) for each in view.agenda]
        self.list.clear()
        self.list.addItems([_line(at, item) for at, item in enumerate(self.items)])
        self._fit_list()
        self.list.setCurrentRow(min(max(chosen, 0), len(self.items) - 1))
        if self.added:
            self.title.setFocus()
            self.title.selectAll()
            self.added = False
        elif restored is not None:
            self.list.setFocus()  # the button that took the removal back is gone with its message

    def _as_typed(self, visit: int, item: AgendaItem) -> AgendaItem:
        """The item with its title as it was typed, where that could not be saved yet."""
        if not self.autosave.is_dirty((visit, item.key)):
            return item
        return replace(item, title=self.autosave.words((visit, item.key)))

    def _fit_list(self) -> None:
        """As high as its rows, within reason: the rest of the panel scrolls, and this does not in it."""
        rows = min(max(self.list.count(), _FEWEST), _MOST)
        self.list.setFixedHeight(rows * max(self.list.sizeHintForRow(0), 0) + 2 * self.list.frameWidth())

    def _restored(self, view: VisitView) -> int | None:
        """The place of the item that is on the agenda again, where one is."""
        here = {item.key for item in self.items}
        back = [at for at, item in enumerate(view.agenda) if item.key not in here]
        return back[0] if back and self.visit == view.visit.id else None

    def _show_agreement(self, visit: Visit) -> None:
        agreed = visit.agreed_on
        self.is_agreed = bool(agreed)
        self.state.setText(
            f"Agreed on {day(agreed)}. Changing it opens it again."
            if agreed
            else "Not agreed yet: the school finalises it with you."
        )
        self.agree.setVisible(not agreed and not visit.is_cancelled)
        self.to_meeting.setVisible(bool(agreed))

    def _show_item(self, at: int) -> None:
        if 0 <= at < len(self.items):
            item = self.items[at]
            if one_line(self.title.text()) != item.title:  # what stands there already keeps its cursor
                self.title.setText(item.title)
            self.guidance.setText(f"{item.guidance} (clause {item.clause})" if item.clause else item.guidance)

    def _save(self) -> None:
        visit, items, now = self.visit, list(self.items), self.session.now()
        self.session.run(
            self, lambda store: visits.change_agenda(store=store, visit=visit, items=items, now=now)
        )

    def _rename(self, title: str) -> None:
        """Another letter of a title; without any, the item keeps the one it had."""
        at = self.list.currentRow()
        if 0 <= at < len(self.items) and title.strip():
            item = self.items[at] = replace(self.items[at], title=title)
            self.list.item(at).setText(_line(at, item))
            self.autosave.touch((self.visit, item.key), partial(str, title))

    def _saved(self, at: datetime) -> None:
        self.session.status.emit(saved_at(at))
        if self.is_agreed:
            self.session.changed.emit(Changes.VISITS)

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
        self.autosave.flush()
        self.items.append(AgendaItem(key, "New item", "", "context"))
        self.added = True
        self._save()

    def _agree(self) -> None:
        if not self.autosave.flush():  # a title saved afterwards would open it again
            return
        visit, now = self.visit, self.session.now()
        self.session.run(self, lambda store: visits.agree_agenda(store=store, visit=visit, now=now))

    def _go_to_meeting(self) -> None:
        self.session.go(f"visit/{self.visit}/meeting")

    def leave(self) -> bool:
        """Save a title that is being typed. Whether it is safe."""
        return self.autosave.flush()

    def forget(self) -> None:
        """Show no item any more."""
        self.visit, self.items = 0, []
        self.list.clear()
        self.title.clear()


def _line(at: int, item: AgendaItem) -> str:
    """An item as it stands in the list."""
    return without_marks(f"{at + 1}.  {item.title}")
