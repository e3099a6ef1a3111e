"""Which keys open the backups in a folder: after a change those of before open none in reach."""

import threading
from pathlib import Path

from sep_desktop.errors import UserError
from sep_desktop.storage import key_file as key_files
from sep_desktop.storage.backups.listing import KEY_FILE, Backup, backups_in
from sep_desktop.storage.key_slots import KeyFile

_RENEWING = threading.Lock()
"""Between reading a key file and writing a newer one nobody else writes one."""


def renew_keys(folder: Path, key_file: bytes) -> list[Path]:
    """Put ``key_file`` in place of the one in every backup of its store in ``folder``.

    What opened them before opens them no more, but for those that come back: there it could not be written,
    or a key file lies there that was changed after this one. Raises ``EnvironmentProblem`` where the folder
    cannot be read.
    """
    own = key_files.decoded(key_file)
    with _RENEWING:
        return [
            backup.path
            for backup in backups_in(folder)
            if backup.manifest and backup.manifest.store == own.store_id and not _is_renewed(backup, own)
        ]


def _is_renewed(backup: Backup, own: KeyFile) -> bool:
    path = backup.path / KEY_FILE
    try:
        there = key_files.read_if_sound(path)
        if there and there.store_id == own.store_id and there.revision > own.revision:
            return False
        if there != own:
            key_files.write(path, own)
    except (OSError, UserError):  # a newer program's is newer too
        return False
    return True


def renew_by(backup: Backup, folder: Path) -> None:
    """As ``renew_keys``, by the keys that lie in a backup of the store, where they are sound."""
    if key_file := key_files.read_if_sound(backup.path / KEY_FILE):
        renew_keys(folder, key_files.as_bytes(key_file))
