"""Backups in a second place: a stick, or a folder, which may be one that is kept in step with others.

What lies there are closed files, each folder whole before it has its name. The place may have been pulled
out, it may know no owners, and it may hold backups of other stores.
"""

import os
from collections.abc import Callable
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path

from sep_desktop.errors import EnvironmentProblem, in_words
from sep_desktop.files import clear_away, copy
from sep_desktop.storage.backups.listing import DATABASE, KEY_FILE, UNFINISHED, Backup, backup_at
from sep_desktop.storage.backups.making import assert_space, rename_folder
from sep_desktop.storage.backups.manifest import NAME, DamagedBackup, Manifest
from sep_desktop.storage.backups.verification import sha256_of

FOLDER = "SEP Desktop backups"
_FORGOTTEN = timedelta(hours=1)
"""A remainder that nobody has written to for as long is nobody's: another computer may be writing one now."""


def folder_at(place: Path, store: str, purpose: str) -> Path:
    """Where the backups of one store lie in a second place."""
    return place / FOLDER / store[:8] / purpose


def is_there(place: Path) -> bool:
    """Whether a place that was prepared is connected: an empty mount point is not the stick.

    One that may not be read is not there.
    """
    try:
        return (place / FOLDER).is_dir()
    except OSError:
        return False


def prepare(place: Path) -> None:
    """Make the folder of backups in a place that somebody chose. Raises ``EnvironmentProblem``."""
    try:
        if not place.is_dir():
            raise EnvironmentProblem(
                f"There is no folder {place}.", "Connect the stick or disk, or choose another folder."
            )
        (place / FOLDER).mkdir(mode=0o700, exist_ok=True)
    except OSError as error:
        raise _not_written(place, error) from None


def copy_there(backup: Backup, folder: Path, check: Callable[[], None]) -> bool:
    """Put a backup that was verified into ``folder``; whether it was written, for it was not there yet.

    ``check`` is called after each megabyte and may raise to give up. What was written is read back and
    compared before it has its name. Raises ``EnvironmentProblem`` and then leaves nothing that looks whole,
    and ``DamagedBackup`` where something else has its name.
    """
    manifest, target = backup.manifest, folder / backup.path.name
    if manifest is None:
        return False
    if os.path.lexists(target):
        _assert_same(target, manifest)
        return False
    unfinished = folder / (backup.path.name + UNFINISHED)
    try:
        assert_space(folder, manifest.size)
        clear_away(unfinished)
        unfinished.mkdir(mode=0o700)
        for name in (DATABASE, KEY_FILE, NAME):
            copy(backup.path / name, unfinished / name, lambda _: check())
        if sha256_of(unfinished / DATABASE, check) != manifest.sha256:
            raise DamagedBackup(
                f"The copy of the backup {backup.path.name} in {folder} is not what was written.",
                "It was removed. Try another stick or disk: this one may be failing.",
            )
        rename_folder(unfinished, target)
    except OSError as error:
        clear_away(unfinished)
        raise _not_written(folder, error) from None
    except BaseException:
        clear_away(unfinished)
        raise
    return True


def copy_of(backup: Backup, folder: Path) -> Path | None:
    """Where the copy of a backup lies in ``folder``, by the digest in its manifest; ``None`` where none does.

    Raises ``OSError``.
    """
    target = folder / backup.path.name
    there = backup_at(target)
    if there is None or there.trouble or not (there.manifest and backup.manifest):
        return None
    return target if there.manifest.sha256 == backup.manifest.sha256 else None


def _assert_same(target: Path, manifest: Manifest) -> None:
    there = backup_at(target)
    if there is None or there.trouble or there.manifest != manifest:
        raise DamagedBackup(
            f"What is called {target} is not the backup of that name.",
            "Look at it, and remove it when you need it no more; the next backup is put beside it.",
        )


def remove_forgotten(folder: Path, now: datetime) -> None:
    """Clear away what was left half written, here or by another computer, and is not being written now."""
    try:
        forgotten = list(folder.glob(f"*{UNFINISHED}"))
    except OSError:
        return
    for path in forgotten:
        with suppress(OSError):
            touched = max(each.stat().st_mtime for each in (path, *path.iterdir()))
            if now - datetime.fromtimestamp(touched).astimezone() > _FORGOTTEN:
                clear_away(path)


def _not_written(place: Path, error: OSError) -> EnvironmentProblem:
    return in_words(
        error,
        f"No backup could be written to {place} ({type(error).__name__}).",
        "Check that the stick or disk is connected and not write-protected, or choose another place.",
    )
