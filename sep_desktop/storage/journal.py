"""A line for everything that was decided or happened."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.rows import read_timestamp, timestamp


@dataclass(frozen=True)
class Entry:
    """When, what kind of event, which school, about what, and in words."""

    at: datetime
    event: str
    urn: str
    subject: str
    text: str = field(repr=False)


class Journal:
    """The ``journal`` table: only ever added to."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db

    def add(self, now: datetime, event: str, text: str, urn: str = "", subject: str = "") -> None:
        """A line about something that happened."""
        self.add_all(now, event, [text], urn, subject)

    def add_all(
        self, now: datetime, event: str, texts: Sequence[str], urn: str = "", subject: str = ""
    ) -> None:
        """Several lines about one event."""
        rows = [(timestamp(now), event, urn, subject, text) for text in texts]
        self._db.run_many("INSERT INTO journal (at, event, urn, subject, text) VALUES (?, ?, ?, ?, ?)", rows)

    def entries(self, subject: str = "") -> list[Entry]:
        """Oldest first."""
        rows = self._db.rows(
            "SELECT at, event, urn, subject, text FROM journal WHERE ? IN ('', subject) ORDER BY id",
            (subject,),
        )
        return [_entry(row) for row in rows]

    def began(self) -> datetime | None:
        """When the first line was written; ``None`` while there is none."""
        at = self._db.value("SELECT min(at) FROM journal")
        return read_timestamp(at) if at else None

    def newest(self) -> datetime | None:
        """The latest moment of any line; ``None`` while there is none."""
        at = self._db.value("SELECT max(at) FROM journal")
        return read_timestamp(at) if at else None

    def of_school(self, urn: str, first: datetime, last: datetime) -> list[Entry]:
        """The lines about a school between two moments, oldest first."""
        rows = self._db.rows(
            "SELECT at, event, urn, subject, text FROM journal WHERE urn = ? AND at BETWEEN ? AND ? "
            "ORDER BY id",
            (urn, timestamp(first), timestamp(last)),
        )
        return [_entry(row) for row in rows]


def _entry(row: Row) -> Entry:
    return Entry(**{**row, "at": read_timestamp(row["at"])})
