"""Who is on the panel, when they meet, by when it is due, and the time given: before any writing."""

from dataclasses import replace
from functools import partial

from PySide6.QtWidgets import QWidget

from sep_desktop.domain.appraisal.panel import Person, store_panel
from sep_desktop.services.appraisals.records import RecordDetails
from sep_desktop.ui.kit.basics import clear, column, scrolling
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.kit.writing_path import WritingPath
from sep_desktop.ui.sealed.context import EditState, SealedContext
from sep_desktop.ui.sealed.people_cards import DeadlineCard, MeetingsCard, PanelCard, SupportCard

_KEYS = ("panel", "meetings", "deadline")
"""The parts of a record that are written here."""


class PeoplePanel(QWidget):
    """The first step of a record."""

    def __init__(self, context: SealedContext) -> None:
        super().__init__()
        self.context = context
        self.details: RecordDetails | None = None
        self.content = column(gap=GAP * 2)
        self.content.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.area = scrolling(WritingPath(self.content))
        self.setLayout(column(self.area, gap=0))

    def show_record(self, details: RecordDetails, asked: EditState) -> None:
        """Show what was read, unless words are being typed here."""
        cycle = details.record.cycle.id
        same = self.details is not None and self.details.record.cycle.id == cycle
        if not same or not any(self.context.is_newer(cycle, key, asked) for key in _KEYS):
            self._build(details)

    def _build(self, details: RecordDetails) -> None:
        self.details, cycle = details, details.record.cycle.id
        clear(self.content)
        self.panel = PanelCard(self.context, cycle, details.record.panel)
        self.panel.changed.connect(self._put_panel)
        self.meetings = MeetingsCard(self.context, cycle, details.record.meetings)
        self.deadline = DeadlineCard(self.context, details)
        self.support = SupportCard(self.context, details)
        for part in (self.panel, self.meetings, self.deadline, self.support):
            self.content.addWidget(part)
        self.content.addStretch(1)

    def jump_to(self, key: str) -> None:
        """Put the cursor where something is still to do, and bring it into sight."""
        match key:
            case "panel":
                self.panel.focus_empty()
            case "meetings":
                self.meetings.focus_empty()
            case "support":
                self.support.hours.setFocus()
        focused = self.focusWidget()
        if focused:
            self.area.ensureWidgetVisible(focused, 0, 120)

    def _put_panel(self, people: list[Person]) -> None:
        """Somebody more or fewer: written at once, so that who types next types into what is true."""
        assert self.details is not None
        record, text, before = self.details.record, store_panel(people), self.panel.typed()
        if not self.context.put(record.cycle.id, "panel", text):
            return
        content = {**record.content, "panel": text}
        self._build(replace(self.details, record=replace(record, content=content)))
        self.context.changed.emit()
        if len(people) < len(before):
            work = partial(self._put_back, record.cycle.id, before, people)
            self.context.undoing.show("Somebody was taken off the panel.", work)

    def _put_back(self, cycle: int, before: list[Person], after: list[Person]) -> None:
        same = self.details is not None and self.details.record.cycle.id == cycle
        if same and self.panel.typed() == after:
            self._put_panel(before)
        else:
            self.context.say("The panel was changed since; it stays as it is.")
