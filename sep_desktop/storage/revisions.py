"""Written text as revisions.

What is typed in one sitting is one of them, and none is ever overwritten by the next.
"""

from datetime import datetime, timedelta

from sep_desktop.domain.report import Revision
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.rows import read_timestamp, timestamp

SAME_SITTING = timedelta(minutes=5)
"""Saves within this time of the first of them are one revision; later ones leave it behind as history."""


class Revisions:
    """A table of texts by owner and key: ``id, <owner>, key, begun, saved, text``."""

    def __init__(self, db: EncryptedDatabase, table: str, owner: str) -> None:
        self._db, self._table, self._owner = db, table, owner

    def content(self, owner: int) -> dict[str, str]:
        """The words under each key as they stand."""
        sql = (
            f"SELECT key, text FROM {self._table} WHERE id IN (SELECT max(id) FROM {self._table} WHERE "
            f"{self._owner} = ? GROUP BY key)"
        )
        return {row["key"]: row["text"] for row in self._db.rows(sql, (owner,))}

    def save(self, owner: int, key: str, text: str, now: datetime) -> None:
        """Write a text durably.

        Within one sitting the newest revision is carried on, else a new one begins.
        """
        last = self._db.row(
            f"SELECT id, begun FROM {self._table} WHERE {self._owner} = ? AND key = ? ORDER BY id DESC "
            "LIMIT 1",
            (owner, key),
        )
        if last and timedelta() <= now - read_timestamp(last["begun"]) < SAME_SITTING:
            self._db.run(
                f"UPDATE {self._table} SET text = ?, saved = ? WHERE id = ?",
                (text, timestamp(now), last["id"]),
            )
        else:
            self.begin(owner, key, text, now)

    def begin(self, owner: int, key: str, text: str, now: datetime) -> None:
        """Write a text as a revision of its own, whatever the sitting."""
        at = timestamp(now)
        self._db.run(
            f"INSERT INTO {self._table} ({self._owner}, key, text, begun, saved) VALUES (?, ?, ?, ?, ?)",
            (owner, key, text, at, at),
        )

    def history(self, owner: int, key: str) -> list[Revision]:
        """Newest first."""
        rows = self._db.rows(
            f"SELECT id, key, text, saved FROM {self._table} WHERE {self._owner} = ? AND key = ? ORDER BY id "
            "DESC",
            (owner, key),
        )
        return [Revision(row["id"], row["key"], row["text"], read_timestamp(row["saved"])) for row in rows]

    def last_saved(self, owner: int) -> datetime | None:
        """When anything of an owner was last written."""
        saved = self._db.value(f"SELECT max(saved) FROM {self._table} WHERE {self._owner} = ?", (owner,))
        return read_timestamp(saved) if saved else None
