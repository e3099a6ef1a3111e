"""The first view of the open page: the schools of the year, and what may no longer be kept."""

from datetime import date
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QFrame, QWidget

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.appraisal.record import Cycle, time_left
from sep_desktop.domain.changes import Changed
from sep_desktop.domain.wording import day, day_and_time, plural, sentence
from sep_desktop.services.appraisals import records, retention
from sep_desktop.services.appraisals.record_transfer import TransferredRecord
from sep_desktop.services.appraisals.records import Overview, SchoolCycle
from sep_desktop.ui.kit.basics import (
    button,
    card,
    clear,
    column,
    empty,
    holder,
    row,
    rule,
    scrolling,
    state_mark,
    words,
)
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.sealed.context import SealedContext
from sep_desktop.ui.sealed.keys import keys_card
from sep_desktop.ui.sealed.receiving import ReceivingPanel, offer_card

_MARK_WIDTH, _BUTTON_WIDTH = 120, 76  # pixels, so that the columns of the schools stand below each other


class OverviewPanel(QWidget):
    """``chosen`` carries the number of a cycle, ``shown`` says that the list is on the screen."""

    chosen = Signal(int)
    shown = Signal()

    def __init__(self, context: SealedContext) -> None:
        super().__init__()
        self.context = context
        self.content = column(gap=GAP * 2)
        self.content.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.setLayout(column(scrolling(holder(self.content)), gap=0))

    def refresh(self) -> None:
        """Read the list again."""
        today = self.context.today()
        self.context.run(
            self,
            lambda stores: records.overview(store=stores.visits, sealed=stores.sealed, today=today),
            self._show,
        )

    def _show(self, overview: Overview) -> None:
        clear(self.content)
        receiving = ReceivingPanel(self.context)
        receiving.opened.connect(self._offer)
        parts = [
            *([self._past(overview)] if overview.past else []),
            self._year(overview),
            *([self._earlier(overview)] if overview.earlier else []),
            receiving,
            *([self._removed(overview)] if overview.removed else []),
            keys_card(self, self.context),
        ]
        for part in parts:
            self.content.addWidget(part)
        self.content.addStretch(1)

    def _offer(self, transferred: TransferredRecord) -> None:
        self.content.insertWidget(0, offer_card(self, self.context, transferred, self.refresh))

    def _year(self, overview: Overview) -> QFrame:
        if not overview.schools:
            return empty("No school is allocated for this year yet. Import the LA's workbook under Schools.")
        lines = [
            part for school in overview.schools for part in (rule(), self._school(school, overview.year))
        ]
        return card(words(f"This year, {overview.year}", "section"), *lines)

    def _school(self, school: SchoolCycle, year: AcademicYear) -> QBoxLayout:
        today = self.context.today()
        tone, state = _state(school, today)
        if school.cycle is None:
            action = button("Begin", lambda: self.begin(school.urn, year), "", f"Begin {school.school}")
        else:
            choose = partial(self.chosen.emit, school.cycle.id)
            action = button("Open", choose, "", f"Open {school.school}")
        about = (
            "Nothing is left to do in this cycle."
            if school.cycle and not school.left
            else sentence(time_left(school.deadline, today)) + "."
        )
        mark = state_mark(tone, state)
        action.setAccessibleName(action.accessibleDescription())
        mark.setMinimumWidth(_MARK_WIDTH)
        action.setMinimumWidth(_BUTTON_WIDTH)
        texts = column(words(school.school, "strong"), words(about, "muted"), gap=2)
        line = row(mark, texts, action, gap=GAP * 2)
        line.setStretch(1, 1)
        return line

    def begin(self, urn: str, year: AcademicYear) -> None:
        """Begin a school's cycle, and open it."""
        now = self.context.now()
        self.context.run(
            self,
            lambda stores: records.begin(
                store=stores.visits, sealed=stores.sealed, urn=urn, year=year, now=now
            ),
            self._begun,
        )

    def _begun(self, begun: Changed[int]) -> None:
        self.chosen.emit(begun.value)

    def _earlier(self, overview: Overview) -> QFrame:
        return card(words("Other years", "section"), *(self._cycle(cycle) for cycle in overview.earlier))

    def _cycle(self, cycle: Cycle) -> QBoxLayout:
        received = f", received from {cycle.received_from}" if cycle.received_from else ""
        about = f"{cycle.school}, {cycle.year}"
        choose = partial(self.chosen.emit, cycle.id)
        line = row(words(about + received), button("Open", choose, "link", f"Open {about}"))
        line.setStretch(0, 1)
        return line

    def _past(self, overview: Overview) -> QFrame:
        about = (
            f"These cycles ended more than {plural(overview.retention_years, 'year')} ago "
            "(Settings, Performance management). They and every copy of them go for good."
        )
        lines = [
            words(f"•  {cycle.school}, {cycle.year}: to go since {day(since)}")
            for cycle, since in overview.past
        ]
        remove = button(f"Remove {plural(len(overview.past), 'cycle')}", self._remove)
        return card(
            words("No longer to be kept", "section"), words(about, "muted"), *lines, row(None, remove)
        )

    def _remove(self) -> None:
        now = self.context.now()
        self.context.run(
            self,
            lambda stores: retention.remove_past(store=stores.visits, sealed=stores.sealed, now=now),
            self._say_removed,
        )

    def _say_removed(self, removed: Changed[list[str]]) -> None:
        self.context.say("Removed.", " ".join(removed.value))

    def _removed(self, overview: Overview) -> QFrame:
        lines = [
            words(f"{day_and_time(event.at)}: {event.text.removeprefix(records.REMOVED)}", "small")
            for event in overview.removed
        ]
        return card(words("What was removed", "section"), *lines)


def _state(school: SchoolCycle, today: date) -> tuple[str, str]:
    """The tone of a school's state, and the state in a word or two."""
    if school.cycle is None:
        return "", "Not begun"
    if not school.left:
        return "good", "All done"
    return ("bad", "Overdue") if school.deadline < today else ("wait", f"{school.left} to do")
