"""The table of messages since a message has a kind: the migration to it, and how a kind comes into it.

A part lies behind a foreign key of its kind's own, which a message of this kind must have and no other may.
"""

import hashlib
import json
import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sqlite_utils import Database

_REPORT_READERS = ("headteacher", "chair of governors", "head of school support & challenge")
"""Who was on every distribution list before a message kept its own."""

_TABLE = """
CREATE TABLE message (
    id INTEGER PRIMARY KEY, uid TEXT NOT NULL, kind TEXT NOT NULL REFERENCES message_kind,
    urn TEXT REFERENCES school, readers TEXT NOT NULL, identifier TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL, raw BLOB, sha256 TEXT, made TEXT NOT NULL
)"""

_SUBJECT = re.compile(r"\w+ visit report: (.+), \w{3} \d{1,2} \w{3} \d{4}", re.DOTALL)
"""``Annual visit report: Harbour Lights Primary School, Fri 20 Nov 2026``."""

_KEPT = {
    "message": "id, uid, version_id, identifier, subject, raw, sha256, made",
    "delivery": "id, message_id, role, name, address, state, attempts, next_at, reply, changed",
}
"""The columns that there were, in which nothing changes."""


def give_kinds(db: "Database") -> None:
    """Make every message one of the kind ``report``. Nothing else of them or their deliveries changes.

    Raises ``RuntimeError`` where something would; the transaction around the step then undoes it all.
    """
    before = _digest(db)
    db.execute("PRAGMA defer_foreign_keys = ON")  # deliveries have no message until the last row is back
    # A table that is renamed into the place of a dropped one does not settle what SQLite counted as missing;
    # rows that are inserted under the old name do.
    db.execute("CREATE TABLE message_before AS SELECT * FROM message")
    db.execute("DROP TABLE message")
    db.execute("CREATE TABLE message_kind (key TEXT PRIMARY KEY) WITHOUT ROWID")
    db.execute(_TABLE)
    add_kind(db, "report", "version_id", "report_version")
    _put_back(db)
    db.execute("DROP TABLE message_before")
    db.execute("CREATE UNIQUE INDEX message_by_uid ON message (uid)")
    db.execute("CREATE INDEX message_by_school ON message (urn)")
    astray = [table for table in _KEPT if db.execute(f"PRAGMA foreign_key_check({table})").fetchone()]
    if astray or _digest(db) != before:
        raise RuntimeError("a queued message would have changed")


def add_kind(db: "Database", kind: str, column: str, source: str) -> None:
    """Let messages of a kind be stored, with their part behind ``column``, a foreign key to ``source``."""
    db.execute("INSERT INTO message_kind VALUES (?)", [kind])
    db.execute(
        f"ALTER TABLE message ADD COLUMN {column} INTEGER REFERENCES {source} "
        f"CHECK (({column} IS NOT NULL) = (kind = '{kind}'))"
    )
    db.execute(f"CREATE INDEX message_by_{column} ON message ({column})")


def keep_school(db: "Database") -> None:
    """Keep what the school was called when a message was frozen: the register renames schools.

    Of messages there are it is read in their subjects, which were frozen with them; of another subject it is
    what the school is called today.
    """
    db.execute("ALTER TABLE message ADD COLUMN school TEXT NOT NULL DEFAULT ''")
    named = db.execute(
        "SELECT m.id, m.subject, coalesce(s.name, '') FROM message m LEFT JOIN school s ON s.urn = m.urn"
    ).fetchall()
    for number, subject, today in named:
        frozen = _SUBJECT.fullmatch(subject)
        db.execute("UPDATE message SET school = ? WHERE id = ?", [frozen[1] if frozen else today, number])


def _put_back(db: "Database") -> None:
    db.execute(
        "INSERT INTO message (id, uid, kind, urn, readers, identifier, subject, raw, sha256, made, "
        "version_id) SELECT m.id, m.uid, 'report', v.urn, ?, m.identifier, m.subject, m.raw, m.sha256, "
        "m.made, m.version_id FROM message_before m JOIN report_version rv ON rv.id = m.version_id "
        "JOIN report r ON r.id = rv.report_id JOIN visit v ON v.id = r.visit_id",
        [json.dumps(_REPORT_READERS)],
    )


def _digest(db: "Database") -> str:
    """Of every message and every delivery, with the bytes that were fixed."""
    digest = hashlib.sha256()
    for table, columns in _KEPT.items():
        for row in db.execute(f"SELECT {columns} FROM {table} ORDER BY id"):
            digest.update(repr(row).encode())
    return digest.hexdigest()
