"""Backups of the sealed store while its page is open."""

from PySide6.QtCore import QObject

from sep_desktop.domain.backups import HALF_HOUR
from sep_desktop.domain.changes import Changed
from sep_desktop.errors import Cancelled
from sep_desktop.notices import Tone
from sep_desktop.services.appraisals import backups
from sep_desktop.ui.sealed.context import SealedContext


class SealedBackups(QObject):
    """One every half hour while something changes, and at once what is owed from before."""

    def __init__(self, context: SealedContext) -> None:
        super().__init__(context)
        self._context = context
        self._timer = context.session.timers.timer(self, self._make_if_owed, repeat=True)
        context.run(self, lambda stores: backups.is_owed_from_before(stores=stores), self._begin)

    def _begin(self, is_owed: bool) -> None:
        if is_owed:
            self._make_if_owed()
        self._timer.start(int(HALF_HOUR.total_seconds() * 1000))

    def _make_if_owed(self) -> None:
        now = self._context.now()
        if not self._context.closed:
            self._context.runner.run_beside(
                self,
                lambda stores: backups.back_up_if_owed(stores=stores, now=now),
                self._made,
                failed=self._not_made,
            )

    def _made(self, outcome: Changed[str]) -> None:
        if outcome.value:
            self._context.say(outcome.value, tone=Tone.WARN)

    def _not_made(self, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            self._context.fail(error)
