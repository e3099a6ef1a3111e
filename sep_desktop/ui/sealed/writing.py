"""The fields of one stage as one continuous page, each saving itself; what earlier stages say stands beside them."""

from functools import partial
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QFocusEvent, QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QComboBox, QFrame, QSplitter, QVBoxLayout, QWidget

from sep_desktop.documents.markdown import blocks_of
from sep_desktop.domain.appraisal.form import Field, FieldKind, Form, PaperKind, Stage, Subject, key_of
from sep_desktop.domain.appraisal.record import LISTS, MOST_OBJECTIVES, Record, added, heading
from sep_desktop.domain.prose import plain
from sep_desktop.domain.report import Revision, short
from sep_desktop.services.appraisals import papers, records
from sep_desktop.ui.kit.basics import button, card, clear, column, holder, row, scrolling, words
from sep_desktop.ui.kit.growing_text import GrowingText
from sep_desktop.ui.kit.history import HistoryDialog
from sep_desktop.ui.kit.prose_editor import ProseEditor
from sep_desktop.ui.kit.theme import GAP, READING
from sep_desktop.ui.kit.writing_tools import WritingTools
from sep_desktop.ui.sealed.context import EditState, SealedContext

_STAGES = list(Stage)
_SIDE_BY_SIDE = 700


class LineEditor(GrowingText):
    """A text without styles, with the same ways as a prose editor."""

    edited = Signal()
    left = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.textChanged.connect(self.edited)

    def set_text(self, text: str) -> None:
        self.blockSignals(True)
        self.setPlainText(text)
        self.document().clearUndoRedoStacks()
        self.blockSignals(False)
        self.fit()

    def text(self) -> str:
        return self.toPlainText()

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


class JudgementEditor(QComboBox):
    """One word of the authority's scale; one of an earlier scale stays what it was."""

    edited = Signal()
    left = Signal()

    def __init__(self, name: str, scale: tuple[str, ...]) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.addItem("Not judged yet", "")
        for word in scale:
            self.addItem(word, word)
        self.setMaximumWidth(320)
        self.currentIndexChanged.connect(self.edited)

    def set_text(self, text: str) -> None:
        self.blockSignals(True)
        if self.findData(text) < 0:
            self.addItem(f"{text} (not on the scale)", text)
        self.setCurrentIndex(self.findData(text))
        self.blockSignals(False)

    def text(self) -> str:
        return str(self.currentData() or "")


def editor_for(field: Field, name: str, form: Form) -> Any:
    if field.kind is FieldKind.JUDGEMENT:
        return JudgementEditor(name, form.scale)
    return LineEditor(name) if field.kind is FieldKind.LINE else ProseEditor(name)


