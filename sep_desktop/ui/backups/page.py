"""Backups: what is missing, those here and those in the second place, each with its date, reason and size."""

from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QBoxLayout, QFrame, QWidget

from sep_desktop.domain.backups import in_words
from sep_desktop.domain.changes import Changed, Changes
from sep_desktop.domain.wording import day_and_time, plural, sentence
from sep_desktop.notices import Tone
from sep_desktop.services import backups
from sep_desktop.services.backups import Backup, BackupMade, BackupsView
from sep_desktop.ui.context.files import choose_folder, show_folder
from sep_desktop.ui.context.page import LoadingPage, Query
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import button, card, column, empty, row, state_mark, words
from sep_desktop.ui.kit.theme import GAP

_ABOUT = (
    "Encrypted like the store, and opened by the same passphrase or recovery code. One is made while you "
    "work and when you close the program; of older ones, one a day, a week and a month is kept."
)
_NO_PLACE = (
    "None is chosen. A stick, another disk, or a folder that is kept in step with another computer will do."
)
_BOTH = "The backups of the sealed store, which are made while it is open, are put there too."
_ROW = 30
"""Pixels that a line is high, so that all are 38 apart."""
_MOST = 12
"""So many are shown of each place before somebody asks for all of them."""


class BackupsPage(LoadingPage[BackupsView]):
    """Back up, choose a second place, look at one."""

    watches = Changes.EVERYTHING | Changes.BACKUPS

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.all_of: set[str] = set()
        self._is_busy = False
        self.set_head("Backups", _ABOUT)
        self.back_up_button = button("Back up now", self.back_up, "primary")
        elsewhere = button("Restore from elsewhere …", partial(self._restore, ""))
        self.set_actions(elsewhere, self.back_up_button)

    def query(self) -> Query[BackupsView]:
        """As they stand now."""
        now = self.session.now()
        return lambda store: backups.overview(store=store, now=now)

    def show_loaded(self, loaded: BackupsView) -> None:
        """What is missing first."""
        parts = [self._missing(loaded)] if loaded.missing or loaded.owed else []
        self.rebuild(*parts, self._here(loaded), self._elsewhere(loaded))

    def _missing(self, view: BackupsView) -> QFrame:
        lines = [("Not yet", view.owed)] if view.owed else []
        lines += [("Missing", each) for each in view.missing]
        return card(*(_stretched(row(state_mark("wait", state), words(each))) for state, each in lines))

    def _here(self, view: BackupsView) -> QFrame:
        head = row(words("On this computer", "section"), None)
        if view.here:
            head.addWidget(button("Open the folder", partial(self._open, view.folder), "link"))
        return card(head, words(str(view.folder), "small", select=True), *self._listed("here", view.here))

    def _elsewhere(self, view: BackupsView) -> QFrame:
        title = words("In a second place", "section")
        choose, about = button("Choose a second place …", self.choose_place), words(_BOTH, "muted")
        if view.place is None:
            return card(title, words(_NO_PLACE, "muted"), about, row(choose, None))
        open_folder = button("Open the folder", partial(self._open, view.place), "link")
        where = words(str(view.place), "small", select=True)
        if view.elsewhere is None:
            away = empty("It is not connected, or cannot be read: what lies there cannot be shown now.")
            return card(title, where, away, row(choose, None))
        listed = self._listed("elsewhere", view.elsewhere)
        return card(row(title, None, open_folder), where, about, *listed, row(choose, None))

    def _listed(self, where: str, each_backup: tuple[Backup, ...]) -> list[QBoxLayout | QWidget]:
        if not each_backup:
            return [empty("There is none yet.")]
        shown = each_backup if where in self.all_of else each_backup[:_MOST]
        lines: list[QBoxLayout | QWidget] = [column(*map(self._line, shown), gap=GAP)]
        if len(shown) < len(each_backup):
            more = plural(len(each_backup) - len(shown), "older one")
            lines.append(row(button(f"Show {more}", partial(self._show_all, where), "link"), None))
        return lines

    def _show_all(self, where: str) -> None:
        self.all_of.add(where)
        self.refresh()

    def _line(self, backup: Backup) -> QBoxLayout:
        moment = day_and_time(backup.made)
        if backup.trouble:
            mark = state_mark("bad", "Cannot be used")
            about = words(f"{moment}, {in_words(backup.why)}. {backup.trouble}")
            return _stretched(row(mark, about), _ROW)
        size = f"{backup.size / 1_000_000:,.1f} MB"
        look = button("Check", partial(self.verify, backup.path), "link", f"Check the backup of {moment}")
        restore = button(
            "Restore …", partial(self._restore, str(backup.path)), "link", f"Restore the backup of {moment}"
        )
        about = words(f"{moment}, {in_words(backup.why)}")
        line = row(about, words(size, "muted", wrap=False), look, restore)
        line.addStrut(_ROW)
        line.setStretch(0, 1)
        return line

    def _restore(self, path: str) -> None:
        """Show what the backup at ``path`` would bring, or ask where there is one."""
        self.session.restore_requested.emit(path)

    def back_up(self) -> None:
        """Make one now, beside whatever else goes on; one at a time.

        The button stays enabled meanwhile: disabled, it would lose the focus.
        """
        if self._is_busy:
            return
        now = self.session.now()
        self._busy("Making a backup …")
        self.session.runner.run_beside(
            self, lambda store: backups.back_up(store=store, now=now), self._backed_up, failed=self._failed
        )

    def _backed_up(self, outcome: Changed[BackupMade]) -> None:
        self._busy("")
        trouble = outcome.value.trouble
        text = f"Backed up at {outcome.value.backup.made:%H:%M} and checked."
        self.session.say(text, trouble, Tone.WARN if trouble else Tone.INFORM)

    def choose_place(self) -> None:
        """Ask for a folder, and put the newest backup there."""
        place = choose_folder(self, "Choose a second place for backups")
        if place:
            self.take_place(place)

    def take_place(self, place: Path) -> None:
        """Make ``place`` the second place."""
        now = self.session.now()
        self._busy("Putting a backup there …")
        self.session.runner.run_beside(
            self,
            lambda store: backups.choose_place(store=store, place=place, now=now),
            self._place_taken,
            failed=self._failed,
        )

    def _place_taken(self, said: Changed[str]) -> None:
        self._busy("")
        self.session.say(said.value)

    def verify(self, path: Path) -> None:
        """Look at one, page by page and row by row."""
        self._busy("Looking at every page …")
        self.session.runner.run_beside(
            self, lambda store: backups.verify(store=store, path=path), self._verified, failed=self._failed
        )

    def _verified(self, said: str) -> None:
        self._busy("")
        self.session.say(said)

    def _failed(self, error: BaseException) -> None:
        self._busy("")
        self.session.fail(error)
        self.refresh()

    def _busy(self, status: str) -> None:
        self._is_busy = bool(status)
        self.session.status.emit(sentence(status))

    def _open(self, folder: Path) -> None:
        show_folder(folder, self.session.notices.show)


def _stretched(line: QBoxLayout, height: int = 0) -> QBoxLayout:
    """A mark, and the words beside it over the rest of the line, at least so many pixels high."""
    line.addStrut(height)
    line.setStretch(1, 1)
    return line
