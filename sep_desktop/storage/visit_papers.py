"""Everything that was written about a visit, whichever table it stands in: counted, and removed together."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.outbox import UNDER_WAY
from sep_desktop.domain.visit import VisitKind
from sep_desktop.storage.backups.erasing import Erasure
from sep_desktop.storage.closed_database import ClosedDatabase
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.destroyed import Destroyed
from sep_desktop.storage.rows import placeholders

_STATES_UNDER_WAY = sorted(UNDER_WAY)

_OF_REPORT = "IN (SELECT id FROM report WHERE visit_id = :visit)"
_OF_VERSION = f"IN (SELECT id FROM report_version WHERE report_id {_OF_REPORT})"
_OF_MESSAGE = f"IN (SELECT id FROM message WHERE version_id {_OF_VERSION})"
_OF_NOTE = "IN (SELECT id FROM note WHERE visit_id = :visit)"

_FORMER_OF = "DELETE FROM former_row WHERE key = CAST(:visit AS TEXT) AND kind"

_REMOVE = (
    (
        "former_row",
        "DELETE FROM former_row WHERE kind = 'delivery' AND key IN (SELECT CAST(id AS TEXT) FROM delivery "
        f"WHERE message_id {_OF_MESSAGE})",
    ),
    ("former_row", f"{_FORMER_OF} = 'agenda_item'"),
    ("former_row", f"{_FORMER_OF} = 'visit'"),
    ("delivery", f"DELETE FROM delivery WHERE message_id {_OF_MESSAGE}"),
    ("message", f"DELETE FROM message WHERE version_id {_OF_VERSION}"),
    ("report_version", f"DELETE FROM report_version WHERE report_id {_OF_REPORT}"),
    ("revision", f"DELETE FROM revision WHERE report_id {_OF_REPORT}"),
    ("report", "DELETE FROM report WHERE visit_id = :visit"),
    ("note_revision", f"DELETE FROM note_revision WHERE note_id {_OF_NOTE}"),
    ("note", "DELETE FROM note WHERE visit_id = :visit"),
    ("agenda_item", "DELETE FROM agenda_item WHERE visit_id = :visit"),
    ("visit", "UPDATE visit SET place = '', attending = '' WHERE id = :visit"),
)
"""What to do to each table, after those that point to it. The visit stays: it was held, and counts."""

_ANYTHING = (
    "(EXISTS (SELECT 1 FROM note WHERE visit_id = v.id) "
    "OR EXISTS (SELECT 1 FROM report WHERE visit_id = v.id) "
    "OR EXISTS (SELECT 1 FROM agenda_item WHERE visit_id = v.id))"
)

_WRITTEN = f"""
SELECT v.id, v.uid, v.urn, coalesce(s.name, v.urn) AS school, v.year, v.kind,
    coalesce(v.held_on, v.day) AS day,
    (SELECT count(*) FROM note WHERE visit_id = v.id) AS notes,
    (SELECT count(*) FROM report_version rv JOIN report r ON r.id = rv.report_id WHERE r.visit_id = v.id)
    AS versions
FROM visit v LEFT JOIN school s ON s.urn = v.urn
WHERE v.year < ? AND {_ANYTHING}
ORDER BY v.year, school, day
"""


@dataclass(frozen=True)
class WrittenVisit:
    """A visit with how many notes and completed versions there are of it."""

    id: int
    uid: str
    urn: str
    school: str
    year: AcademicYear
    kind: VisitKind
    day: date
    notes: int
    versions: int


class VisitPapers:
    """Across the tables of visits, reports and messages, and the ``destroyed`` table."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db, self._destroyed = db, Destroyed(db)

    def before(self, year: AcademicYear) -> list[WrittenVisit]:
        """The visits of the years before ``year`` of which something is written, oldest first."""
        return [
            WrittenVisit(
                **{
                    **row,
                    "year": AcademicYear(row["year"]),
                    "kind": VisitKind(row["kind"]),
                    "day": date.fromisoformat(row["day"]),
                }
            )
            for row in self._db.rows(_WRITTEN, (year.start,))
        ]

    def sent_before(self, year: AcademicYear) -> dict[int, tuple[str, AcademicYear]]:
        """The messages of visits of the years before ``year`` whose bytes are kept and whose every delivery
        has come to its end: their school and their year."""
        rows = self._db.rows(
            "SELECT m.id, v.urn, v.year FROM message m JOIN report_version rv ON rv.id = m.version_id "
            "JOIN report r ON r.id = rv.report_id JOIN visit v ON v.id = r.visit_id "
            "WHERE m.raw IS NOT NULL AND v.year < ? AND NOT EXISTS (SELECT 1 FROM delivery "
            f"WHERE message_id = m.id AND state IN ({placeholders(len(_STATES_UNDER_WAY))}))",
            (year.start, *_STATES_UNDER_WAY),
        )
        return {row["id"]: (row["urn"], AcademicYear(row["year"])) for row in rows}

    def is_under_way(self, visit: int) -> bool:
        """Whether a delivery of a report on the visit has not come to its end."""
        rows = self._db.rows(f"SELECT state FROM delivery WHERE message_id {_OF_MESSAGE}", {"visit": visit})
        return any(row["state"] in UNDER_WAY for row in rows)

    def remove(self, visit: WrittenVisit, now: datetime) -> None:
        """Remove all of it, and keep the identity of the visit. Runs inside the caller's transaction."""
        _erase(self._db, [visit.id])
        self._destroyed.add(visit.uid, now)

    def forget(self, destroyed: Mapping[str, datetime]) -> int:
        """Remove what is written of visits that were destroyed; of how many there was anything.

        Runs inside the caller's transaction. The identities are kept here too.
        """
        numbers = _written_of(destroyed, self._db)
        _erase(self._db, numbers)
        self._destroyed.add_all(destroyed)
        return len(numbers)

    def drop_bytes(self, message: int) -> None:
        """Remove the bytes of a message; that it was sent, to whom and with which checksum stays."""
        self._db.run("UPDATE message SET raw = NULL WHERE id = ?", (message,))


def erasure_of(destroyed: Mapping[str, datetime]) -> Erasure:
    """What takes the papers of visits that were destroyed out of a backup of any age."""
    return Erasure(partial(_written_of, destroyed), _erase)


def _written_of(destroyed: Mapping[str, datetime], db: ClosedDatabase | EncryptedDatabase) -> list[int]:
    """The visits among those destroyed of which something is written. Raises ``LookupError`` for a database
    from before visits had identities."""
    if "uid" not in {row["name"] for row in db.rows("PRAGMA table_info(visit)")}:
        raise LookupError("visits without identities")
    written = f"SELECT v.id, v.uid FROM visit v WHERE {_ANYTHING}"
    return [row["id"] for row in db.rows(written) if row["uid"] in destroyed]


def _erase(db: EncryptedDatabase, visits: list[int]) -> None:
    """Everything written about these visits; a table that is not there yet holds nothing of it."""
    for table, statement in _REMOVE:
        if db.has_table(table):
            for visit in visits:
                db.run(statement, {"visit": visit})
