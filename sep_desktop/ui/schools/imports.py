"""Importing: choose a file, see what it would do, accept or not. Reading shows its progress and can be stopped."""

import threading
from collections.abc import Callable
from pathlib import Path
from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFileDialog, QPlainTextEdit, QProgressBar, QWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.errors import Cancelled, SepError
from sep_desktop.imports.register import Register, read_register
from sep_desktop.notices import Notice, Tone
from sep_desktop.services import allocations, registers
from sep_desktop.ui.context.files import save_as
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import form, words
from sep_desktop.ui.kit.dialog import Dialog

_MOST_LINES = 400


class ImportDialog(Dialog):
    """A preview with progress. Closing it while it works stops the work and leaves nothing half done."""

    progressed = Signal(int, int)

    def __init__(self, parent: QWidget, session: Session, title: str, about: str) -> None:
        super().__init__(parent, title, "Accept", about)
        self.session = session
        self.summary, self.details, self.bar = words(""), QPlainTextEdit(), QProgressBar()
        self.details.setReadOnly(True)
        self.details.setAccessibleName("What would change")
        self.details.setMinimumHeight(280)
        for each in (self.summary, self.bar, self.details):
            self.content.addWidget(each)
        self.resize(760, 560)
        self._stop = threading.Event()
        self._working = False
        self.preview: Any = None
        self.progressed.connect(self._show_progress)
        self.primary.hide()

    def progress(self, done: int, total: int) -> None:
        """Called from the working thread."""
        if self._stop.is_set():
            raise Cancelled
        self.progressed.emit(done, total)

    def _show_progress(self, done: int, total: int) -> None:
        self.bar.setMaximum(max(total, 1))
        self.bar.setValue(done)

    def work(self, task: Callable[[], Any], done: Callable[[Any], None]) -> None:
        self._working = True
        self.bar.setMaximum(0)
        self.bar.show()
        self.session.operations.run(
            task,
            lambda value: self._finished(lambda: done(value)),
            lambda error: self._finished(lambda: self._failed(error)),
        )

    def _finished(self, then: Callable[[], None]) -> None:
        self._working = False
        self.bar.hide()
        then()

    def _failed(self, error: BaseException) -> None:
        if isinstance(error, Cancelled):
            super().reject()
        elif isinstance(error, SepError):
            first, _, rest = error.message.partition("\n")
            self.banner.show_notice(
                Notice(
                    Tone.FAIL,
                    first if not rest else "The file has problems. Nothing was changed.",
                    error.hint,
                )
            )
            self.details.setPlainText(error.message if rest else "")
            self.summary.setText("")
            self.primary.hide()
        else:
            self.session.fail(error)
            super().reject()

    def show_preview(self, preview: Any, lines: list[str]) -> None:
        self.preview = preview
        self.summary.setText(preview.summary)
        shown = lines[:_MOST_LINES] + (
            [f"… and {len(lines) - _MOST_LINES} more lines"] if len(lines) > _MOST_LINES else []
        )
        self.details.setPlainText("\n".join(shown) or "Nothing would change.")
        self.primary.show()

    def apply(self, task: Callable[[], Changes]) -> None:
        def done(changes: Changes) -> None:
            self.session.changed.emit(changes)
            self.accept()

        self.primary.hide()
        self.work(task, done)

    def reject(self) -> None:
        if self._working:
            self._stop.set()
            self.summary.setText("Stopping …")
        else:
            super().reject()


class RegisterDialog(ImportDialog):
    """The national register: file, LA, preview."""

    def __init__(self, parent: QWidget, session: Session, path: Path) -> None:
        super().__init__(
            parent,
            session,
            "Import the register of schools",
            f"{path.name}. A school that the file lacks stays as it is.",
        )
        self.authority = QComboBox()
        self.authority.setEnabled(False)
        self.authority.setMinimumContentsLength(36)
        self.content.insertLayout(0, form(("Local authority", self.authority)))
        self.register: Register | None = None
        self.work(lambda: read_register(path, self.progress), self._offer)

    def _offer(self, register: Register) -> None:
        self.register = register
        for code, (name, count) in sorted(register.authorities().items(), key=lambda each: each[1][0]):
            self.authority.addItem(f"{name or 'No name'} ({code}): {count:,}", code)
        self.authority.addItem(f"All of them: {len(register.schools):,}", "all")
        at = self.authority.findData(self.session.store.settings.text("me.la_code"))
        self.authority.setCurrentIndex(max(at, 0))
        self.authority.setEnabled(True)
        self.authority.currentIndexChanged.connect(self.compare)
        self.compare()

    def compare(self) -> None:
        register, code = self.register, self.authority.currentData()
        assert register is not None
        self.work(
            lambda: registers.compare_register(store=self.session.store, register=register, la_code=code),
            self._show,
        )

    def _show(self, preview: registers.RegisterPreview) -> None:
        lines = [f"closed   {school.name} ({school.urn})" for school in preview.closed]
        lines += [
            f"changed  {school.name} ({school.urn}): "
            + "; ".join(f"{each.label}: {each.old or '–'} → {each.new or '–'}" for each in differences)
            for school, differences in preview.changed
        ]
        lines += [f"new      {school.name} ({school.urn}), {school.town}" for school in preview.new]
        lines += [f"remark   {problem}" for problem in preview.register.problems]
        self.show_preview(preview, lines)

    def try_finish(self) -> None:
        preview, now = self.preview, self.session.now()
        self.apply(
            lambda: registers.apply_register(
                store=self.session.store, preview=preview, now=now, progress=self.progress
            )
        )


class AllocationDialog(ImportDialog):
    """The LA's workbook: preview with every problem, or every change."""

    def __init__(self, parent: QWidget, session: Session, path: Path) -> None:
        super().__init__(
            parent, session, "Import the allocation", f"{path.name}. Nothing is changed until you accept."
        )
        self.work(lambda: allocations.preview_allocation(store=session.store, path=path), self._show)

    def _show(self, preview: allocations.AllocationPreview) -> None:
        lines = [f"Remark: {remark}" for remark in preview.remarks]
        lines += [
            line
            for school, effects in preview.effects
            for line in (school, *(f"    {effect}" for effect in effects or ("Nothing new.",)))
        ]
        self.show_preview(preview, lines)

    def try_finish(self) -> None:
        preview, now = self.preview, self.session.now()
        self.apply(lambda: allocations.apply_allocation(store=self.session.store, preview=preview, now=now))


def choose_register(parent: QWidget, session: Session) -> None:
    path, _ = QFileDialog.getOpenFileName(parent, "Register of schools", "", "Register (*.csv *.zip)")
    if path:
        RegisterDialog(parent, session, Path(path)).open()


def choose_allocation(parent: QWidget, session: Session) -> None:
    path, _ = QFileDialog.getOpenFileName(parent, "Allocation", "", "Workbook (*.xlsx *.csv)")
    if path:
        AllocationDialog(parent, session, Path(path)).open()


def save_template(parent: QWidget, session: Session) -> None:
    """Write the empty workbook where the user says."""
    from sep_desktop.imports.template import write_template

    path = save_as(
        parent, session, "Empty allocation workbook", "allocation.xlsx", "Workbook (*.xlsx)", write_template
    )
    if path:
        session.sink.say(Tone.INFORM, f"Written: {path}", "Fill in one row for each school, then import it.")
