"""Removes what was opened in the user's mail program before; what that still holds, a little later."""

from pathlib import Path

from PySide6.QtCore import QObject

from sep_desktop.services import outgoing
from sep_desktop.ui.context.timers import Timers

_HELD = 60_000  # milliseconds until another program may have let go of a file


class FormerMessages(QObject):
    """What lay in ``folder`` at the start. What is laid there later stays for the next start."""

    def __init__(self, folder: Path, timers: Timers) -> None:
        super().__init__()
        self.left = outgoing.left_in(folder)
        self._again = timers.timer(self, self.remove)

    def remove(self) -> None:
        """Remove what can be removed, now and once a minute until nothing is left."""
        self.left = outgoing.remove(self.left)
        if self.left:
            self._again.start(_HELD)
