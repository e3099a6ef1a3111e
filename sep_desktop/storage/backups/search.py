"""The backups that a path leads to: a backup, a file in it, a folder of them, a stick, or a store's copy."""

from collections.abc import Iterable, Iterator
from contextlib import suppress
from datetime import datetime
from pathlib import Path

from sep_desktop.errors import EnvironmentProblem, SepError, UserError
from sep_desktop.storage.backups.listing import DATABASE, KEY_FILE, UNFINISHED, Backup, backup_at, backups_in
from sep_desktop.storage.backups.manifest import NAME, read_manifest
from sep_desktop.storage.backups.second_place import FOLDER as _ON_A_STICK

_COPY = "copy-of-a-store"
_OWN = {DATABASE, "sealed", "backups"}
"""What belongs into the folder of a store."""


def backups_at(path: Path) -> list[Backup]:
    """Newest first, of whatever store and purpose; what cannot be used is listed with its reason.

    Raises ``UserError`` where there is none, ``EnvironmentProblem`` where a folder cannot be read.
    """
    try:
        if not path.exists():
            raise UserError(f"{path} does not exist.", "Plug in the stick or disk, or choose another place.")
        if backup := backup_of(path):
            return [backup]
        places = list(_places(path)) if path.is_dir() else []
    except OSError as error:
        raise EnvironmentProblem(
            f"{path} cannot be read ({type(error).__name__}).",
            "Check that the disk or stick is connected and that you may read the folder.",
        ) from None
    backups = [backup for place in places for backup in backups_in(place)]
    if copy := _copy_of_a_store(path):
        backups.append(copy)
    if not backups:
        raise UserError(
            f"There is no backup in {path}.",
            f"Choose the stick or the folder that holds “{_ON_A_STICK}”, or one backup in it.",
        )
    return sorted(backups, key=lambda each: each.made, reverse=True)


def sealed_beside(backup: Backup) -> list[Path]:
    """The folders in which backups of performance management lie beside a backup of visits.

    In a second place each store has a folder of its own.
    """
    upper = backup.path.parent.parent
    places = [upper / "sealed" / "backups"]
    if upper.parent.name == _ON_A_STICK:
        places += [path / "sealed" for path in sorted(upper.parent.iterdir())]
    else:
        places.append(upper / "sealed")
    return [path for path in places if path.is_dir()]


def strays(folders: Iterable[Path]) -> list[Path]:
    """Copies of a store in these folders that nobody keeps in order, for they do not have a backup's name.

    They were set aside by a restore, renamed, or copied there by hand. A folder that cannot be read has none.
    """
    lying: list[Path] = []
    for folder in folders:
        with suppress(OSError):
            lying += [path for path in sorted(folder.iterdir()) if _is_stray(path)]
    return lying


def _is_stray(path: Path) -> bool:
    if path.name in _OWN or path.suffix == UNFINISHED or backup_at(path):
        return False
    return (path / DATABASE).is_file() or (path.suffix == ".db" and path.is_file())


def backup_of(path: Path) -> Backup | None:
    """A backup, whatever its folder is called by now, or the one that a file lies in; else ``None``."""
    if path.is_file():
        return backup_at(path) or backup_of(path.parent)
    return backup_at(path) or _renamed(path)


def _renamed(folder: Path) -> Backup | None:
    if (folder / NAME).is_file():
        with suppress(SepError):
            manifest = read_manifest(folder)
            return Backup(folder, manifest.made.astimezone(), manifest.why, manifest)
    return None


def _places(path: Path) -> Iterator[Path]:
    """The folders in which backups may lie: beside a store, in a second place, at either depth of that."""
    yield from (path, path / "backups", path / "sealed" / "backups", path / "visits", path / "sealed")
    for upper in (path, path / _ON_A_STICK):
        for store in sorted(upper.iterdir()) if upper.is_dir() else ():
            yield from (store / "visits", store / "sealed")


def _copy_of_a_store(folder: Path) -> Backup | None:
    """The folder of a store that was copied as a whole: it has keys, and no manifest."""
    database = folder / DATABASE
    if not (database.is_file() and (folder / KEY_FILE).is_file()):
        return None
    moment = datetime.fromtimestamp(database.stat().st_mtime).astimezone()
    return Backup(folder, moment, _COPY)
