"""One run of the program over one store: first run or unlock, work, lock, stop."""

import sys
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, QSize, Qt
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QMainWindow, QWidget

from sep_desktop import log, mistakes
from sep_desktop.errors import SepError
from sep_desktop.notices import Notice, NoticeSink, Tone
from sep_desktop.paths import Locations
from sep_desktop.services import guard, keys
from sep_desktop.services.guard import Beginning
from sep_desktop.storage import store as stores
from sep_desktop.storage.store import Store
from sep_desktop.ui.context.clipboard import ClipboardGuard
from sep_desktop.ui.context.idle import Idleness
from sep_desktop.ui.context.operations import Operations
from sep_desktop.ui.context.session import Session, Surroundings
from sep_desktop.ui.kit import theme
from sep_desktop.ui.kit.wheel import WheelGuard
from sep_desktop.ui.shell.gc_on_ui_thread import GcOnUiThread
from sep_desktop.ui.shell.locking import Locking, open_dialogs
from sep_desktop.ui.shell.main_window import MainWindow
from sep_desktop.ui.shell.outgoing import FormerMessages
from sep_desktop.ui.shell.recovery import Recovery

if TYPE_CHECKING:
    from sep_desktop.ui.context.sending import ConnectionWatch
    from sep_desktop.ui.keys.unlock import UnlockPage
    from sep_desktop.ui.shell.backup_keeper import BackupKeeper
    from sep_desktop.ui.shell.screen_lock import ScreenWatch
    from sep_desktop.ui.shell.single_window import SecondStart

_MEANT = timedelta(minutes=1)
PAINTED = 400  # milliseconds: by then the first page is on the screen
_SIZE, _LEAST = (1280, 800), (680, 360)


class Frame(QMainWindow):
    """The window of the operating system. Closing it asks the program first."""

    def __init__(self, program: "Program") -> None:
        super().__init__()
        self._program = program
        self.setWindowTitle("SEP Desktop")
        self.setMinimumSize(*_LEAST)
        self.resize(
            QSize(*_SIZE).boundedTo(self.screen().availableSize())
        )  # its foot stays on a small screen

    def closeEvent(self, event: QCloseEvent) -> None:
        if self._program.may_close():
            event.accept()
            self.hide()  # a report being handed over has a few seconds to be finished, unseen
            self._program.stop()
        else:
            event.ignore()


