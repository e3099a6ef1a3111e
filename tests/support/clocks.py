"""A clock that stands where it is put."""

from datetime import date, datetime


class FixedClock:
    """Its hands are moved by whoever holds it."""

    def __init__(self, moment: datetime) -> None:
        self.moment = moment.astimezone()

    def now(self) -> datetime:
        """The moment, aware, in the user's own zone."""
        return self.moment

    def today(self) -> date:
        """The day of that moment."""
        return self.moment.date()
