"""What is being sent at this moment, so that page, foot, lock and end of the program can stop it."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Protocol

from PySide6.QtCore import QObject, Signal

from sep_desktop.ui.context.timers import Timers

GRACE = 3.0
"""Seconds that the message under way has to come to its end: an answer that is heard is not unknown."""


class Stoppable(Protocol):
    """A run that can be stopped, from any thread."""

    def stop(self, *, at_once: bool) -> None:
        """As ``ReadyMethod.stop``."""


class HandOvers(QObject):
    """The runs that are under way. ``changed`` says that one began, ended or is being stopped.

    Runs begin and end in any thread. ``was_stopped`` from when the user stopped one until they send by hand.
    """

    changed = Signal()

    def __init__(self, timers: Timers) -> None:
        super().__init__()
        self._under_way: list[Stoppable] = []
        self._is_giving_up = False
        self._timer = timers.timer(self, self._give_up_now)
        self.is_stopping = self.was_stopped = False
        self.changed.connect(self._settle)

    @property
    def is_under_way(self) -> bool:
        """Whether something is being sent."""
        return bool(self._under_way)

    def begin(self, run: Stoppable) -> None:
        """A run begins; one that comes too late is stopped at once."""
        self._under_way.append(run)
        if self._is_giving_up:
            run.stop(at_once=True)
        self.changed.emit()

    def end(self, run: Stoppable) -> None:
        """It has ended."""
        self._under_way.remove(run)
        self.changed.emit()

    def _settle(self) -> None:
        if not self.is_under_way:
            self.is_stopping = False
            self._timer.stop()

    def stop(self) -> None:
        """The user wants it to stop: no further message begins, and after the grace all is given up."""
        if self.is_under_way:
            self.is_stopping = self.was_stopped = True
            self._stop_all(at_once=False)
            self._timer.start(int(GRACE * 1000))
            self.changed.emit()

    def give_up(self) -> None:
        """For good: the store is about to be closed. Returns at once; the runs end within a second."""
        self._is_giving_up = True
        self._give_up_now()

    def _give_up_now(self) -> None:
        self._stop_all(at_once=True)

    def _stop_all(self, *, at_once: bool) -> None:
        for run in list(self._under_way):
            run.stop(at_once=at_once)

    @contextmanager
    def ending(self) -> Iterator[None]:
        """While the caller closes and waits: no further message begins, and after the grace all is given up.

        A timer of the window's thread would not run meanwhile.
        """
        self._stop_all(at_once=False)
        grace = threading.Timer(GRACE, self.give_up)
        if self.is_under_way:
            grace.start()
        try:
            yield
        finally:
            grace.cancel()
            if grace.ident is not None:
                grace.join()
