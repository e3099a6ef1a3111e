"""The way from a command to an event loop: the window over a store, or over invented sample data."""

import logging
import sys
from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QMessageLogContext, QtMsgType, qInstallMessageHandler
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import QApplication

from sep_desktop import log, paths
from sep_desktop.clock import SystemClock
from sep_desktop.paths import Locations
from sep_desktop.storage import store as stores
from sep_desktop.storage.os_keyring import find_keyring
from sep_desktop.ui.context.session import Surroundings
from sep_desktop.ui.context.timers import QtTimers
from sep_desktop.ui.kit import theme
from sep_desktop.ui.shell.program import PAINTED, Program
from sep_desktop.ui.shell.pyside_refcounts import keep_true_alive

__all__ = ["Program", "application", "run", "run_sample"]

_DESKTOP_FILE = "sep-desktop"  # the name of the menu entry, without ``.desktop``
_TASKBAR_GROUP = "SEPDesktop.Window"
_logger = logging.getLogger(__name__)


def application() -> QApplication:
    """The one application of the process, made where there is none yet."""
    keep_true_alive()
    _leave_the_group_of_python()
    instance = QApplication.instance() or QApplication([*sys.argv[:1], "-style", theme.STYLE])
    assert isinstance(instance, QApplication)
    instance.setApplicationName("SEP Desktop")
    instance.setDesktopFileName(_DESKTOP_FILE)
    instance.setWindowIcon(QIcon(str(paths.resources() / "program.svg")))
    instance.setQuitOnLastWindowClosed(True)
    return instance


def _leave_the_group_of_python() -> None:
    """Windows groups windows in its taskbar by program, which is Python, unless the process names a group."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.shell32.SetCurrentProcessExplicitAppUserModelID(_TASKBAR_GROUP)


def run(locations: Locations) -> int:
    """Open the window over a store, or raise the one that is open already. The exit code."""
    app = application()
    if stores.in_use(locations):
        from sep_desktop.ui.shell.single_window import raise_first_window

        if raise_first_window(locations):
            return 0
    qInstallMessageHandler(_without_words)
    theme.apply(app, "system")
    program = _program(locations)
    program.start()
    waiting = program.surroundings.timers.timer(program, program.listen_for_second_start)
    waiting.start(PAINTED)
    code = app.exec()
    program.stop()
    return code


def run_sample(show: Callable[[Program], None] | None = None) -> int:
    """The window over invented sample data in a temporary folder, gone when it is closed. The exit code."""
    import tempfile

    from sep_desktop.services import sample

    app = application()
    qInstallMessageHandler(_without_words)
    theme.apply(app, "system")
    with tempfile.TemporaryDirectory(prefix="sep-desktop-", ignore_cleanup_errors=True) as folder:
        program = _program(Locations(Path(folder) / "store"))
        store, _ = stores.create(program.locations, sample.PASSPHRASE)
        now = program.surroundings.clock.now()
        sample.fill(store=store, now=now)
        sample.plan_ahead(store=store, now=now)
        store.settings.put("security.idle_minutes", 0)  # somebody looks round, and is called away
        program.way_in = f"The passphrase of the sample is “{sample.PASSPHRASE}”."
        program.frame.show()
        program.open(store)
        if show:
            show(program)
        code = app.exec()
        program.stop()
        log.stop()  # its file lies in the folder that goes now
    return code


def _without_words(kind: QtMsgType, context: QMessageLogContext, _: str) -> None:
    """What Qt complains of may quote a text or a file's name: only of what kind it is, and about what."""
    _logger.info("Qt: %s, %s", kind.name, context.category)


def _program(locations: Locations) -> Program:
    return Program(locations, Surroundings(SystemClock(), QtTimers(), find_keyring()))
