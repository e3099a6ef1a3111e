"""What both stores are: an encrypted file with its keys, locked to one process, migrated, backed up and closed.

The store of visits and the sealed store are the same thing opened twice, each in a folder of its own with a key of
its own; they differ in the tables they hold and in the ways in that they offer.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import datetime
from typing import ClassVar, TypeVar

from filelock import FileLock, Timeout

from sep_desktop.errors import EnvironmentProblem, UserError
from sep_desktop.paths import Locations, unsafe_folder
from sep_desktop.storage import migrations, vault
from sep_desktop.storage.database import DiskFull, EncryptedDatabase, StoreInUse, free_space, translated
from sep_desktop.storage.migrations import Step
from sep_desktop.storage.vault import Cost, SlotKind

BALLAST = 8 * 1024 * 1024
_KEEP_BACKUPS = 7
Result = TypeVar("Result")
Box = TypeVar("Box", bound="Strongbox")


def exists(locations: Locations) -> bool:
    """Whether there is a store here: its key file, or its database without one."""
    return locations.header.exists() or locations.header_copy.exists() or locations.database.exists()


def create(kind: type[Box], locations: Locations, passphrase: str, cost: Cost | None = None) -> tuple[Box, str]:
    """A new store, open, and its recovery code, which is written down nowhere.

    Raises ``UserError`` for a weak passphrase, a folder that is synced or on a network, or one with a store in it.
    """
    vault.check_passphrase(passphrase)
    reason = unsafe_folder(locations.root)
    if reason:
        raise UserError(f"A store cannot be kept in {locations.root}: {reason}.", "Choose a folder on this computer's own disk.")
    if exists(locations):
        raise UserError(f"There is already a store in {locations.root}.", "Open it with its passphrase, or choose another folder.")
    locations.prepare()
    code = vault.new_recovery_code()
    header, key = vault.new_header()
    header = vault.with_slot(header, key, SlotKind.PASSPHRASE, passphrase, cost)
    header = vault.with_slot(header, key, SlotKind.RECOVERY, code)
    lock = hold(locations)
    try:
        vault.save_header(locations, header)
        return kind(locations, header, key, lock), code
    except BaseException:
        lock.release()
        raise


def unlock(kind: type[Box], locations: Locations, secret: str, way: SlotKind = SlotKind.PASSPHRASE, check: bool = True) -> Box:
    """Open the store; without ``check`` its integrity is the caller's to look at next.

    Raises ``WrongSecret``, ``StoreInUse``, ``DamagedStore`` or ``UserError`` (newer schema).
    """
    reason = unsafe_folder(locations.root)
    if reason:
        raise EnvironmentProblem(f"The store in {locations.root} cannot be used there: {reason}.", "Move its folder to this computer's own disk.")
    header = vault.load_header(locations)
    key = vault.open_slot(header, way, secret)
    lock = hold(locations)
    try:
        return kind(locations, header, key, lock, check)
    except BaseException:
        lock.release()
        raise


def hold(locations: Locations) -> FileLock:
    """The lock of a store, taken. Raises ``StoreInUse``."""
    lock = FileLock(locations.lock, thread_local=False)  # taken where the store is opened, given back where it is closed
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise StoreInUse("SEP Desktop is already open with this store.", "Use the window that is open.") from None
    return lock


class Strongbox:
    """An open store. One per process; every reader and writer goes through it."""

    steps: ClassVar[Mapping[str, Step]]

    def __init__(self, locations: Locations, header: vault.Header, key: bytes, lock: FileLock, check: bool = True) -> None:
        self.locations, self.header = locations, header
        self._key, self._lock = key, lock
        self.database = EncryptedDatabase(locations.database, key, header.salt, check)
        try:
            self._migrate()
        except BaseException:
            self.database.close()
            raise
        self._lay_ballast()

    @contextmanager
    def atomic(self) -> Iterator[None]:
        with self.database.atomic():
            yield

    def saving(self, work: Callable[[], Result]) -> Result:
        """Do ``work`` in one transaction; on a full disk give up the reserve and try once more.

        Raises ``DiskFull`` when that does not help, ``EnvironmentProblem`` when the file is no longer in its place.
        """
        self.database.assert_in_place()
        try:
            with self.atomic():
                return work()
        except DiskFull:
            if not self.release_ballast():
                raise
        with self.atomic():
            return work()

    def _migrate(self) -> None:
        with translated():
            known, applied = set(self.steps), self._applied()
            if applied - known:
                raise UserError("This store was made by a newer version of the program.", "Install that version, or a later one. Nothing was changed.")
            if applied and applied != known:
                self.back_up(datetime.now().astimezone(), "before-update")
            if applied != known:
                migrations.apply(self.database.tables, self.steps)

    def _applied(self) -> set[str]:
        """The steps this store has been through."""
        if not self.database.value("SELECT count(*) FROM sqlite_master WHERE name = '_sqlite_migrations'"):
            return set()
        rows = self.database.rows("SELECT name FROM _sqlite_migrations WHERE migration_set = ?", (migrations.SET,))
        return {row["name"] for row in rows}

    def _lay_ballast(self) -> None:
        path = self.locations.ballast
        if path.exists() or free_space(self.locations.root) < 4 * BALLAST:
            return
        try:
            path.write_bytes(os.urandom(BALLAST))  # random, so that no file system stores it as a hole
        except OSError:
            path.unlink(missing_ok=True)

    def release_ballast(self) -> bool:
        """Give the reserve back to the disk. Whether there was one."""
        held = self.locations.ballast.exists()
        self.locations.ballast.unlink(missing_ok=True)
        return held

    def back_up(self, now: datetime, why: str = "backup") -> None:
        """A checked, encrypted copy in the backups folder; the seven newest stay. The key file opens them all."""
        folder = self.locations.backups
        target = folder / f"{now:%Y-%m-%d-%H%M%S}-{why}.db"
        self.database.copy_to(target)
        copies = sorted(folder.glob("*.db"))
        for old in copies[:-_KEEP_BACKUPS]:
            old.unlink()

    def change_passphrase(self, old: str, new: str, cost: Cost | None = None) -> None:
        """Rewrap the key. Raises ``WrongSecret`` for a wrong old passphrase; the database is not touched."""
        vault.check_passphrase(new)
        vault.open_slot(self.header, SlotKind.PASSPHRASE, old)
        self._put_header(vault.with_slot(self.header, self._key, SlotKind.PASSPHRASE, new, cost))

    def set_passphrase_by_code(self, code: str, new: str, cost: Cost | None = None) -> None:
        """A new passphrase for somebody who lost the old one and holds the recovery code."""
        vault.check_passphrase(new)
        vault.open_slot(self.header, SlotKind.RECOVERY, code)
        self._put_header(vault.with_slot(self.header, self._key, SlotKind.PASSPHRASE, new, cost))

    def verify(self, passphrase: str) -> None:
        """Raises ``WrongSecret`` for any other passphrase than this store's."""
        vault.open_slot(self.header, SlotKind.PASSPHRASE, passphrase)

    def replace_recovery_code(self, code: str) -> None:
        """Make ``code`` the recovery code; the one before opens nothing any more."""
        self._put_header(vault.with_slot(self.header, self._key, SlotKind.RECOVERY, code))

    def _put_header(self, header: vault.Header) -> None:
        try:
            vault.save_header(self.locations, header)
        except OSError as error:
            raise EnvironmentProblem(f"The key file cannot be written ({type(error).__name__}).", "What opened the store before still opens it.") from None
        self.header = header

    def close(self) -> None:
        self.database.close()
        self._lock.release()
