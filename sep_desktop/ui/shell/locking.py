"""The lock: within a second, whatever is under way, nothing readable stays and nothing typed is lost."""

from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, Qt
from PySide6.QtWidgets import QApplication, QDialog

from sep_desktop import mistakes
from sep_desktop.domain.changes import Changes
from sep_desktop.notices import Tone
from sep_desktop.storage.store import Store
from sep_desktop.ui.context.sending import abandon_sending
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.context.unsaved import CONCEALED, ConcealedTexts
from sep_desktop.ui.kit.dialog import Dialog
from sep_desktop.ui.shell.lock_key import LockKey
from sep_desktop.ui.shell.main_window import MainWindow
from sep_desktop.ui.shell.return_place import Returning, ReturnPlace, return_place

if TYPE_CHECKING:
    from sep_desktop.ui.shell.program import Program

_STOPPED = "Something that was under way was stopped by the lock; it changed nothing."


class Locking(QObject):
    """Locks ``program``, and puts its user back when it is opened again.

    What the store could not take is in ``concealed`` meanwhile, and where somebody was in ``place``.
    ``key`` is Ctrl+L over a dialog.
    ``is_with_screen`` is the user's setting, known here because a lock may not wait for the store to be read.
    """

    def __init__(self, program: "Program") -> None:
        super().__init__(program)
        self._program = program
        self.concealed = ConcealedTexts()
        self.is_with_screen = True
        self.key = LockKey()  # queued: the dialog that hears it goes with the lock
        self.key.pressed.connect(program.lock, Qt.ConnectionType.QueuedConnection)
        self._place: ReturnPlace | None = None

    def lock(self) -> None:
        """Save what was typed, close everything, show the locked page. Asks nothing, waits for nobody."""
        session, window = self._program.session, self._program.window
        if session is None or window is None:
            return  # locked already, or there is no store yet
        self._program.session = None  # first: nothing that ends now locks again
        sentences: list[str] = []
        try:
            self._place = return_place(window, session)
            sentences = self._end_work(session)
            self.save(session, window)
        finally:  # whatever went wrong, nothing readable stays
            self._program.session = session
            dialogs = open_dialogs()
            self._program.close_session(save=False, wait=False)
            _take_away(dialogs)
            self._program.show_unlock()
        self._say(sentences)

    def _end_work(self, session: Session) -> list[str]:
        """What is to be said afterwards of work that did not end by itself."""
        session.composition.commit()
        dialogs = [each for each in open_dialogs() if isinstance(each, Dialog)]
        abandon_sending(session)
        was_broken_off = session.break_off_work()
        session.operations.in_caller = True  # from here on everything is done at once, in this thread
        sentences = [text for each in dialogs if (text := each.at_lock())]
        return sentences or [_STOPPED] * was_broken_off

    def save(self, session: Session, window: MainWindow) -> None:
        """Save everything without the queues; conceal what the store cannot take."""
        for page in window.pages.values():
            try:
                page.lock()
            except Exception as error:  # noqa: BLE001 -- it may not cost the others their words
                mistakes.write_down(error)
        session.unsaved.save_last(session.runner.opened)
        self.concealed.visits += session.unsaved.conceal(session.runner.opened.concealment)

    def _say(self, sentences: list[str]) -> None:
        notices = self._program.notices
        if self.concealed:
            hint = " ".join([CONCEALED.hint, *sentences])
            notices.say(CONCEALED.tone, CONCEALED.text, hint)
        elif sentences:
            notices.say(Tone.WARN, " ".join(sentences))

    def address(self, store: str) -> str:
        """Where to go in the store with this id."""
        return self._place.address if self._is_of(store) and self._place else "today"

    def _is_of(self, store: str) -> bool:
        return self._place is not None and self._place.store == store

    def prepare(self, session: Session) -> None:
        """What has to be as it was before any page is shown, and what is to be known before a lock."""
        self._know(_locks_with_screen(session.runner.opened))
        session.changed.connect(self._know_again)
        if self._place and self._is_of(session.runner.opened.key_file.store_id):
            session.private_hidden = self._place.private_hidden

    def _know_again(self, changes: Changes) -> None:
        session = self._program.session
        if session and changes & Changes.SETTINGS:
            session.run(self, _locks_with_screen, self._know)

    def _know(self, is_with_screen: bool) -> None:
        self.is_with_screen = is_with_screen

    def go_back(self, session: Session, window: MainWindow) -> None:
        """The page is open again: put cursor, scroll and dialog back. Once for each lock."""
        place, self._place = self._place, None
        if place and place.store == session.runner.opened.key_file.store_id:
            Returning(place, window, session).begin()


def _locks_with_screen(store: Store) -> bool:
    return store.settings.on("security.lock_with_screen")


def open_dialogs() -> list[QDialog]:
    """Dialogs that stand open, perhaps with words in them; those of Qt and of the system too."""
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]


def _take_away(dialogs: list[QDialog]) -> None:
    """Hiding ends whoever waits for one; giving it up would forget its words."""
    popup = QApplication.activePopupWidget()
    while popup is not None and popup.isVisible():
        popup.hide()
        popup = QApplication.activePopupWidget()
    for each in dialogs:
        if shiboken6.isValid(each):
            each.hide()
