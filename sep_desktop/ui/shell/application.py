"""Start, unlock, run, lock, stop: the only place that puts store, clock, keyring and window together."""

import logging
import sys
import tempfile
from collections.abc import Callable
from datetime import datetime, timedelta
from pathlib import Path
from types import TracebackType
from typing import TYPE_CHECKING

import shiboken6
from PySide6.QtCore import QObject, QTimer
from PySide6.QtGui import QCloseEvent
from PySide6.QtWidgets import QApplication, QDialog, QMainWindow, QWidget

from sep_desktop import log
from sep_desktop.clock import Clock, SystemClock
from sep_desktop.errors import EnvironmentProblem, SepError
from sep_desktop.notices import NoticeSink, Tone
from sep_desktop.paths import Locations
from sep_desktop.services import outbox
from sep_desktop.storage import store as stores
from sep_desktop.storage.key_slots import Cost
from sep_desktop.storage.os_keyring import Keyring, find_keyring
from sep_desktop.storage.store import Store
from sep_desktop.ui.context.operations import Operations
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit import theme
from sep_desktop.ui.kit.wheel import WheelGuard
from sep_desktop.ui.shell.gc_on_ui_thread import GcOnUiThread
from sep_desktop.ui.shell.main_window import Idleness, MainWindow
from sep_desktop.ui.shell.pyside_refcounts import keep_true_alive

if TYPE_CHECKING:
    from PySide6.QtNetwork import QLocalServer

    from sep_desktop.ui.context.sending import ConnectionWatch
    from sep_desktop.ui.shell.screen_lock import ScreenWatch

_MEANT = timedelta(minutes=1)
_PAINTED = 400  # milliseconds: by then the first page is on the screen

_logger = logging.getLogger(__name__)


