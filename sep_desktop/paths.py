"""Every path the program uses. ``Locations(root)`` moves all of them in one call."""

import os
import sys
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path


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
        """Messages opened in the user's own mail program; emptied at the next start."""
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


def make_private(folder: Path) -> None:
    """Make a folder and what is missing above it, each for its owner alone where the system knows owners.

    Those that are there stay as they are; a new one survives a power cut where the disk can promise that.
    Raises ``OSError``.
    """
    if not folder.is_dir():
        make_private(folder.parent)
        folder.mkdir(mode=0o700, exist_ok=True)
        with suppress(OSError):  # a share that cannot flush a folder, or a parent that may not be read
            fsync_folder(folder.parent)


def keep_private(path: Path) -> None:
    """Give a file or folder to its owner alone. Windows does this by the profile folder's own access list."""
    if os.name == "posix":
        path.chmod(0o700 if path.is_dir() else 0o600)


def flush(descriptor: int) -> None:
    """Have what was written on the disk itself: macOS leaves it in the drive's memory unless told so."""
    if sys.platform == "darwin":
        import fcntl

        try:
            fcntl.fcntl(descriptor, fcntl.F_FULLFSYNC)
        except OSError:  # a disk of another system, which knows no more than fsync
            os.fsync(descriptor)
    else:
        os.fsync(descriptor)


def fsync_file(path: Path) -> None:
    """Bring a file that is written to the disk for good. Raises ``OSError``."""
    with path.open("rb+") as file:
        flush(file.fileno())


def fsync_folder(folder: Path) -> None:
    """Make a rename in ``folder`` durable. Windows has no handle for this and needs none."""
    if sys.platform == "win32":
        return
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        flush(descriptor)
    finally:
        os.close(descriptor)


def write_durably(path: Path, data: bytes) -> None:
    """Replace ``path`` in one step: the old bytes or the new ones survive a power cut, never a mixture."""
    make_private(path.parent)
    beside = path.with_name(path.name + ".new")
    try:
        with beside.open("wb") as file:
            keep_private(beside)
            file.write(data)
            file.flush()
            flush(file.fileno())
        beside.replace(path)
    except BaseException:
        beside.unlink(missing_ok=True)  # half a confidential file is left nowhere
        raise
    fsync_folder(path.parent)
