"""A store made ready beside the one that is there, both open: to be compared, then decided or given up."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Generic, TypeAlias

from sep_desktop.domain.backups import Why
from sep_desktop.errors import SepError
from sep_desktop.paths import Locations
from sep_desktop.storage import key_file as key_files
from sep_desktop.storage.backups import verification
from sep_desktop.storage.backups.listing import Backup
from sep_desktop.storage.backups.manifest import DamagedBackup
from sep_desktop.storage.encrypted_store import AnyStore, Opening
from sep_desktop.storage.key_slots import KeyFile, SlotKind
from sep_desktop.storage.restoring import staging
from sep_desktop.storage.restoring.finishing import finish_restoring
from sep_desktop.storage.restoring.keys import OpenedKeys, key_file_of, keys_for
from sep_desktop.storage.restoring.staging import Plan
from sep_desktop.storage.store_creation import exists
from sep_desktop.storage.store_lock import hold
from sep_desktop.storage.store_problems import StoreInUse

HandOn: TypeAlias = Callable[[AnyStore, AnyStore | None], None]
"""Tells a store that takes the place of another what it has to know of that one, where it can be read."""


@dataclass(frozen=True)
class MadeReady(Generic[AnyStore]):
    """``present`` is the store that is there, and ``trouble`` why it cannot be read; neither where none is.

    ``made`` is when what is in ``staged`` was saved; ``since`` is as in ``OpenedKeys``.
    """

    locations: Locations
    staged: AnyStore
    present: AnyStore | None
    trouble: str
    made: datetime
    since: str

    def give_up(self) -> None:
        """Leave everything as it was."""
        self.staged.close()
        staging.give_up(self.locations)
        if self.present:
            self.present.close()

    def put_in_place(self, now: datetime, sentence: str, hand_on: "HandOn[AnyStore] | None") -> Path | None:
        """Let the staged store take its place; where what was there is kept: a backup, or its files.

        ``sentence`` goes into the journal of the staged store. Raises ``EnvironmentProblem``: what was there
        stays, or the next opening finishes the move.
        """
        set_aside = f"set-aside-{now:%Y-%m-%d-%H%M%S}"
        try:
            kept = self.present.back_up(now, Why.BEFORE_RESTORE).path if self.present else None
            if self.trouble:
                kept = self.locations.root / set_aside
            if hand_on:
                hand_on(self.staged, self.present)
            self.staged.write_down(now, f"{sentence} What was there is {kept.name}." if kept else sentence)
        except BaseException:
            self.give_up()
            raise
        store = self.staged.key_file.store_id
        self.staged.close()
        if self.present:
            self.present.close()
        staging.decide(self.locations, Plan(store, self.made.isoformat(), set_aside, bool(self.trouble)))
        finish_restoring(self.locations)
        return kept


def make_ready(
    kind: type[AnyStore], locations: Locations, backup: Backup, secret: str, way: SlotKind
) -> MadeReady[AnyStore]:
    """Check a backup with its keys, copy it beside the store that is there, and open both.

    Raises ``WrongSecret``, ``UserError`` (another store, a newer program), ``DamagedBackup`` or a
    ``StoreProblem``, such as ``StoreInUse``; then nothing has changed.
    """
    finish_restoring(locations)
    keys = keys_for(backup, locations, secret, way)
    verification.verify(backup, keys.key, keys.key_file.salt)
    present, trouble = open_present(kind, locations, keys)
    try:
        staged = _stage(kind, locations, backup, keys)
    except BaseException:
        if present:
            present.close()
        raise
    return MadeReady(locations, staged, present, trouble, backup.made, keys.since)


def open_present(kind: type[AnyStore], locations: Locations, keys: OpenedKeys) -> tuple[AnyStore | None, str]:
    """The store that is there, open, and why it cannot be. Raises ``StoreInUse``."""
    if not exists(locations):
        return None, ""
    try:
        return _opened(kind, locations, keys), ""
    except StoreInUse:
        raise
    except SepError as problem:
        return None, problem.message


def _stage(kind: type[AnyStore], locations: Locations, backup: Backup, keys: OpenedKeys) -> AnyStore:
    stage = staging.prepare(locations, backup.size)
    try:
        _copy_files(stage, backup)
        return open_staged(kind, stage, keys)
    except BaseException:
        staging.give_up(locations)
        raise


def _copy_files(stage: Locations, backup: Backup) -> None:
    staging.copy_database(stage, backup.database, backup.manifest.sha256 if backup.manifest else "")
    if backup.manifest is None:  # the folder of a store that was copied as a whole
        staging.copy_log(stage, backup.database)


def open_staged(kind: type[AnyStore], stage: Locations, keys: OpenedKeys) -> AnyStore:
    """The store whose database lies in the stage: with its keys, checked, and brought up to date."""
    _write_keys(stage, keys.key_file)
    staged = _opened(kind, stage, keys)
    staged.settle(None)
    return staged


def _write_keys(stage: Locations, key_file: KeyFile) -> None:
    for path in (stage.key_file, stage.key_file_copy):
        key_files.write(path, key_file)


def _opened(kind: type[AnyStore], locations: Locations, keys: OpenedKeys) -> AnyStore:
    lock = hold(locations)
    try:
        return kind(Opening(locations, keys.key_file, keys.key, lock))
    except BaseException:
        lock.release()
        raise


def put_as_it_lies(locations: Locations, backup: Backup) -> None:
    """Put a backup where no store is, unopened: its own secrets open it. Raises as ``make_ready``."""
    key_file = key_file_of(backup)
    if key_file is None:
        raise DamagedBackup(f"The keys of {backup.path} cannot be read.", "Use another one.")
    stage = staging.prepare(locations, backup.size)
    try:
        _copy_files(stage, backup)
        _write_keys(stage, key_file)
        staging.decide(locations, Plan(key_file.store_id, backup.made.isoformat(), "set-aside", kept=True))
    except BaseException:
        staging.give_up(locations)
        raise
    finish_restoring(locations)