class WritingPanel(QWidget):
    """One stage of one record."""

    def __init__(self, context: SealedContext, stage: Stage, paper: PaperKind) -> None:
        super().__init__()
        self.context, self.stage, self.paper = context, stage, paper
        self.record: Record | None = None
        self.editors: dict[str, Any] = {}
        self.current = ""
        self.content: QVBoxLayout = column(gap=GAP)  # type: ignore[assignment]
        self.content.setContentsMargins(GAP * 3, GAP, GAP * 3, GAP * 6)
        self.page = holder(self.content)
        self.beside: list[QBoxLayout] = []
        self.area = scrolling(self.page)
        self.split = QSplitter()
        self.preview: Any = None
        self.split.addWidget(self.area)
        self.tools = WritingTools(lambda: list(self.editors.values()), self._history, self.toggle_preview)
        layout = column(self.tools, self.split, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        context.autosave.saved.connect(lambda _: self._draw_preview())

    def show_record(self, record: Record, asked: EditState) -> None:
        """Show what was read, but never over words that are newer than it."""
        same = self.record is not None and self._shape(self.record) == self._shape(record)
        typed = (
            {}
            if same or self.record is None or self.record.cycle.id != record.cycle.id
            else {key: each.text() for key, each in self.editors.items()}
        )
        self.record = record
        if not same:
            self._build(record)
        for key, editor in self.editors.items():
            if not self.context.is_newer(record.cycle.id, key, asked):
                if not same or editor.text() != record.text(key):
                    editor.set_text(record.text(key))
            elif not same:
                self._fill_again(key, typed.get(key, record.text(key)))
        self._draw_preview()

    def _fill_again(self, key: str, typed: str) -> None:
        """A new field for words that are newer than the store's: they go on from where they were."""
        assert self.record is not None
        place, autosave = (self.record.cycle.id, key), self.context.autosave
        self.editors[key].set_text(autosave.words(place) if autosave.is_dirty(place) else typed)
        if autosave.is_dirty(place):
            self.context.touch(*place, self.editors[key].text)

    def _shape(self, record: Record) -> tuple[Any, ...]:
        """What the page is built of: the objectives, and what earlier stages say."""
        before = tuple(
            record.text(key) for key in record.every_key() if self._is_before(record.form.field(key))
        )
        return record.cycle.id, record.numbers(Subject.REVIEW), record.numbers(Subject.OBJECTIVE), before

    def _is_before(self, field: Field) -> bool:
        return field.subject is Subject.REVIEW and _STAGES.index(field.stage) < _STAGES.index(self.stage)

    def _build(self, record: Record) -> None:
        self.context.autosave.release()
        for editor in self.editors.values():
            editor.blockSignals(True)
        clear(self.content)
        self.editors, self.beside = {}, []
        done: set[Subject] = set()
        for field in (each for each in record.form.fields if each.stage is self.stage):
            if field.subject is Subject.WHOLE:
                self._add_field(self.content, record, field.key, field, "section")
            elif field.subject not in done:
                done.add(field.subject)
                self._add_objectives(record, field.subject)
        self.content.addStretch(1)
        self.current = next(iter(self.editors), "")
        self._fit()

    def _fit(self) -> None:
        """Earlier words stand beside the fields where there is room, above them where there is not."""
        reading = self.fontMetrics().averageCharWidth() * READING + 160
        self.page.setMaximumWidth(reading * 3 // 2 if self.beside else reading)
        wide = self.area.width() >= _SIDE_BY_SIDE
        for each in self.beside:
            each.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _add_objectives(self, record: Record, subject: Subject) -> None:
        numbers = record.numbers(subject)
        if not numbers:
            self.content.addWidget(
                words(
                    "There were no objectives last cycle."
                    if subject is Subject.REVIEW
                    else "No objective yet.",
                    "muted",
                )
            )
        for place, number in enumerate(numbers, 1):
            self.content.addWidget(self._objective(record, subject, place, number))
        own_stage = subject is Subject.OBJECTIVE or self.stage is Stage.BACK
        if own_stage and len(numbers) < MOST_OBJECTIVES:
            self.content.addWidget(
                button(
                    "Add an objective",
                    lambda: self._put(subject, added(numbers, record.numbers_ever(subject))),
                    "link",
                )
            )
            for number, title in record.taken_out(subject):
                self.content.addWidget(
                    button(
                        f"Put back “{short(title)}”",
                        lambda number=number: self._put(subject, [*numbers, number]),
                        "link",
                    )
                )

    def _objective(self, record: Record, subject: Subject, place: int, number: int) -> QFrame:
        head = row(words(heading(subject, place), "section", wrap=False), None)
        if subject is Subject.OBJECTIVE or self.stage is Stage.BACK:
            rest = [each for each in record.numbers(subject) if each != number]
            about = f"Take {heading(subject, place).lower()} out; its words are kept, and it can be put back"
            head.addWidget(button("Remove", lambda: self._put(subject, rest), "link", about))
        before, fields = column(gap=4), column(gap=GAP)
        for field in record.form.fields_of(subject):
            key = key_of(subject, number, field.key)
            if self._is_before(field) and record.text(key).strip():
                before.addWidget(words(field.title, "small"))
                before.addWidget(words(plain(blocks_of(record.text(key))), "muted", select=True))
            elif field.stage is self.stage:
                self._add_field(fields, record, key, field, "strong", heading(subject, place))
        if not before.count():
            return card(head, fields)
        before.addStretch(1)
        fields.addStretch(1)
        both = row(before, fields, gap=GAP * 3)
        both.setStretch(0, 2)
        both.setStretch(1, 3)
        self.beside.append(both)
        return card(head, both)

    def _add_field(
        self, layout: Any, record: Record, key: str, field: Field, role: str, subject: str = ""
    ) -> None:
        editor = editor_for(field, f"{subject}: {field.title}" if subject else field.title, record.form)
        editor.edited.connect(partial(self._touched, key))
        editor.left.connect(self.context.autosave.save)
        self.editors[key] = editor
        layout.addSpacing(GAP)
        layout.addWidget(words(field.title, role))
        if field.guidance:
            layout.addWidget(words(field.guidance, "small"))
        layout.addWidget(editor)

    def _touched(self, key: str) -> None:
        assert self.record is not None
        self.current = key
        self.context.touch(self.record.cycle.id, key, self.editors[key].text)

    def _put(self, subject: Subject, numbers: list[int]) -> None:
        """Other objectives than before."""
        assert self.record is not None
        if self.context.put(self.record.cycle.id, LISTS[subject], str(numbers)):
            self.context.changed.emit()

    def _history(self) -> None:
        if self.record is None or self.current not in self.editors or not self.context.autosave.flush():
            return
        cycle, field = self.record.cycle.id, self.record.form.field(self.current)

        def back(revision: Revision) -> None:
            records.go_back_to(
                sealed=self.context.sealed, cycle=cycle, revision=revision, now=self.context.now()
            )
            self.context.changed.emit()

        found = records.revisions(sealed=self.context.sealed, cycle=cycle, key=self.current)
        HistoryDialog(self, field.title, found, field.kind is FieldKind.PROSE, back).open()

    def jump_to(self, key: str) -> None:
        """Put the cursor into a field and bring it into sight."""
        if key in self.editors:
            self.editors[key].setFocus()
            self.area.ensureWidgetVisible(self.editors[key], 0, 120)

    def toggle_preview(self) -> None:
        """The real paper beside the writing."""
        shown = self.preview is None or not self.preview.isVisible()
        if self.preview is None:
            from sep_desktop.ui.kit.pdf_preview import PdfPreview

            self.preview = PdfPreview("The paper as it will be printed")
            self.split.addWidget(self.preview)
            self.split.setSizes([560, 440])
            self.split.splitterMoved.connect(lambda *_: self._fit())
        self.preview.setVisible(shown)
        self._fit()
        self.tools.preview.setChecked(shown)
        if shown and self.context.autosave.flush():
            self._draw_preview()

    def _draw_preview(self) -> None:
        if self.record is None or not self.tools.preview.isChecked() or not self.isVisible():
            return
        cycle, now = self.record.cycle.id, self.context.now()

        def drawn(paper: Any) -> None:
            if self.record and self.record.cycle.id == cycle and self.preview:
                self.preview.show_data(paper.data)

        self.context.read(
            lambda: papers.preview(
                store=self.context.store, sealed=self.context.sealed, cycle=cycle, kind=self.paper, now=now
            ),
            drawn,
            outside=True,
        )
