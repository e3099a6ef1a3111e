"""What authorities decided, and under which of it each visit was written."""

from datetime import date, datetime

from sep_desktop.domain.edition import Edition, PolicyKind
from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.former_rows import FormerRows
from sep_desktop.storage.rows import derived_uid, iso, read_date, timestamp

_COLUMNS = "e.id, e.uid, e.kind, e.authority, e.version, e.first, e.last, e.source, e.text"


class Editions:
    """The ``edition`` and ``visit_edition`` tables."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db
        self._former = former_editions(db)

    def standing(self) -> tuple[Edition, ...]:
        """Every edition that was not taken back."""
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM edition e WHERE e.withdrawn IS NULL ORDER BY e.id")
        return tuple(_edition(row) for row in rows)

    def taken_back(self) -> tuple[Edition, ...]:
        """Those that were; what was written under them keeps them."""
        rows = self._db.rows(f"SELECT {_COLUMNS} FROM edition e WHERE e.withdrawn IS NOT NULL ORDER BY e.id")
        return tuple(_edition(row) for row in rows)

    def add(self, edition: Edition, now: datetime) -> int:
        """A new edition, or one that was taken back and is the same, from other days; its number.

        Runs inside the caller's transaction.
        """
        days = {"first": edition.first.isoformat(), "last": iso(edition.last)}
        key = (edition.kind, edition.authority, edition.version)
        known = self._db.row(
            "SELECT id FROM edition WHERE kind = ? AND authority = ? AND version = ? AND withdrawn NOT NULL",
            key,
        )
        if known:
            self._former.keep(now, [known["id"]])
            self._db.update("edition", known["id"], {**days, "withdrawn": None})
            return int(known["id"])
        kind, authority, version = key
        row = {
            "kind": kind.value,
            "authority": authority,
            "version": version,
            "source": edition.source,
            "text": edition.text,
            "uid": derived_uid("edition", f"{kind.value} {authority} {version} {edition.text}"),
        }
        number = self._db.insert("edition", {**row, **days})
        self._former.begin(number, now)
        return number

    def take_back(self, number: int, now: datetime) -> None:
        """It is in force no more."""
        with self._db.atomic():
            self._former.keep(now, [number])
            self._db.update("edition", number, {"withdrawn": timestamp(now)})

    def reinstate(self, number: int, now: datetime) -> None:
        """It is in force as it was before it was taken back."""
        with self._db.atomic():
            self._former.keep(now, [number])
            self._db.update("edition", number, {"withdrawn": None})

    def of_visit(self, visit: int) -> dict[PolicyKind, Edition]:
        """The editions under which a visit was planned and its report begun."""
        rows = self._db.rows(
            f"SELECT {_COLUMNS} FROM visit_edition v JOIN edition e ON e.id = v.edition_id "
            "WHERE v.visit_id = ?",
            (visit,),
        )
        return {edition.kind: edition for edition in map(_edition, rows)}

    def keep(self, visit: int, *editions: Edition) -> None:
        """What is written from now on is written under these."""
        self._db.run_many(
            "INSERT OR REPLACE INTO visit_edition (visit_id, kind, edition_id) VALUES (?, ?, ?)",
            [(visit, each.kind.value, each.id) for each in editions],
        )

    def written_under(self, edition: int) -> int:
        """How many visits were planned, or have a report begun, under an edition."""
        sql = "SELECT count(*) FROM visit_edition WHERE edition_id = ?"
        return int(self._db.value(sql, (edition,)))


def former_editions(db: EncryptedDatabase) -> FormerRows:
    """Editions as they stood before they were taken back, or in again."""
    return FormerRows(db, "edition", ("first", "last", "withdrawn"))


def _edition(row: Row) -> Edition:
    first, last = date.fromisoformat(row["first"]), read_date(row["last"])
    return Edition(**{**row, "kind": PolicyKind(row["kind"]), "first": first, "last": last})
