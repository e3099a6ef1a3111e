"""Between database rows and Python values: dates, times and moments are ISO text, moments in UTC."""

import uuid
from datetime import UTC, date, datetime


def timestamp(value: datetime) -> str:
    """An aware datetime as text that sorts by time."""
    return value.astimezone(UTC).isoformat(timespec="microseconds")


def read_timestamp(text: str) -> datetime:
    """The moment that ``timestamp`` wrote, in the computer's zone."""
    return datetime.fromisoformat(text).astimezone()


def new_uid() -> str:
    """An identity that no other row on any computer has (RFC 9562, version 4)."""
    return str(uuid.uuid4())


_NAMESPACE = uuid.UUID("6c3b8f0e-7d1f-5a58-9d5c-0f6f3f6a2c11")


def derived_uid(table: str, text: str) -> str:
    """The identity of a row that follows from ``text``, the same on every computer (RFC 9562, version 5)."""
    return str(uuid.uuid5(_NAMESPACE, f"{table} {text}"))


def iso(value: date | None) -> str | None:
    """A date as text."""
    return value.isoformat() if value else None


def read_date(text: str | None) -> date | None:
    """The date that ``iso`` wrote."""
    return date.fromisoformat(text) if text else None


def placeholders(number: int) -> str:
    """``?, ?, ?`` for an IN list."""
    return ", ".join("?" * number)
