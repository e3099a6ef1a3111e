"""Report: sections at the left, the writing as one page, the real paper at the right when asked for."""

from collections.abc import Callable, Hashable, Iterable
from datetime import datetime
from functools import partial

from PySide6.QtGui import QKeySequence, QResizeEvent, QShortcut
from PySide6.QtWidgets import QScrollArea, QSplitter

from sep_desktop.clock import Clock
from sep_desktop.domain.report import Gap
from sep_desktop.domain.wording import plural, saved_at
from sep_desktop.services import reports
from sep_desktop.services.visits import VisitView
from sep_desktop.ui.context.autosave import Autosave
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.context.unsaved import Save
from sep_desktop.ui.kit.basics import clear, column, scrolling, words
from sep_desktop.ui.kit.panes import as_pane
from sep_desktop.ui.kit.theme import GAP, READING
from sep_desktop.ui.kit.writing_path import WritingPath
from sep_desktop.ui.kit.writing_tools import WritingTools
from sep_desktop.ui.visit.history import open_history
from sep_desktop.ui.visit.paper_preview import PaperPreview
from sep_desktop.ui.visit.report_foot import ReportFoot
from sep_desktop.ui.visit.rows_editor import RowsEditor
from sep_desktop.ui.visit.section_editors import Editor, editor_for
from sep_desktop.ui.visit.section_list import SectionList
from sep_desktop.ui.visit.step import StepPanel

_CORRECT = "correct"
"""What an address asks for at its end to open a completed report for writing."""

_SPLIT = (220, 500, 438)
"""The widths of the sections, the writing and the paper beside one another, in pixels."""

_ALL_THREE = 880
"""Pixels from which there is room for all of them; in less the paper takes the place of the sections."""


def _saving_sections(clock: Clock) -> Save[Store]:
    """Writes a section of the report it was typed for, whichever is on the screen by then."""

    def save(store: Store, place: Hashable, text: str) -> datetime:
        assert isinstance(place, tuple)
        report, key = place
        return reports.save_section(store=store, report=report, key=key, text=text, now=clock.now())

    return save


