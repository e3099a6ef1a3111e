"""What a store says of itself: its identity, its purpose, and the newest key file it has seen.

The key file says the same; where the two do not agree the store is refused before anything of it changes.
"""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.purpose import StorePurpose

if TYPE_CHECKING:
    from sqlite_utils import Database


@dataclass(frozen=True)
class StoreIdentity:
    """``store`` is the identity in the key file, ``key_file_revision`` counts the changes of that file."""

    store: str
    purpose: StorePurpose
    key_file_revision: int


def begin(db: "Database") -> None:
    """The migration: the table, still without its row."""
    db.execute(
        "CREATE TABLE store_identity (id INTEGER PRIMARY KEY CHECK (id = 1), store TEXT NOT NULL, "
        "purpose TEXT NOT NULL, key_file_revision INTEGER NOT NULL)"
    )


def read(database: EncryptedDatabase) -> StoreIdentity | None:
    """What is recorded; ``None`` in a store of an earlier version."""
    if not database.has_table("store_identity"):
        return None
    row = database.row("SELECT store, purpose, key_file_revision FROM store_identity")
    if row is None:
        return None
    return StoreIdentity(row["store"], StorePurpose(row["purpose"]), row["key_file_revision"])


def record(database: EncryptedDatabase, identity: StoreIdentity) -> None:
    """Write it down, in the place of what stood there."""
    database.run(
        "INSERT OR REPLACE INTO store_identity (id, store, purpose, key_file_revision) VALUES (1, ?, ?, ?)",
        (identity.store, identity.purpose, identity.key_file_revision),
    )
