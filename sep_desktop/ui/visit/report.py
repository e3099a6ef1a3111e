"""Report: sections at the left, the writing as one page, the real paper at the right (F6)."""

from collections.abc import Hashable
from datetime import datetime
from functools import partial
from typing import Any

from PySide6.QtCore import Qt, QTimer
from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QFrame, QListWidget, QScrollArea, QSplitter

from sep_desktop.domain.prose import count_words
from sep_desktop.domain.report import (
    PROGRESS_WORDS,
    Action,
    Progress,
    Section,
    SectionKind,
    SupportNeed,
    gaps,
)
from sep_desktop.domain.wording import day_and_time, plural
from sep_desktop.notices import Tone
from sep_desktop.services import policies as library
from sep_desktop.services import reports
from sep_desktop.services.visits import VisitView
from sep_desktop.ui.context.autosave import Autosave
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import button, clear, column, holder, row, scrolling, words
from sep_desktop.ui.kit.history import HistoryDialog
from sep_desktop.ui.kit.prose_editor import ProseEditor
from sep_desktop.ui.kit.theme import GAP, READING
from sep_desktop.ui.kit.writing_tools import WritingTools
from sep_desktop.ui.visit.rows_editor import Cell, RowsEditor
from sep_desktop.ui.visit.step import StepPanel
from sep_desktop.ui.visit.value_editors import CategoryEditor, TimeEditor


def editor_for(section: Section) -> Any:
    """The editor that fits a section. All have ``set_text``, ``text``, ``words``, ``edited`` and ``left``."""
    if section.kind is SectionKind.ACTIONS:
        return RowsEditor(
            section.title,
            Action,
            (
                Cell("What", "What is to be done", 4),
                Cell("Who", "Who", 2),
                Cell("By when", "31 Mar 2027, or before Easter", 2),
            ),
            "Add an action",
        )
    if section.kind is SectionKind.SUPPORT:
        sources = tuple((each.key, each.name) for each in library.support_sources())
        return RowsEditor(
            section.title,
            SupportNeed,
            (
                Cell("Need", "What is needed", 3),
                Cell("Where from", "", 3, sources, below=True),
                Cell("Detail", "", 2),
            ),
            "Add a need",
        )
    if section.kind is SectionKind.PROGRESS:
        judged = tuple((word, word.capitalize()) for word in PROGRESS_WORDS)
        return RowsEditor(
            section.title,
            Progress,
            (
                Cell("Area or action", "What the last report named", 3),
                Cell("How it stands", "", 2, judged),
                Cell("Evidence", "", 3),
            ),
            "Add an area",
        )
    if section.kind is SectionKind.CATEGORY:
        return CategoryEditor()
    return TimeEditor() if section.kind is SectionKind.TIME else ProseEditor(section.title)