class Program(QObject):
    """Puts store, clock, keyring and window together; with ``in_caller`` all in the caller, for tests."""

    def __init__(self, locations: Locations, surroundings: Surroundings, in_caller: bool = False) -> None:
        super().__init__()
        self.locations, self.surroundings, self.in_caller = locations, surroundings, in_caller
        self.notices = NoticeSink()
        self.frame = Frame(self)
        self.session: Session | None = None
        self.window: MainWindow | None = None
        self.idleness: Idleness | None = None
        self.connection: ConnectionWatch | None = None
        self.backups: BackupKeeper | None = None
        self.screen: ScreenWatch | None = None
        self.second_start: SecondStart | None = None
        self.integrity_checked = True
        self.clipboard: ClipboardGuard | None = None
        self.locking = Locking(self)
        self._abandoned: list[Operations] = []
        self.warned: datetime | None = None
        self.recovery = Recovery(self)
        self.way_in = ""  # said while it is locked, where nobody chose the passphrase
        self.guard, self.garbage = WheelGuard(), GcOnUiThread(surroundings.timers)
        self.former_messages = FormerMessages(locations.outgoing, surroundings.timers, self.notices)
        self._after_paint = surroundings.timers.timer(self, self._after_first_page)
        sys.excepthook = mistakes.told(self.notices)

    def start(self) -> None:
        """The window as it has to be: first run, locked or open."""
        self.former_messages.remove()
        if not stores.exists(self.locations):
            self.show_first_run()
        else:
            self._open_with_kept_key()
        self.frame.show()

    def _open_with_kept_key(self) -> None:
        try:
            store = stores.unlock_with_keyring(self.locations, self.surroundings.keyring, check=False)
        except (SepError, OSError) as problem:
            self.show_unlock().show_problem(problem)
            return
        self.integrity_checked = store is None
        if store:
            self.enter(store)
        else:
            self.show_unlock()

    def enter(self, store: Store, address: str = "") -> None:
        """As ``open``, at ``address`` or where somebody was when it was locked.

        A store that cannot be shown is closed again, and the locked page says why.
        """
        try:
            self.open(store, address or self.locking.address(store.key_file.store_id))
        except Exception as error:  # noqa: BLE001 -- put into words on the locked page, whatever it is
            if self.session:
                self.session.operations.stop()
            self.session = self.window = None
            store.close()
            self.show_unlock().show_problem(error)

    def show_first_run(self) -> None:
        """The page for whoever has no store yet."""
        from sep_desktop.ui.keys.first_run import FirstRunPage

        page = FirstRunPage(self.locations, self.surroundings)
        page.ready.connect(self.enter)
        page.restore_requested.connect(self.recovery.choose_backup)
        self.show(page)

    def show_unlock(self) -> "UnlockPage":
        """The locked page."""
        from sep_desktop.ui.keys.unlock import UnlockPage

        page = UnlockPage(self.locations, self.surroundings, self.in_caller)
        page.ready.connect(self.enter)
        page.restore_requested.connect(self.recovery.choose_backup)
        page.salvage_requested.connect(self.recovery.salvage)
        self.notices.listen(page.banner.show_notice)
        if self.way_in:
            self.notices.say(Tone.INFORM, self.way_in)
        self.show(page)
        page.passphrase.setFocus()
        return page

    def open(self, store: Store, address: str = "today") -> None:
        """Work over ``store``."""
        theme.apply(application(), store.settings.text("look.theme"), store.settings.number("look.text"))
        self.warned = None
        beginning = guard.begin(store=store, now=self.surroundings.clock.now())
        operations = Operations(self, self.in_caller)
        self.session = Session(store, self.surroundings, operations, self.notices, self.locking.concealed)
        self.locking.prepare(self.session)
        self.window = MainWindow(self.session)
        self.clipboard = ClipboardGuard(self.window)
        self.session.lock_requested.connect(self.lock)
        # Queued: the page that asks must have returned before it goes.
        restore = self.recovery.restore_from_open
        self.session.restore_requested.connect(restore, Qt.ConnectionType.QueuedConnection)
        self.idleness = self._idleness(self.window, store.settings.number("security.idle_minutes"))
        self.show(self.window)
        self.window.go(address)
        _say_first(self.notices, store, beginning)
        self.session.hear_store()
        self.locking.go_back(self.session, self.window)
        if self.in_caller:
            self._after_first_page()
        else:
            self._after_paint.start(PAINTED)

    def _idleness(self, window: MainWindow, minutes: int) -> Idleness:
        idleness = Idleness(self.surroundings.timers, minutes, window.is_meeting_running)
        idleness.idle.connect(self.lock)
        idleness.warned.connect(window.idle_notice.show_seconds)
        return idleness

    def _after_first_page(self) -> None:
        """What nobody has to wait for.

        The log, eyes on hands and connection, and a look at every page of the store.
        """
        from sep_desktop.ui.context.sending import ConnectionWatch
        from sep_desktop.ui.shell.backup_keeper import BackupKeeper
        from sep_desktop.ui.shell.screen_lock import ScreenWatch

        if self.session is None:
            return
        log.start(self.locations.log)
        for each in (self.guard, self.locking.key):
            application().installEventFilter(each)
        if self.idleness:
            self.idleness.watch()
        self.connection = ConnectionWatch(self.session, self.window or self.frame)
        self.backups = BackupKeeper(self.session)
        self.backups.begin()
        self.screen = ScreenWatch(
            self.frame.windowHandle(), self.surroundings.clock.now, self.surroundings.timers
        )
        self.screen.left.connect(self._on_screen_locked)
        if not self.integrity_checked:
            self.session.run(self, lambda store: store.database.check_integrity(), failed=self._damaged)

    def _on_screen_locked(self) -> None:
        """Nobody sits before the screen any more. The sealed store closes in any case."""
        if self.session is None:
            return
        if self.locking.is_with_screen:
            self.lock()
        else:
            self.session.screen_locked.emit()

    def _damaged(self, problem: BaseException) -> None:
        """Close the store before anything is saved over what is left of it."""
        self.close_session(save=False)
        self.show_unlock().show_problem(problem)

    def lock(self) -> None:
        """As ``Locking.lock``; what the own mail program opened goes with it."""
        self.locking.lock()
        self.former_messages.remove_all()

    def is_at_rest(self) -> bool:
        """Whether nothing would be lost by closing: everything is saved, nothing is open or under way."""
        saved = self.window is not None and self.window.leave()
        busy = self.session is not None and self.session.runner.busy
        return saved and not open_dialogs() and not busy

    def close_session(self, save: bool = True, wait: bool = True) -> None:
        """Save what is unsaved, unless the store must not be written to or all is saved.

        Then close it and let everything of it go. ``wait`` for what is under way, or abandon it.
        """
        session, window = self.session, self.window
        if session is None or window is None:
            return
        if save:
            window.leave()
        for watch in (self.connection, self.screen, self.idleness, self.backups):
            if watch:
                watch.stop()
        if wait:
            with session.hand_overs.ending():
                session.operations.stop()
        else:
            self._abandon(session.operations)
        store = session.end()
        self.notices.listen(None)
        store.close()
        if self.clipboard:
            self.clipboard.forget()
        self.session = self.window = self.connection = self.screen = self.idleness = self.backups = None
        self.clipboard, self.integrity_checked = None, True
        self._let_go(window)

    def _abandon(self, operations: Operations) -> None:
        operations.abandon()
        over = [each for each in self._abandoned if each.is_over]
        self._abandoned = [*(each for each in self._abandoned if each not in over), operations]
        for each in over:
            each.deleteLater()

    def _let_go(self, window: MainWindow) -> None:
        """Delete the window now: words in fields and lambdas of buttons must not outlive the store."""
        if self.frame.centralWidget() is window:
            self.frame.takeCentralWidget()
        if shiboken6.isValid(window):
            window.hide()
            window.setParent(None)
            window.deleteLater()

    def listen_for_second_start(self) -> None:
        """Be found by a second start from now on."""
        from sep_desktop.ui.shell.single_window import SecondStart

        self.second_start = SecondStart(self.locations, self.frame)

    def may_close(self) -> bool:
        """Whether the program may end.

        Not over words that could not be saved, nor over a backup that could not be made, save when it is
        meant a second time.
        """
        problem = _why_not_to_close(self)
        now = self.surroundings.clock.now()
        if problem and (self.warned is None or now - self.warned > _MEANT):
            self.warned = now
            self.notices.show(problem)
            return False
        return True

    def stop(self) -> None:
        """Close everything; a second call does nothing more."""
        self.recovery.stop()
        self.close_session()
        for operations in self._abandoned:
            operations.stop()
        self.former_messages.end()
        application().removeEventFilter(self.locking.key)
        self.garbage.stop()
        if self.second_start:
            self.second_start.close()

    def show(self, widget: QWidget) -> None:
        """Put ``widget`` in the frame, in the place of what was there."""
        previous = self.frame.takeCentralWidget()
        self.frame.setCentralWidget(widget)
        if previous:
            previous.deleteLater()


