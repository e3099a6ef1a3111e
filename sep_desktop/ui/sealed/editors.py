"""The fields of a record: prose, a line, or a judgement.

All have ``set_text``, ``text``, ``edited`` and ``left``.
"""

from typing import assert_never

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtGui import QFocusEvent
from PySide6.QtWidgets import QComboBox

from sep_desktop.domain.appraisal.form import Field, FieldKind, Form
from sep_desktop.ui.kit.growing_text import GrowingText
from sep_desktop.ui.kit.prose_editor import ProseEditor

_JUDGEMENT_WIDTH = 320


class LineEditor(GrowingText):
    """A text without styles, with the same ways as a prose editor."""

    edited = Signal()
    left = Signal()

    def __init__(self, name: str) -> None:
        super().__init__()
        self.setAccessibleName(name)
        self.textChanged.connect(self.edited)

    def set_text(self, text: str) -> None:
        """Show stored text; what was undone before cannot come back into it."""
        with QSignalBlocker(self):
            self.setPlainText(text)
            self.document().clearUndoRedoStacks()
        self.fit()

    def text(self) -> str:
        """What is typed."""
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
        for judgement in scale:
            self.addItem(judgement, judgement)
        self.setMaximumWidth(_JUDGEMENT_WIDTH)
        self.currentIndexChanged.connect(self.edited)

    def set_text(self, text: str) -> None:
        """Show a stored judgement."""
        with QSignalBlocker(self):
            if self.findData(text) < 0:
                self.addItem(f"{text} (not on the scale)", text)
            self.setCurrentIndex(self.findData(text))

    def text(self) -> str:
        """The judgement that is chosen; empty for none."""
        return str(self.currentData() or "")


FieldEditor = ProseEditor | LineEditor | JudgementEditor


def editor_for(field: Field, name: str, form: Form) -> FieldEditor:
    """The editor for a field of a form; ``name`` is what a screen reader calls it."""
    match field.kind:
        case FieldKind.PROSE:
            return ProseEditor(name)
        case FieldKind.LINE:
            return LineEditor(name)
        case FieldKind.JUDGEMENT:
            return JudgementEditor(name, form.scale)
        case _:
            assert_never(field.kind)
