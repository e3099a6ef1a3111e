"""Importing: choose a file, see what it would do, accept or not.

Reading shows its progress and can be stopped.
"""

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Generic, Protocol, TypeVar

from PySide6.QtWidgets import QComboBox, QPlainTextEdit, QProgressBar, QWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.errors import Cancelled, SepError
from sep_desktop.notices import Notice, Tone
from sep_desktop.services import allocations, registers
from sep_desktop.ui.context.files import choose_file, save_as
from sep_desktop.ui.context.operations import Progress, Task
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import form, words
from sep_desktop.ui.kit.dialog import Dialog

_MOST_LINES = 400


class Summed(Protocol):
    """What an import would do, with a sentence that sums it up."""

    @property
    def summary(self) -> str:
        """The sentence."""


Preview = TypeVar("Preview", bound=Summed)
Result = TypeVar("Result")


class ImportDialog(Dialog, Generic[Preview]):
    """A preview with progress. Closing it while it works stops the work and leaves nothing half done."""

    def __init__(self, parent: QWidget, session: Session, title: str, about: str) -> None:
        super().__init__(parent, title, "Accept", about)
        self.session = session
        self.preview: Preview | None = None
        self.summary, self.details, self.bar = words(""), QPlainTextEdit(), QProgressBar()
        self.details.setReadOnly(True)
        self.details.setAccessibleName("What would change")
        self.details.setMinimumHeight(280)
        for part in (self.summary, self.bar, self.details):
            self.content.addWidget(part)
        self.resize(760, 560)
        self._task: Task | None = None
        self._under_way = False
        self.primary.hide()

    def work(self, operation: Callable[[Store, Progress], Result], done: Callable[[Result], None]) -> None:
        """Run ``operation`` with its progress on the bar, then ``done``; a problem is shown inside."""
        self._under_way = True
        self.bar.setMaximum(0)
        self.bar.show()
        self._task = self.session.run_with_progress(
            self, operation, self._show_progress, partial(self._finish, done), failed=self._fail
        )

    def _show_progress(self, steps_done: int, total: int) -> None:
        self.bar.setMaximum(max(total, 1))
        self.bar.setValue(steps_done)

    def _finish(self, done: Callable[[Result], None], result: Result) -> None:
        self._stop_waiting()
        done(result)

    def _stop_waiting(self) -> None:
        self._under_way = False
        self.bar.hide()

    def _fail(self, error: BaseException) -> None:
        self._stop_waiting()
        if isinstance(error, Cancelled):
            self.reject()
        elif isinstance(error, SepError):
            self._show_problem(error)
        else:
            self.session.fail(error)
            self.reject()

    def _show_problem(self, problem: SepError) -> None:
        """One sentence in the banner; where there are many, they are listed below."""
        first, _, rest = problem.message.partition("\n")
        text = "The file has problems. Nothing was changed." if rest else first
        self.banner.show_notice(Notice(Tone.FAIL, text, problem.hint))
        self.details.setPlainText(problem.message if rest else "")
        self.summary.setText("")
        self.primary.hide()

    def show_preview(self, preview: Preview, lines: list[str]) -> None:
        """Show what the import would do, line by line, and let it be accepted."""
        self.preview = preview
        self.summary.setText(preview.summary)
        left_out = len(lines) - _MOST_LINES
        shown = [*lines[:_MOST_LINES], f"… and {left_out} more lines"] if left_out > 0 else lines
        self.details.setPlainText("\n".join(shown) or "Nothing would change.")
        self.primary.show()

    def apply(self, operation: Callable[[Store, Progress], Changes]) -> None:
        """Do what the preview showed, and close."""
        self.primary.hide()
        self.work(operation, self._close)

    def _close(self, changes: Changes) -> None:
        self.accept()

    def reject(self) -> None:
        """Stop what is under way, which closes the dialog when it has stopped; else close it now."""
        if self._under_way and self._task:
            self._task.cancel()
            self.summary.setText("Stopping …")
        else:
            super().reject()


