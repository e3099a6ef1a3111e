"""The migration that takes policies into the store: they were read from the program's files.

A store that has schools in it was kept by version 1 of every kind, the only one there was: it keeps that, and
may accept the newer ones that the program brings. A new store begins with the newest.
"""

import tomllib
from typing import TYPE_CHECKING

from sep_desktop import paths
from sep_desktop.domain.edition import ALWAYS, PROGRAM
from sep_desktop.storage.rows import derived_uid

if TYPE_CHECKING:
    from sqlite_utils import Database

_KINDS = (
    "entitlement", "terms", "reporting", "distribution", "readers", "judgements", "categories", "support",
    "appraisal-scale", "appraisal", "agenda-annual", "agenda-additional", "agenda-termly", "report-annual",
    "report-additional", "report-termly",
)  # fmt: skip
"""The kinds there were at this step; a later kind comes with a step of its own."""

_TABLES = (
    "CREATE TABLE edition (id INTEGER PRIMARY KEY, uid TEXT NOT NULL UNIQUE, kind TEXT NOT NULL, "
    "authority TEXT NOT NULL, version INTEGER NOT NULL, first TEXT NOT NULL, last TEXT, "
    "source TEXT NOT NULL, text TEXT NOT NULL, withdrawn TEXT, UNIQUE (kind, authority, version))",
    "CREATE TRIGGER edition_stays BEFORE UPDATE OF uid, kind, authority, version, text ON edition "
    "BEGIN SELECT RAISE(ABORT, 'an edition never changes'); END",
    "CREATE TRIGGER edition_is_kept BEFORE DELETE ON edition "
    "BEGIN SELECT RAISE(ABORT, 'an edition is taken back, never deleted'); END",
    "CREATE TABLE visit_edition (visit_id INTEGER NOT NULL REFERENCES visit, kind TEXT NOT NULL, "
    "edition_id INTEGER NOT NULL REFERENCES edition, PRIMARY KEY (visit_id, kind)) WITHOUT ROWID",
)

_WRITTEN_UNDER = (
    "SELECT v.id, e.kind, e.id FROM visit v JOIN edition e ON e.version = 1 AND e.kind = 'agenda-' || v.kind",
    "SELECT r.visit_id, e.kind, e.id FROM report r JOIN edition e ON e.version = 1 "
    "AND e.kind IN ('report-' || r.template, 'categories', 'support')",
)
"""The visits and reports that were there, and the editions under which they were written."""


def begin(db: "Database") -> None:
    """Make the tables, take the program's policies in, note under which of them each visit was written."""
    for statement in _TABLES:
        db.execute(statement)
    is_new = db.execute("SELECT 1 FROM school UNION SELECT 1 FROM contact LIMIT 1").fetchone() is None
    for kind in _KINDS:
        versions = paths.policy_files(kind)
        version = max(versions) if is_new else 1
        _add(db, kind, version, versions[version].read_text(encoding="utf-8"))
    for sources in _WRITTEN_UNDER:
        db.execute(f"INSERT INTO visit_edition (visit_id, kind, edition_id) {sources}")


def begin_retention(db: "Database") -> None:
    """Take in for how long papers are kept, which the first step did not know of."""
    _add(db, "retention", 1, paths.policy_files("retention")[1].read_text(encoding="utf-8"))


def _add(db: "Database", kind: str, version: int, text: str) -> None:
    source = tomllib.loads(text).get("source", "")
    db.execute(
        "INSERT INTO edition (uid, kind, authority, version, first, source, text) "
        "VALUES (?, ?, ?, ?, ?, ?, ?)",
        (
            derived_uid("edition", f"{kind} {PROGRAM} {version} {text}"),
            kind, PROGRAM, version, ALWAYS.isoformat(), source, text,
        ),
    )  # fmt: skip
