"""The settings, each a row with its text."""

from sep_desktop.domain.settings import LOGIN_KEYS, SETTINGS, as_text, parse
from sep_desktop.storage.database import EncryptedDatabase


class Settings:
    """The ``setting`` table, typed by ``domain.settings``."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db

    def get(self, key: str) -> str | int | bool:
        """The value of a setting, of its row's type; its default where none is stored."""
        stored = self._db.value("SELECT value FROM setting WHERE key = ?", (key,))
        return parse(key, stored if stored is not None else as_text(SETTINGS[key].default))

    def text(self, key: str) -> str:
        """The value as text."""
        return str(self.get(key))

    def number(self, key: str) -> int:
        """The value as a whole number."""
        return int(self.get(key))

    def on(self, key: str) -> bool:
        """The value of one that is yes or no."""
        return bool(self.get(key))

    def put(self, key: str, value: str | int | bool) -> None:
        """Store a value. Raises ``KeyError`` for no such setting.

        A login that was refused may be tried again once what it depends on is another.
        """
        if key not in SETTINGS:
            raise KeyError(key)
        if key in LOGIN_KEYS and value != self.get(key):
            self.put("mail.rests", False)
        self._db.run(
            "INSERT INTO setting VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value",
            (key, as_text(value)),
        )
