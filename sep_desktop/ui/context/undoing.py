"""Taking back the last thing that was done, in one step, from the message that says what it was."""

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Generic, Never, cast

from PySide6.QtCore import QObject, Signal

from sep_desktop.domain.changes import Changes, Undo
from sep_desktop.notices import Notice, Tone
from sep_desktop.ui.context.operations import Opened, Runner


class Undoing(QObject, Generic[Opened]):
    """``offered`` carries a message with its undo; ``gone`` says that it cannot be taken back any more."""

    offered = Signal(object)
    gone = Signal()

    def __init__(self, now: Callable[[], datetime]) -> None:
        super().__init__()
        self._now = now
        self._of = Changes.NOTHING
        self.runner: Runner[Opened] | None = None

    def offer(self, undo: Undo[Never]) -> None:
        """Offer to take back what an operation did."""
        work = partial(self._take_back, cast("Undo[Opened]", undo))
        self.show(undo.sentence, work, undo.of, undo.remark)

    def show(
        self, sentence: str, work: Callable[[], None], of: Changes = Changes.NOTHING, remark: str = ""
    ) -> None:
        """Offer ``work``, which takes back what ``sentence`` says, until one of ``of`` changes."""
        self._of = of
        self.offered.emit(Notice(Tone.INFORM, sentence, remark, work))

    def changed(self, changes: Changes) -> None:
        """Something was changed by another operation."""
        if changes & self._of:
            self.withdraw()

    def withdraw(self) -> None:
        """What was offered cannot be taken back any more."""
        self._of = Changes.NOTHING
        self.gone.emit()

    def _take_back(self, undo: Undo[Opened]) -> None:
        assert self.runner is not None
        now = self._now()
        self.runner.run(self, lambda opened: undo.work(opened, now), partial(self._say_undone, undo.undone))

    def _say_undone(self, undone: str, _: Changes) -> None:
        self.offered.emit(Notice(Tone.INFORM, undone))
