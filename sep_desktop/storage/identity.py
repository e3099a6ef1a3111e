"""The migration that gives identities: visits, reports, versions, notes, messages and people get a UUID.

The identity of a row that is there already follows from what never changes in it (RFC 9562, version 5), so
that a backup that is put back and migrated once more has the same ones.
"""

import hashlib
from typing import TYPE_CHECKING

from sep_desktop.domain.people import same_person
from sep_desktop.storage.rows import derived_uid

if TYPE_CHECKING:
    from sqlite_utils import Database

_ORIGINS = {
    "visit": "SELECT id, id || ' ' || urn || ' ' || recorded FROM visit",
    "report": "SELECT r.id, v.uid FROM report r JOIN visit v ON v.id = r.visit_id",
    "report_version": (
        "SELECT rv.id, r.uid || ' ' || rv.number FROM report_version rv JOIN report r ON r.id = rv.report_id"
    ),
    "note": "SELECT n.id, v.uid || ' ' || n.id FROM note n JOIN visit v ON v.id = n.visit_id",
    "message": "SELECT id, identifier FROM message",
}
"""What the identity of each row is made from, in an order: a row needs that of the one it belongs to."""

_STAYS = (
    "CREATE TRIGGER report_version_stays BEFORE UPDATE ON report_version "
    "BEGIN SELECT RAISE(ABORT, 'a completed version never changes'); END"
)


def give(db: "Database") -> None:
    """Add the identities. Completed versions are compared before and after: not a letter of them changes.

    Raises ``RuntimeError`` where one would have changed; the transaction around the step then undoes it all.
    """
    before = _completed(db)
    db.execute("DROP TRIGGER report_version_stays")
    for table, origin in _ORIGINS.items():
        _add_column(db, table)
        rows = [(derived_uid(table, text), number) for number, text in db.execute(origin).fetchall()]
        db.conn.executemany(f"UPDATE {table} SET uid = ? WHERE id = ?", rows)
        db.execute(f"CREATE UNIQUE INDEX {table}_by_uid ON {table} (uid)")
    _give_people(db)
    db.execute(_STAYS)
    if _completed(db) != before:
        raise RuntimeError("a completed version would have changed")


def _add_column(db: "Database", table: str) -> None:
    db.execute(f"ALTER TABLE {table} ADD COLUMN uid TEXT NOT NULL DEFAULT ''")


def _give_people(db: "Database") -> None:
    """Whoever held a role under one name all along is one person, whatever the address was."""
    _add_column(db, "contact")
    last: dict[tuple[str, str], tuple[str, str]] = {}
    rows = db.execute("SELECT id, urn, role, name, recorded FROM contact ORDER BY id").fetchall()
    for number, urn, role, name, recorded in rows:
        known = last.get((urn, role))
        if known and same_person(known[0], name):
            uid = known[1]
        else:
            uid = derived_uid("contact", f"{number} {urn} {recorded}")
        last[urn, role] = (name, uid)
        db.execute("UPDATE contact SET uid = ? WHERE id = ?", (uid, number))
    db.execute("CREATE INDEX contact_by_uid ON contact (uid)")


def _completed(db: "Database") -> str:
    """A digest of every completed version, its words and its paper."""
    digest = hashlib.sha256()
    columns = "id, report_id, number, reason, completed, content, pages, sha256, pdf"
    for row in db.execute(f"SELECT {columns} FROM report_version ORDER BY id"):
        digest.update(repr(row).encode())
    return digest.hexdigest()
