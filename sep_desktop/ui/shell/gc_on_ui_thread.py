"""Python's garbage is collected on the window's thread: a Qt object must not die on another (after Anki)."""

import gc

from PySide6.QtCore import QObject

from sep_desktop.ui.context.timers import Timers

_EVERY = 30_000  # milliseconds; a whole collection took 20 ms here


class GcOnUiThread(QObject):
    """Takes automatic collection over while it lives; ``stop`` gives it back."""

    def __init__(self, timers: Timers) -> None:
        super().__init__()
        gc.disable()
        self._timer = timers.timer(self, self._collect, repeat=True)
        self._timer.start(_EVERY)

    def _collect(self) -> None:
        gc.collect()

    def stop(self) -> None:
        """Let Python collect by itself again."""
        self._timer.stop()
        gc.enable()
