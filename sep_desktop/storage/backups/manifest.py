"""What a backup says of itself, beside the encrypted file: nothing of what anybody wrote."""

import json
import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from sep_desktop.errors import EnvironmentProblem, UserError
from sep_desktop.storage.purpose import StorePurpose

NAME = "manifest.json"
_FORMAT = 1
_MOST_BYTES = 1024 * 1024
_MOST_NAMES = 10_000
_FIRST_YEAR, _LAST_YEAR = 2000, 2100
_NAME, _VERSION = re.compile(r"[\w-]{1,100}", re.ASCII), re.compile(r"[\w.+-]{1,100}", re.ASCII)
_DIGEST = re.compile("[0-9a-f]{64}")


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
        data = json.loads(_read(path))
        if _number(data["format"]) <= _FORMAT:
            return _manifest(data)
    except (OSError, ValueError, KeyError, TypeError, AttributeError, OverflowError, RecursionError) as error:
        raise DamagedBackup(
            f"Its {NAME} cannot be read ({type(error).__name__}).", "Use another backup."
        ) from None
    raise UserError("It was made by a newer version of the program.", "Install that version, or a later one.")


def _read(path: Path) -> bytes:
    if not path.is_file():  # a pipe in its place would never end
        raise FileNotFoundError(path)
    with path.open("rb") as file:
        data = file.read(_MOST_BYTES + 1)
    if len(data) > _MOST_BYTES:
        raise ValueError("longer than any manifest")
    return data


def _manifest(data: Mapping[str, Any]) -> Manifest:
    moment, counts, steps = datetime.fromisoformat(data["made"]), data["counts"], data["steps"]
    if moment.tzinfo is None or not _FIRST_YEAR <= moment.year < _LAST_YEAR:
        raise ValueError("no moment")
    if not (isinstance(steps, list) and isinstance(counts, dict)) or len(steps) + len(counts) > _MOST_NAMES:
        raise ValueError("no list, or a very long one")
    return Manifest(
        store=_text(data["store"], _NAME),
        purpose=StorePurpose(data["purpose"]),
        made=moment,
        why=_text(data["why"], _NAME),
        program=_text(data["program"], _VERSION),
        steps=tuple(_text(step, _NAME) for step in steps),
        counts={_text(table, _NAME): _number(rows) for table, rows in counts.items()},
        size=_number(data["size"]),
        sha256=_text(data["sha256"], _DIGEST),
    )


def _text(value: object, form: re.Pattern[str]) -> str:
    if not isinstance(value, str) or not form.fullmatch(value):
        raise ValueError("not such a text")
    return value


def _number(value: object) -> int:
    if type(value) is not int or not 0 <= value < 2**63:
        raise ValueError("no number")
    return value
