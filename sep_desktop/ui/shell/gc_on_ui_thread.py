"""Python's garbage is collected on the window's thread: a Qt object must not die on another (after Anki)."""

import gc

from PySide6.QtCore import QObject, QTimer

_EVERY = 30_000  # milliseconds; a whole collection took 20 ms here


class GcOnUiThread(QObject):
    """Takes automatic collection over while it lives; ``stop`` gives it back."""

    def __init__(self) -> None:
        super().__init__()
        gc.disable()
        self._timer = QTimer(self)
        self._timer.timeout.connect(lambda: gc.collect())
        self._timer.start(_EVERY)

    def stop(self) -> None:
        self._timer.stop()
        gc.enable()
