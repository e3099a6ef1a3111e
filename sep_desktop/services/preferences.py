"""The settings as their page shows and changes them."""

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.settings import SETTINGS
from sep_desktop.storage.store import Store

Value = str | int | bool
"""What a setting can be; which of them it is, its default says."""

_PORTS = {"tls": 465, "starttls": 587}
"""The usual port of each kind of security (RFC 8314)."""


@dataclass(frozen=True)
class Preferences:
    """Every setting by its key, and the folder in which the store is."""

    values: Mapping[str, Value]
    folder: Path

    def text(self, key: str) -> str:
        """A setting that is a text. Raises ``KeyError`` for no such setting."""
        return str(self.values[key])

    def number(self, key: str) -> int:
        """A setting that is a number. Raises ``KeyError`` for no such setting."""
        return int(self.values[key])

    def on(self, key: str) -> bool:
        """A setting that is on or off. Raises ``KeyError`` for no such setting."""
        return bool(self.values[key])


def preferences(*, store: Store) -> Preferences:
    """As they stand now."""
    return Preferences({key: store.settings.get(key) for key in SETTINGS}, store.locations.root)


def put(*, store: Store, key: str, value: Value) -> Changes:
    """Write one setting. Raises ``KeyError`` for no such setting."""
    store.settings.put(key, value)
    return Changes.SETTINGS


def put_security(*, store: Store, security: str) -> Changes:
    """How the line to the mail server is protected, with the port that usually goes with it."""
    with store.atomic():
        store.settings.put("mail.security", security)
        store.settings.put("mail.port", _PORTS[security])
    return Changes.SETTINGS