class ReportPanel(StepPanel):
    """The report of the visit: written here, saved by itself, closed once complete, opened to correct."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.view: reports.ReportView | None = None
        self.editors: dict[str, Editor] = {}
        self.newer_here: set[str] = set()  # sections whose words here are newer than what is being read
        self.asked = 0
        self.correcting = 0  # how many versions there were when the correction began; 0 is none
        self.current, self.is_locked = "", False
        self.sections = SectionList()
        self.foot = ReportFoot(self.correct_report, self._drop, self._complete)
        self.sections.currentRowChanged.connect(self._jump)
        self.page = column(gap=GAP)
        self.page.setContentsMargins(GAP * 2, GAP * 2, GAP * 2, GAP * 6)
        content = WritingPath(self.page)
        content.setMaximumWidth(self.fontMetrics().averageCharWidth() * READING + 80)
        self.area: QScrollArea = scrolling(content)
        self.preview = as_pane(PaperPreview(session))
        save = _saving_sections(session.surroundings.clock)
        self.autosave: Autosave[Store] = Autosave(
            self, session.runner, session.timers, session.composition, save, session.unsaved
        )
        self.autosave.saved.connect(self._saved)
        self.autosave.rested.connect(self._draw_preview)
        self.autosave.failed.connect(self._not_saved)
        self._lay_out()

    def _lay_out(self) -> None:
        self.split = QSplitter()
        for part in (self.sections, self.area, self.preview):
            self.split.addWidget(part)
        self.split.setStretchFactor(1, 3)
        self.split.setStretchFactor(2, 3)
        self.tools = WritingTools(self._editors, self._history, self.toggle_preview)
        layout = column(self.tools, self.split, self.foot, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        QShortcut(QKeySequence(QKeySequence.StandardKey.Save), self, self.leave)

    def _editors(self) -> Iterable[Editor]:
        return self.editors.values()

    def show_visit(self, view: VisitView) -> None:
        """Read the report; only the newest answer is shown, and never over words that are newer than it."""
        visit, now = view.visit.id, self.session.now()
        self.asked += 1
        self.newer_here = {
            key for key in self.editors if self.view and self.autosave.is_dirty((self.view.id, key))
        }

        def work(store: Store) -> tuple[reports.ReportView, bool]:
            report = reports.open_report(store=store, visit=visit, now=now)
            return report, reports.is_locked(store=store, report=report)

        self.session.run(self, work, partial(self._show, self.asked))

    def _show(self, asked: int, loaded: tuple[reports.ReportView, bool]) -> None:
        if asked != self.asked:
            return
        report, locked = loaded
        same = self.view is not None and self.view.id == report.id and bool(self.editors)
        if not same:
            self._build(report)
        self.view = report
        for key, editor in self.editors.items():
            text = report.content.get(key, "")
            is_unsaved = self.autosave.is_dirty((report.id, key))
            is_newer = key in self.newer_here or is_unsaved
            if is_unsaved and not same:
                editor.set_text(self.autosave.words((report.id, key)))
                self.autosave.touch((report.id, key), editor.text)
            elif not is_newer and (not same or editor.text() != text):
                editor.set_text(text)
        self.correcting = self.correcting if same and self.correcting == len(report.versions) else 0
        self._lock(report, locked and not self.correcting)
        self.sections.count_all(self.editors, report.template.sections)
        self._say_words()
        self._say_last_saved(report)
        if not self.preview.isHidden():
            self.preview.draw_soon(report.visit.id, self._heading(), after=0)
        if self.pending_action == _CORRECT:
            self.pending_action = ""
            self.correct_report()

    def _say_last_saved(self, report: reports.ReportView) -> None:
        if report.saved is None:
            return
        self.session.status.emit(saved_at(report.saved, self.session.today()))

    def forget(self) -> None:
        """Let go of the report on the screen; words that are not saved yet are kept by ``autosave``."""
        self.autosave.release()
        self.asked += 1
        for editor in self.editors.values():
            editor.blockSignals(True)
        clear(self.page)
        self.view, self.editors, self.correcting = None, {}, 0
        self.sections.forget()
        self.preview.forget()
        self.tools.preview.setChecked(False)
        self._fit()

    def _build(self, report: reports.ReportView) -> None:
        self.forget()
        for section in report.template.sections:
            editor = editor_for(section, report.policies)
            editor.edited.connect(partial(self._touched, section.key))
            editor.left.connect(self.autosave.save)
            if isinstance(editor, RowsEditor):
                editor.removed.connect(partial(_offer_row, self, report.id))
            self.editors[section.key] = editor
            self.page.addSpacing(GAP)
            self.page.addWidget(words(section.title, "section"))
            if section.guidance:
                self.page.addWidget(words(section.guidance, "small"))
            self.page.addWidget(editor)
            self.sections.add(section)
        self.page.addStretch(1)
        self.current = report.template.sections[0].key

    def _lock(self, report: reports.ReportView, locked: bool) -> None:
        self.is_locked = locked
        for editor in self.editors.values():
            editor.setEnabled(not locked)
        self.is_correcting = bool(self.correcting) and not locked
        self.foot.show_state(report, locked)

    def _touched(self, key: str) -> None:
        if self.view:
            self.current = key
            self.newer_here.add(key)
            self.autosave.touch((self.view.id, key), self.editors[key].text)
            self.sections.count_one(self.view.template.section(key), self.editors[key])
            self._say_words()

    def _say_words(self) -> None:
        self.foot.words_line.setText(plural(self.sections.words, "word"))

    def _saved(self, at: datetime) -> None:
        self.session.status.emit(saved_at(at))

    def _draw_preview(self) -> None:
        if self.view and not self.preview.isHidden():
            self.preview.draw_soon(self.view.visit.id, self._heading())

    def _not_saved(self, error: BaseException) -> None:
        self.session.status.emit("NOT SAVED")
        self.session.fail(error)

    def _heading(self) -> str:
        """The title of the section that is being written."""
        return self.view.template.section(self.current).title if self.view and self.current else ""

    def _jump(self, at: int) -> None:
        if self.view and 0 <= at < len(self.view.template.sections):
            section = self.view.template.sections[at]
            self.current = section.key
            self.area.ensureWidgetVisible(self.editors[section.key], 0, 120)
            self.preview.go_to(section.title)

    def jump_to(self, key: str) -> None:
        """Show a section and put the cursor there."""
        if key in self.editors:
            self.sections.setCurrentRow(list(self.editors).index(key))
            self.editors[key].setFocus()

    def toggle_preview(self) -> None:
        """Show the real paper beside the writing, or put it away."""
        shown = self.view is not None and self.preview.isHidden()
        self.preview.setVisible(shown)
        self.tools.preview.setChecked(shown)
        self._fit()
        if self.view and shown:
            if not self.preview.pages:
                self.split.setSizes(_SPLIT)
            self.leave()
            self.preview.draw(self.view.visit.id, self._heading())

    def _fit(self) -> None:
        self.sections.setVisible(self.preview.isHidden() or self.width() >= _ALL_THREE)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _history(self) -> None:
        if self.view is None:
            return
        self.leave()
        open_history(self, self.session, self.view, self.current)

    def correct_report(self) -> None:
        """Open a completed report for writing; completing it again makes the next version."""
        if self.view is None or not self.view.versions:
            return
        self.correcting = len(self.view.versions)
        self._lock(self.view, False)
        self.session.say(
            "You are correcting a completed report.",
            "The completed version stays; what waits of it may still be sent until you complete the next.",
        )

    def _drop(self) -> None:
        if self.view is None or not self.leave():
            return
        visit, now = self.view.visit.id, self.session.now()
        self.correcting = 0
        self.session.run(self, lambda store: reports.drop_correction(store=store, visit=visit, now=now))

    def _complete(self) -> None:
        """List what is missing with a jump to each, or go on to the confirmation."""
        if self.view is None or not self.leave():
            return
        visit, now = self.view.visit.id, self.session.now()
        self.session.run(
            self,
            lambda store: reports.send_view(store=store, visit=visit, now=now).missing,
            partial(self._show_missing, visit),
        )

    def _show_missing(self, visit: int, missing: tuple[Gap, ...]) -> None:
        if not missing:
            self.session.go(f"visit/{visit}/send")
            return
        from sep_desktop.ui.visit.gaps import GapsDialog

        GapsDialog(self, missing, self.jump_to).open()

    def leave(self) -> bool:
        """Save the words. Whether all are safe."""
        return self.autosave.flush()


def _offer_row(panel: ReportPanel, report: int, sentence: str, put_back: Callable[[], None]) -> None:
    """A row was removed: it can be put back as long as the report stands here and is open for writing."""

    def work() -> None:
        if panel.view and panel.view.id == report and not panel.is_locked:
            put_back()
        else:
            hint = "The history of its section has the words."
            panel.session.say("The report is not open for writing any more.", hint)

    panel.session.undoing.show(sentence, work)
