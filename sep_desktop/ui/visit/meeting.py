"""Meeting: notes against the agenda, quick to take, saved as they are typed, usable with the head beside you."""

from collections.abc import Hashable
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtCore import Qt
from PySide6.QtGui import QKeyEvent
from PySide6.QtWidgets import QComboBox, QWidget

from sep_desktop.domain.agenda import NOTE_KIND_NAMES, AgendaItem, Note, NoteKind
from sep_desktop.services import reports, visits
from sep_desktop.services.visits import VisitView
from sep_desktop.ui.context.autosave import Autosave
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import button, card, clear, column, form, holder, row, scrolling, words
from sep_desktop.ui.kit.dialog import FormDialog
from sep_desktop.ui.kit.growing_text import GrowingText
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.schools.dialogs import date_field, date_of
from sep_desktop.ui.visit.step import StepPanel


@dataclass(eq=False)
class NoteHolder:
    """Where a note belongs: its visit, its item and, once it has been saved, its number."""

    visit: int
    item: str
    number: int


class NoteField(GrowingText):
    """One note; Enter begins the next, Shift+Enter a new line."""

    def __init__(self, panel: "MeetingPanel", item: str, note: Note | None) -> None:
        super().__init__(note.text if note else "")
        self.panel, self.item = panel, item
        self.holder = NoteHolder(panel.visit, item, note.id if note else 0)
        self.setPlaceholderText("Write a note; Enter begins the next one")
        self.setAccessibleName("Note")
        self.mark = QComboBox()
        self.mark.setAccessibleName("What the note is")
        for mark, name in NOTE_KIND_NAMES.items():
            self.mark.addItem(name, mark)
        self.mark.setCurrentIndex(self.mark.findData(note.kind if note else NoteKind.NOTE))
        self.mark.currentIndexChanged.connect(self._touched)
        self.textChanged.connect(self._touched)

    def _touched(self) -> None:
        if self.holder.number or self.toPlainText().strip():
            self.panel.autosave.touch(self.holder, lambda: f"{self.mark.currentData()}\n{self.toPlainText()}")

    def keyPressEvent(self, event: QKeyEvent) -> None:
        plain = (
            event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
            and not event.modifiers() & Qt.KeyboardModifier.ShiftModifier
        )
        if plain:
            self.panel.next_note(self)
        else:
            super().keyPressEvent(event)


class MeetingPanel(StepPanel):
    """A column of agenda items with their notes, in larger type."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.visit = 0
        self.agenda: tuple[str, ...] = ()
        self.fields: list[NoteField] = []
        self.hide_private = button(
            "Hide private notes", self._toggle_private, "", "For when the headteacher looks at the screen"
        )
        self.hide_private.setCheckable(True)
        self.held = button("The visit was held …", self._hold, "primary")
        self.to_report = button("Notes into the report", self._into_report, "primary")
        self.autosave = Autosave(self._save, session)
        self.autosave.saved.connect(lambda at: session.status.emit(f"Saved {at:%H:%M:%S}"))
        self.autosave.failed.connect(session.fail)
        self.items = column(gap=GAP * 2)
        self.items.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 2)
        foot = row(self.hide_private, None, self.held, self.to_report)
        foot.setContentsMargins(GAP * 3, GAP, GAP * 3, GAP * 2)
        layout = column(scrolling(holder(self.items)), foot, gap=0)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def _save(self, holder: Hashable, words_typed: str) -> datetime:
        """Write one note. A new one gets its number at the first save."""
        assert isinstance(holder, NoteHolder)
        now = self.session.now()
        mark, _, text = words_typed.partition("\n")
        if holder.number:
            visits.change_note(
                store=self.session.store, note=holder.number, kind=NoteKind(mark), text=text, now=now
            )
        else:
            holder.number = visits.take_note(
                store=self.session.store,
                visit=holder.visit,
                item=holder.item,
                kind=NoteKind(mark),
                text=text,
                now=now,
            )
        return now

    def show_visit(self, view: VisitView) -> None:
        self.held.setVisible(not view.visit.held_on and not view.visit.is_cancelled)
        self.to_report.setVisible(bool(view.visit.held_on) and not view.versions)
        agenda = tuple(item.key + item.title for item in view.agenda)
        if self.visit == view.visit.id and agenda == self.agenda:
            return  # the notes on the screen are at least as new as what was read
        self.forget()
        self.visit, self.agenda = view.visit.id, agenda
        self.boxes: dict[str, QWidget] = {}
        for item in view.agenda:
            self.items.addWidget(self._item(item, [note for note in view.notes if note.item == item.key]))
        known = {item.key for item in view.agenda}
        loose = [note for note in view.notes if note.item not in known]
        if loose:
            self.items.addWidget(self._item(AgendaItem("", "Other notes"), loose))
        self.items.addStretch(1)
        self._show_private()

    def forget(self) -> None:
        self.autosave.release()
        clear(self.items)
        self.visit, self.agenda, self.fields = 0, (), []

    def _item(self, item: AgendaItem, notes: list[Note]) -> QWidget:
        box = card(words(item.title, "section"), *([words(item.guidance, "muted")] if item.guidance else []))
        self.boxes[item.key] = box
        for note in notes:
            self._field(box, item.key, note)
        self._field(box, item.key, None)
        return box

    def _field(self, box: QWidget, item: str, note: Note | None) -> NoteField:
        field = NoteField(self, item, note)
        font = field.font()
        font.setPointSizeF(font.pointSizeF() * 1.15)
        field.setFont(font)
        self.fields.append(field)
        line = holder(row(field.mark, field, gap=GAP))
        line.layout().setAlignment(field.mark, Qt.AlignmentFlag.AlignTop)
        field.mark.setFixedWidth(field.mark.sizeHint().width() + 12)
        box.layout().addWidget(line)
        return field

    def next_note(self, field: NoteField) -> None:
        """A new, empty note below the last one of the item."""
        last = [each for each in self.fields if each.item == field.item][-1]
        wanted = (
            last if not last.toPlainText().strip() else self._field(self.boxes[field.item], field.item, None)
        )
        wanted.setFocus()

    def _toggle_private(self) -> None:
        self.hide_private.setText(
            "Show private notes" if self.hide_private.isChecked() else "Hide private notes"
        )
        self._show_private()

    def _show_private(self) -> None:
        for field in self.fields:
            hidden = self.hide_private.isChecked() and field.mark.currentData() == NoteKind.PRIVATE
            field.parentWidget().setVisible(not hidden)

    def _hold(self) -> None:
        self.leave()
        day_held = date_field(self.session.today(), "Held on")

        def work() -> None:
            changes = visits.hold_visit(
                store=self.session.store, visit=self.visit, on=date_of(day_held), now=self.session.now()
            )
            self.session.changed.emit(changes)

        dialog = FormDialog(
            self,
            "The visit was held",
            "NoteKind as held",
            work,
            "It then counts as held, and the report can be written.",
        )
        dialog.content.addLayout(form(("Held on", day_held)))
        dialog.open()

    def _into_report(self) -> None:
        if not self.leave():
            return
        visit, now = self.visit, self.session.now()
        self.session.act(
            lambda: reports.notes_into_sections(store=self.session.store, visit=visit, now=now),
            lambda _: self.session.go(f"visit/{visit}/report"),
        )

    def leave(self) -> bool:
        return self.autosave.flush()