class Program(QObject):
    """One run of the program over one store."""

    def __init__(
        self,
        locations: Locations,
        clock: Clock,
        keyring: Keyring,
        at_once: bool = False,
        cost: Cost | None = None,
    ) -> None:
        super().__init__()
        self.locations, self.clock, self.keyring, self.at_once, self.cost = (
            locations,
            clock,
            keyring,
            at_once,
            cost,
        )
        self.sink = NoticeSink()
        self.frame = QMainWindow()
        self.frame.setWindowTitle("SEP Desktop")
        self.frame.resize(1280, 800)
        self.frame.setMinimumSize(760, 560)
        self.session: Session | None = None
        self.window: MainWindow | None = None
        self.idleness: Idleness | None = None
        self.watch: ConnectionWatch | None = None
        self.screen: ScreenWatch | None = None
        self.checked = True
        self.covered: QWidget | None = None
        self.hidden: list[QDialog] = []
        self.warned: datetime | None = None
        self.server: QLocalServer | None = None
        self.frame.closeEvent = self.close
        self.guard, self.garbage = WheelGuard(), GcOnUiThread()
        sys.excepthook = self._unexpected

    def start(self) -> None:
        """The window as it has to be: first run, locked or open."""
        _empty(self.locations.outgoing)
        if not stores.exists(self.locations):
            self._show_first_run()
        elif (found := self._kept_key()) is not None:
            self._open_kept(found)
        else:
            self._show_unlock()
        self.frame.show()

    def _kept_key(self) -> Store | None:
        try:
            found = stores.unlock_with_keyring(self.locations, self.keyring, check=False)
            self.checked = found is None
            return found
        except SepError as problem:
            self.sink.say(Tone.WARN, problem.message, problem.hint)
            return None

    def _open_kept(self, store: Store) -> None:
        """Open without having looked at every page first: one that is damaged says so when it is read."""
        try:
            self.open(store)
        except EnvironmentProblem as problem:
            self.session = self.window = None
            store.close()
            self._show_unlock()
            self.sink.say(Tone.FAIL, problem.message, problem.hint)

    def _show_first_run(self) -> None:
        from sep_desktop.ui.keys.first_run import FirstRunPage

        page = FirstRunPage(self.locations, self.clock, self.keyring, self.cost)
        page.ready.connect(self.open)
        self._set(page)

    def _show_unlock(self) -> None:
        from sep_desktop.ui.keys.unlock import UnlockPage

        page = UnlockPage(self.locations, self.at_once, self.cost)
        page.ready.connect(self.open)
        self.sink.listen(page.banner.show_notice)
        self._set(page)
        page.passphrase.setFocus()

    def open(self, store: Store, address: str = "today") -> None:
        """Work over ``store``."""
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, store.settings.text("look.theme"), store.settings.number("look.text"))
        self.warned = None
        cut_off = outbox.recover(store=store, now=self.clock.now())
        self.session = Session(
            store, self.clock, self.keyring, Operations(self, self.at_once), self.sink, self.cost
        )
        self.window = MainWindow(self.session)
        self.session.locking.connect(self.lock)
        self.idleness = Idleness(store.settings.number("security.idle_minutes"))
        self.idleness.idle.connect(self.lock)
        self._set(self.window)
        self.window.go(address)
        if cut_off:
            self.sink.say(
                Tone.WARN,
                "The program ended while a report was being handed over.",
                "Whether it arrived could not be confirmed: see the Outbox.",
            )
        if not store.settings.on("security.code_confirmed"):
            self.sink.say(
                Tone.WARN,
                "The recovery code was never typed back.",
                "Make a new one in Settings, Security: without it a lost passphrase loses everything.",
            )
        if store.database.mended:
            self.sink.say(
                Tone.WARN,
                "A damaged first page of the store was mended.",
                "Nothing is missing. Have the disk of this computer checked.",
            )
        if self.at_once:
            self._after_first_page()
        else:
            QTimer.singleShot(_PAINTED, self, self._after_first_page)

    def _after_first_page(self) -> None:
        """What nobody has to wait for: the log, eyes on hands and line, and a look at every page of the store."""
        from sep_desktop.ui.context.sending import ConnectionWatch
        from sep_desktop.ui.shell.screen_lock import ScreenWatch

        if self.session is None:
            return
        log.start(self.locations.log)
        application().installEventFilter(self.guard)
        if self.idleness:
            application().installEventFilter(self.idleness)
        self.watch = ConnectionWatch(self.session)
        self.screen = ScreenWatch(self.frame.windowHandle(), self.clock.now)
        self.screen.left.connect(self._on_screen_locked)
        if not self.checked:
            self.session.operations.run(
                self.session.store.database.check_integrity, lambda _: None, self._damaged
            )

    def _on_screen_locked(self) -> None:
        """Nobody sits before the screen any more. The sealed store closes in any case."""
        if self.session is None:
            return
        self.session.screen_locked.emit()
        if self.session.store.settings.on("security.lock_with_screen"):
            self.lock()

    def _damaged(self, problem: BaseException) -> None:
        """Close the store before anything is saved over what is left of it."""
        self._close_session(save=False)
        self._show_unlock()
        if isinstance(problem, SepError):
            self.sink.say(Tone.FAIL, problem.message, problem.hint)

    def lock(self) -> None:
        """Show nothing any more. The store is closed when nothing would be lost by it, else covered until it is opened again."""
        if self.session is None or self.covered is not None:
            return
        saved = self.window is not None and self.window.leave()
        if saved and not _dialogs() and self.session.operations.quiet:
            self._close_session()
            self._show_unlock()
        else:
            self._cover(self.session.store)

    def _cover(self, store: Store) -> None:
        """Put the locked page over unsaved words, open dialogs or a report on its way; the passphrase brings them back."""
        from sep_desktop.ui.keys.unlock import UnlockPage

        self.covered = self.frame.takeCentralWidget()
        self.hidden = _dialogs()
        for dialog in self.hidden:
            dialog.hide()
        page = UnlockPage(self.locations, self.at_once, self.cost, covered=store)
        page.ready.connect(self._uncover)
        self.sink.listen(page.banner.show_notice)
        self._set(page)
        page.passphrase.setFocus()

    def _uncover(self, _: Store) -> None:
        covered, self.covered = self.covered, None
        assert covered is not None
        self._set(covered)
        if self.window:
            self.sink.listen(self.window.banner.show_notice)
        hidden, self.hidden = self.hidden, []
        for dialog in (each for each in hidden if shiboken6.isValid(each)):
            dialog.show()

    def _close_session(self, save: bool = True) -> None:
        """Everything unsaved is saved before the store is closed, unless the store must not be written to."""
        if self.session is None or self.window is None:
            return
        if save:
            self.window.leave()
        self.covered, self.hidden = None, []
        if self.watch:
            self.watch.stop()
        if self.screen:
            self.screen.stop()
        if self.idleness:
            self.idleness.stop()
            QApplication.instance().removeEventFilter(self.idleness)
        self.session.operations.stop()
        self.session.ending.emit()
        self.sink.listen(None)
        self.session.store.close()
        self.session = self.window = self.watch = self.screen = None
        self.checked = True

    def close(self, event: QCloseEvent) -> None:
        """Close the program, but not over words that could not be saved: the second time is meant."""
        unsaved = self.window is not None and not self.window.leave()
        now = self.clock.now()
        if unsaved and (self.warned is None or now - self.warned > _MEANT):
            self.warned = now
            event.ignore()
            self.sink.say(
                Tone.FAIL,
                "Not closed: some of your words could not be saved.",
                "Free some space, or copy them elsewhere. Closing again closes without them.",
            )
            return
        event.accept()
        self.frame.hide()  # a report being handed over is finished first, unseen
        self.stop()

    def meet(self, server: "QLocalServer") -> None:
        """Keep the place where a second start finds this window."""
        self.server = server

    def stop(self) -> None:
        self._close_session()
        self.garbage.stop()
        if self.server:
            self.server.close()

    def _set(self, widget: QWidget) -> None:
        old = self.frame.takeCentralWidget()
        self.frame.setCentralWidget(widget)
        if old:
            old.deleteLater()

    def _unexpected(
        self, kind: type[BaseException], error: BaseException, trace: TracebackType | None
    ) -> None:
        _logger.error("unexpected\n%s", log.places(error))
        print(log.places(error), file=sys.stderr)  # noqa: T201 -- for whoever started it from a terminal; without the words
        self.sink.say(
            Tone.FAIL,
            f"The program made a mistake ({kind.__name__}).",
            "What was saved is safe. Details are in the log; Help says where it is.",
        )


