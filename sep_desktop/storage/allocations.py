"""Which SEP has which school in which year."""

from datetime import datetime

from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.former_rows import FormerRows
from sep_desktop.storage.rows import timestamp


class Allocations:
    """The ``allocation`` table."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db
        self._former = former_allocations(db)

    def allocate(self, year: int, urn: str, sep: str, now: datetime) -> None:
        """Give a school to an SEP for a year; whoever had it before has it no more, which is kept."""
        before = self._db.row("SELECT sep FROM allocation WHERE year = ? AND urn = ?", (year, urn))
        if before and before["sep"] == sep:
            return
        with self._db.atomic():
            key = f"{year} {urn}"
            self._former.keep(now, [key]) if before else self._former.begin(key, now)
            self._put(year, urn, sep, now)

    def _put(self, year: int, urn: str, sep: str, now: datetime) -> None:
        self._db.run(
            "INSERT INTO allocation (year, urn, sep, made) VALUES (?, ?, ?, ?) ON CONFLICT (year, urn) DO "
            "UPDATE SET sep = excluded.sep",
            (year, urn, sep, timestamp(now)),
        )

    def allocated(self, year: int) -> dict[str, str]:
        """The SEP of each allocated school, by URN, in order of the schools' names."""
        rows = self._db.rows(
            "SELECT a.urn, a.sep FROM allocation a JOIN school s USING (urn) WHERE a.year = ? ORDER BY s.name"
            " COLLATE NOCASE",
            (year,),
        )
        return {row["urn"]: row["sep"] for row in rows}

    def years(self) -> list[int]:
        """The years with an allocation, newest first."""
        return [
            row["year"] for row in self._db.rows("SELECT DISTINCT year FROM allocation ORDER BY year DESC")
        ]


def former_allocations(db: EncryptedDatabase) -> FormerRows:
    """Allocations as they stood before they were changed, by ``2026 990001``: year and URN."""
    return FormerRows(db, "allocation", ("sep",), "year || ' ' || urn")
