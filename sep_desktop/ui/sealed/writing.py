"""One stage of one record: its fields, each saving itself, and the real paper beside them."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QSplitter, QWidget

from sep_desktop.documents.report_pdf import Rendered
from sep_desktop.domain.appraisal.form import FieldKind, PaperKind, Stage
from sep_desktop.domain.appraisal.record import LISTS, Record
from sep_desktop.domain.report import Revision
from sep_desktop.domain.wording import day_and_time
from sep_desktop.services.appraisals import papers, records
from sep_desktop.services.appraisals.records import RecordDetails
from sep_desktop.ui.kit.basics import column, scrolling
from sep_desktop.ui.kit.history import HistoryDialog
from sep_desktop.ui.kit.writing_tools import WritingTools
from sep_desktop.ui.sealed.context import EditState, SealedContext
from sep_desktop.ui.sealed.editors import FieldEditor
from sep_desktop.ui.sealed.stage_form import StageForm

if TYPE_CHECKING:
    from sep_desktop.ui.kit.pdf_preview import PdfPreview

_SPLIT = [560, 440]  # pixels of the fields and of the paper


class WritingPanel(QWidget):
    """``paper`` is the one that is shown beside the writing."""

    def __init__(self, context: SealedContext, stage: Stage, paper: PaperKind) -> None:
        super().__init__()
        self.context, self.stage, self.paper = context, stage, paper
        self.record: Record | None = None
        self.current = ""
        self.form = StageForm(stage)
        self.form.edited.connect(self._touched)
        self.form.left.connect(context.autosave.save)
        self.form.objectives_changed.connect(self._put)
        self.area = scrolling(self.form)
        self.split = QSplitter()
        self.split.addWidget(self.area)
        self.split.splitterMoved.connect(self._fit)
        self.preview: PdfPreview | None = None
        self.tools = WritingTools(self._editors, self._ask_history, self.toggle_preview)
        layout = column(self.tools, self.split, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        context.autosave.rested.connect(self._draw_preview)

    @property
    def editors(self) -> dict[str, FieldEditor]:
        """The fields by their whole keys."""
        return self.form.editors

    def _editors(self) -> list[FieldEditor]:
        return list(self.editors.values())

    def show_record(self, details: RecordDetails, asked: EditState) -> None:
        """Show what was read, but never over words that are newer than it."""
        record = details.record
        same = self.form.is_built_for(record)
        typed = {} if same else self._typed_in(record)
        self.record = self.form.record = record
        if not same:
            self._build(record)
        for key, editor in self.editors.items():
            if not self.context.is_newer(record.cycle.id, key, asked):
                if not same or editor.text() != record.text(key):
                    editor.set_text(record.text(key))
            elif not same:
                self._fill_again(record, key, typed.get(key, record.text(key)))
        self._draw_preview()

    def _typed_in(self, record: Record) -> dict[str, str]:
        """What stands in the fields, where they are those of the same cycle."""
        if self.record is None or self.record.cycle.id != record.cycle.id:
            return {}
        return {key: editor.text() for key, editor in self.editors.items()}

    def _build(self, record: Record) -> None:
        self.context.autosave.release()
        self.form.build(record)
        self.current = next(iter(self.editors), "")
        self._fit()

    def _fill_again(self, record: Record, key: str, typed: str) -> None:
        """A new field for words that are newer than the store's: they go on from where they were."""
        place, autosave = (record.cycle.id, key), self.context.autosave
        self.editors[key].set_text(autosave.words(place) if autosave.is_dirty(place) else typed)
        if autosave.is_dirty(place):
            self.context.touch(record.cycle.id, key, self.editors[key].text)

    def _fit(self) -> None:
        self.form.fit(self.area.width())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _touched(self, key: str) -> None:
        assert self.record is not None
        self.current = key
        self.context.touch(self.record.cycle.id, key, self.editors[key].text)

    def _put(self, key: str, numbers: list[int]) -> None:
        """Other objectives than before; one that was taken out is put back in one step."""
        assert self.record is not None
        before, cycle = self._numbers(key), self.record.cycle.id
        if not self.context.put(cycle, key, str(numbers)):
            return
        self.context.changed.emit()
        if len(numbers) < len(before):
            work = partial(self._put_back, cycle, key, before, numbers)
            self.context.undoing.show("An objective was taken out; its words are kept.", work)

    def _numbers(self, key: str) -> list[int]:
        assert self.record is not None
        subject = next(subject for subject, name in LISTS.items() if name == key)
        return list(self.record.numbers(subject))

    def _put_back(self, cycle: int, key: str, before: list[int], after: list[int]) -> None:
        if self.record and self.record.cycle.id == cycle and self._numbers(key) == after:
            self._put(key, before)
        else:
            self.context.say(
                "The objectives were changed since; they stay as they are.", "“Put back” is below them."
            )

    def _ask_history(self) -> None:
        if self.record is None or self.current not in self.editors or not self.context.autosave.flush():
            return
        cycle, key = self.record.cycle.id, self.current
        self.context.run(
            self,
            lambda stores: records.revisions(sealed=stores.sealed, cycle=cycle, key=key),
            partial(self._show_history, self.record, key),
        )

    def _show_history(self, record: Record, key: str, revisions: list[Revision]) -> None:
        field = record.form.field(key)
        texts = [(day_and_time(each.saved), each.text) for each in revisions]

        def go_back(at: int) -> None:
            self._go_back(record.cycle.id, revisions[at])

        title, is_prose = f"History of {field.title}", field.kind is FieldKind.PROSE
        HistoryDialog(self, title, texts, is_prose, go_back).open()

    def _go_back(self, cycle: int, revision: Revision) -> None:
        now = self.context.now()
        self.context.run(
            self,
            lambda stores: records.go_back_to(sealed=stores.sealed, cycle=cycle, revision=revision, now=now),
        )

    def jump_to(self, key: str) -> None:
        """Put the cursor into a field and bring it into sight."""
        if key in self.editors:
            self.editors[key].setFocus()
            self.area.ensureWidgetVisible(self.editors[key], 0, 120)

    def toggle_preview(self) -> None:
        """The real paper beside the writing."""
        shown = self.preview is None or not self.preview.isVisible()
        preview = self.preview or self._add_preview()
        preview.setVisible(shown)
        self._fit()
        self.tools.preview.setChecked(shown)
        if shown and self.context.autosave.flush():
            self._draw_preview()

    def _add_preview(self) -> "PdfPreview":
        from sep_desktop.ui.kit.pdf_preview import PdfPreview

        self.preview = PdfPreview("The paper as it will be printed")
        self.split.addWidget(self.preview)
        self.split.setSizes(_SPLIT)
        return self.preview

    def _draw_preview(self) -> None:
        if self.record is None or not self.tools.preview.isChecked() or not self.isVisible():
            return
        cycle, kind, now = self.record.cycle.id, self.paper, self.context.now()
        self.context.run(
            self,
            lambda stores: papers.preview(
                store=stores.visits, sealed=stores.sealed, cycle=cycle, kind=kind, now=now
            ),
            partial(self._show_preview, cycle),
            slow=True,
        )

    def _show_preview(self, cycle: int, paper: Rendered) -> None:
        if self.record and self.record.cycle.id == cycle and self.preview:
            self.preview.show_data(paper.data)
