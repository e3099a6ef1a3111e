"""Which keys open a backup, and which key file the restored store gets."""

from dataclasses import dataclass, field

from sep_desktop.errors import UserError
from sep_desktop.paths import Locations
from sep_desktop.storage import key_file as key_files
from sep_desktop.storage.backups.listing import KEY_FILE, Backup
from sep_desktop.storage.key_bytes import KeyBytes
from sep_desktop.storage.key_slots import KeyFile, SlotKind, WrongSecret, open_slot
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.store_problems import DamagedKeyFile


@dataclass(frozen=True)
class OpenedKeys:
    """The data key, and the key file that goes beside the restored store.

    ``since`` is the day since when the secrets in it open the store, where those are the backup's own and
    perhaps not the newest; empty where the store's present key file stays.
    """

    key: KeyBytes = field(repr=False)
    key_file: KeyFile
    since: str = ""


def way_in(by_code: bool) -> SlotKind:
    """The slot that a recovery code opens, or a passphrase."""
    return SlotKind.RECOVERY if by_code else SlotKind.PASSPHRASE


def purpose_of(backup: Backup) -> StorePurpose:
    """What the store is for of which it was made. A former file says so only by where it lies."""
    if backup.manifest:
        return backup.manifest.purpose
    folder = backup.path.parent if backup.is_former else backup.path
    return StorePurpose.SEALED if "sealed" in (folder.name, folder.parent.name) else StorePurpose.VISITS


def key_file_of(backup: Backup) -> KeyFile | None:
    """The backup's own key file; of a former one that of the folder in whose ``backups`` it lies."""
    return key_files.read_if_sound(backup.key_file or backup.path.parent.parent / KEY_FILE)


def keys_for(backup: Backup, locations: Locations, secret: str, way: SlotKind) -> OpenedKeys:
    """The keys that ``secret`` opens: a secret of the present store, or one of when the backup was made.

    A passphrase that was changed since stays changed: the present key file stays where it is sound. Raises
    ``WrongSecret``, ``UserError`` for a backup of another store, ``DamagedKeyFile`` where there are no keys.
    """
    own, present = key_file_of(backup), _present(locations)
    if present and own and present.store_id != own.store_id:
        raise UserError(
            f"{backup.path} is a backup of another store than the one in {locations.root}.",
            "Restore it into a folder of its own; nothing was changed.",
        )
    return _opened(present, [each for each in (present, own) if each], secret, way)


def keys_here(locations: Locations, backup: Backup | None, secret: str, way: SlotKind) -> OpenedKeys:
    """The keys of a store that does not open: its own, or those of a backup of it. Raises as ``keys_for``."""
    present, own = _present(locations), key_file_of(backup) if backup else None
    return _opened(present, [each for each in (present, own) if each], secret, way)


def _opened(present: KeyFile | None, candidates: list[KeyFile], secret: str, way: SlotKind) -> OpenedKeys:
    if not candidates:
        raise DamagedKeyFile(
            "There are no keys for it.",
            f"Put the “{KEY_FILE}” of its store beside it, or use another backup.",
        )
    key, wrong = bytearray(), None
    for key_file in candidates:
        try:
            key = open_slot(key_file, way, secret)
            break
        except WrongSecret as error:
            wrong = wrong or error
    if wrong and not key:
        raise wrong
    placed = candidates[0]
    return OpenedKeys(key, placed, "" if placed is present else placed.changed)


def _present(locations: Locations) -> KeyFile | None:
    try:
        return key_files.read_all(locations)[0]
    except DamagedKeyFile:
        return None
