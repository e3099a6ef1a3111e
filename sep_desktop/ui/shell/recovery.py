"""The ways back to the store of visits, in place of the locked page or the first run."""

from pathlib import Path
from typing import TYPE_CHECKING

from PySide6.QtCore import QObject

from sep_desktop.notices import Tone
from sep_desktop.storage import store as stores
from sep_desktop.storage.store import Store

if TYPE_CHECKING:
    from sep_desktop.ui.context.way_back_page import WayBackPage
    from sep_desktop.ui.shell.program import Program


class Recovery(QObject):
    """Shows the page of the ways back, and afterwards what is then right."""

    def __init__(self, program: "Program") -> None:
        super().__init__(program)
        self._program = program
        self._page: WayBackPage[Store] | None = None

    def choose_backup(self) -> None:
        """From a store that does not open, or where there is none."""
        self._show().choose_backup()

    def salvage(self) -> None:
        """From a damaged store."""
        self._show().salvage()

    def restore_from_open(self, place: str) -> None:
        """Close the open store, whose words are saved, and show what the backup at ``place`` would bring.

        Without a place, ask for one.
        """
        program = self._program
        if not program.is_at_rest():
            text = "Not yet: something is still open, or being saved or sent."
            program.notices.say(Tone.WARN, text, "Try it again when that is done.")
            return
        program.close_session()
        page = self._show(was_open=True)
        if place:
            page.look_in(Path(place))
        else:
            page.choose_backup()

    def _show(self, was_open: bool = False) -> "WayBackPage[Store]":
        from sep_desktop.services import way_back  # 40 ms that no start needs
        from sep_desktop.ui.context.way_back_page import WayBackPage

        program = self._program
        ways = way_back.of_visits(program.locations)
        page = self._page = WayBackPage(ways, program.surroundings, program.in_caller, was_open)
        page.left.connect(self._turn_back)
        page.done.connect(self._done)
        program.show(page)
        return page

    def _turn_back(self) -> None:
        self.stop()
        if stores.exists(self._program.locations):
            self._program.show_unlock()
        else:
            self._program.show_first_run()

    def _done(self, sentences: str) -> None:
        self._page = None
        self._program.show_unlock()
        self._program.notices.say(Tone.INFORM, sentences, "Open it with its passphrase.")

    def stop(self) -> None:
        """Give up what is under way."""
        page, self._page = self._page, None
        if page:
            page.leave()
