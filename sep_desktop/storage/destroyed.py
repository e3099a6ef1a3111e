"""What was destroyed at the end of its years: the identities, and no word of it."""

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sep_desktop.storage.closed_database import ClosedDatabase
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.rows import read_timestamp, timestamp

if TYPE_CHECKING:
    from sqlite_utils import Database


def begin(db: "Database") -> None:
    """A row for each identity, and when it was destroyed."""
    db.execute("CREATE TABLE destroyed (uid TEXT PRIMARY KEY, at TEXT NOT NULL) WITHOUT ROWID")


class Destroyed:
    """The ``destroyed`` table, which both stores have."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db

    def add(self, uid: str, at: datetime) -> None:
        """Something was destroyed; what was noted before stays as it was noted."""
        sql = "INSERT INTO destroyed (uid, at) VALUES (?, ?) ON CONFLICT DO NOTHING"
        self._db.run(sql, (uid, timestamp(at)))

    def add_all(self, destroyed: Mapping[str, datetime]) -> None:
        """As ``add``, for each identity and its moment."""
        for uid, at in destroyed.items():
            self.add(uid, at)

    def all(self) -> dict[str, datetime]:
        """Every identity, and when it was destroyed."""
        return destroyed_in(self._db)


def destroyed_in(database: EncryptedDatabase | ClosedDatabase) -> dict[str, datetime]:
    """Every identity that a database of any age knows as destroyed, and when it was."""
    if not database.value("SELECT count(*) FROM sqlite_master WHERE name = 'destroyed'"):
        return {}
    rows = database.rows("SELECT uid, at FROM destroyed")
    return {row["uid"]: read_timestamp(row["at"]) for row in rows}
