"""What both stores are: an encrypted file with its keys, locked to one process, migrated, backed up and
closed.

The store of visits and the sealed store are the same thing opened twice, each in a folder of its own with a
key of its own; they differ in the tables they hold and in the ways in that they offer.
"""

import os
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from datetime import datetime
from functools import partial
from typing import ClassVar, TypeVar

from filelock import FileLock, Timeout

from sep_desktop.domain.backups import Why
from sep_desktop.errors import Cancelled, EnvironmentProblem, UserError
from sep_desktop.paths import Locations, unsafe_folder
from sep_desktop.storage import key_slots as key_slots
from sep_desktop.storage import migrations
from sep_desktop.storage.backups import keeping, making, verification
from sep_desktop.storage.backups.listing import Backup, backups_in
from sep_desktop.storage.backups.making import Origin
from sep_desktop.storage.backups.verification import Checked
from sep_desktop.storage.database import DiskFull, EncryptedDatabase, StoreInUse, free_space, translated
from sep_desktop.storage.key_slots import Cost, SlotKind
from sep_desktop.storage.migrations import Step

RESERVE_BYTES = 8 * 1024 * 1024
_PAUSE = 0.001
"""Seconds between two steps of a backup, in which whoever waits to save comes first."""

Result = TypeVar("Result")
AnyStore = TypeVar("AnyStore", bound="EncryptedStore")


def exists(locations: Locations) -> bool:
    """Whether there is a store here: its key file, or its database without one."""
    return locations.key_file.exists() or locations.key_file_copy.exists() or locations.database.exists()


def create(
    kind: type[AnyStore], locations: Locations, passphrase: str, cost: Cost | None = None
) -> tuple[AnyStore, str]:
    """A new store, open, and its recovery code, which is written down nowhere.

    Raises ``UserError`` for a weak passphrase, a folder that is synced or on a network, or one with a store
    in it.
    """
    key_slots.check_passphrase(passphrase)
    reason = unsafe_folder(locations.root)
    if reason:
        raise UserError(
            f"A store cannot be kept in {locations.root}: {reason}.",
            "Choose a folder on this computer's own disk.",
        )
    if exists(locations):
        raise UserError(
            f"There is already a store in {locations.root}.",
            "Open it with its passphrase, or choose another folder.",
        )
    locations.prepare()
    code = key_slots.new_recovery_code()
    key_file, key = key_slots.new_key_file()
    key_file = key_slots.with_slot(key_file, key, SlotKind.PASSPHRASE, passphrase, cost)
    key_file = key_slots.with_slot(key_file, key, SlotKind.RECOVERY, code)
    lock = hold(locations)
    try:
        key_slots.save_key_file(locations, key_file)
        return kind(locations, key_file, key, lock), code
    except BaseException:
        lock.release()
        raise


def unlock(
    kind: type[AnyStore],
    locations: Locations,
    secret: str,
    way: SlotKind = SlotKind.PASSPHRASE,
    check: bool = True,
) -> AnyStore:
    """Open the store; without ``check`` its integrity is the caller's to look at next.

    Raises ``WrongSecret``, ``StoreInUse``, ``DamagedStore`` or ``UserError`` (newer schema).
    """
    reason = unsafe_folder(locations.root)
    if reason:
        raise EnvironmentProblem(
            f"The store in {locations.root} cannot be used there: {reason}.",
            "Move its folder to this computer's own disk.",
        )
    key_file = key_slots.load_key_file(locations)
    key = key_slots.open_slot(key_file, way, secret)
    lock = hold(locations)
    try:
        return kind(locations, key_file, key, lock, check)
    except BaseException:
        lock.release()
        raise


def hold(locations: Locations) -> FileLock:
    """The lock of a store, taken. Raises ``StoreInUse``."""
    lock = FileLock(
        locations.lock, thread_local=False
    )  # taken where the store is opened, given back where it is closed
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise StoreInUse(
            "SEP Desktop is already open with this store.", "Use the window that is open."
        ) from None
    return lock


