"""The dialog of everything that is taken in: what it would do, line by line, and then whether it is accepted.

Work shows its progress and can be stopped.
"""

from collections.abc import Callable
from functools import partial
from typing import Generic, Protocol, TypeVar

from PySide6.QtCore import QSize
from PySide6.QtWidgets import QPlainTextEdit, QProgressBar, QWidget

from sep_desktop.errors import Cancelled, SepError, in_family
from sep_desktop.notices import Notice, Tone
from sep_desktop.ui.context.operations import Progress, Task
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import words
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

    def __init__(
        self, parent: QWidget, session: Session, title: str, about: str, accept: str = "Accept"
    ) -> None:
        super().__init__(parent, title, accept, about)
        self.session = session
        self.preview: Preview | None = None
        self.summary, self.details, self.bar = words(""), QPlainTextEdit(), QProgressBar()
        self.details.setReadOnly(True)
        self.details.setAccessibleName("What would change")
        self.details.setMinimumHeight(80)
        for part in (self.summary, self.bar, self.details):
            self.content.addWidget(part)
        self.resize(QSize(760, 560).boundedTo(self.screen().availableSize() * 0.9))
        self._task: Task | None = None
        self._under_way = self._was_stopped = False
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
            self._was_stopped = True
            self.reject()
        elif problem := in_family(error):
            self._show_problem(problem)
        else:
            self.session.fail(error)
            self.reject()

    def _show_problem(self, problem: SepError) -> None:
        """One sentence in the banner; where there are many, they are listed below."""
        first, _, rest = problem.message.partition("\n")
        text = "The file has problems. Nothing was changed." if rest else first
        self.banner.show_notice(Notice(Tone.FAIL, text, problem.hint))
        self.details.setPlainText(problem.message if rest else "")
        self.details.setVisible(bool(rest))
        self.summary.setText("")
        self.primary.hide()

    def show_preview(self, preview: Preview, lines: list[str]) -> None:
        """Show what the import would do, line by line, and let it be accepted."""
        self.preview = preview
        self.summary.setText(preview.summary)
        left_out = len(lines) - _MOST_LINES
        shown = [*lines[:_MOST_LINES], f"… and {left_out} more lines"] if left_out > 0 else lines
        self.details.setPlainText("\n".join(shown) or "Nothing would change.")
        self.details.show()
        self.primary.show()

    def apply(self, operation: Callable[[Store, Progress], object]) -> None:
        """Do what the preview showed, and close."""
        self.primary.hide()
        self.work(operation, self._close)

    def _close(self, _: object) -> None:
        self.accept()

    def at_lock(self) -> str:
        """That it was stopped, where it was."""
        if not (self._under_way or self._was_stopped):
            return ""
        return "The import was stopped by the lock; nothing was changed."

    def reject(self) -> None:
        """Stop what is under way, which closes the dialog when it has stopped; else close it now."""
        if self._under_way and self._task:
            self._task.cancel()
            self.summary.setText("Stopping …")
        else:
            super().reject()
