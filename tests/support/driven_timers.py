"""Time that the test drives: timers that fall due when the test says so, and none that waits for a real second.

A stand-in for ``sep_desktop.ui.context.timers.Timers``.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import count
from types import MethodType
from weakref import WeakMethod, ref

import shiboken6
from PySide6.QtCore import QObject

from tests.support.clocks import FixedClock

Fired = Callable[[], None]


class DrivenTimer:
    """One timer of a ``DrivenTimers``. It keeps neither its owner nor the page of its method alive."""

    def __init__(self, timers: "DrivenTimers", owner: QObject, fired: Fired, repeat: bool) -> None:
        self._timers, self._owner, self.repeat = timers, ref(owner), repeat
        self._fired: Callable[[], Fired | None] = (
            WeakMethod(fired) if isinstance(fired, MethodType) else lambda: fired
        )
        self.name = getattr(fired, "__qualname__", repr(fired))
        self.interval = timedelta(0)
        self.due: datetime | None = None
        self.turn = 0

    def start(self, milliseconds: int) -> None:
        """Fall due in ``milliseconds`` from the clock's now; a timer that runs begins anew."""
        self.interval = timedelta(milliseconds=milliseconds)
        self.due = self._timers.clock.now() + self.interval
        self._timers.wait_for(self)

    def stop(self) -> None:
        """Fall due no more."""
        self.due = None

    @property
    def active(self) -> bool:
        """Whether it will still fall due."""
        return self.due is not None and self.alive

    @property
    def alive(self) -> bool:
        """Whether its owner, and whoever is to be called, are still there."""
        owner = self._owner()
        return owner is not None and shiboken6.isValid(owner) and self._fired() is not None

    def fire(self) -> None:
        """Call whom it was made for: a repeating one is due again before that, so that its call may stop it."""
        fired = self._fired()
        if self.repeat and self.due is not None:
            # Qt too fires a timer of no interval once a round of its loop, not for ever at the same instant.
            self.due += max(self.interval, timedelta(milliseconds=1))
            self._timers.wait_for(self)
        else:
            self.due = None
        if fired is not None:
            fired()


@dataclass
class DrivenTimers:
    """Timers over a clock that stands still until ``advance`` moves it."""

    clock: FixedClock
    _running: list[DrivenTimer] = field(default_factory=list)
    _turns: "count[int]" = field(default_factory=count)

    def timer(self, owner: QObject, fired: Fired, *, repeat: bool = False) -> DrivenTimer:
        """A timer that stands still until it is started. It dies with ``owner``."""
        return DrivenTimer(self, owner, fired, repeat)

    def wait_for(self, timer: DrivenTimer) -> None:
        """Put a started timer behind those that fall due at the same instant."""
        timer.turn = next(self._turns)
        if timer not in self._running:
            self._running.append(timer)

    @property
    def pending(self) -> list[tuple[str, float]]:
        """What will fall due, soonest first: the called function's qualified name and the seconds till then."""
        now = self.clock.now()
        return [(timer.name, (timer.due - now).total_seconds()) for timer in self._in_order()]

    def advance(self, seconds: float) -> None:
        """Move the clock on, stopping at each instant at which a timer falls due to let it fire.

        A timer that is started by what fires takes part when it falls due in the same stretch.
        """
        end = self.clock.now() + timedelta(seconds=seconds)
        while (timer := next(iter(self._in_order()), None)) and timer.due <= end:
            # What was due while the test moved the clock by hand fires now, not in the past.
            self.clock.moment = max(timer.due, self.clock.now())
            timer.fire()
        self.clock.moment = max(end, self.clock.now())

    def _in_order(self) -> list[DrivenTimer]:
        self._running = [timer for timer in self._running if timer.active]
        return sorted(self._running, key=lambda timer: (timer.due, timer.turn))
