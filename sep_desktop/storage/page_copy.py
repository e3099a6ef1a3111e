"""A copy of an open database, written page by page beside whoever works (SQLite's online backup)."""

import threading
from collections.abc import Callable
from pathlib import Path

from sqlcipher3 import dbapi2 as driver

from sep_desktop.files import create

_PAGES_A_STEP = 32
"""Of 4 KiB: read, decrypted, encrypted and written in a millisecond or two."""

_WHILE_COPYING = (
    "cipher_log_level=NONE",
    "temp_store=MEMORY",
    "locking_mode=EXCLUSIVE",
    "journal_mode=OFF",
    "synchronous=OFF",
    "cache_size=-256",
)
"""A copy that is cut off is thrown away: it needs no journal, and is brought to the disk by whoever asked.

A small cache (KiB) spreads the writing over the steps.
"""


def copy_pages(
    connection: driver.Connection,
    guard: threading.RLock,
    path: Path,
    key: str,
    between_steps: Callable[[], None],
) -> None:
    """Copy what ``connection`` has open to ``path``, under the same ``key``, as SQLCipher takes it.

    ``guard``, which the caller holds once, is let go after each step, while ``between_steps`` is called; what
    others change meanwhile is carried over. Raises ``RuntimeError`` inside a transaction.
    """
    if connection.in_transaction:
        raise RuntimeError("a copy inside a transaction would wait for its own end")

    def let_others_in(*_: int) -> None:
        guard.release()
        try:
            between_steps()
        finally:
            guard.acquire()

    create(path).close()
    target = driver.connect(str(path), isolation_level=None)
    try:
        target.set_key(key)
        for pragma in _WHILE_COPYING:
            target.execute(f"PRAGMA {pragma}")
        connection.backup(target, pages=_PAGES_A_STEP, progress=let_others_in)
        target.execute("PRAGMA journal_mode=DELETE").fetchall()  # so that no log belongs to the copy
    finally:
        target.close()
