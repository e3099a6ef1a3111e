"""Files in and out of the room: asked for by Qt's own dialog, since the system's remembers what was chosen."""

from collections.abc import Callable
from pathlib import Path

from PySide6.QtWidgets import QFileDialog, QWidget

from sep_desktop.errors import EnvironmentProblem
from sep_desktop.paths import write_durably
from sep_desktop.ui.sealed.context import SealedContext

_OWN = QFileDialog.Option.DontUseNativeDialog


def save(
    parent: QWidget,
    context: SealedContext,
    title: str,
    name: str,
    kind: str,
    make: Callable[[], bytes],
    done: Callable[[Path], None],
) -> None:
    """Ask for a place, make the bytes away from the window's thread, and write them there."""
    path, _ = QFileDialog.getSaveFileName(parent, title, name, kind, options=_OWN)
    if not path or context.closed:
        return
    place = Path(path)

    def work() -> Path:
        data = make()
        try:
            write_durably(place, data)
        except OSError as error:
            raise EnvironmentProblem(
                f"{place} cannot be written ({type(error).__name__}).", "Choose another place."
            ) from None
        return place

    context.act(work, done, outside=True)


def choose(parent: QWidget, context: SealedContext, title: str, kind: str) -> bytes | None:
    """What a chosen file holds. Raises ``EnvironmentProblem`` for one that cannot be read."""
    path, _ = QFileDialog.getOpenFileName(parent, title, "", kind, options=_OWN)
    if not path or context.closed:
        return None
    try:
        return Path(path).read_bytes()
    except OSError as error:
        raise EnvironmentProblem(
            f"{path} cannot be read ({type(error).__name__}).", "Check that the disk is connected."
        ) from None
