"""Meeting: notes against the agenda, quick to take, saved as they are typed.

It can be used with the headteacher beside the screen.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox

from sep_desktop.clock import Clock
from sep_desktop.domain.agenda import NOTE_KIND_NAMES, AgendaItem, Note, NoteKind
from sep_desktop.domain.changes import Changes
from sep_desktop.services import report_notes, visits
from sep_desktop.services.visits import VisitView
from sep_desktop.ui.context.autosave import Autosave, Save
from sep_desktop.ui.context.dialog import FormDialog
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import button, card, clear, column, form, holder, row, scrolling, words
from sep_desktop.ui.kit.dates import date_field, date_of
from sep_desktop.ui.kit.growing_text import GrowingText
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.visit.step import StepPanel

_LARGER = 1.15
"""The type of the notes beside the usual one."""

_LOOSE = AgendaItem("", "Other notes")
"""Where notes stand whose agenda item has been removed."""


@dataclass(eq=False)
class NotePlace:
    """Where a note belongs: its visit, its item and, once it has been saved, its number."""

    visit: int
    item: str
    number: int


class NoteField(GrowingText):
    """One note. ``done`` is told when Enter asks for the next; Shift+Enter is a new line."""

    edited = Signal(object)
    done = Signal(object)

    def __init__(self, place: NotePlace, note: Note | None) -> None:
        super().__init__(note.text if note else "")
        self.place = place
        self.setPlaceholderText("Write a note; Enter begins the next one")
        self.setAccessibleName("Note")
        self.mark = QComboBox()
        self.mark.setAccessibleName("What the note is")
        for kind, name in NOTE_KIND_NAMES.items():
            self.mark.addItem(name, kind)
        self.mark.setCurrentIndex(self.mark.findData(note.kind if note else NoteKind.NOTE))
        self.mark.currentIndexChanged.connect(self._edit)
        self.textChanged.connect(self._edit)
        font = self.font()
        font.setPointSizeF(font.pointSizeF() * _LARGER)
        self.setFont(font)
        self.mark.setFixedWidth(self.mark.sizeHint().width() + 12)
        line = row(self.mark, self, gap=GAP)
        line.setAlignment(self.mark, Qt.AlignmentFlag.AlignTop)
        self.line = holder(line)

    @property
    def is_private(self) -> bool:
        """Whether it is not for the headteacher's eyes."""
        return NoteKind(self.mark.currentData()) is NoteKind.PRIVATE

    @property
    def is_empty(self) -> bool:
        """Whether nothing is written in it."""
        return not self.toPlainText().strip()

    def text(self) -> str:
        """The note as it is saved: its kind on the first line, its words below."""
        return f"{self.mark.currentData()}\n{self.toPlainText()}"

    def _edit(self) -> None:
        if self.place.number or not self.is_empty:
            self.edited.emit(self)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        enter = event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if enter and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier:
            self.done.emit(self)
        else:
            super().keyPressEvent(event)


def _saving_notes(clock: Clock) -> Save[Store]:
    """Writes one note. A new one gets its number at the first save."""

    def save(store: Store, place: Hashable, typed: str) -> datetime:
        assert isinstance(place, NotePlace)
        now = clock.now()
        kind, _, text = typed.partition("\n")
        if place.number:
            visits.change_note(store=store, note=place.number, kind=NoteKind(kind), text=text, now=now)
        else:
            place.number = visits.take_note(
                store=store, visit=place.visit, item=place.item, kind=NoteKind(kind), text=text, now=now
            )
        return now

    return save


