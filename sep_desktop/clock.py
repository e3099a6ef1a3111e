"""Time, passed in. Nothing below the entry point and the window asks the machine what time it is."""

from datetime import date, datetime
from typing import Protocol


class Clock(Protocol):
    """What time it is, as an aware datetime in the user's own zone."""

    def now(self) -> datetime:
        """The moment, aware, in the user's own zone."""
        ...

    def today(self) -> date:
        """The day of that moment."""
        ...


class SystemClock:
    """The computer's clock."""

    def now(self) -> datetime:
        """The moment, aware, in the user's own zone."""
        return datetime.now().astimezone()

    def today(self) -> date:
        """The day of that moment."""
        return self.now().date()
