"""Taking what was destroyed out of backups: each is cleaned and checked beside itself, then replaced."""

from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from sep_desktop.domain.backups import Why
from sep_desktop.errors import SepError
from sep_desktop.files import clear_away, copy
from sep_desktop.storage.backups import making
from sep_desktop.storage.backups.listing import DATABASE, UNFINISHED, Backup, backups_in
from sep_desktop.storage.backups.making import Origin
from sep_desktop.storage.closed_database import ClosedDatabase
from sep_desktop.storage.database import EncryptedDatabase


@dataclass(frozen=True)
class Erasure:
    """What to take out. ``numbers`` are the rows of it that a database holds, ``erase`` removes them.

    Both work on a database of any age: raising, they say that this one cannot be cleaned.
    """

    numbers: Callable[[ClosedDatabase | EncryptedDatabase], list[int]]
    erase: Callable[[EncryptedDatabase, list[int]], None]


@dataclass(frozen=True)
class Erased:
    """Which backups had to be removed whole, which still hold it, for something came between, and of which
    nobody knows, for they do not open.
    """

    removed: tuple[Path, ...] = ()
    left: tuple[Path, ...] = ()
    unknown: tuple[Path, ...] = ()


def erase(erasure: Erasure, folder: Path, origin: Origin) -> Erased:
    """Take it out of every backup of the store in ``folder``.

    Removed is only what holds it, opens, and is of a kind that cannot be cleaned: where the disk, its rights
    or damage come between, it stays and is named. Raises ``EnvironmentProblem`` where the folder cannot be
    read.
    """
    removed: list[Path] = []
    left: list[Path] = []
    unknown: list[Path] = []
    for backup in backups_in(folder):
        if backup.manifest and backup.manifest.store != origin.store:
            continue  # another store's, in a place that both were given
        try:
            if not _holds(backup, erasure, origin):
                continue
        except Exception:  # noqa: BLE001 -- whatever it was, nobody knows what it holds
            unknown.append(backup.path)
            continue
        try:
            _clean(backup, erasure, origin)
        except (OSError, SepError, MemoryError):
            left.append(backup.path)
        except Exception:  # noqa: BLE001 -- it was opened, it holds it, and it cannot be cleaned
            (removed if _is_removed(backup) else left).append(backup.path)
    return Erased(tuple(removed), tuple(left), tuple(unknown))


def _holds(backup: Backup, erasure: Erasure, origin: Origin) -> bool:
    with ClosedDatabase(backup.database, origin.key, origin.salt) as database:
        return bool(erasure.numbers(database))


def _is_removed(backup: Backup) -> bool:
    try:
        making.remove(backup)
    except OSError:
        return False
    return True


def _clean(backup: Backup, erasure: Erasure, origin: Origin) -> None:
    why = Why(backup.why) if backup.why in list(Why) else Why.CLOSE
    name = making.free_name(backup.path.parent, backup.made, why)
    unfinished = backup.path.parent / (name + UNFINISHED)
    making.assert_space(unfinished.parent, 2 * backup.size)
    unfinished.mkdir(mode=0o700)
    try:
        copy(backup.database, unfinished / DATABASE)
        _erase_in(unfinished / DATABASE, erasure, origin)
        making.finish(unfinished, unfinished.with_name(name), origin, backup.made, why)
    except BaseException:
        clear_away(unfinished)
        raise
    making.remove(backup)


def _erase_in(path: Path, erasure: Erasure, origin: Origin) -> None:
    database = EncryptedDatabase(path, origin.key, origin.salt)
    try:
        with database.atomic():
            erasure.erase(database, erasure.numbers(database))
        database.run("VACUUM")
        database.rows("PRAGMA journal_mode=DELETE")
    finally:
        database.close()
