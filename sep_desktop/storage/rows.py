"""Between database rows and Python values: dates, times and moments are ISO text, moments in UTC."""

from datetime import UTC, date, datetime


def timestamp(value: datetime) -> str:
    """An aware datetime as text that sorts by time."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def read_timestamp(text: str) -> datetime:
    """The moment that ``timestamp`` wrote, in the computer's zone."""
    return datetime.fromisoformat(text).astimezone()


def iso(value: date | None) -> str | None:
    """A date as text."""
    return value.isoformat() if value else None


def read_date(text: str | None) -> date | None:
    """The date that ``iso`` wrote."""
    return date.fromisoformat(text) if text else None


def placeholders(number: int) -> str:
    """``?, ?, ?`` for an IN list."""
    return ", ".join("?" * number)