class RegisterDialog(ImportDialog[registers.RegisterPreview]):
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
        self.file: registers.RegisterFile | None = None
        self.work(
            lambda store, progress: registers.read_file(store=store, path=path, progress=progress),
            self._offer,
        )

    def _offer(self, file: registers.RegisterFile) -> None:
        self.file = file
        authorities = file.register.authorities()
        for code, (name, count) in sorted(authorities.items(), key=lambda authority: authority[1][0]):
            self.authority.addItem(f"{name or 'No name'} ({code}): {count:,}", code)
        self.authority.addItem(f"All of them: {len(file.register.schools):,}", "all")
        self.authority.setCurrentIndex(max(self.authority.findData(file.la_code), 0))
        self.authority.setEnabled(True)
        self.authority.currentIndexChanged.connect(self.compare)
        self.compare()

    def compare(self) -> None:
        """Say what importing the schools of the chosen LA would do."""
        if self.file is None:
            return
        register, code = self.file.register, str(self.authority.currentData())
        self.work(
            lambda store, _: registers.compare_register(store=store, register=register, la_code=code),
            self._show,
        )

    def _show(self, preview: registers.RegisterPreview) -> None:
        self.show_preview(preview, _register_lines(preview))

    def try_finish(self) -> None:
        """Import what was shown."""
        preview, now = self.preview, self.session.now()
        if preview:
            self.apply(
                lambda store, progress: registers.apply_register(
                    store=store, preview=preview, now=now, progress=progress
                )
            )


def _register_lines(preview: registers.RegisterPreview) -> list[str]:
    changed = [
        (school, "; ".join(f"{each.label}: {each.old or '–'} → {each.new or '–'}" for each in differences))
        for school, differences in preview.changed
    ]
    return [
        *(f"closed   {school.name} ({school.urn})" for school in preview.closed),
        *(f"changed  {school.name} ({school.urn}): {differences}" for school, differences in changed),
        *(f"new      {school.name} ({school.urn}), {school.town}" for school in preview.new),
        *(f"remark   {problem}" for problem in preview.register.problems),
    ]


class AllocationDialog(ImportDialog[allocations.AllocationPreview]):
    """The LA's workbook: preview with every problem, or every change."""

    def __init__(self, parent: QWidget, session: Session, path: Path) -> None:
        about = f"{path.name}. Nothing is changed until you accept."
        super().__init__(parent, session, "Import the allocation", about)
        today = session.today()
        self.work(
            lambda store, _: allocations.preview_allocation(store=store, path=path, today=today), self._show
        )

    def _show(self, preview: allocations.AllocationPreview) -> None:
        self.show_preview(preview, _allocation_lines(preview))

    def try_finish(self) -> None:
        """Import what was shown."""
        preview, now = self.preview, self.session.now()
        if preview:
            self.apply(lambda store, _: allocations.apply_allocation(store=store, preview=preview, now=now))


def _allocation_lines(preview: allocations.AllocationPreview) -> list[str]:
    remarks = [f"Remark: {remark}" for remark in preview.remarks]
    return remarks + [
        line
        for school, effects in preview.effects
        for line in (school, *(f"    {effect}" for effect in effects or ("Nothing new.",)))
    ]


def choose_register(parent: QWidget, session: Session) -> None:
    """Ask for the file of the register, and show what importing it would do."""
    path = choose_file(parent, "Register of schools", "Register (*.csv *.zip)")
    if path:
        RegisterDialog(parent, session, path).open()


def choose_allocation(parent: QWidget, session: Session) -> None:
    """Ask for the workbook of the allocation, and show what importing it would do."""
    path = choose_file(parent, "Allocation", "Workbook (*.xlsx *.csv)")
    if path:
        AllocationDialog(parent, session, path).open()


def save_template(parent: QWidget, session: Session) -> None:
    """Write the empty workbook where the user says."""

    def told(path: Path) -> None:
        session.say(f"Written: {path}", "Fill in one row for each school, then import it.")

    save_as(
        parent,
        session.runner,
        "Empty allocation workbook",
        "allocation.xlsx",
        "Workbook (*.xlsx)",
        _empty_workbook,
        told,
    )


def _empty_workbook(store: Store) -> bytes:
    return allocations.empty_workbook()
