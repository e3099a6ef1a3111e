"""Files in and out, where the user says."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import Protocol

from PySide6.QtCore import QStandardPaths, QUrl
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QWidget

from sep_desktop.errors import in_words
from sep_desktop.files import IN_CLEAR, SEALED_THERE, is_open_to_others, write_out
from sep_desktop.notices import Notice, Tone
from sep_desktop.ui.context.operations import Opened, Runner

_PRIVATE = QFileDialog.Option.DontUseNativeDialog


class Say(Protocol):
    """How a page tells something."""

    def __call__(self, text: str, hint: str = "", tone: Tone = Tone.INFORM) -> None:
        """Tell ``text`` and what to do about it."""


def save_as(
    parent: QWidget,
    runner: Runner[Opened],
    say: Say,
    title: str,
    name: str,
    kinds: str,
    make: Callable[[Opened], bytes],
    hint: str = "",
    done: Callable[[], None] | None = None,
    *,
    private: bool = False,
) -> None:
    """Ask for a place, make the bytes away from the window's thread and write them there; then ``done``.

    ``kinds`` is Qt's filter, ``PDF (*.pdf)``. What is ``private`` is encrypted, and Qt's own dialog asks, for
    the system's remembers what was chosen. ``say`` is told where the file is, with ``hint``, and whether
    others can read it there. What the disk refuses is told as an ``EnvironmentProblem``.
    """
    path = choose_new_file(parent, title, name, kinds, private=private)
    if path is None:
        return

    def work(opened: Opened) -> bool:
        write_out(path, make(opened), "Choose another place.")
        return is_open_to_others(path)

    def tell(is_open: bool) -> None:
        remark = (SEALED_THERE if private else IN_CLEAR) if is_open else ""
        say(f"Written: {path}", f"{hint} {remark}".strip(), Tone.WARN if is_open else Tone.INFORM)
        if done:
            done()

    runner.run(parent, work, tell, slow=True)


def choose_new_file(
    parent: QWidget, title: str, name: str, kinds: str, *, private: bool = False
) -> Path | None:
    """Where the user wants a file, if anywhere; ``name`` in the user's documents is proposed."""
    options = _PRIVATE if private else QFileDialog.Option(0)
    proposed = str(_documents() / name)
    chosen, _ = QFileDialog.getSaveFileName(parent, title, proposed, kinds, options=options)
    return Path(chosen) if chosen else None


def choose_file(parent: QWidget, title: str, kinds: str, *, private: bool = False) -> Path | None:
    """The file that the user chose, if one was."""
    options = _PRIVATE if private else QFileDialog.Option(0)
    chosen, _ = QFileDialog.getOpenFileName(parent, title, str(_documents()), kinds, options=options)
    return Path(chosen) if chosen else None


def choose_folder(parent: QWidget, title: str) -> Path | None:
    """The folder that the user chose, if one was."""
    chosen = QFileDialog.getExistingDirectory(parent, title, str(_documents()))
    return Path(chosen) if chosen else None


def _documents() -> Path:
    """Where a dialog starts: the working directory of a program from a menu is the system's own folder."""
    return Path(QStandardPaths.writableLocation(QStandardPaths.StandardLocation.DocumentsLocation))


def read_bytes(path: Path) -> bytes:
    """What a file holds. Raises ``EnvironmentProblem`` for one that cannot be read."""
    try:
        return path.read_bytes()
    except OSError as error:
        raise in_words(
            error, f"{path} cannot be read ({type(error).__name__}).", "Check that the disk is connected."
        ) from None


def open_files(paths: Sequence[Path]) -> list[Path]:
    """Open files in the programs that the system has for them; those that nothing opened."""
    return [each for each in paths if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(each)))]


def show_folder(folder: Path, tell: Callable[[Notice], None]) -> None:
    """Open a folder in the system's file manager; ``tell`` where it is to be found where there is none."""
    if not QDesktopServices.openUrl(QUrl.fromLocalFile(str(folder))):
        tell(Notice(Tone.WARN, "The folder cannot be shown from here.", f"Open it yourself: {folder}"))
