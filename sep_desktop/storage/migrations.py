"""The schema, as steps that are only ever added to. A new store runs them all; there is no second schema."""

from collections.abc import Callable, Mapping
from datetime import datetime
from typing import TYPE_CHECKING

from sep_desktop.errors import SepError
from sep_desktop.storage import (
    backup_places,
    destroyed,
    epochs,
    first_editions,
    former_rows,
    identity,
    message_table,
    store_identity,
    unfinished_forms,
)
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.store_problems import MigrationFailed

if TYPE_CHECKING:
    from sqlite_utils import Database

SET = "visits"
"""Under this name the store of visits records its steps."""

FORMER_SET = "sep-desktop"
"""Both stores recorded theirs under this name once, so that each took the other's for its own."""

Step = Callable[["Database"], None]


def initial(db: "Database") -> None:
    """Schools, people, circumstances, visits, notes, reports, messages, deliveries, journal, settings."""
    run_all(db, _INITIAL)


def support(db: "Database") -> None:
    """That support with performance management was given, when, and for how long.

    All that this store ever knows of it.
    """
    db.execute(
        "CREATE TABLE support (id INTEGER PRIMARY KEY, urn TEXT NOT NULL REFERENCES school, day TEXT NOT "
        "NULL, hours REAL NOT NULL, recorded TEXT NOT NULL, withdrawn TEXT)"
    )
    db.execute("CREATE INDEX support_by_school ON support (urn, day)")


def run_all(db: "Database", statements: str) -> None:
    """Each statement of a text, one after the other."""
    for statement in statements.split(";\n"):
        if statement.strip():
            db.execute(statement)


def delivery_method(db: "Database") -> None:
    """How messages leave was called ``mail.exit``."""
    db.execute("UPDATE setting SET key = 'delivery.method' WHERE key = 'mail.exit'")


def note_revisions(db: "Database") -> None:
    """What a note says and what kind it is are those of its newest revision.

    A note of before has one revision. When it was first written is not known; when it was last changed is.
    """
    db.execute(
        "CREATE TABLE note_revision (id INTEGER PRIMARY KEY, note_id INTEGER NOT NULL REFERENCES note, "
        "mark TEXT NOT NULL, text TEXT NOT NULL, begun TEXT, saved TEXT NOT NULL)"
    )
    db.execute("CREATE INDEX note_revision_by_note ON note_revision (note_id)")
    db.execute(
        "INSERT INTO note_revision (note_id, mark, text, begun, saved) "
        "SELECT id, mark, text, NULL, saved FROM note ORDER BY id"
    )
    for column in ("mark", "text", "saved"):
        db.execute(f"ALTER TABLE note DROP COLUMN {column}")


def retention(db: "Database") -> None:
    """For how long papers are kept is a policy; of what was destroyed the identity is kept, and no word."""
    first_editions.begin_retention(db)
    destroyed.begin(db)


STEPS: dict[str, Step] = {
    "0001_initial": initial,
    "0002_support": support,
    "0003_delivery_method": delivery_method,
    "0004_identity": identity.give,
    "0005_message_kinds": message_table.give_kinds,
    "0006_editions": first_editions.begin,
    "0007_note_revisions": note_revisions,
    "0008_store_identity": store_identity.begin,
    "0009_epochs": epochs.begin,
    "0010_backup_places": backup_places.begin,
    "0011_former_rows": former_rows.begin,
    "0012_retention": retention,
    "0013_school_of_a_message": message_table.keep_school,
    "0014_unfinished_forms": unfinished_forms.begin,
}
"""Every step this program knows, by name, in order."""


def apply(database: EncryptedDatabase, migration_set: str, steps: Mapping[str, Step]) -> None:
    """Run the pending steps with the record of each (``sqlite_utils.Migrations``): all of them, or none.

    Raises ``MigrationFailed``, and problems of the environment as they are.
    """
    from sqlite_utils import Migrations

    migrations = Migrations(migration_set)
    for name, step in steps.items():
        migrations(name=name)(step)
    try:
        with database.atomic():
            migrations.apply(database.tables)
    except SepError:
        raise
    except Exception as error:
        raise MigrationFailed(
            f"The store could not be brought up to date ({type(error).__name__}).",
            "Nothing was changed: the version of the program that you used last still opens it.",
        ) from error


def first_applied(database: EncryptedDatabase) -> datetime | None:
    """When the store was made, by its first step."""
    applied = database.value("SELECT min(applied_at) FROM _sqlite_migrations")
    return datetime.fromisoformat(applied) if applied else None


