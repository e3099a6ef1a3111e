"""The fields of one stage as one continuous page; what earlier stages say stands beside them."""

from collections.abc import Callable, Sequence
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QBoxLayout, QFrame

from sep_desktop.documents.markdown import blocks_of
from sep_desktop.domain.appraisal.form import Field, Stage, Subject, key_of
from sep_desktop.domain.appraisal.record import LISTS, MOST_OBJECTIVES, Record, added, heading
from sep_desktop.domain.prose import plain
from sep_desktop.domain.report import short
from sep_desktop.ui.kit.basics import button, card, clear, column, row, words
from sep_desktop.ui.kit.theme import GAP, READING
from sep_desktop.ui.kit.writing_path import WritingPath
from sep_desktop.ui.sealed.editors import FieldEditor, editor_for

_STAGES = tuple(Stage)
_SIDE_BY_SIDE = 700  # pixels from which earlier words stand beside the fields
_NONE_YET = {
    Subject.REVIEW: "There were no objectives last cycle.",
    Subject.OBJECTIVE: "No objective yet.",
}


class StageForm(WritingPath):
    """``edited`` carries the key of a field whose words changed; ``left`` says that the cursor left one.

    ``objectives_changed`` carries the key of a list of objectives, and the list as it is to be.
    """

    edited = Signal(str)
    left = Signal()
    objectives_changed = Signal(str, list)

    def __init__(self, stage: Stage) -> None:
        super().__init__()
        self.stage = stage
        self.record: Record | None = None
        self.editors: dict[str, FieldEditor] = {}
        self._beside: list[QBoxLayout] = []
        self.content = column(gap=GAP)
        self.content.setContentsMargins(GAP * 3, GAP, GAP * 3, GAP * 6)
        self.setLayout(self.content)

    def is_built_for(self, record: Record) -> bool:
        """Whether the page stands as this record needs it: its objectives, and what earlier stages say."""
        return self.record is not None and self._shape(self.record) == self._shape(record)

    def _shape(self, record: Record) -> tuple[object, ...]:
        before = tuple(
            record.text(key) for key in record.every_key() if self._is_before(record.form.field(key))
        )
        return record.cycle.id, record.numbers(Subject.REVIEW), record.numbers(Subject.OBJECTIVE), before

    def _is_before(self, field: Field) -> bool:
        return field.subject is Subject.REVIEW and _STAGES.index(field.stage) < _STAGES.index(self.stage)

    def build(self, record: Record) -> None:
        """Stand as this record needs it; the fields are new and empty."""
        for editor in self.editors.values():
            editor.blockSignals(True)
        clear(self.content)
        self.record, self.editors, self._beside = record, {}, []
        subjects: set[Subject] = set()
        for field in (each for each in record.form.fields if each.stage is self.stage):
            if field.subject is Subject.WHOLE:
                self._add_field(self.content, field.key, field, "section", field.title)
            elif field.subject not in subjects:
                subjects.add(field.subject)
                self._add_objectives(record, field.subject)
        self.content.addStretch(1)

    def fit(self, width: int) -> None:
        """Earlier words stand beside the fields where both fit, above them where they do not."""
        reading = self.fontMetrics().averageCharWidth() * READING + 160
        self.setMaximumWidth(reading * 3 // 2 if self._beside else reading)
        wide = width >= _SIDE_BY_SIDE
        for both in self._beside:
            both.setDirection(QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom)

    def _may_change(self, subject: Subject) -> bool:
        """Whether objectives may be added and taken out at this stage."""
        return subject is Subject.OBJECTIVE or self.stage is Stage.BACK

    def _add_objectives(self, record: Record, subject: Subject) -> None:
        numbers = record.numbers(subject)
        if not numbers:
            self.content.addWidget(words(_NONE_YET[subject], "muted"))
        for place, number in enumerate(numbers, 1):
            self.content.addWidget(self._objective(record, subject, place, number))
        if not self._may_change(subject) or len(numbers) >= MOST_OBJECTIVES:
            return
        self.content.addWidget(button("Add an objective", partial(self._add, record, subject), "link"))
        for number, title in record.taken_out(subject):
            back = self._putting(subject, [*numbers, number])
            self.content.addWidget(button(f"Put back “{short(title)}”", back, "link"))

    def _add(self, record: Record, subject: Subject) -> None:
        self._put(subject, added(record.numbers(subject), record.numbers_ever(subject)))

    def _putting(self, subject: Subject, numbers: Sequence[int]) -> Callable[[], None]:
        return partial(self._put, subject, list(numbers))

    def _put(self, subject: Subject, numbers: list[int]) -> None:
        self.objectives_changed.emit(LISTS[subject], numbers)

    def _objective(self, record: Record, subject: Subject, place: int, number: int) -> QFrame:
        title = heading(subject, place)
        head = row(words(title, "section", wrap=False), None)
        if self._may_change(subject):
            rest = [other for other in record.numbers(subject) if other != number]
            about = f"Take {title.lower()} out; its words are kept, and it can be put back"
            head.addWidget(button("Remove", self._putting(subject, rest), "link", about))
        before, fields = column(gap=4), column(gap=GAP)
        for field in record.form.fields_of(subject):
            key = key_of(subject, number, field.key)
            if self._is_before(field) and record.text(key).strip():
                before.addWidget(words(field.title, "small"))
                before.addWidget(words(plain(blocks_of(record.text(key))), "muted", select=True))
            elif field.stage is self.stage:
                self._add_field(fields, key, field, "strong", f"{title}: {field.title}")
        if not before.count():
            return card(head, fields)
        before.addStretch(1)
        fields.addStretch(1)
        both = row(before, fields, gap=GAP * 3)
        both.setStretch(0, 2)
        both.setStretch(1, 3)
        self._beside.append(both)
        return card(head, both)

    def _add_field(self, layout: QBoxLayout, key: str, field: Field, role: str, name: str) -> None:
        assert self.record is not None
        editor = editor_for(field, name, self.record.form)
        editor.edited.connect(partial(self.edited.emit, key))
        editor.left.connect(self.left)
        self.editors[key] = editor
        layout.addSpacing(GAP)
        layout.addWidget(words(field.title, role))
        if field.guidance:
            layout.addWidget(words(field.guidance, "small"))
        layout.addWidget(editor)
