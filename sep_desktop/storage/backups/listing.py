"""Which backups there are in a folder. One that cannot be read is listed with the reason, never left out."""

import re
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sep_desktop.errors import EnvironmentProblem, SepError
from sep_desktop.storage.backups.manifest import Manifest, read_manifest

DATABASE, KEY_FILE, UNFINISHED = "store.db", "keys.json", ".part"
_NAME = re.compile(r"(\d{4}-\d{2}-\d{2}-\d{6})-([a-z0-9-]+)")
_TIME = "%Y-%m-%d-%H%M%S"


@dataclass(frozen=True)
class Backup:
    """A backup on disk: its folder, or the bare file that earlier versions made, which has no manifest.

    ``trouble`` says why it cannot be used; empty when nothing is known against it.
    """

    path: Path
    made: datetime
    why: str
    manifest: Manifest | None = None
    trouble: str = ""

    @property
    def is_former(self) -> bool:
        """Whether it is a bare file, which the store's own key file opens."""
        return self.path.suffix == ".db"

    @property
    def database(self) -> Path:
        """The encrypted file."""
        return self.path if self.is_former else self.path / DATABASE

    @property
    def key_file(self) -> Path | None:
        """The key file that opens it; a former one is opened by its store's."""
        return None if self.is_former else self.path / KEY_FILE

    @property
    def size(self) -> int:
        """Bytes of the encrypted file, 0 where it is gone."""
        try:
            return self.database.stat().st_size
        except OSError:
            return 0


def name_of(moment: datetime, why: str) -> str:
    """How the folder of a backup is called."""
    return f"{moment:{_TIME}}-{why}"


def backups_in(folder: Path) -> list[Backup]:
    """Newest first. Raises ``EnvironmentProblem`` where the folder is there and cannot be read."""
    try:
        entries = list(folder.iterdir()) if folder.exists() else []
    except OSError as error:
        raise EnvironmentProblem(
            f"The folder {folder} cannot be read ({type(error).__name__}).",
            "Check that the disk or stick is connected and that you may read the folder.",
        ) from None
    backups = [backup for path in entries if (backup := backup_at(path))]
    return sorted(backups, key=lambda each: (each.made, each.path.name), reverse=True)


def backup_at(path: Path) -> Backup | None:
    """The backup that a folder or former file is; ``None`` for what is none, by its name."""
    name = _NAME.fullmatch(path.stem if path.suffix == ".db" else path.name)
    if name is None:
        return None
    try:
        moment = datetime.strptime(name[1], _TIME).astimezone()  # local time, as in the name
    except (ValueError, OverflowError, OSError):
        return None
    if path.suffix == ".db":
        return Backup(path, moment, name[2], None, "" if _is_file(path) else "It is no file.")
    try:
        manifest = read_manifest(path)
    except SepError as problem:
        return Backup(path, moment, name[2], None, problem.message)
    return Backup(path, manifest.made.astimezone(), manifest.why, manifest, _trouble(path, manifest))


def _is_file(path: Path) -> bool:
    try:
        return path.is_file()
    except OSError:
        return False


def _trouble(folder: Path, manifest: Manifest) -> str:
    """What can be seen without reading the whole file."""
    try:
        for name, missing in ((DATABASE, "Its database is missing."), (KEY_FILE, "Its keys are missing.")):
            if not (folder / name).is_file():
                return missing
        size = (folder / DATABASE).stat().st_size
    except OSError as error:
        return f"It cannot be read ({type(error).__name__})."
    if size != manifest.size:
        return f"Its database has {size:,} bytes; {manifest.size:,} were written."
    return ""