_INITIAL = """
CREATE TABLE school (
    urn TEXT PRIMARY KEY, name TEXT NOT NULL, la_code TEXT NOT NULL, la_name TEXT NOT NULL,
    establishment_number TEXT NOT NULL, phase TEXT NOT NULL, kind TEXT NOT NULL, status TEXT NOT NULL,
    opened TEXT, closed TEXT, low_age TEXT NOT NULL, high_age TEXT NOT NULL, street TEXT NOT NULL,
    locality TEXT NOT NULL, town TEXT NOT NULL, county TEXT NOT NULL, postcode TEXT NOT NULL,
    website TEXT NOT NULL, telephone TEXT NOT NULL, ukprn TEXT NOT NULL, head TEXT NOT NULL,
    head_post TEXT NOT NULL, source TEXT NOT NULL, imported TEXT NOT NULL
) WITHOUT ROWID;
CREATE INDEX school_by_name ON school (name COLLATE NOCASE);
CREATE INDEX school_by_number ON school (la_code, establishment_number);
CREATE TABLE predecessor (
    urn TEXT NOT NULL, predecessor TEXT NOT NULL, PRIMARY KEY (urn, predecessor)
) WITHOUT ROWID;
CREATE TABLE allocation (
    id INTEGER PRIMARY KEY, year INTEGER NOT NULL, urn TEXT NOT NULL REFERENCES school, sep TEXT NOT NULL,
    made TEXT NOT NULL, UNIQUE (year, urn)
);
CREATE TABLE contact (
    id INTEGER PRIMARY KEY, urn TEXT NOT NULL, role TEXT NOT NULL, name TEXT NOT NULL,
    email TEXT NOT NULL,
    since TEXT, confirmed TEXT, recorded TEXT NOT NULL, ended TEXT
);
CREATE INDEX contact_by_school ON contact (urn, role) WHERE ended IS NULL;
CREATE TABLE circumstance (
    id INTEGER PRIMARY KEY, urn TEXT NOT NULL REFERENCES school, fact TEXT NOT NULL, value TEXT NOT NULL,
    since TEXT NOT NULL, source TEXT NOT NULL, recorded TEXT NOT NULL
);
CREATE INDEX circumstance_by_school ON circumstance (urn);
CREATE TABLE override (
    id INTEGER PRIMARY KEY, urn TEXT NOT NULL REFERENCES school, year INTEGER NOT NULL,
    line TEXT NOT NULL,
    kind TEXT NOT NULL, reason TEXT NOT NULL CHECK (reason <> ''), made TEXT NOT NULL, due_by TEXT,
    withdrawn TEXT
);
CREATE INDEX override_by_school ON override (urn, year);
CREATE TABLE visit (
    id INTEGER PRIMARY KEY, urn TEXT NOT NULL REFERENCES school, year INTEGER NOT NULL,
    kind TEXT NOT NULL,
    line TEXT NOT NULL, day TEXT NOT NULL, start TEXT NOT NULL, end TEXT NOT NULL, place TEXT NOT NULL,
    remote INTEGER NOT NULL, attending TEXT NOT NULL, agenda TEXT NOT NULL,
    agenda_version INTEGER NOT NULL,
    agreed_on TEXT, held_on TEXT, cancelled_because TEXT NOT NULL DEFAULT '', recorded TEXT NOT NULL
);
CREATE INDEX visit_by_school ON visit (urn, year);
CREATE INDEX visit_by_day ON visit (day);
CREATE TABLE agenda_item (
    visit_id INTEGER NOT NULL REFERENCES visit, position INTEGER NOT NULL, key TEXT NOT NULL,
    title TEXT NOT NULL,
    guidance TEXT NOT NULL, section TEXT NOT NULL, clause TEXT NOT NULL, PRIMARY KEY (visit_id, position)
) WITHOUT ROWID;
CREATE TABLE note (
    id INTEGER PRIMARY KEY, visit_id INTEGER NOT NULL REFERENCES visit, item TEXT NOT NULL,
    mark TEXT NOT NULL,
    text TEXT NOT NULL, saved TEXT NOT NULL
);
CREATE INDEX note_by_visit ON note (visit_id);
CREATE TABLE report (
    id INTEGER PRIMARY KEY, visit_id INTEGER NOT NULL UNIQUE REFERENCES visit, template TEXT NOT NULL,
    template_version INTEGER NOT NULL, begun TEXT NOT NULL
);
CREATE TABLE revision (
    id INTEGER PRIMARY KEY, report_id INTEGER NOT NULL REFERENCES report, key TEXT NOT NULL,
    begun TEXT NOT NULL, saved TEXT NOT NULL, text TEXT NOT NULL
);
CREATE INDEX revision_by_section ON revision (report_id, key);
CREATE TABLE report_version (
    id INTEGER PRIMARY KEY, report_id INTEGER NOT NULL REFERENCES report, number INTEGER NOT NULL,
    reason TEXT NOT NULL, completed TEXT NOT NULL, content TEXT NOT NULL, pages INTEGER NOT NULL,
    sha256 TEXT NOT NULL,
    pdf BLOB NOT NULL, UNIQUE (report_id, number)
);
CREATE TRIGGER report_version_stays BEFORE UPDATE ON report_version
    BEGIN SELECT RAISE(ABORT, 'a completed version never changes'); END;
CREATE TABLE message (
    id INTEGER PRIMARY KEY, version_id INTEGER NOT NULL REFERENCES report_version,
    identifier TEXT NOT NULL UNIQUE,
    subject TEXT NOT NULL, raw BLOB, sha256 TEXT, made TEXT NOT NULL
);
CREATE INDEX message_by_version ON message (version_id);
CREATE TABLE delivery (
    id INTEGER PRIMARY KEY, message_id INTEGER NOT NULL REFERENCES message, role TEXT NOT NULL,
    name TEXT NOT NULL,
    address TEXT NOT NULL, state TEXT NOT NULL, attempts INTEGER NOT NULL DEFAULT 0, next_at TEXT,
    reply TEXT NOT NULL DEFAULT '', changed TEXT NOT NULL
);
CREATE INDEX delivery_by_message ON delivery (message_id);
CREATE INDEX delivery_by_state ON delivery (state);
CREATE TABLE journal (
    id INTEGER PRIMARY KEY, at TEXT NOT NULL, event TEXT NOT NULL, urn TEXT NOT NULL,
    subject TEXT NOT NULL,
    text TEXT NOT NULL
);
CREATE TABLE setting (key TEXT PRIMARY KEY, value TEXT NOT NULL) WITHOUT ROWID
"""