class EncryptedStore:
    """An open store. One per process; every reader and writer goes through it.

    ``holds`` says in words what is in it, ``purpose`` in one, ``own_table`` is one that no other kind of
    store has, and ``migration_set`` is the name under which it records its ``steps``.
    """

    holds: ClassVar[str]
    purpose: ClassVar[str]
    own_table: ClassVar[str]
    migration_set: ClassVar[str]
    steps: ClassVar[Mapping[str, Step]]
    strays: ClassVar[frozenset[str]] = frozenset()
    """Steps of the other store that were once run here by mistake, while both had one name for theirs."""

    def __init__(
        self,
        locations: Locations,
        key_file: key_slots.KeyFile,
        key: bytes,
        lock: FileLock,
        check: bool = True,
    ) -> None:
        self.locations, self.key_file = locations, key_file
        self._key, self._lock = key, lock
        self._making_backup, self._closing = threading.Lock(), threading.Event()
        self.database = EncryptedDatabase(locations.database, key, key_file.salt, check)
        try:
            self._migrate()
        except BaseException:
            self.database.close()
            raise
        self._write_disk_reserve()
        self._changes_backed_up = None if self._owes_backup() else self.database.changes

    def _owes_backup(self) -> bool:
        """Whether something may have been written before that is in no backup; from now on it may."""
        owed = self.locations.backup_owed
        is_owed = owed.exists() or not backups_in(self.locations.backups)
        with suppress(OSError):  # a place that cannot be written is no reason not to open
            owed.touch(mode=0o600)
        return is_owed

    @contextmanager
    def atomic(self) -> Iterator[None]:
        """As ``EncryptedDatabase.atomic``."""
        with self.database.atomic():
            yield

    def saving(self, work: Callable[[], Result]) -> Result:
        """Do ``work`` in one transaction; on a full disk give up the reserve and try once more.

        Raises ``DiskFull`` when that does not help, ``EnvironmentProblem`` when the file is no longer in its
        place.
        """
        self.database.assert_in_place()
        try:
            with self.atomic():
                return work()
        except DiskFull:
            if not self.release_disk_reserve():
                raise
        with self.atomic():
            return work()

    def _migrate(self) -> None:
        with translated():
            recorded = self._recorded()
            self._assert_own_kind(recorded)
            known, applied = set(self.steps), set().union(*recorded.values())
            if applied - known:
                raise UserError(
                    "This store was made by a newer version of the program.",
                    "Install that version, or a later one. Nothing was changed.",
                )
            if applied and (applied != known or migrations.FORMER_SET in recorded):
                self.back_up(datetime.now().astimezone(), Why.BEFORE_UPDATE)
            if migrations.FORMER_SET in recorded:
                self._rename_set()
            if applied != known:
                migrations.apply(self.database.tables, self.migration_set, self.steps)

    def _recorded(self) -> dict[str, set[str]]:
        """The steps that this file has been through, by the name of their set."""
        if not self._has_table("_sqlite_migrations"):
            return {}
        recorded: dict[str, set[str]] = {}
        for row in self.database.rows("SELECT migration_set, name FROM _sqlite_migrations"):
            if row["name"] not in self.strays:
                recorded.setdefault(row["migration_set"], set()).add(row["name"])
        return recorded

    def _rename_set(self) -> None:
        with self.atomic():
            for name in self.strays:
                self.database.run("DELETE FROM _sqlite_migrations WHERE name = ?", (name,))
            self.database.run("UPDATE _sqlite_migrations SET migration_set = ?", (self.migration_set,))

    def _assert_own_kind(self, recorded: Mapping[str, set[str]]) -> None:
        """Raises ``UserError`` for a file that is another kind of store: it is left as it is."""
        others = set(recorded) - {self.migration_set, migrations.FORMER_SET}
        if others or (recorded and not self._has_table(self.own_table)):
            raise UserError(
                f"The store in {self.locations.root} does not hold {self.holds}.",
                "Choose the folder that does. Nothing was changed.",
            )

    def _has_table(self, name: str) -> bool:
        return bool(self.database.value("SELECT count(*) FROM sqlite_master WHERE name = ?", (name,)))

    def _write_disk_reserve(self) -> None:
        path = self.locations.disk_reserve
        if path.exists() or free_space(self.locations.root) < 4 * RESERVE_BYTES:
            return
        try:
            path.write_bytes(os.urandom(RESERVE_BYTES))  # random, so that no file system stores it as a hole
        except OSError:
            path.unlink(missing_ok=True)

    def release_disk_reserve(self) -> bool:
        """Give the reserve back to the disk. Whether there was one."""
        held = self.locations.disk_reserve.exists()
        self.locations.disk_reserve.unlink(missing_ok=True)
        return held

    def back_up(
        self, now: datetime, why: Why = Why.BY_HAND, check: Callable[[], None] = lambda: None
    ) -> Backup:
        """A new backup in the store's own folder, made beside whoever works, from any thread.

        ``check`` is called every few milliseconds and may raise to give it up; so does closing the store,
        with ``Cancelled``. Raises as ``making.make``; the backups that are there stay in any case.
        """

        def between_steps() -> None:
            check()
            if self._closing.is_set():
                raise Cancelled
            time.sleep(_PAUSE)

        origin = Origin(
            self.key_file.store_id,
            self.purpose,
            self._key,
            self.key_file.salt,
            key_slots.as_bytes(self.key_file),
        )
        with self._making_backup:
            if self._closing.is_set():
                raise Cancelled
            self.database.assert_in_place()
            folder, changes = self.locations.backups, self.database.changes
            making.remove_unfinished(folder)
            copy = partial(self.database.copy_to, between_steps=between_steps)
            backup = making.make(copy, self.database.size, origin, folder, now, why)
            self._changes_backed_up = changes
            with suppress(OSError):  # what could not be removed is thinned out the next time
                keeping.thin(folder, now)
            return backup

    @property
    def is_backed_up(self) -> bool:
        """Whether all that is in it is in a backup: nothing was written since, here or before it was opened."""
        return self.database.changes == self._changes_backed_up

    def begin_work(self) -> None:
        """What was written until now was written by opening it: that alone is worth no backup."""
        if self._changes_backed_up is not None:
            self._changes_backed_up = self.database.changes

    def verify_backup(self, backup: Backup) -> Checked:
        """Look at a backup of this store, page by page and count by count. Raises ``DamagedBackup``."""
        return verification.verify(backup, self._key, self.key_file.salt)

    def change_passphrase(self, old: str, new: str, cost: Cost | None = None) -> None:
        """Rewrap the key. Raises ``WrongSecret`` for a wrong old passphrase; the database is not touched."""
        key_slots.check_passphrase(new)
        key_slots.open_slot(self.key_file, SlotKind.PASSPHRASE, old)
        self._put_key_file(key_slots.with_slot(self.key_file, self._key, SlotKind.PASSPHRASE, new, cost))

    def set_passphrase_by_code(self, code: str, new: str, cost: Cost | None = None) -> None:
        """A new passphrase for somebody who lost the old one and holds the recovery code."""
        key_slots.check_passphrase(new)
        key_slots.open_slot(self.key_file, SlotKind.RECOVERY, code)
        self._put_key_file(key_slots.with_slot(self.key_file, self._key, SlotKind.PASSPHRASE, new, cost))

    def verify(self, passphrase: str) -> None:
        """Raises ``WrongSecret`` for any other passphrase than this store's."""
        key_slots.open_slot(self.key_file, SlotKind.PASSPHRASE, passphrase)

    def replace_recovery_code(self, code: str) -> None:
        """Make ``code`` the recovery code; the one before opens nothing any more."""
        self._put_key_file(key_slots.with_slot(self.key_file, self._key, SlotKind.RECOVERY, code))

    def _put_key_file(self, key_file: key_slots.KeyFile) -> None:
        try:
            key_slots.save_key_file(self.locations, key_file)
        except OSError as error:
            raise EnvironmentProblem(
                f"The key file cannot be written ({type(error).__name__}).",
                "What opened the store before still opens it.",
            ) from None
        self.key_file = key_file
        self.old_keys = keeping.renew_keys(
            self.locations.backups, key_file.store_id, key_slots.as_bytes(key_file)
        )

    def close(self) -> None:
        """Close the database and let the next process in; the keys are forgotten.

        A backup that is being made is given up first.
        """
        self._closing.set()
        with self._making_backup:
            if self.is_backed_up:
                self.locations.backup_owed.unlink(missing_ok=True)
            self.database.close()
        self._key = b""
        self._lock.release()
