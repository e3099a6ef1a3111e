"""The schema of the sealed store, as steps that are only ever added to."""

from typing import TYPE_CHECKING

from sep_desktop import paths
from sep_desktop.storage import destroyed, epochs, store_identity, unfinished_forms
from sep_desktop.storage.migrations import Step, run_all

if TYPE_CHECKING:
    from sqlite_utils import Database


def initial(db: "Database") -> None:
    """Cycles, parts, papers and letters, passwords, what happened, the key for receiving records."""
    run_all(db, _INITIAL)


def policies(db: "Database") -> None:
    """Each cycle keeps the form and the scale under which it was begun: until now version 1, the only one."""
    db.execute(
        "CREATE TABLE cycle_policy (cycle_id INTEGER NOT NULL REFERENCES cycle ON DELETE CASCADE, "
        "kind TEXT NOT NULL, authority TEXT NOT NULL, version INTEGER NOT NULL, text TEXT NOT NULL, "
        "PRIMARY KEY (cycle_id, kind)) WITHOUT ROWID"
    )
    for kind in ("appraisal", "appraisal-scale"):
        text = paths.policy_files(kind)[1].read_text(encoding="utf-8")
        db.execute("INSERT INTO cycle_policy SELECT id, ?, '', 1, ? FROM cycle", (kind, text))


def answered_doubts(db: "Database") -> None:
    """Which likeness of a letter's reader to somebody who must not read was looked at, and when."""
    db.execute(
        "CREATE TABLE answered_doubt (letter_id INTEGER NOT NULL REFERENCES letter ON DELETE CASCADE, "
        "role TEXT NOT NULL, other TEXT NOT NULL, other_address TEXT NOT NULL, matter TEXT NOT NULL, "
        "likeness TEXT NOT NULL, answered TEXT NOT NULL, "
        "PRIMARY KEY (letter_id, role, other, other_address, matter, likeness)) WITHOUT ROWID"
    )


SET = "sealed"
"""Under this name the sealed store records its steps."""

STEPS: dict[str, Step] = {
    "0001_initial": initial,
    "0002_policies": policies,
    "0003_store_identity": store_identity.begin,
    "0004_epochs": epochs.begin,
    "0005_destroyed": destroyed.begin,
    "0006_unfinished_forms": unfinished_forms.begin,
    "0007_answered_doubts": answered_doubts,
}

_INITIAL = """
CREATE TABLE cycle (
    id INTEGER PRIMARY KEY, urn TEXT NOT NULL, school TEXT NOT NULL, year INTEGER NOT NULL,
    form INTEGER NOT NULL,
    begun TEXT NOT NULL, received_from TEXT NOT NULL DEFAULT '', UNIQUE (urn, year)
);
CREATE TABLE part (
    id INTEGER PRIMARY KEY, cycle_id INTEGER NOT NULL REFERENCES cycle ON DELETE CASCADE,
    key TEXT NOT NULL,
    begun TEXT NOT NULL, saved TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX part_by_key ON part (cycle_id, key);
CREATE TABLE password (
    cycle_id INTEGER NOT NULL REFERENCES cycle ON DELETE CASCADE, address TEXT NOT NULL,
    secret TEXT NOT NULL, agreed INTEGER NOT NULL,
    PRIMARY KEY (cycle_id, address)
) WITHOUT ROWID;
CREATE TABLE paper (
    id INTEGER PRIMARY KEY, cycle_id INTEGER NOT NULL REFERENCES cycle ON DELETE CASCADE,
    kind TEXT NOT NULL,
    number INTEGER NOT NULL, reason TEXT NOT NULL, completed TEXT NOT NULL, content TEXT NOT NULL,
    pages INTEGER NOT NULL,
    sha256 TEXT NOT NULL, pdf BLOB NOT NULL, UNIQUE (cycle_id, kind, number)
);
CREATE TRIGGER paper_stays BEFORE UPDATE ON paper
    BEGIN SELECT RAISE(ABORT, 'a completed paper never changes'); END;
CREATE TABLE letter (
    id INTEGER PRIMARY KEY, paper_id INTEGER NOT NULL REFERENCES paper ON DELETE CASCADE,
    identifier TEXT NOT NULL UNIQUE,
    reader TEXT NOT NULL, name TEXT NOT NULL, address TEXT NOT NULL, secret TEXT NOT NULL,
    pdf BLOB NOT NULL, raw BLOB, made TEXT NOT NULL,
    state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at TEXT,
    reply TEXT NOT NULL DEFAULT '',
    changed TEXT NOT NULL
);
CREATE INDEX letter_by_paper ON letter (paper_id);
CREATE INDEX letter_by_state ON letter (state);
CREATE TABLE event (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, urn TEXT NOT NULL,
    cycle_id INTEGER REFERENCES cycle ON DELETE CASCADE,
    text TEXT NOT NULL
);
CREATE TABLE receiving (id INTEGER PRIMARY KEY CHECK (id = 1), private BLOB NOT NULL)
"""
