"""The database as a file, looked at before it is opened.

Whoever closes a file drops every POSIX lock that the process holds on it. So nothing here is called, and the
file is opened by nobody else, while a connection to it stands open.
"""

import tempfile
from pathlib import Path
from urllib.parse import quote

from sep_desktop import files
from sep_desktop.storage.store_problems import MissingDatabase, NotThisStore, ShortenedDatabase

PAGE = 4096
"""Bytes of a page (SQLCipher 4). Every file is a whole number of them."""

SALT = 16
"""Bytes of the salt, with which the file begins."""

_PLAIN = b"SQLite format 3"


AS_IT_LIES = "mode=ro&immutable=1"
"""No lock, no log, no byte written: a file so opened may lie on a stick that is write-protected."""


def uri_of(path: Path, options: str) -> str:
    """``path`` as SQLite takes it, a share of a Windows network included, whatever letters it has."""
    text = quote(path.absolute().as_posix())
    return f"file://{'' if text.startswith('/') else '/'}{text}?{options}"


def first_bytes(path: Path) -> bytes:
    """The salt that the file begins with; fewer bytes where there are no more. Raises ``OSError``."""
    with path.open("rb") as file:
        return file.read(SALT)


def look_at(path: Path) -> bytes:
    """The first sixteen bytes of a file that may be a database.

    Raises ``MissingDatabase``, ``ShortenedDatabase`` or ``NotThisStore``.
    """
    if not path.is_file():
        raise MissingDatabase(
            f"The store's file “{path.name}” is missing from {path.parent}.",
            "Its keys are whole, and nothing was made in its place. Restore a backup, or put the file itself "
            "back where it was only moved.",
        )
    size = path.stat().st_size
    if size < PAGE or (size % PAGE and not _has_log(path)):
        what = "is empty" if not size else f"was cut short: {size:,} bytes are left"
        raise ShortenedDatabase(
            f"The store's file “{path.name}” {what}.",
            "Its keys are whole, and nothing was changed. Restore a backup.",
        )
    start = first_bytes(path)
    if start.startswith(_PLAIN):
        raise not_this_store(path)
    return start


def _has_log(path: Path) -> bool:
    """Whether a write-ahead log stands beside it, from which a page that was cut off comes back."""
    log = path.with_name(path.name + "-wal")
    return log.is_file() and log.stat().st_size > 0


def not_this_store(path: Path) -> NotThisStore:
    """What to say of a file that these keys do not belong to."""
    return NotThisStore(
        f"“{path.name}” in {path.parent} is not the file of this store: nothing in it fits the store's keys.",
        "The keys are whole, and nothing was changed. Put the store's own file back, or the keys that "
        "belong to this one.",
    )


class ReadableCopy:
    """How a database is read in a place that cannot be written.

    As it is, where all of it is in the file. A write-ahead log cannot be read without being written to: file
    and log are then copied, encrypted as they are, to a folder of their own until they are closed.
    """

    def __init__(self, path: Path) -> None:
        self._folder: tempfile.TemporaryDirectory[str] | None = None
        if not _has_log(path):
            self.uri = uri_of(path, AS_IT_LIES)
            return
        self._folder = tempfile.TemporaryDirectory(prefix="sep-desktop-", ignore_cleanup_errors=True)
        copy = Path(self._folder.name) / path.name
        for name in (path.name, f"{path.name}-wal"):
            files.copy(path.with_name(name), copy.with_name(name))
        self.uri = uri_of(copy, "mode=rw")

    def remove(self) -> None:
        """The copy is needed no more."""
        if self._folder:
            self._folder.cleanup()