def _say_first(notices: NoticeSink, store: Store, beginning: Beginning) -> None:
    """What somebody must hear before anything else; the gravest last, for it stays on the screen."""
    if not store.settings.on("security.code_confirmed"):
        notices.say(
            Tone.WARN,
            "The recovery code was never typed back.",
            "Make a new one in Settings, Security: without it a lost passphrase loses everything.",
        )
    graver = beginning.notices or store.repairs or not store.settings.on("security.code_confirmed")
    if not graver and keys.advise_once(store=store):  # one message takes the place of another
        notices.say(Tone.WARN, *keys.ADVICE)
    for notice in beginning.notices:
        notices.show(notice)


def _why_not_to_close(program: Program) -> Notice | None:
    """Words that could not be saved, or a backup that could not be made."""
    if program.locking.concealed:
        return Notice(
            Tone.FAIL,
            "Not closed: some of your words could not be saved before the lock.",
            "Open it, and they are put back. Closing again closes without them.",
        )
    session, window = program.session, program.window
    if session is not None:
        session.unsaved.save_waiting(session.runner.opened)
    if (window is not None and not window.leave()) or (session is not None and session.unsaved):
        return Notice(
            Tone.FAIL,
            "Not closed: some of your words could not be saved.",
            "Free some space, or copy them elsewhere. Closing again closes without them.",
        )
    problem = program.backups.make_last() if program.backups else None
    if problem is None:
        return None
    hint = f"{problem.hint} Closing again closes without one.".strip()
    return Notice(Tone.FAIL, f"Not closed: no backup could be made. {problem.text}", hint)


def application() -> QApplication:
    """The one application of the process."""
    instance = QApplication.instance()
    assert isinstance(instance, QApplication)
    return instance
