"""Written text as revisions.

What is typed in one sitting is one of them, and none is ever overwritten by the next.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from itertools import takewhile

from sep_desktop.domain.report import Revision
from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.rows import placeholders, read_timestamp, timestamp

SAME_SITTING = timedelta(minutes=5)
"""Saves within this time of the first of them are one revision; later ones leave it behind as history."""


def keeps_most(before: str, after: str) -> bool:
    """Whether ``after`` is ``before`` carried on: at least half of it still stands at its two ends."""
    start = _alike(before, after)
    return 2 * (start + _alike(before[start:][::-1], after[start:][::-1])) >= len(before)


def _alike(one: str, other: str) -> int:
    """With how many of the same letters two texts begin."""
    return sum(1 for _ in takewhile(lambda pair: pair[0] == pair[1], zip(one, other, strict=False)))


class Sittings:
    """A table whose rows are what was written of something in one sitting each.

    ``id``, the columns of ``subject`` that say what it was written of, those of what was written, ``begun``
    and ``saved``. ``begun`` is ``NULL`` where it is not known when the sitting began.
    """

    def __init__(self, db: EncryptedDatabase, table: str, subject: Sequence[str]) -> None:
        self._db, self._table = db, table
        self._of_subject = " AND ".join(f"{column} = ?" for column in subject)

    def newest(self, subject: Mapping[str, object], *columns: str) -> Row | None:
        """``id``, ``begun`` and the named columns of what stands now; ``None`` where nothing was written."""
        return self._db.row(
            f"SELECT {', '.join(('id', 'begun', *columns))} FROM {self._table} WHERE {self._of_subject} "
            "ORDER BY id DESC LIMIT 1",
            tuple(subject.values()),
        )

    def history(self, subject: Mapping[str, object]) -> list[Row]:
        """Newest first."""
        return self._db.rows(
            f"SELECT * FROM {self._table} WHERE {self._of_subject} ORDER BY id DESC", tuple(subject.values())
        )

    def carry_on(self, last: Row, written: Mapping[str, object], now: datetime) -> bool:
        """Write into the revision ``last``. Whether it is of this sitting; else nothing is done."""
        if last["begun"] is None or not timedelta() <= now - read_timestamp(last["begun"]) < SAME_SITTING:
            return False
        columns = ", ".join(f"{column} = ?" for column in written)
        self._db.run(
            f"UPDATE {self._table} SET {columns}, saved = ? WHERE id = ?",
            (*written.values(), timestamp(now), last["id"]),
        )
        return True

    def begin(self, subject: Mapping[str, object], written: Mapping[str, object], now: datetime) -> None:
        """Write a revision of its own, whatever the sitting."""
        at = timestamp(now)
        row = {**subject, **written, "begun": at, "saved": at}
        self._db.run(
            f"INSERT INTO {self._table} ({', '.join(row)}) VALUES ({placeholders(len(row))})",
            tuple(row.values()),
        )


class Revisions:
    """A table of texts by owner and key: ``id, <owner>, key, begun, saved, text``."""

    def __init__(self, db: EncryptedDatabase, table: str, owner: str) -> None:
        self._db, self._table, self._owner = db, table, owner
        self._sittings = Sittings(db, table, (owner, "key"))

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
        last = self._sittings.newest({self._owner: owner, "key": key})
        if not last or not self._sittings.carry_on(last, {"text": text}, now):
            self.begin(owner, key, text, now)

    def begin(self, owner: int, key: str, text: str, now: datetime) -> None:
        """Write a text as a revision of its own, whatever the sitting."""
        self._sittings.begin({self._owner: owner, "key": key}, {"text": text}, now)

    def history(self, owner: int, key: str) -> list[Revision]:
        """Newest first."""
        rows = self._sittings.history({self._owner: owner, "key": key})
        return [Revision(row["id"], row["key"], row["text"], read_timestamp(row["saved"])) for row in rows]

    def last_saved(self, owner: int) -> datetime | None:
        """When anything of an owner was last written."""
        saved = self._db.value(f"SELECT max(saved) FROM {self._table} WHERE {self._owner} = ?", (owner,))
        return read_timestamp(saved) if saved else None
