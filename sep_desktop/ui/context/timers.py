"""Time that passes in the window, behind an interface.

Tests hold the clock, and no test waits for seconds.
"""

from collections.abc import Callable
from typing import Protocol

from PySide6.QtCore import QObject, QTimer


class Timer(Protocol):
    """Fires once, or again and again, after so many milliseconds."""

    @property
    def active(self) -> bool:
        """Whether it is running."""

    def start(self, milliseconds: int) -> None:
        """Run from now on; a timer that is running begins anew."""

    def stop(self) -> None:
        """Fire no more."""


class Timers(Protocol):
    """Where timers come from."""

    def timer(self, owner: QObject, fired: Callable[[], None], *, repeat: bool = False) -> Timer:
        """A timer that dies with ``owner``.

        Give it a bound method: a closure would keep alive what it names.
        """


class _QtTimer:
    def __init__(self, owner: QObject, fired: Callable[[], None], repeat: bool) -> None:
        self._timer = QTimer(owner)
        self._timer.setSingleShot(not repeat)
        self._timer.timeout.connect(fired)

    @property
    def active(self) -> bool:
        return self._timer.isActive()

    def start(self, milliseconds: int) -> None:
        self._timer.start(milliseconds)

    def stop(self) -> None:
        self._timer.stop()


class QtTimers:
    """Timers of the event loop."""

    def timer(self, owner: QObject, fired: Callable[[], None], *, repeat: bool = False) -> Timer:
        """As ``Timers.timer``."""
        return _QtTimer(owner, fired, repeat)
