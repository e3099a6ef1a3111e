"""Every path the program uses. ``Locations(root)`` moves all of them in one call."""

import os
from dataclasses import dataclass
from pathlib import Path

from sep_desktop.files import keep_private, make_private


def resources() -> Path:
    """The folder of policy, templates, fonts and icons: in the wheel, or beside the package in a checkout."""
    packed = Path(__file__).parent / "_resources"
    return packed if packed.is_dir() else Path(__file__).parent.parent / "resources"


def every_policy_file() -> dict[str, dict[int, Path]]:
    """The released versions of policies that come with the program, by kind and number."""
    files: dict[str, dict[int, Path]] = {}
    for path in (resources() / "policies").glob("*.toml"):
        kind, _, number = path.stem.rpartition("-")
        files.setdefault(kind, {})[int(number)] = path
    return files


def policy_files(kind: str) -> dict[int, Path]:
    """The released versions of one kind of policy, by number."""
    return every_policy_file().get(kind, {})


def state_folder() -> Path:
    """Where this computer remembers what it saw, for this user: never in a store's folder, which may be
    copied.

    ``SEP_DESKTOP_STATE`` names another. On Windows and macOS the usual one lies beside the data folder.
    """
    if named := os.environ.get("SEP_DESKTOP_STATE"):
        return Path(named)
    from platformdirs import user_state_path

    return user_state_path("SEP Desktop state", appauthor=False, roaming=False)


@dataclass(frozen=True)
class Locations:
    """The files of one store, all below ``root``."""

    root: Path

    @classmethod
    def default(cls) -> "Locations":
        """The user's local, non-roaming data folder (a roamed folder breaks WAL: research, OneMore#2556)."""
        from platformdirs import user_data_path

        return cls(user_data_path("SEP Desktop", appauthor=False, roaming=False))

    @classmethod
    def at(cls, folder: Path | None) -> "Locations":
        """The store in ``folder``, or the user's own where none is named."""
        return cls(folder) if folder else cls.default()

    @property
    def database(self) -> Path:
        """The encrypted database."""
        return self.root / "store.db"

    @property
    def unfinished_database(self) -> Path:
        """The database of a store that is still being made; it gets its name when all else is there."""
        return self.root / "store.db.new"

    @property
    def log_of_database(self) -> Path:
        """SQLite's write-ahead log, which holds what is not folded into the database yet."""
        return self.root / "store.db-wal"

    @property
    def key_file(self) -> Path:
        """The file that wraps the store's key."""
        return self.root / "keys.json"

    @property
    def key_file_copy(self) -> Path:
        """Its copy, so that one bad sector locks nobody out."""
        return self.root / "keys-copy.json"

    @property
    def lock(self) -> Path:
        """Held by the process that has the store open."""
        return self.root / "in-use.lock"

    @property
    def wrong_guesses(self) -> Path:
        """How many wrong passphrases were typed in a row, and when the last one was."""
        return self.root / "wrong-guesses.json"

    @property
    def disk_reserve(self) -> Path:
        """Eight megabytes given back when the disk is full, so that what is typed can still be saved."""
        return self.root / "reserve.bin"

    @property
    def backups(self) -> Path:
        """The folder of the checked copies."""
        return self.root / "backups"

    @property
    def backup_owed(self) -> Path:
        """There while something may have been written that is in no backup yet, also after a kill."""
        return self.root / "backup-owed"

    @property
    def outgoing(self) -> Path:
        """Messages opened in the user's own mail program; emptied at lock, end and start."""
        return self.root / "outgoing"

    @property
    def log(self) -> Path:
        """The log, without anybody's words."""
        return self.root / "log" / "sep-desktop.log"

    @property
    def sealed(self) -> "Locations":
        """The sealed store: a folder of its own, with its own keys, backups and lock."""
        return Locations(self.root / "sealed")

    @property
    def rendezvous(self) -> str:
        """The name under which a second start finds the first window."""
        from hashlib import sha256  # 7 ms that the start to the first page does not need

        return "sep-desktop-" + sha256(str(self.root.resolve()).encode()).hexdigest()[:16]

    def prepare(self) -> None:
        """Make the folder, closed to others."""
        make_private(self.root)
        keep_private(self.root)