class ReportPanel(StepPanel):
    """Writing that saves itself."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.view: reports.ReportView | None = None
        self.editors: dict[str, Any] = {}
        self.touched: set[str] = set()
        self.asked = 0
        self.correcting = 0  # how many versions there were when the correction began; 0 is none
        self.current = ""
        self.sections, self.words_line = QListWidget(), words("", "small", wrap=False)
        self.sections.setAccessibleName("Sections")
        self.sections.setMinimumWidth(150)
        self.sections.setMaximumWidth(256)
        self.sections.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.sections.setTextElideMode(Qt.TextElideMode.ElideRight)
        self.sections.currentRowChanged.connect(self._jump)
        self.page = column(gap=GAP)
        self.page.setContentsMargins(GAP * 2, GAP * 2, GAP * 2, GAP * 6)
        content = holder(self.page)
        content.setMaximumWidth(self.fontMetrics().averageCharWidth() * READING + 80)
        self.area: QScrollArea = scrolling(content)
        self.preview: Any = None
        self.split = QSplitter()
        self.split.addWidget(self.sections)
        self.split.addWidget(self.area)
        self.split.setStretchFactor(1, 3)
        self.autosave = Autosave(self._save, session)
        self.autosave.saved.connect(self._saved)
        self.autosave.failed.connect(self._not_saved)
        self.locked = words("", "muted")
        self.correct = button(
            "Correct this report",
            self.correct_report,
            "",
            "Write a new version; the one that was sent stays as it is",
        )
        self.drop = button("Drop the correction", self._drop)
        self.to_send = button("Complete …", self._complete, "primary")
        self.tools = WritingTools(lambda: list(self.editors.values()), self._history, self.toggle_preview)
        self.preview_button = self.tools.preview
        layout = column(self.tools, self.split, self._foot(), gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        self._refresh_preview = QTimer(self)
        self._refresh_preview.setSingleShot(True)
        self._refresh_preview.timeout.connect(self._draw_preview)
        QShortcut(QKeySequence("F6"), self, self.toggle_preview)
        QShortcut(QKeySequence.StandardKey.Save, self, self.leave)

    def _foot(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "status")
        frame.setLayout(
            row(self.words_line, self.locked, None, self.drop, self.correct, self.to_send, gap=GAP)
        )
        frame.layout().setContentsMargins(GAP * 3, GAP, GAP * 3, GAP)
        return frame

    def show_visit(self, view: VisitView) -> None:
        visit = view.visit.id
        self.asked += 1
        self.touched = {
            key for key in self.editors if self.view and self.autosave.is_dirty((self.view.id, key))
        }
        self.session.read(lambda asked=self.asked: (asked, *self._load(visit)), self._show)

    def _load(self, visit: int) -> tuple[reports.ReportView, bool]:
        report = reports.open_report(store=self.session.store, visit=visit, now=self.session.now())
        return report, reports.is_locked(store=self.session.store, report=report)

    def _show(self, loaded: tuple[int, reports.ReportView, bool]) -> None:
        """Show what was read, but never over words that are newer than it."""
        asked, report, locked = loaded
        if asked != self.asked:
            return
        same = self.view is not None and self.view.id == report.id and bool(self.editors)
        self.view = report
        if not same:
            self._build(report)
        for key, editor in self.editors.items():
            newer = key in self.touched or self.autosave.is_dirty((report.id, key))
            if not newer and (not same or editor.text() != report.content.get(key, "")):
                editor.set_text(report.content.get(key, ""))
        self.correcting = self.correcting if same and self.correcting == len(report.versions) else 0
        self._lock(locked and not self.correcting)
        self._refresh()
        if report.saved:
            self.session.status.emit(
                f"Saved {report.saved:%H:%M:%S}"
                if report.saved.date() == self.session.today()
                else f"Saved {day_and_time(report.saved)}"
            )
        if self.preview_button.isChecked():
            self._refresh_preview.start(0)
        if self.pending_action == "correct":
            self.pending_action = ""
            self.correct_report()

    def forget(self) -> None:
        """Let go of the report on the screen; words that could not be saved yet are kept for it by ``autosave``."""
        self.autosave.release()
        self.asked += 1
        for editor in self.editors.values():
            editor.blockSignals(True)
        clear(self.page)
        self.view, self.editors, self.correcting = None, {}, 0
        self.sections.clear()
        if self.preview:
            self.preview.hide()
            self.preview_button.setChecked(False)

    def _build(self, report: reports.ReportView) -> None:
        self.forget()
        self.view = report
        for section in report.template.sections:
            editor = editor_for(section)
            editor.edited.connect(partial(self._touched, section.key))
            editor.left.connect(self.autosave.save)
            self.editors[section.key] = editor
            self.page.addSpacing(GAP)
            self.page.addWidget(words(section.title, "section"))
            if section.guidance:
                self.page.addWidget(words(section.guidance, "small"))
            self.page.addWidget(editor)
            self.sections.addItem(section.title)
        self.page.addStretch(1)
        self.current = report.template.sections[0].key

    def _lock(self, locked: bool) -> None:
        assert self.view is not None
        for editor in self.editors.values():
            editor.setEnabled(not locked)
        number = self.view.versions[-1].number if self.view.versions else 0
        self.locked.setText(
            f"Version {number} is complete; its words no longer change."
            if locked
            else f"A correction of version {number}."
            if number
            else ""
        )
        self.correct.setVisible(locked)
        self.drop.setVisible(bool(number) and not locked)
        self.to_send.setVisible(not locked)

    def _touched(self, key: str) -> None:
        assert self.view is not None
        self.current = key
        self.touched.add(key)
        self.autosave.touch((self.view.id, key), self.editors[key].text)
        self._refresh()

    def _refresh(self) -> None:
        """Ticks beside the sections, and how many words there are."""
        assert self.view is not None
        content = (
            {key: editor.text() for key, editor in self.editors.items()} if len(self.editors) < 40 else {}
        )
        lacking = {gap.key for gap in gaps(self.view.template, content)}
        for number, section in enumerate(self.view.template.sections):
            mark = (
                "○" if section.key in lacking else "✓" if content.get(section.key, "").strip(" []{}") else "·"
            )
            self.sections.item(number).setText(f"{mark}  {section.title}")
        total = sum(count_words(editor.words()) for editor in self.editors.values())
        self.words_line.setText(plural(total, "word"))

    def _save(self, place: Hashable, text: str) -> datetime:
        """Write a section of the report it was typed for, whichever is on the screen by now."""
        assert isinstance(place, tuple)
        report, key = place
        return reports.save_section(
            store=self.session.store, report=report, key=key, text=text, now=self.session.now()
        )

    def _saved(self, at: datetime) -> None:
        self.session.status.emit(f"Saved {at:%H:%M:%S}")
        if self.preview_button.isChecked():
            self._refresh_preview.start(1200)

    def _not_saved(self, problem: object) -> None:
        self.session.status.emit("NOT SAVED")
        self.session.fail(problem if isinstance(problem, BaseException) else RuntimeError())

    def _jump(self, at: int) -> None:
        if self.view and 0 <= at < len(self.view.template.sections):
            section = self.view.template.sections[at]
            self.current = section.key
            editor = self.editors[section.key]
            self.area.ensureWidgetVisible(editor, 0, 120)
            if self.preview:
                self.preview.go_to(section.title)

    def jump_to(self, key: str) -> None:
        """Show a section and put the cursor there."""
        if key in self.editors:
            self.sections.setCurrentRow(list(self.editors).index(key))
            self.editors[key].setFocus()

    def toggle_preview(self) -> None:
        shown = self.preview is None or not self.preview.isVisible()
        if self.preview is None:
            from sep_desktop.ui.kit.pdf_preview import PdfPreview

            self.preview = PdfPreview()
            self.split.addWidget(self.preview)
            self.split.setStretchFactor(2, 3)
            self.split.setSizes([220, 500, 438])
        self.preview.setVisible(shown)
        self.preview_button.setChecked(shown)
        if shown:
            self.leave()
            self._draw_preview()

    def _draw_preview(self) -> None:
        assert self.view is not None
        visit = self.view.visit.id
        self.session.read(
            lambda: (visit, reports.preview(store=self.session.store, visit=visit, now=self.session.now())),
            self._drawn,
            outside=True,
        )

    def _drawn(self, drawn: tuple[int, Any]) -> None:
        visit, rendered = drawn
        if self.view is None or self.view.visit.id != visit:
            return
        self.preview.show_data(rendered.data)
        if self.current:
            self.preview.go_to(self.view.template.section(self.current).title)

    def _history(self) -> None:
        assert self.view is not None
        self.leave()
        section = self.view.template.section(self.current)
        report, is_prose, store = (
            self.view.id,
            section.kind in (SectionKind.PROSE, SectionKind.CONTEXT),
            self.session.store,
        )
        back = lambda old: self.session.changed.emit(
            reports.go_back_to(store=store, report=report, revision=old, now=self.session.now())
        )  # noqa: E731
        found = reports.revisions(store=store, report=report, key=section.key)
        HistoryDialog(self, section.title, found, is_prose, back).open()

    def correct_report(self) -> None:
        """Open a completed report for writing; completing it again makes the next version."""
        if self.view is None or not self.view.versions:
            return
        self.correcting = len(self.view.versions)
        self._lock(False)
        self.session.sink.say(
            Tone.INFORM,
            "You are correcting a completed report.",
            "The version that was sent stays; completing makes the next one and asks for the reason.",
        )

    def _drop(self) -> None:
        assert self.view is not None
        visit = self.view.visit.id
        if not self.leave():
            return
        self.correcting = 0
        self.session.act(
            lambda: reports.drop_correction(store=self.session.store, visit=visit, now=self.session.now())
        )

    def _complete(self) -> None:
        """List what is missing with a jump to each, or go on to the letter."""
        assert self.view is not None
        if not self.autosave.flush():
            return
        visit = self.view.visit.id

        def shown(report: reports.ReportView) -> None:
            lacking = reports.missing(store=self.session.store, report=report)
            if not lacking:
                self.session.go(f"visit/{visit}/send")
                return
            from sep_desktop.ui.visit.gaps import GapsDialog

            GapsDialog(self, lacking, self.jump_to).open()

        self.session.read(
            lambda: reports.open_report(store=self.session.store, visit=visit, now=self.session.now()), shown
        )

    def leave(self) -> bool:
        return self.autosave.flush()
