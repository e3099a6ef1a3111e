"""Making a backup: written beside, looked at, and given its name only when it is whole."""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from pathlib import Path

from sep_desktop import __version__
from sep_desktop.domain.backups import Why
from sep_desktop.errors import in_words
from sep_desktop.files import (
    clear_away,
    fsync_file,
    fsync_folder,
    keep_private,
    make_private,
    remove_folder,
    rename,
    write_durably,
)
from sep_desktop.files import remove as remove_file
from sep_desktop.storage.backups.listing import DATABASE, KEY_FILE, UNFINISHED, Backup, name_of
from sep_desktop.storage.backups.manifest import NAME, Manifest
from sep_desktop.storage.backups.verification import sha256_of
from sep_desktop.storage.closed_database import ClosedDatabase
from sep_desktop.storage.database import free_space
from sep_desktop.storage.key_bytes import KeyBytes
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.store_problems import DiskFull

_SPARE = 16 * 1024 * 1024
"""Bytes that a backup leaves free on the disk: whoever types goes on typing."""


@dataclass(frozen=True)
class Origin:
    """The store of which a backup is made: its id, what it holds, its keys, and its key file's bytes."""

    store: str
    purpose: StorePurpose
    key: KeyBytes = field(repr=False)
    salt: bytes = field(repr=False)
    key_file: bytes = field(repr=False)


def make(
    copy: Callable[[Path], None],
    size: int,
    origin: Callable[[], Origin],
    folder: Path,
    now: datetime,
    why: Why,
) -> Backup:
    """A new backup in ``folder``: ``copy`` writes the database, of about ``size`` bytes, to a path.

    ``origin`` is asked at the end: its keys may be changed meanwhile. The copy is opened, every page checked
    and every row counted, and on the disk for good before it has its name. Raises ``DiskFull``,
    ``DamagedStore`` for a copy that does not hold, ``EnvironmentProblem``; then nothing stays of it.
    """
    try:
        assert_space(folder, size)
        keep_private(folder)
        name = free_name(folder, now, why)
        unfinished = folder / (name + UNFINISHED)
        unfinished.mkdir(mode=0o700)
        keep_private(unfinished)
        try:
            copy(unfinished / DATABASE)
            return finish(unfinished, folder / name, origin(), now, why)
        except BaseException:
            clear_away(unfinished)
            raise
    except OSError as error:
        raise in_words(
            error,
            f"No backup could be written to {folder} ({type(error).__name__}).",
            "Check that the disk is connected, and that the folder can be written.",
        ) from None


def finish(unfinished: Path, folder: Path, origin: Origin, now: datetime, why: Why) -> Backup:
    """Check the database in ``unfinished``, lay keys and manifest beside it, and call it ``folder``.

    Raises ``DamagedStore``, ``OSError``.
    """
    database = unfinished / DATABASE
    keep_private(database)
    with ClosedDatabase(database, origin.key, origin.salt) as copied:
        copied.check()
        counts, steps = copied.counts(), copied.steps()
    fsync_file(database)
    size, digest = database.stat().st_size, sha256_of(database)
    manifest = Manifest(origin.store, origin.purpose, now, why, __version__, steps, counts, size, digest)
    write_durably(unfinished / KEY_FILE, origin.key_file)
    write_durably(unfinished / NAME, manifest.as_bytes())
    rename_folder(unfinished, folder)
    return Backup(folder, now, why, manifest)


def assert_space(folder: Path, size: int) -> None:
    """Make ``folder``, and refuse to begin what would fill its disk. Raises ``DiskFull``, ``OSError``."""
    make_private(folder)
    free = free_space(folder)
    if free < size + _SPARE:
        needed, left = (size + _SPARE) // 1_000_000 + 1, free // 1_000_000
        raise DiskFull(
            f"There is no room for a backup in {folder}: it needs {needed:,} MB, and {left:,} MB are free.",
            "Free some space. The backups that are there stay.",
        )


def free_name(folder: Path, now: datetime, why: Why) -> str:
    """Two in one second, or one in an hour that the clock runs through twice, do not share a name."""
    while (folder / (name := name_of(now, why))).exists() or (folder / (name + UNFINISHED)).exists():
        now += timedelta(seconds=1)
    return name


def remove_unfinished(folder: Path) -> None:
    """Clear away what a kill left half written. Only the process that holds the store may ask this."""
    for path in folder.glob(f"*{UNFINISHED}") if folder.is_dir() else ():
        clear_away(path)


def remove(backup: Backup) -> None:
    """Remove a backup: first its name, so that half of one is never taken for a whole one.

    Raises ``OSError``.
    """
    if backup.is_former:
        remove_file(backup.path)
        return
    unfinished = backup.path.with_name(backup.path.name + UNFINISHED)
    rename_folder(backup.path, unfinished)
    remove_folder(unfinished)


def rename_folder(path: Path, target: Path) -> None:
    """Give a folder another name, durably. Raises ``OSError``."""
    fsync_folder(path)
    rename(path, target)
    fsync_folder(target.parent)
