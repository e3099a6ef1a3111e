"""Whether a backup is what was written: by its digest, and with the key by opening and counting."""

import hashlib
from collections.abc import Callable
from enum import StrEnum
from pathlib import Path

from sep_desktop.domain.wording import day_and_time
from sep_desktop.errors import EnvironmentProblem, UserError
from sep_desktop.storage.backups.listing import Backup
from sep_desktop.storage.backups.manifest import DamagedBackup, Manifest
from sep_desktop.storage.closed_database import ClosedDatabase
from sep_desktop.storage.key_bytes import KeyBytes
from sep_desktop.storage.store_problems import DamagedStore

_CHUNK = 1024 * 1024


class Checked(StrEnum):
    """What was looked at: every byte against the digest, or that, every page and every count."""

    BYTES = "bytes"
    WHOLE = "whole"


def verify(backup: Backup, key: KeyBytes | None = None, salt: bytes = b"") -> Checked:
    """Look at a backup; what was looked at. ``key`` and ``salt`` are those of its store.

    Without a key only size and digest are compared. Raises ``DamagedBackup``, which names the file, and
    ``UserError`` for a former one without the key, in which nothing can be checked.
    """
    if backup.trouble:
        raise _damaged(backup, backup.trouble)
    if backup.manifest:
        _compare_bytes(backup, backup.manifest)
    if key is None:
        if backup.manifest is None:
            raise UserError(
                f"{backup.path} was made by an earlier version and can only be checked with its keys.",
                "Open the store it was made from, and check it there.",
            )
        return Checked.BYTES
    _open_and_count(backup, key, salt)
    return Checked.WHOLE


def sha256_of(path: Path, check: Callable[[], None] = lambda: None) -> str:
    """The digest of a file, in hex digits. ``check`` is called after each megabyte. Raises ``OSError``."""
    digest = hashlib.sha256()
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            digest.update(chunk)
            check()
    return digest.hexdigest()


def _compare_bytes(backup: Backup, manifest: Manifest) -> None:
    try:
        digest = sha256_of(backup.database)
    except OSError as error:
        raise _damaged(backup, f"It cannot be read ({type(error).__name__}).") from None
    if digest != manifest.sha256:
        raise _damaged(backup, "It is not what was written.")


def _open_and_count(backup: Backup, key: KeyBytes, salt: bytes) -> None:
    try:
        with ClosedDatabase(backup.database, key, salt) as database:
            database.check()
            counts, steps = database.counts(), database.steps()
    except DamagedStore:
        raise _damaged(backup, "It is damaged, or was made with other keys.") from None
    except EnvironmentProblem as problem:
        raise _damaged(backup, problem.message) from None
    if backup.manifest and (counts, steps) != (dict(backup.manifest.counts), backup.manifest.steps):
        raise _damaged(backup, "It does not hold what its manifest says.")


def _damaged(backup: Backup, reason: str) -> DamagedBackup:
    problem = DamagedBackup(
        f"The backup of {day_and_time(backup.made)} cannot be used: {reason[:1].lower()}{reason[1:]}",
        f"Use another one; this one is left as it is: {backup.path}",
    )
    problem.reason = reason
    return problem