class MeetingPanel(StepPanel):
    """A column of agenda items with their notes, in larger type."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.visit = 0
        self.agenda: tuple[str, ...] = ()
        self.fields: list[NoteField] = []
        self._lines: dict[str, QBoxLayout] = {}
        self.hide_private = button(
            "Hide private notes", self._toggle_private, "", "For when the headteacher looks at the screen"
        )
        self.hide_private.setCheckable(True)
        self.held = button("The visit was held …", self._hold, "primary")
        self.to_report = button("Notes into the report", self._into_report, "primary")
        save = _saving_notes(session.surroundings.clock)
        self.autosave: Autosave[Store] = Autosave(
            self, session.runner, session.timers, session.composition, save
        )
        self.autosave.saved.connect(self._say_saved)
        self.autosave.failed.connect(session.fail)
        self.items = column(gap=GAP * 2)
        self.items.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 2)
        foot = row(self.hide_private, None, self.held, self.to_report)
        foot.setContentsMargins(GAP * 3, GAP, GAP * 3, GAP * 2)
        layout = column(scrolling(holder(self.items)), foot, gap=0)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def _say_saved(self, at: datetime) -> None:
        self.session.status.emit(f"Saved {at:%H:%M:%S}")

    def show_visit(self, view: VisitView) -> None:
        """The agenda with its notes; those on the screen stay, being at least as new as what was read."""
        self.held.setVisible(not view.visit.held_on and not view.visit.is_cancelled)
        self.to_report.setVisible(bool(view.visit.held_on) and not view.versions)
        agenda = tuple(item.key + item.title for item in view.agenda)
        if self.visit == view.visit.id and agenda == self.agenda:
            return
        self.forget()
        self.visit, self.agenda = view.visit.id, agenda
        for item in view.agenda:
            self._add_item(item, [note for note in view.notes if note.item == item.key])
        known = {item.key for item in view.agenda}
        loose = [note for note in view.notes if note.item not in known]
        if loose:
            self._add_item(_LOOSE, loose)
        self.items.addStretch(1)
        self._show_private()

    def forget(self) -> None:
        """Let go of the notes on the screen; what could not be saved yet is kept by ``autosave``."""
        self.autosave.release()
        clear(self.items)
        self.visit, self.agenda, self.fields, self._lines = 0, (), [], {}

    def _add_item(self, item: AgendaItem, notes: list[Note]) -> None:
        guidance = [words(item.guidance, "muted")] if item.guidance else []
        lines = column(words(item.title, "section"), *guidance)
        self._lines[item.key] = lines
        self.items.addWidget(card(lines))
        for note in (*notes, None):
            self._add_field(item.key, note)

    def _add_field(self, item: str, note: Note | None) -> NoteField:
        field = NoteField(NotePlace(self.visit, item, note.id if note else 0), note)
        field.edited.connect(self._touched)
        field.done.connect(self.next_note)
        self.fields.append(field)
        self._lines[item].addWidget(field.line)
        return field

    def _touched(self, field: NoteField) -> None:
        self.autosave.touch(field.place, field.text)

    def next_note(self, field: NoteField) -> None:
        """Go to the empty note at the end of the item, a new one where the last is not empty."""
        last = [each for each in self.fields if each.place.item == field.place.item][-1]
        empty = last if last.is_empty else self._add_field(field.place.item, None)
        empty.setFocus()

    def _toggle_private(self) -> None:
        hidden = self.hide_private.isChecked()
        self.hide_private.setText("Show private notes" if hidden else "Hide private notes")
        self._show_private()

    def _show_private(self) -> None:
        hidden = self.hide_private.isChecked()
        for field in self.fields:
            field.line.setVisible(not (hidden and field.is_private))

    def _hold(self) -> None:
        self.leave()
        visit, day_held = self.visit, date_field(self.session.today(), "Held on")

        def read() -> Callable[[Store], Changes]:
            on, now = date_of(day_held), self.session.now()
            return lambda store: visits.hold_visit(store=store, visit=visit, on=on, now=now)

        dialog = FormDialog(
            self,
            self.session.runner,
            "The visit was held",
            "Mark as held",
            read,
            "It then counts as held, and the report can be written.",
        )
        dialog.content.addLayout(form(("Held on", day_held)))
        dialog.open()

    def _into_report(self) -> None:
        if not self.leave():
            return
        visit, now = self.visit, self.session.now()
        self.session.run(
            self,
            lambda store: report_notes.notes_into_sections(store=store, visit=visit, now=now),
            partial(self._go_to_report, visit),
        )

    def _go_to_report(self, visit: int, changes: Changes) -> None:
        self.session.go(f"visit/{visit}/report")

    def leave(self) -> bool:
        """Save the notes. Whether all are safe."""
        return self.autosave.flush()
