"""Saving a file where the user says."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from sep_desktop.notices import Tone
from sep_desktop.ui.context.session import Session


def save_as(
    parent: QWidget, session: Session, title: str, name: str, kind: str, write: Callable[[Path], None]
) -> Path | None:
    """Ask for a place and ``write`` there; what the disk refuses is said. Where it was written, if it was."""
    path, _ = QFileDialog.getSaveFileName(parent, title, name, kind)
    if not path:
        return None
    try:
        write(Path(path))
    except OSError as error:
        session.sink.say(
            Tone.FAIL, f"{path} cannot be written ({type(error).__name__}).", "Choose another place."
        )
        return None
    return Path(path)
