"""Where backups went beside the store's own folder, and when: also places that are out of reach by now."""

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.rows import read_timestamp, timestamp

if TYPE_CHECKING:
    from sqlite_utils import Database


def begin(db: "Database") -> None:
    """A row for each place and store: when a backup was last written there."""
    db.execute(
        "CREATE TABLE backup_place (place TEXT NOT NULL, purpose TEXT NOT NULL, written TEXT NOT NULL, "
        "PRIMARY KEY (place, purpose)) WITHOUT ROWID"
    )


@dataclass(frozen=True)
class BackupPlace:
    """A place, which store's backups are there, and when the last was written."""

    path: Path
    purpose: StorePurpose
    written: datetime


class BackupPlaces:
    """The ``backup_place`` table."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db

    def wrote(self, place: Path, purpose: StorePurpose, now: datetime) -> None:
        """A backup was written there."""
        self._db.run(
            "INSERT INTO backup_place VALUES (?, ?, ?) ON CONFLICT (place, purpose) "
            "DO UPDATE SET written = excluded.written",
            (str(place), purpose.value, timestamp(now)),
        )

    def all(self, purpose: StorePurpose) -> list[BackupPlace]:
        """Those of one store, the last written first."""
        rows = self._db.rows(
            "SELECT place, purpose, written FROM backup_place WHERE purpose = ? ORDER BY written DESC",
            (purpose.value,),
        )
        return [
            BackupPlace(Path(row["place"]), StorePurpose(row["purpose"]), read_timestamp(row["written"]))
            for row in rows
        ]
