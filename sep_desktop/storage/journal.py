"""A line for everything that was decided or happened, and the settings."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from sep_desktop.domain.settings import SETTINGS, as_text, parse
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.rows import moment, read_moment


@dataclass(frozen=True)
class Entry:
    """When, what kind of event, which school, about what, and in words."""

    at: datetime
    event: str
    urn: str
    subject: str
    text: str


class Journal:
    """The ``journal`` table: only ever added to."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db

    def add(self, now: datetime, event: str, text: str, urn: str = "", subject: str = "") -> None:
        self.add_all(now, event, [text], urn, subject)

    def add_all(self, now: datetime, event: str, texts: Sequence[str], urn: str = "", subject: str = "") -> None:
        """Several lines about one event."""
        rows = [(moment(now), event, urn, subject, text) for text in texts]
        self._db.run_many("INSERT INTO journal (at, event, urn, subject, text) VALUES (?, ?, ?, ?, ?)", rows)

    def entries(self, subject: str = "") -> list[Entry]:
        """Oldest first."""
        rows = self._db.rows("SELECT at, event, urn, subject, text FROM journal WHERE ? IN ('', subject) ORDER BY id", (subject,))
        return [Entry(**{**row, "at": read_moment(row["at"])}) for row in rows]


class Settings:
    """The ``setting`` table, typed by ``domain.settings``."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db

    def get(self, key: str) -> str | int | bool:
        stored = self._db.value("SELECT value FROM setting WHERE key = ?", (key,))
        return parse(key, stored if stored is not None else as_text(SETTINGS[key].default))

    def text(self, key: str) -> str:
        return str(self.get(key))

    def number(self, key: str) -> int:
        return int(self.get(key))

    def on(self, key: str) -> bool:
        return bool(self.get(key))

    def put(self, key: str, value: str | int | bool) -> None:
        if key not in SETTINGS:
            raise KeyError(key)
        self._db.run("INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value", (key, as_text(value)))
