"""Rows as they stood before they were changed, for whoever asks what was recorded on a day.

A repository that writes over a row keeps it here first. A row that was begun while this was done has a mark
of its beginning: of an older one nothing is kept that was written over before.
"""

import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.rows import placeholders, read_timestamp, timestamp

if TYPE_CHECKING:
    from sqlite_utils import Database


def begin(db: "Database") -> None:
    """The migration that makes the table. ``content`` is JSON, and empty where a row began."""
    db.execute(
        "CREATE TABLE former_row (id INTEGER PRIMARY KEY, kind TEXT NOT NULL, key TEXT NOT NULL, "
        "until TEXT NOT NULL, content TEXT)"
    )
    db.execute("CREATE INDEX former_row_by_key ON former_row (kind, key, until)")


@dataclass(frozen=True)
class Former:
    """What stood at a moment.

    ``content`` is what has been written over since, ``until`` when; both are ``None`` where what stands now
    stood then. ``is_begun`` is false before the beginning, ``is_kept`` says that nothing can have been lost.
    """

    content: Any = field(default=None, repr=False)
    until: datetime | None = None
    is_begun: bool = True
    is_kept: bool = True


class FormerRows:
    """The ``former_row`` table, for the rows of one other: its ``columns``, and what tells a row by SQL."""

    def __init__(
        self, db: EncryptedDatabase, table: str, columns: Sequence[str] = (), key: str = "id"
    ) -> None:
        self._db, self._table, self._key = db, table, key
        self._object = ", ".join(f"'{column}', \"{column}\"" for column in columns)

    def begin(self, key: object, now: datetime) -> None:
        """A row is new: before ``now`` there was none."""
        self._put(key, None, now)

    def keep(self, now: datetime, keys: Sequence[object]) -> None:
        """These rows are about to be written over. Runs inside the caller's transaction."""
        self._db.run(
            f"INSERT INTO former_row (kind, key, until, content) SELECT ?, {self._key}, ?, "
            f"json_object({self._object}) FROM {self._table} WHERE {self._key} IN "
            f"({placeholders(len(keys))})",
            (self._table, timestamp(now), *keys),
        )

    def keep_content(self, key: object, content: object, now: datetime) -> None:
        """As ``keep``, for what is no single row: ``content`` as JSON."""
        self._put(key, json.dumps(content, ensure_ascii=False), now)

    def _put(self, key: object, content: str | None, now: datetime) -> None:
        self._db.run(
            "INSERT INTO former_row (kind, key, until, content) VALUES (?, ?, ?, ?)",
            (self._table, str(key), timestamp(now), content),
        )

    def was_kept_since(self, key: object, moment: datetime) -> bool:
        """Whether how it stood was kept after ``moment``: what goes on in one sitting is kept once."""
        sql = "SELECT EXISTS (SELECT 1 FROM former_row WHERE kind = ? AND key = ? AND until > ?)"
        return bool(self._db.value(sql, (self._table, str(key), timestamp(moment))))

    def at(self, key: object, moment: datetime) -> Former:
        """What stood under a key at a moment."""
        of, at = (self._table, str(key)), timestamp(moment)
        is_kept = bool(
            self._db.value(
                "SELECT EXISTS (SELECT 1 FROM former_row WHERE kind = ? AND key = ? AND until <= ?)",
                (*of, at),
            )
        )
        row = self._db.row(
            "SELECT until, content FROM former_row WHERE kind = ? AND key = ? AND until > ? "
            "ORDER BY until, id LIMIT 1",
            (*of, at),
        )
        if row is None:
            return Former(is_kept=is_kept)
        until = read_timestamp(row["until"])
        if row["content"] is None:
            return Former(until=until, is_begun=False)
        return Former(json.loads(row["content"]), until, is_kept=is_kept)