def _dialogs() -> list[QDialog]:
    """Dialogs that stand open, perhaps with words in them."""
    return [each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()]


def _empty(folder: Path) -> None:
    for path in folder.iterdir() if folder.is_dir() else ():
        path.unlink(missing_ok=True)


def application() -> QApplication:
    """The one application, undressed."""
    keep_true_alive()
    app = QApplication.instance() or QApplication(sys.argv[:1])
    assert isinstance(app, QApplication)
    app.setApplicationName("SEP Desktop")
    app.setQuitOnLastWindowClosed(True)
    return app


def run(locations: Locations) -> int:
    """Open the window over a store, or raise the one that is open already."""
    app = application()
    if stores.in_use(locations) and _raised_first_window(locations):
        return 0
    theme.apply(app, "system")
    program = Program(locations, SystemClock(), find_keyring())
    program.start()
    QTimer.singleShot(_PAINTED, program, lambda: program.meet(_rendezvous(locations, program.frame)))
    code = app.exec()
    program.stop()
    return code


def run_sample(show: Callable[[Program], None] | None = None) -> int:
    """The window over invented sample data in a temporary folder, gone when it is closed."""
    from sep_desktop.services import sample

    app = application()
    theme.apply(app, "system")
    with tempfile.TemporaryDirectory(prefix="sep-desktop-", ignore_cleanup_errors=True) as folder:
        clock = SystemClock()
        program = Program(Locations(Path(folder) / "store"), clock, find_keyring())
        store, _ = stores.create(program.locations, sample.PASSPHRASE)
        sample.fill(store=store, now=clock.now())
        sample.plan_ahead(store=store, now=clock.now())
        store.settings.put("security.idle_minutes", 0)  # nobody was told the passphrase of the sample
        program.frame.show()
        program.open(store)
        if show:
            QTimer.singleShot(0, lambda: show(program))
        code = app.exec()
        program.stop()
    return code


def _raised_first_window(locations: Locations) -> bool:
    """Whether a first window was there and has been asked to come forward."""
    from PySide6.QtNetwork import QLocalSocket

    socket = QLocalSocket()
    socket.connectToServer(locations.rendezvous)
    there = socket.waitForConnected(500)
    if there:
        socket.write(b"raise")
        socket.waitForBytesWritten(500)
        socket.disconnectFromServer()
    return there


def _rendezvous(locations: Locations, frame: QMainWindow) -> "QLocalServer":
    """Listen for a second start. The lock file is what guards the store; this only raises the window."""
    from PySide6.QtNetwork import QLocalServer

    QLocalServer.removeServer(locations.rendezvous)
    server = QLocalServer()
    server.setSocketOptions(QLocalServer.SocketOption.UserAccessOption)
    server.newConnection.connect(lambda: (frame.showNormal(), frame.raise_(), frame.activateWindow()))
    server.listen(locations.rendezvous)
    return server
