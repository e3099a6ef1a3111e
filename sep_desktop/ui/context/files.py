"""Files in and out, where the user says."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtCore import QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from sep_desktop.errors import EnvironmentProblem
from sep_desktop.files import write_durably
from sep_desktop.notices import Notice, Tone
from sep_desktop.ui.context.operations import Opened, Runner

_PRIVATE = QFileDialog.Option.DontUseNativeDialog
"""Qt's own dialog: the system's remembers what was chosen."""


def save_as(
    parent: QWidget,
    runner: Runner[Opened],
    title: str,
    name: str,
    kinds: str,
    make: Callable[[Opened], bytes],
    done: Callable[[Path], None] | None = None,
    *,
    private: bool = False,
) -> None:
    """Ask for a place, make the bytes away from the window's thread and write them there; then ``done``.

    ``kinds`` is Qt's filter, ``PDF (*.pdf)``. What the disk refuses is told as an ``EnvironmentProblem``.
    """
    options = _PRIVATE if private else QFileDialog.Option(0)
    chosen, _ = QFileDialog.getSaveFileName(parent, title, name, kinds, options=options)
    if not chosen:
        return
    path = Path(chosen)

    def work(opened: Opened) -> Path:
        data = make(opened)
        try:
            write_durably(path, data)
        except OSError as error:
            raise EnvironmentProblem(
                f"{path} cannot be written ({type(error).__name__}).", "Choose another place."
            ) from None
        return path

    runner.run(parent, work, done, slow=True)


def choose_file(parent: QWidget, title: str, kinds: str, *, private: bool = False) -> Path | None:
    """The file that the user chose, if one was."""
    options = _PRIVATE if private else QFileDialog.Option(0)
    chosen, _ = QFileDialog.getOpenFileName(parent, title, "", kinds, options=options)
    return Path(chosen) if chosen else None


def read_bytes(path: Path) -> bytes:
    """What a file holds. Raises ``EnvironmentProblem`` for one that cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise EnvironmentProblem(
            f"{path} cannot be read ({type(error).__name__}).", "Check that the disk is connected."
        ) from None


def show_folder(folder: Path, tell: Callable[[Notice], None]) -> None:
    """Open a folder in the system's file manager; ``tell`` where it is to be found where there is none."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        tell(Notice(Tone.WARN, "The folder cannot be shown from here.", f"Open it yourself: {folder}"))
