"""Backups that make themselves: what is owed from before, one every half hour of work, and one at the end."""

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QGuiApplication

from sep_desktop.domain.backups import HALF_HOUR
from sep_desktop.domain.changes import Changed
from sep_desktop.errors import Cancelled
from sep_desktop.notices import Notice, Tone
from sep_desktop.services import backups
from sep_desktop.services.backups import BackupMade, Why
from sep_desktop.ui.context.session import Session, in_words


class BackupKeeper(QObject):
    """For one session. What goes wrong is told once, and again only when it is something else."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._said = ""
        self._timer = session.timers.timer(self, self._make_if_owed, repeat=True)

    def begin(self) -> None:
        """The first page is on the screen."""
        if backups.begin_work(store=self._session.runner.opened):
            self._make()
        self._timer.start(int(HALF_HOUR.total_seconds() * 1000))

    def _make_if_owed(self) -> None:
        if self._session.runner.opened.backups.is_owed:
            self._make()

    def _make(self) -> None:
        now = self._session.now()
        self._session.runner.run_beside(
            self,
            lambda store: backups.back_up(store=store, now=now, why=Why.WORKING),
            self._made,
            failed=self._not_made,
        )

    def _made(self, outcome: Changed[BackupMade]) -> None:
        trouble = outcome.value.trouble
        self._tell(Notice(Tone.WARN, trouble) if trouble else None)

    def _not_made(self, error: BaseException) -> None:
        if not isinstance(error, Cancelled):
            problem = in_words(error)
            self._tell(Notice(Tone.FAIL, f"No backup could be made. {problem.text}", problem.hint))

    def _tell(self, notice: Notice | None) -> None:
        text = notice.text if notice else ""
        if notice and text != self._said:
            self._session.notices.show(notice)
        self._said = text

    def make_last(self) -> Notice | None:
        """Make the backup that is owed before everything is closed; why it could not be made."""
        store, now = self._session.runner.opened, self._session.now()
        QGuiApplication.setOverrideCursor(Qt.CursorShape.WaitCursor)
        try:
            backups.back_up_before_closing(store=store, now=now)
        except Exception as error:  # noqa: BLE001 -- whatever it was, there is no backup
            return in_words(error)
        finally:
            QGuiApplication.restoreOverrideCursor()
        problem, self._session.backup_problem = self._session.backup_problem, None
        return problem

    def stop(self) -> None:
        """The session ends: no backup begins any more, and one that is being made is given up."""
        self._timer.stop()
        self._session.runner.opened.backups.give_up()
