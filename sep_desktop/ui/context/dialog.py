"""Dialogs that do something to the store.

They close when it is done, and stay with the words when it is not.
"""

from abc import abstractmethod
from collections.abc import Callable
from typing import Generic

from PySide6.QtWidgets import QWidget

from sep_desktop.errors import SepError
from sep_desktop.ui.context.operations import Opened, Result, Runner
from sep_desktop.ui.context.session import in_words
from sep_desktop.ui.kit.dialog import Dialog


class OperationDialog(Dialog, Generic[Opened]):
    """Reads its fields on the window's thread, runs what they ask for, and closes when it succeeds.

    A problem is shown inside, and nothing typed is lost.
    """

    def __init__(
        self, parent: QWidget, runner: Runner[Opened], title: str, accept: str, about: str = ""
    ) -> None:
        super().__init__(parent, title, accept, about)
        self._runner, self.keeper = runner, runner.keeper

    @abstractmethod
    def operation(self) -> Callable[[Opened], object]:
        """What the fields ask for. Raises ``UserError`` for fields that cannot be meant."""

    def succeeded(self, result: object) -> None:
        """Called with what the operation gave, before the dialog closes."""

    def try_finish(self) -> None:
        """Run the operation, once however often the button is pressed."""
        try:
            operation = self.operation()
        except SepError as problem:
            self.show_problem(problem)
            return
        self.primary.setEnabled(False)
        self._runner.run(self, operation, self._done, failed=self.show_problem)

    def _done(self, result: object) -> None:
        self.succeeded(result)
        self.accept()

    def show_problem(self, error: BaseException) -> None:
        """Say inside what went wrong, and let it be tried again."""
        self.primary.setEnabled(True)
        self.banner.show_notice(in_words(error))


class FormDialog(OperationDialog[Opened]):
    """An operation dialog whose fields stand where it is opened: ``read`` gives what they ask for."""

    def __init__(
        self,
        parent: QWidget,
        runner: Runner[Opened],
        title: str,
        accept: str,
        read: Callable[[], Callable[[Opened], Result]],
        about: str = "",
        done: Callable[[Result], None] | None = None,
    ) -> None:
        super().__init__(parent, runner, title, accept, about)
        self._read: Callable[[], Callable[[Opened], object]] = read
        self._succeeded = done

    def operation(self) -> Callable[[Opened], object]:
        """As ``read`` says."""
        return self._read()

    def succeeded(self, result: object) -> None:
        """As ``done`` says."""
        if self._succeeded:
            self._succeeded(result)  # type: ignore[arg-type]  # the result of ``read``'s own operation
