"""Meeting: notes against the agenda, quick to take, saved as they are typed.

It can be used with the headteacher beside the screen.
"""

from collections.abc import Callable, Hashable
from dataclasses import dataclass
from datetime import datetime
from functools import partial

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QFocusEvent, QKeyEvent, QKeySequence, QShortcut, QTextCursor
from PySide6.QtWidgets import QBoxLayout, QComboBox, QWidget

from sep_desktop.clock import Clock
from sep_desktop.domain.agenda import NOTE_KIND_NAMES, AgendaItem, Note, NoteKind, by_item
from sep_desktop.domain.changes import Changed, Changes
from sep_desktop.domain.report import short
from sep_desktop.domain.wording import saved_at
from sep_desktop.services import report_notes, visits
from sep_desktop.services.visits import VisitView
from sep_desktop.ui.context.autosave import Autosave
from sep_desktop.ui.context.dialog import FormDialog
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.context.unsaved import Save
from sep_desktop.ui.kit.basics import button, card, clear, column, form, holder, row, scrolling, words
from sep_desktop.ui.kit.dates import date_field, date_of
from sep_desktop.ui.kit.growing_text import GrowingText
from sep_desktop.ui.kit.keys import HISTORY_KEYS
from sep_desktop.ui.kit.panes import as_pane, bring_into_sight
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.kit.two_rows import TwoRows
from sep_desktop.ui.kit.writing_path import WritingPath
from sep_desktop.ui.visit.history import open_emptied_notes, open_note_history
from sep_desktop.ui.visit.notes_paper import NotesPaperDialog
from sep_desktop.ui.visit.step import StepPanel

_LARGER = 1.15
"""The type of the notes beside the usual one."""


@dataclass(eq=False)
class NotePlace:
    """Where a note belongs: its visit, its item and, once it has been saved, its number."""

    visit: int
    item: str
    number: int


class NoteField(GrowingText):
    """One note. ``done`` is told when Enter asks for the next; Shift+Enter is a new line.

    ``entered`` and ``left`` say that the cursor came and went; ``words_before`` is what stood there when it
    came.
    """

    edited = Signal(object)
    done = Signal(object)
    entered = Signal(object)
    left = Signal(object)

    def __init__(self, place: NotePlace, note: Note | None) -> None:
        super().__init__(note.text if note else "")
        self.place, self.words_before = place, self.toPlainText()
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

    @property
    def is_emptied(self) -> bool:
        """Whether the words that stood in it were taken out since the cursor came."""
        return bool(self.place.number and self.words_before.strip() and self.is_empty)

    def put(self, kind: NoteKind, text: str) -> None:
        """Show other words and another kind; it is saved as if they had been typed."""
        self.mark.setCurrentIndex(self.mark.findData(kind))
        self.setPlainText(text)

    def focusInEvent(self, event: QFocusEvent) -> None:
        super().focusInEvent(event)
        self.words_before = self.toPlainText()
        if event.reason() in (Qt.FocusReason.TabFocusReason, Qt.FocusReason.BacktabFocusReason):
            self.moveCursor(QTextCursor.MoveOperation.End)  # what is typed next goes on from the words
        self.entered.emit(self)

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit(self)

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


class NotesPath(WritingPath):
    """Tab goes from note to note; at the last it asks for one more: ``more_wanted`` carries that note."""

    more_wanted = Signal(object)

    def at_end(self, here: QWidget, forward: bool) -> None:
        """After the last note comes the empty one at the end."""
        if forward and isinstance(here, NoteField):
            self.more_wanted.emit(here)


