"""What a backup says of itself, beside the encrypted file: nothing of what anybody wrote."""

import json
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sep_desktop.errors import EnvironmentProblem, UserError
from sep_desktop.storage.purpose import StorePurpose

NAME = "manifest.json"
_FORMAT = 1


class DamagedBackup(EnvironmentProblem):
    """A backup is not what was written, or cannot be read.

    ``reason`` is why, in a sentence, for where the backup itself is named already; it may be empty.
    """

    reason = ""


@dataclass(frozen=True)
class Manifest:
    """``store`` is the store's id, ``purpose`` what it holds, ``steps`` the migrations it has been through.

    ``counts`` are rows by table; ``size`` in bytes and ``sha256`` in hex digits are the database file's.
    """

    store: str
    purpose: StorePurpose
    made: datetime
    why: str
    program: str
    steps: tuple[str, ...]
    counts: Mapping[str, int]
    size: int
    sha256: str

    def as_bytes(self) -> bytes:
        """As it is written."""
        data = {"format": _FORMAT, **asdict(self), "made": self.made.isoformat(timespec="seconds")}
        return json.dumps(data, indent=1, sort_keys=True).encode()


def read_manifest(folder: Path) -> Manifest:
    """The manifest of a backup's folder.

    Raises ``DamagedBackup`` where it cannot be read, ``UserError`` for one of a newer program.
    """
    path = folder / NAME
    try:
        data = json.loads(path.read_bytes())
        if data["format"] <= _FORMAT:
            return _manifest(data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, RecursionError) as error:
        raise DamagedBackup(
            f"Its {NAME} cannot be read ({type(error).__name__}).", "Use another backup."
        ) from None
    raise UserError("It was made by a newer version of the program.", "Install that version, or a later one.")


def _manifest(data: Mapping[str, Any]) -> Manifest:
    moment, size = datetime.fromisoformat(data["made"]), data["size"]
    if moment.tzinfo is None or not isinstance(size, int):
        raise ValueError("no moment, or no size")
    return Manifest(
        store=str(data["store"]),
        purpose=StorePurpose(data["purpose"]),
        made=moment,
        why=str(data["why"]),
        program=str(data["program"]),
        steps=tuple(map(str, data["steps"])),
        counts={str(table): int(rows) for table, rows in data["counts"].items()},
        size=size,
        sha256=str(data["sha256"]),
    )
