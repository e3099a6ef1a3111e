"""That support with performance management was given: when and for how long, and nothing else."""

from collections.abc import Sequence
from datetime import date, datetime

from sep_desktop.domain.support import Support
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.rows import placeholders, timestamp


class SupportGiven:
    """The ``support`` table."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db

    def add(self, urn: str, on: date, hours: float, now: datetime) -> int:
        """That support with performance management was given: nothing but when and how long; its number."""
        return self._db.insert(
            "support",
            {
                "urn": urn,
                "day": on.isoformat(),
                "hours": hours,
                "recorded": timestamp(now),
                "withdrawn": None,
            },
        )

    def withdraw(self, number: int, now: datetime) -> None:
        """It was recorded by mistake; the row stays, with the moment of its withdrawal."""
        self._db.run(
            "UPDATE support SET withdrawn = ? WHERE id = ? AND withdrawn IS NULL", (timestamp(now), number)
        )

    def reinstate(self, number: int) -> None:
        """It was no mistake."""
        self._db.run("UPDATE support SET withdrawn = NULL WHERE id = ?", (number,))

    def between(self, first: date, last: date, urns: Sequence[str]) -> list[Support]:
        """What was given to these schools between two days, in order."""
        sql = (
            "SELECT id, urn, day, hours FROM support WHERE withdrawn IS NULL AND day BETWEEN ? AND ? AND urn "
            f"IN ({placeholders(len(urns))}) ORDER BY day, id"
        )
        rows = self._db.rows(sql, [first.isoformat(), last.isoformat(), *urns])
        return [Support(**{**row, "day": date.fromisoformat(row["day"])}) for row in rows]
