"""Making a store ready beside the one that is there, and putting it in its place.

It lies in a folder of its own until it is whole. Giving that folder its name decides: from then on whoever
opens the store first carries the move through, so that a kill at any step leaves one whole store.
"""

import hashlib
import json
from contextlib import suppress
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path

from sep_desktop.files import (
    clear_away,
    copy,
    fsync_folder,
    keep_private,
    make_private,
    remove,
    remove_folder,
    rename,
    write_durably,
)
from sep_desktop.paths import Locations
from sep_desktop.storage.backups.listing import DATABASE, UNFINISHED
from sep_desktop.storage.database import free_space
from sep_desktop.storage.epochs import remember_restored
from sep_desktop.storage.store_problems import DiskFull, StoreProblem

_READY, _PLAN = "restored", "plan.json"
_LOGS = ("store.db-wal", "store.db-shm", "store.db-journal")
_WHOLE = (DATABASE, "store.db-wal", "keys-copy.json", "keys.json")
"""What a store is, in the order in which it is moved: with its log, where nobody could open it before."""
_SPARE = 32 * 1024 * 1024
"""Bytes left free beside a store that is made ready."""


@dataclass(frozen=True)
class Plan:
    """What is to become of a store that is ready.

    ``store`` is its identity, ``backup`` when what it holds was saved, in ISO format. ``set_aside`` is the
    folder for what is there now, which is ``kept`` where no backup of it could be made.
    """

    store: str
    backup: str
    set_aside: str
    kept: bool


def stage_of(locations: Locations) -> Locations:
    """Where a store is made ready: beside what it is to replace, so that it is moved and not copied."""
    return Locations(locations.root / (_READY + UNFINISHED))


def prepare(locations: Locations, size: int) -> Locations:
    """An empty stage for a database of ``size`` bytes; what an earlier try left there is removed.

    Raises ``DiskFull`` and ``StoreProblem``.
    """
    stage = stage_of(locations)
    try:
        locations.prepare()
        clear_away(stage.root)
        stage.prepare()
    except OSError as error:
        raise StoreProblem(
            f"{locations.root} cannot be written ({type(error).__name__}).", "Choose another folder."
        ) from None
    if (free := free_space(stage.root)) < size + _SPARE:
        give_up(locations)
        raise DiskFull(
            f"There is no room in {locations.root}: {(size + _SPARE) // 1_000_000 + 1:,} MB are needed, "
            f"and {free // 1_000_000:,} MB are free.",
            "Free some space. Nothing was changed.",
        )
    return stage


def give_up(locations: Locations) -> None:
    """Remove what was made ready: the store that is there stays."""
    clear_away(stage_of(locations).root)


def copy_database(stage: Locations, database: Path, sha256: str) -> None:
    """Copy a backup's file into the stage, durably; ``sha256``, where known, is what it has to be.

    Raises ``StoreProblem``.
    """
    digest = hashlib.sha256()
    try:
        copy(database, stage.database, digest.update)
    except OSError as error:
        raise StoreProblem(
            f"{database} could not be copied ({type(error).__name__}).",
            "Check that the disk or stick is connected. Nothing was changed.",
        ) from None
    if sha256 and digest.hexdigest() != sha256:
        raise StoreProblem(f"{database} is not what was written.", "Use another backup. Nothing was changed.")


def copy_log(stage: Locations, database: Path) -> None:
    """Bring the log that lies beside the copy of a store, in which its newest work may be.

    Raises ``StoreProblem``.
    """
    log = database.with_name(stage.log_of_database.name)
    if not log.is_file():
        return
    try:
        copy(log, stage.log_of_database)
    except OSError as error:
        raise StoreProblem(
            f"{log} could not be copied ({type(error).__name__}).",
            "Check that the disk or stick is connected. Nothing was changed.",
        ) from None


def decide(locations: Locations, plan: Plan) -> None:
    """Let the store that is ready, closed and checked take the place of the one there. Raises ``OSError``."""
    stage = stage_of(locations).root
    for path in stage.iterdir():
        if path.name not in _WHOLE:
            remove_folder(path) if path.is_dir() else remove(path)
    write_durably(stage / _PLAN, json.dumps(asdict(plan)).encode())
    rename(stage, locations.root / _READY)
    fsync_folder(locations.root)


def is_decided(locations: Locations) -> bool:
    """Whether a store is ready and not yet in its place; a folder of that name without a plan is no such."""
    ready = locations.root / _READY
    return ready.is_dir() and ((ready / _PLAN).is_file() or not any(ready.iterdir()))


def carry_out(locations: Locations) -> None:
    """Put a store that is ready in its place; nothing where none is. Whoever asks holds the lock.

    May be repeated after a kill at any step. Raises ``StoreProblem``.
    """
    ready = locations.root / _READY
    if not is_decided(locations):
        return
    try:
        plan = _plan(ready)
        if plan:
            remember_restored(plan.store, datetime.fromisoformat(plan.backup))
            _swap(locations.root, ready, locations.root / plan.set_aside)
            if not plan.kept:
                remove_folder(locations.root / plan.set_aside)
            remove(ready / _PLAN)
        remove_folder(ready)
        fsync_folder(locations.root)
    except OSError as error:
        raise StoreProblem(
            f"The restored store could not be put in its place ({type(error).__name__}).",
            f"Close what has a file in {locations.root} open, and start the program again.",
        ) from None


def _plan(ready: Path) -> Plan | None:
    """``None`` once everything has its place: the plan goes last."""
    with suppress(FileNotFoundError):
        return Plan(**json.loads((ready / _PLAN).read_bytes()))
    return None


def _swap(root: Path, ready: Path, set_aside: Path) -> None:
    """File by file, the keys last: what lies in ``ready`` is not in its place yet, what is gone from it is.

    A log goes before its database, which must not find that of another.
    """
    make_private(set_aside)
    keep_private(set_aside)
    if (ready / DATABASE).exists():
        for name in _LOGS:
            _move(root / name, set_aside / name)
    for name in _WHOLE:
        if (ready / name).exists():
            _move(root / name, set_aside / name)
            _move(ready / name, root / name)


def _move(path: Path, target: Path) -> None:
    with suppress(FileNotFoundError):
        rename(path, target)
    fsync_folder(target.parent)
    fsync_folder(path.parent)