class MeetingPanel(StepPanel):
    """A column of agenda items with their notes, in larger type."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.visit = 0
        self.agenda: tuple[str, ...] = ()
        self.fields: list[NoteField] = []
        self._edits, self._asked_at = 0, -1  # at which edit everything was saved, and read again
        self.current: NoteField | None = None
        self._lines: dict[str, QBoxLayout] = {}
        self._titles: dict[str, str] = {}
        self.hide_private = button(
            "Hide private notes", self._toggle_private, "", "For when the headteacher looks at the screen"
        )
        self.hide_private.setCheckable(True)
        if session.private_hidden:
            self.hide_private.setChecked(True)
            self._name_private()
        self.held = button("The visit was held …", self._hold, "primary")
        self.to_report = button("Notes into the report", self._into_report, "primary")
        save = _saving_notes(session.surroundings.clock)
        self.autosave: Autosave[Store] = Autosave(
            self, session.runner, session.timers, session.composition, save, session.unsaved
        )
        self.autosave.saved.connect(self._say_saved)
        self.autosave.failed.connect(session.fail)
        self.items = column(gap=GAP * 2)
        self.items.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 2)
        self._lay_out()

    def _lay_out(self) -> None:
        self.path = NotesPath(self.items)
        self.path.more_wanted.connect(self.next_note)
        about = f"How this note was before, and which were emptied ({HISTORY_KEYS})"
        history = button("History …", self.show_history, "", about)
        paper = button(
            "Notes as a paper …", self._save_paper, "", "With the times at which they were written"
        )
        foot = row(TwoRows([self.hide_private, history, paper], [self.held, self.to_report]))
        foot.setContentsMargins(GAP * 3, GAP, GAP * 3, GAP * 2)
        layout = column(scrolling(self.path), as_pane(holder(foot)), gap=0)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        QShortcut(QKeySequence(HISTORY_KEYS), self, self.show_history)

    def _say_saved(self, at: datetime) -> None:
        self.session.status.emit(saved_at(at))

    def show_visit(self, view: VisitView) -> None:
        """The agenda with its notes; those on the screen stay, being at least as new as what was read.

        Under another agenda they are built anew, and only from what was read after their words were saved.
        """
        self.held.setVisible(not view.visit.held_on and not view.visit.is_cancelled)
        self.to_report.setVisible(bool(view.visit.held_on) and not view.versions)
        agenda = tuple(item.key + item.title for item in view.agenda)
        if self.visit == view.visit.id:
            if agenda == self.agenda:
                return
            if self._asked_at != self._edits:
                self._save_and_read_again()
                return
        self.forget()
        self.visit, self.agenda = view.visit.id, agenda
        for item, notes in by_item(view.agenda, view.notes):
            self._add_item(item, notes)
        self._show_unsaved()
        self.items.addStretch(1)
        self._show_private()

    def _save_and_read_again(self) -> None:
        if self.leave():
            self._asked_at = self._edits
            self.session.changed.emit(Changes.VISITS)

    def forget(self) -> None:
        """Let go of the notes on the screen; what could not be saved yet is kept by ``autosave``."""
        self.autosave.release()
        clear(self.items)
        self.visit, self.agenda, self.fields, self._lines, self._titles = 0, (), [], {}, {}
        self.current = None

    def _add_item(self, item: AgendaItem, notes: list[Note]) -> None:
        guidance = [words(item.guidance, "muted")] if item.guidance else []
        lines = column(words(item.title, "section"), *guidance)
        self._lines[item.key], self._titles[item.key] = lines, item.title
        self.items.addWidget(card(lines))
        for note in (*notes, None):
            self._add_field(item.key, note)

    def _add_field(self, item: str, note: Note | None) -> NoteField:
        field = NoteField(NotePlace(self.visit, item, note.id if note else 0), note)
        field.edited.connect(self._touched)
        field.done.connect(self.next_note)
        field.entered.connect(self._entered)
        field.left.connect(self._left)
        self.fields.append(field)
        self._lines[item].addWidget(field.line)
        return field

    def _show_unsaved(self) -> None:
        """Notes of this visit that could not be saved, when it was last shown or before a lock."""
        for place in self.autosave.dirty:
            if not isinstance(place, NotePlace) or place.visit != self.visit or place.item not in self._lines:
                continue
            alike = (each for each in self.fields if place.number and each.place.number == place.number)
            field = next(alike, None) or self._add_field(place.item, None)
            kind, _, text = self.autosave.words(place).partition("\n")
            field.place = place
            field.put(NoteKind(kind), text)

    def _touched(self, field: NoteField) -> None:
        self._edits += 1
        self.autosave.touch(field.place, field.text)

    def next_note(self, field: NoteField) -> None:
        """Go to the empty note at the end of the item, a new one where the last is not empty."""
        last = [each for each in self.fields if each.place.item == field.place.item][-1]
        empty = last if last.is_empty else self._add_field(field.place.item, None)
        empty.line.show()  # at once: a key that comes next is for this one
        empty.setFocus()
        bring_into_sight(empty)

    def _entered(self, field: NoteField) -> None:
        self.current = field

    def _left(self, field: NoteField) -> None:
        if not field.is_emptied or not self.isVisible():
            return
        self.autosave.save()
        words = field.words_before
        which = "A private note" if field.is_private else f"The note “{short(words)}”"
        self.session.undoing.show(f"{which} was emptied.", partial(self._put_back, field, words))

    def _put_back(self, field: NoteField, words: str) -> None:
        """Write the words of an emptied note again, also where it has left the screen."""
        if field in self.fields and field.is_empty:
            field.put(NoteKind(field.mark.currentData()), words)
            return
        self.autosave.save()
        note, now = field.place.number, self.session.now()
        self.session.run(
            self,
            lambda store: visits.put_back_note(store=store, note=note, text=words, now=now),
            lambda _: self.forget(),  # it is shown again by what is read next
        )

    def show_history(self) -> None:
        """How the note that has the cursor, or had it last, was before; in a new one, which were emptied."""
        if not self.leave():
            return
        if self.current and self.current.place.number:
            place, put = self.current.place, self.current.put
            open_note_history(self, self.session, place.number, self._titles[place.item], put)
        else:
            open_emptied_notes(self, self.session, self.visit, self.forget, not self.hides_private)

    def _save_paper(self) -> None:
        if self.leave():
            has_private = any(field.is_private and not field.is_empty for field in self.fields)
            NotesPaperDialog(self, self.session, self.visit, has_private, self.hides_private).open()

    def _toggle_private(self) -> None:
        self._name_private()
        self._show_private()

    def _name_private(self) -> None:
        self.hides_private = self.session.private_hidden = self.hide_private.isChecked()
        self.hide_private.setText("Show private notes" if self.hides_private else "Hide private notes")

    def _show_private(self) -> None:
        for field in self.fields:
            field.line.setVisible(not (self.hides_private and field.is_private))
        if self.hides_private and self.current and self.current.is_private:
            self.current = None

    def _hold(self) -> None:
        self.leave()
        visit, day_held = self.visit, date_field(self.session.today(), "Held on")

        def read() -> Callable[[Store], Changed[None]]:
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
