"""The notes of a visit as a paper: with the private ones only where somebody says so."""

from PySide6.QtWidgets import QWidget

from sep_desktop.services import notes_paper
from sep_desktop.ui.context.files import save_as
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import Tick, words
from sep_desktop.ui.kit.dialog import Dialog
from sep_desktop.ui.visit.step import PRIVATE_HIDDEN

_ABOUT = "Item by item, with the times at which each note was first written and last changed."


class NotesPaperDialog(Dialog):
    """Asks whether private notes are to stand on it, then where it is to be written.

    While they are hidden on the screen it does not ask, and leaves them out.
    """

    def __init__(
        self, parent: QWidget, session: Session, visit: int, has_private: bool, hides_private: bool
    ) -> None:
        super().__init__(parent, "Notes as a paper", "Choose a place …", _ABOUT)
        self.session, self.visit, self.parent_page = session, visit, parent
        self.with_private = Tick("With the private notes, each marked as private")
        asks = has_private and not hides_private
        self.with_private.setVisible(asks)
        self.content.addWidget(words("It says that these are your own notes and not a report."))
        if hides_private:
            self.content.addWidget(words(PRIVATE_HIDDEN, "muted"))
        self.content.addWidget(self.with_private)
        self.first_focus = self.with_private if asks else self.primary

    def try_finish(self) -> None:
        """Ask for a place and write the paper there."""
        visit, with_private, now = self.visit, self.with_private.isChecked(), self.session.now()

        def make(store: Store) -> bytes:
            return notes_paper.paper(store=store, visit=visit, with_private=with_private, now=now)

        self.accept()
        name, kinds = f"notes-{now.date()}-visit-{visit}.pdf", "PDF (*.pdf)"
        session = self.session
        save_as(self.parent_page, session.runner, session.say, "Notes as a paper", name, kinds, make)
