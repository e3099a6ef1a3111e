"""Pages that the system's screen capture and its memory of the screen do not see (Windows).

Elsewhere nothing of the kind is offered to a program.
"""

import sys

from PySide6.QtCore import QEvent, QObject
from PySide6.QtWidgets import QWidget

_SEEN, _NOT_CAPTURED = 0x0, 0x11  # WDA_NONE and WDA_EXCLUDEFROMCAPTURE of SetWindowDisplayAffinity
_NAME = "notCaptured"


class NotCaptured(QObject):
    """While ``page`` is shown, its window is in no picture of the screen, nor are dialogs above it."""

    def __init__(self, page: QWidget) -> None:
        super().__init__(page)
        page.setProperty(_NAME, True)
        page.installEventFilter(self)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if isinstance(watched, QWidget) and event.type() in (QEvent.Type.Show, QEvent.Type.Hide):
            is_shown = event.type() == QEvent.Type.Show
            set_affinity(int(watched.window().winId()), _NOT_CAPTURED if is_shown else _SEEN)
        return False


def follow(dialog: QWidget) -> None:
    """A dialog, once it has its window, is captured no more than the page that it belongs to."""
    parent = dialog.parentWidget()
    while parent:
        if parent.property(_NAME):
            set_affinity(int(dialog.winId()), _NOT_CAPTURED)
            return
        parent = parent.parentWidget()


def set_affinity(window: int, affinity: int) -> None:
    """Tell Windows who may have the picture of a window; an older one than 10 version 2004 shows it black."""
    if sys.platform == "win32":
        import ctypes

        ctypes.windll.user32.SetWindowDisplayAffinity(window, affinity)
