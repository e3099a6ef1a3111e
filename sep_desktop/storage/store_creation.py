"""Making a store: all of it, or nothing that anybody could take for one."""

from contextlib import suppress
from datetime import datetime

from sep_desktop.errors import UserError
from sep_desktop.files import fsync_folder, remove, replace
from sep_desktop.paths import Locations
from sep_desktop.places import hazard_of
from sep_desktop.storage import key_file as key_files
from sep_desktop.storage import key_slots, migrations, passphrases, store_identity
from sep_desktop.storage.database import EncryptedDatabase, salt_of
from sep_desktop.storage.encrypted_store import AnyStore, EncryptedStore, Opening
from sep_desktop.storage.key_bytes import KeyBytes, wipe
from sep_desktop.storage.key_slots import Cost, KeyFile, SlotKind
from sep_desktop.storage.restoring import staging
from sep_desktop.storage.store_identity import StoreIdentity
from sep_desktop.storage.store_lock import hold


def exists(locations: Locations) -> bool:
    """Whether there is a store here, or anything of one; not what was left of one that was never finished."""
    files = (locations.key_file, locations.key_file_copy, locations.database, locations.log_of_database)
    there = any(path.exists() for path in files) and not _is_unfinished(locations)
    return there or staging.is_decided(locations)


def _is_unfinished(locations: Locations) -> bool:
    """Whether somebody began to make a store here and was stopped: nothing was ever in it.

    Keys that stand beside it are its own when they name the salt with which its database begins.
    """
    unfinished = locations.unfinished_database
    if locations.database.exists() or not unfinished.exists():
        return False
    keys = [path for path in (locations.key_file, locations.key_file_copy) if path.exists()]
    beside = map(key_files.read_if_sound, keys)
    return all(key_file and key_file.salt == salt_of(unfinished) for key_file in beside)


def create(
    kind: type[AnyStore], locations: Locations, passphrase: str, cost: Cost | None = None
) -> tuple[AnyStore, str]:
    """A new store, open, and its recovery code, which is written down nowhere.

    It is there from the moment its database gets its name, the last step: stopped before, nothing is.
    Raises ``UserError`` for a weak passphrase, a folder that is synced, on a network or on a disk that
    can be taken out, or one with a store in it.
    """
    passphrases.check(passphrase)
    if hazard := hazard_of(locations.root):
        raise UserError(
            f"A store cannot be kept in {locations.root}: {hazard.reason}.",
            "Choose a folder on this computer's own disk.",
        )
    _assert_nothing_there(locations)
    locations.prepare()
    code = key_slots.new_recovery_code()
    key_file, key = key_slots.new_key_file()
    key_file = key_slots.with_slot(key_file, key, SlotKind.PASSPHRASE, passphrase, cost)
    key_file = key_slots.with_slot(key_file, key, SlotKind.RECOVERY, code)
    key_file = key_files.changed(key_file, key, kind.purpose, 1, datetime.now().astimezone())
    lock = hold(locations)
    try:
        _assert_nothing_there(locations)
        _make_files(kind, locations, key_file, key)
        return kind(Opening(locations, key_file, key, lock, check=False)), code
    except BaseException:
        lock.release()
        raise
    finally:
        wipe(key)


def _assert_nothing_there(locations: Locations) -> None:
    if exists(locations):
        raise UserError(
            f"There is already a store in {locations.root}.",
            "Open it with its passphrase, or choose another folder.",
        )


def _make_files(kind: type[EncryptedStore], locations: Locations, key_file: KeyFile, key: KeyBytes) -> None:
    _remove_unfinished(locations)
    try:
        database = EncryptedDatabase(locations.unfinished_database, key, key_file.salt, new=True)
        try:
            migrations.apply(database, kind.migration_set, kind.steps)
            identity = StoreIdentity(key_file.store_id, kind.purpose, key_file.revision)
            store_identity.record(database, identity)
        finally:
            database.close()
        key_files.write(locations.key_file, key_file)
        key_files.write(locations.key_file_copy, key_file)
    except BaseException:
        with suppress(OSError):
            _remove_unfinished(locations)
        raise
    replace(locations.unfinished_database, locations.database)
    fsync_folder(locations.root)


def _remove_unfinished(locations: Locations) -> None:
    """What was left of a store that was never finished, its database last: it marks the rest as such."""
    if not _is_unfinished(locations):
        return
    for path in (locations.key_file, locations.key_file_copy):
        remove(path)
    unfinished = locations.unfinished_database
    for log in ("-wal", "-journal"):
        remove(unfinished.with_name(f"{unfinished.name}{log}"))
    remove(unfinished)
