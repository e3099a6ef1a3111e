"""What both stores are: an encrypted file with its keys, locked to one process, migrated, backed up and
closed.

The store of visits and the sealed store are the same thing opened twice, each in a folder of its own with a
key of its own; they differ in the tables they hold and in the ways in that they offer.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from datetime import datetime
from typing import ClassVar, TypeVar

from filelock import FileLock

from sep_desktop.domain.backups import Why
from sep_desktop.errors import EnvironmentProblem, UserError
from sep_desktop.files import clear_away, create, remove
from sep_desktop.notices import Notice, NoticeSink, Tone
from sep_desktop.paths import Locations
from sep_desktop.storage import key_file as key_files
from sep_desktop.storage import key_slots as key_slots
from sep_desktop.storage import passphrases, store_identity
from sep_desktop.storage.backups.listing import Backup
from sep_desktop.storage.backups.making import Origin
from sep_desktop.storage.backups.store_backups import StoreBackups
from sep_desktop.storage.concealed_words import Concealment
from sep_desktop.storage.contents import Contents
from sep_desktop.storage.database import EncryptedDatabase, free_space
from sep_desktop.storage.destroyed import Destroyed
from sep_desktop.storage.epochs import Epochs
from sep_desktop.storage.key_bytes import KeyBytes, wipe
from sep_desktop.storage.key_slots import Cost, KeyFile, SlotKind
from sep_desktop.storage.migrations import Step
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.restoring.finishing import clear_remainder, finish_restoring
from sep_desktop.storage.schema import Schema
from sep_desktop.storage.store_identity import StoreIdentity
from sep_desktop.storage.store_lock import hold_if_writable
from sep_desktop.storage.store_problems import (
    DamagedKeyFile,
    DiskFull,
    NotThisStore,
    ReadOnlyStore,
    WrongPurpose,
    old_key_file,
)
from sep_desktop.storage.unfinished_forms import UnfinishedForms

RESERVE_BYTES = 8 * 1024 * 1024
Result = TypeVar("Result")
AnyStore = TypeVar("AnyStore", bound="EncryptedStore")


@dataclass(frozen=True)
class Opening:
    """What a store is opened with; ``lock`` is held and becomes the store's to give back.

    Without one it is only read: the place cannot be written.

    Without ``check`` its integrity is the caller's to look at next. ``accept_old_keys`` takes a key file for
    the newest that is older than what the store last saw.
    """

    locations: Locations
    key_file: KeyFile
    key: KeyBytes = field(repr=False)
    lock: FileLock | None
    check: bool = True
    accept_old_keys: bool = False


def unlock(
    kind: type[AnyStore],
    locations: Locations,
    secret: str,
    way: SlotKind = SlotKind.PASSPHRASE,
    check: bool = True,
    accept_old_keys: bool = False,
) -> AnyStore:
    """Open the store. ``check`` and ``accept_old_keys`` are as for ``Opening``.

    Raises ``WrongSecret``, ``WrongPurpose``, ``UserError`` (newer schema) or a ``StoreProblem``, and then
    leaves everything as it was.
    """
    finish_restoring(locations)
    key_files_of_kind(kind, locations)
    lock = hold_if_writable(locations)
    try:  # the key file is read again: who held the lock until now may have changed it
        key_file, key = _opened_keys(key_files_of_kind(kind, locations), secret, way)
        try:
            store = kind(Opening(locations, key_file, key, lock, check, accept_old_keys))
        finally:
            wipe(key)
    except BaseException:
        if lock:
            lock.release()
        raise
    try:
        if lock:
            clear_remainder(locations)
        store.settle(secret if way is SlotKind.PASSPHRASE else None)
    except BaseException:
        store.close()
        raise
    return store


def key_files_of_kind(kind: type[AnyStore], locations: Locations) -> list[KeyFile]:
    """As ``key_file.read_all``. Raises ``WrongPurpose`` before anything else is looked at."""
    candidates = key_files.read_all(locations)
    if candidates[0].purpose not in (None, kind.purpose):
        raise _wrong_purpose(kind, locations)
    return candidates


def _opened_keys(candidates: list[KeyFile], secret: str, way: SlotKind) -> tuple[KeyFile, bytearray]:
    """The key file that counts, and the data key out of it."""
    for key_file in candidates:
        key = key_slots.open_slot(key_file, way, secret)
        if key_files.is_genuine(key_file, key):
            return key_file, key
    raise DamagedKeyFile(
        "The key file is not as the program wrote it.",
        "The rest of the store was left as it is. Put the key file back from a backup.",
    )


def _wrong_purpose(kind: type[AnyStore], locations: Locations) -> WrongPurpose:
    return WrongPurpose(
        f"The store in {locations.root} does not hold {kind.holds}.",
        "Choose the folder that does. Nothing was changed.",
    )


class EncryptedStore:
    """An open store. One per process; every reader and writer goes through it.

    ``holds`` says in words what is in it, ``purpose`` in one, ``own_table`` is one that no other kind of
    store has, ``migration_set`` is the name under which it records its ``steps``, ``contents`` what somebody
    would count in it.
    """

    holds: ClassVar[str]
    purpose: ClassVar[StorePurpose]
    own_table: ClassVar[str]
    migration_set: ClassVar[str]
    steps: ClassVar[Mapping[str, Step]]
    contents: ClassVar[Contents]
    strays: ClassVar[frozenset[str]] = frozenset()
    """Steps of the other store that were once run here by mistake, while both had one name for theirs."""
    weak_passphrase = False
    """Whether it was opened with a passphrase that would not be taken today."""

    def __init__(self, opening: Opening) -> None:
        self.locations, self.key_file = opening.locations, opening.key_file
        self._key, self._lock = bytearray(opening.key), opening.lock
        self.concealment = Concealment(self._key)
        self.notices = NoticeSink()
        self.repairs: list[Notice] = []
        self.read_only = opening.lock is None
        self.database = EncryptedDatabase(
            self.locations.database,
            self._key,
            self.key_file.salt,
            opening.check,
            read_only=self.read_only,
        )
        self.destroyed = Destroyed(self.database)
        self.unfinished_forms = UnfinishedForms(self.database)
        self.backups = StoreBackups(self.database, self.locations, self._origin)
        try:
            self._seen = self._assert_identity(opening.accept_old_keys)
            self._migrate()
        except BaseException:
            self.database.close()
            raise
        self.epochs = Epochs(self.database, self.key_file.store_id, self.newest_change)
        if not self.read_only:
            self._write_disk_reserve()
            self.backups.begin()

    @property
    def own_words(self) -> tuple[str, ...]:
        """What somebody who knows its owner tries first as a passphrase, as far as this store knows."""
        return ()

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
        try:
            with self.atomic():
                return work()
        except DiskFull:
            if not self.release_disk_reserve():
                raise
        with self.atomic():
            return work()

    def _migrate(self) -> None:
        schema = Schema(self.database, self.migration_set, self.steps, self.own_table, self.strays)
        if not schema.is_of_this_kind:
            raise _wrong_purpose(type(self), self.locations)
        if schema.is_newer:
            raise UserError(
                "This store was made by a newer version of the program.",
                "Install that version, or a later one. Nothing was changed.",
            )
        if not schema.is_pending:
            return
        if self.read_only:
            raise ReadOnlyStore(
                "This store is of an earlier version of the program, and its folder cannot be written.",
                "Copy the folder to this computer's own disk and open it there. Nothing was changed.",
            )
        self.back_up(datetime.now().astimezone(), Why.BEFORE_UPDATE)
        schema.bring_up_to_date()

    def _assert_identity(self, accept_old_keys: bool) -> int:
        """The revision of the newest key file that the store has seen.

        Raises ``NotThisStore``, ``WrongPurpose`` or ``OldKeyFile`` where key file and store do not agree.
        """
        recorded = store_identity.read(self.database)
        if recorded is None:
            return 0
        if recorded.store != self.key_file.store_id:
            raise NotThisStore(
                f"The keys in {self.locations.root} are called otherwise than the store beside them.",
                "Nothing was changed. Put back the key file that belongs to this store.",
            )
        if recorded.purpose is not self.purpose:
            raise _wrong_purpose(type(self), self.locations)
        if self.key_file.revision < recorded.key_file_revision and not accept_old_keys:
            raise old_key_file(self.key_file.changed)
        return recorded.key_file_revision

    def settle(self, passphrase: str | None) -> None:
        """After an opening: bring the key file up to date, mend what was found damaged, and say so.

        ``passphrase`` is what opened the store, where a passphrase did. What cannot be written now is done
        at the next opening.
        """
        if self.read_only:
            self.notices.say(
                Tone.WARN,
                "The store is open for reading only: its folder cannot be written.",
                "Everything can be read and exported, and nothing can be saved. To work in it, copy the "
                "folder to this computer's own disk.",
            )
            return
        for text, hint in self.database.repairs:
            self._repaired(text, hint)
        key_file = self.key_file
        if passphrase is not None:
            key_file = key_slots.in_normal_form(key_file, self._key, passphrase)
        try:
            if key_file.purpose is None or key_file is not self.key_file or key_file.revision < self._seen:
                self._put_key_file(key_file)
            else:
                for sentence in key_files.mend(self.locations, key_file):
                    self._repaired(sentence, "Have the disk of this computer checked.")
                self._record_identity()
        except (OSError, EnvironmentProblem) as error:
            text = f"The key file could not be brought up to date ({type(error).__name__})."
            self.notices.say(Tone.WARN, text, "Everything opens as before; it is tried again next time.")

    def _repaired(self, text: str, hint: str) -> None:
        notice = Notice(Tone.WARN, text, hint)
        self.repairs.append(notice)
        self.notices.show(notice)
        with suppress(EnvironmentProblem):
            self.write_down(datetime.now().astimezone(), text)

    def newest_change(self) -> datetime | None:
        """When a delivery last changed its state; ``None`` where there is none."""
        raise NotImplementedError

    def write_down(self, now: datetime, text: str) -> None:
        """Note in the store's own journal what happened to it."""
        raise NotImplementedError

    def _record_identity(self) -> None:
        """What the store says of itself is what its key file says."""
        identity = StoreIdentity(self.key_file.store_id, self.purpose, self.key_file.revision)
        if store_identity.read(self.database) != identity:
            store_identity.record(self.database, identity)
        self._seen = identity.key_file_revision

    def _write_disk_reserve(self) -> None:
        path = self.locations.disk_reserve
        if path.exists() or free_space(self.locations.root) < 4 * RESERVE_BYTES:
            return
        try:
            with create(path) as file:
                file.write(os.urandom(RESERVE_BYTES))  # random, so that no file system stores it as a hole
        except OSError:
            clear_away(path)

    def release_disk_reserve(self) -> bool:
        """Give the reserve back to the disk. Whether there was one."""
        self.database.assert_writable()
        held = self.locations.disk_reserve.exists()
        remove(self.locations.disk_reserve)
        return held

    def back_up(self, now: datetime, why: Why = Why.BY_HAND) -> Backup:
        """As ``StoreBackups.make``."""
        return self.backups.make(now, why)

    def _origin(self) -> Origin:
        key_file, key = self.key_file, self._key
        return Origin(key_file.store_id, self.purpose, key, key_file.salt, key_files.as_bytes(key_file))

    def change_passphrase(self, old: str, new: str, cost: Cost | None = None) -> None:
        """Rewrap the key. Raises ``WrongSecret`` for a wrong old passphrase; the database is not touched."""
        passphrases.check(new, self.own_words)
        key_slots.open_slot(self.key_file, SlotKind.PASSPHRASE, old)
        self._put_key_file(key_slots.with_slot(self.key_file, self._key, SlotKind.PASSPHRASE, new, cost))

    def set_passphrase_by_code(self, code: str, new: str, cost: Cost | None = None) -> None:
        """A new passphrase for somebody who lost the old one and holds the recovery code."""
        passphrases.check(new, self.own_words)
        key_slots.open_slot(self.key_file, SlotKind.RECOVERY, code)
        self._put_key_file(key_slots.with_slot(self.key_file, self._key, SlotKind.PASSPHRASE, new, cost))

    def verify(self, passphrase: str) -> None:
        """Raises ``WrongSecret`` for any other passphrase than this store's."""
        key_slots.open_slot(self.key_file, SlotKind.PASSPHRASE, passphrase)

    def replace_recovery_code(self, code: str) -> None:
        """Make ``code`` the recovery code; the one before opens nothing any more."""
        self._put_key_file(key_slots.with_slot(self.key_file, self._key, SlotKind.RECOVERY, code))

    def _put_key_file(self, key_file: KeyFile) -> None:
        """Make ``key_file`` the one that counts: first the file that is read first, then its copy.

        Raises ``EnvironmentProblem`` where the first cannot be written, and then nothing has changed. A copy
        that cannot be written is said, and mended at the next opening.
        """
        with self.database.atomic():  # which nobody closes meanwhile
            revision = max(self.key_file.revision, self._seen) + 1
            now = datetime.now().astimezone()
            key_file = key_files.changed(key_file, self._key, self.purpose, revision, now)
            try:
                key_files.write(self.locations.key_file, key_file)
            except OSError as error:
                raise EnvironmentProblem(
                    f"The key file cannot be written ({type(error).__name__}).",
                    "What opened the store before still opens it.",
                ) from None
            self.key_file = key_file
        self._write_copy()
        with suppress(EnvironmentProblem):  # the change holds: it is noted at the next opening
            self._record_identity()
        self.backups.renew_keys()

    def _write_copy(self) -> None:
        try:
            key_files.write(self.locations.key_file_copy, self.key_file)
        except OSError as error:
            self.notices.say(
                Tone.WARN,
                f"The copy of the key file cannot be written ({type(error).__name__}).",
                "The change holds; the copy is written again when the store is next opened.",
            )

    def close(self) -> None:
        """Close the database and let the next process in; the keys are forgotten."""
        with self.backups.ended():
            self.database.close()
        self.notices.listen(None)
        wipe(self._key)
        if self._lock:
            self._lock.release()
