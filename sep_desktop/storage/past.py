"""What the tables held at a moment.

Rows that came later are left out, and those that were written over since are read as they stood.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import date, datetime

from sep_desktop.domain.agenda import AgendaItem, NoteKind
from sep_desktop.domain.circumstances import Circumstance, Fact
from sep_desktop.domain.edition import Edition, PolicyKind
from sep_desktop.domain.entitlement import Override, OverrideKind
from sep_desktop.domain.outbox import RoleDelivery, State
from sep_desktop.domain.people import Contact, Role
from sep_desktop.storage.allocations import former_allocations
from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.editions import former_editions
from sep_desktop.storage.former_rows import Former
from sep_desktop.storage.outbox import former_deliveries
from sep_desktop.storage.rows import read_date, read_timestamp, timestamp
from sep_desktop.storage.schools import former_schools
from sep_desktop.storage.visits import former_agendas, former_visits


@dataclass(frozen=True)
class PastText:
    """A text as it stood: under a key, of a kind where it is a note.

    ``carried_on`` says that its sitting went on after the moment: what was written later stands in it too.
    """

    key: str
    text: str = field(repr=False)
    carried_on: bool
    kind: NoteKind = NoteKind.NOTE


@dataclass(frozen=True)
class PastVisit:
    """A visit as the row says that is the nearest to the moment, and how near that is."""

    number: int
    row: Row
    former: Former


class Past:
    """Questions about the whole store of visits at a moment. Nothing is written here."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db
        self._visits, self._agendas = former_visits(db), former_agendas(db)
        self._allocations, self._editions = former_allocations(db), former_editions(db)
        self._schools, self._deliveries = former_schools(db), former_deliveries(db)

    def school(self, urn: str, moment: datetime) -> tuple[Row, bool] | None:
        """A school as the register had it, and whether it is known that it did; ``None`` for no such."""
        row = self._db.row("SELECT * FROM school WHERE urn = ?", (urn,))
        if row is None:
            return None
        stood = row | (self._schools.at(urn, moment).content or {})
        return stood, stood["imported"] <= timestamp(moment)

    def contacts(self, urn: str, moment: datetime) -> list[Contact]:
        """The school's people, and the LA's. When they were confirmed is not kept."""
        rows = self._db.rows(
            "SELECT role, name, email, urn, uid FROM contact WHERE urn IN (?, '') AND recorded <= ? "
            "AND (ended IS NULL OR ended > ?) ORDER BY id",
            (urn, *_twice(moment)),
        )
        return [
            Contact(Role(row["role"]), row["name"], row["email"], row["urn"], uid=row["uid"]) for row in rows
        ]

    def circumstances(self, urn: str, moment: datetime) -> list[Circumstance]:
        """The history of a school, oldest record first."""
        rows = self._db.rows(
            "SELECT fact, value, since, source FROM circumstance WHERE urn = ? AND recorded <= ? ORDER BY id",
            (urn, timestamp(moment)),
        )
        return [
            Circumstance(Fact(row["fact"]), row["value"], date.fromisoformat(row["since"]), row["source"])
            for row in rows
        ]

    def overrides(self, urn: str, year: int, moment: datetime) -> list[Override]:
        """The departures from the policy of one year; of each only the day is kept on which it was made."""
        rows = self._db.rows(
            "SELECT * FROM override WHERE urn = ? AND year = ? AND made <= ? "
            "AND (withdrawn IS NULL OR withdrawn > ?) ORDER BY id",
            (urn, year, moment.date().isoformat(), timestamp(moment)),
        )
        return [
            Override(
                row["line"],
                OverrideKind(row["kind"]),
                row["reason"],
                date.fromisoformat(row["made"]),
                read_date(row["due_by"]),
                row["id"],
            )
            for row in rows
        ]

    def allocation(self, year: int, urn: str, moment: datetime) -> tuple[str, bool]:
        """The SEP of a school, empty for none, and whether it is known that it was that one."""
        row = self._db.row("SELECT sep, made FROM allocation WHERE year = ? AND urn = ?", (year, urn))
        if row is None or row["made"] > timestamp(moment):
            return "", True
        former = self._allocations.at(f"{year} {urn}", moment)
        is_known = former.is_kept or not self._imported_between(moment, former.until)
        return str((former.content or row)["sep"]), is_known

    def _imported_between(self, moment: datetime, until: datetime | None) -> bool:
        """Whether an allocation was imported, which may have written over what nobody kept then."""
        before = timestamp(until) if until else "9999"
        sql = "SELECT 1 FROM journal WHERE event = 'allocation imported' AND at > ? AND at < ? LIMIT 1"
        return self._db.row(sql, (timestamp(moment), before)) is not None

    def allocated(self, year: int) -> list[str]:
        """The URNs of the schools that were ever allocated for a year."""
        rows = self._db.rows("SELECT urn FROM allocation WHERE year = ? ORDER BY urn", (year,))
        return [row["urn"] for row in rows]

    def visits(self, urn: str, moment: datetime) -> Iterator[PastVisit]:
        """The visits that had been planned, in the order in which they were."""
        sql = "SELECT id FROM visit WHERE urn = ? AND recorded <= ? ORDER BY id"
        for row in self._db.rows(sql, (urn, timestamp(moment))):
            if visit := self.visit(row["id"], moment):
                yield visit

    def visit(self, number: int, moment: datetime) -> PastVisit | None:
        """One visit; ``None`` where it had not been planned yet."""
        row = self._db.row("SELECT * FROM visit WHERE id = ?", (number,))
        if row is None or row["recorded"] > timestamp(moment):
            return None
        former = self._visits.at(number, moment)
        return PastVisit(number, row | (former.content or {}), former)

    def agenda(self, visit: int, moment: datetime) -> tuple[list[AgendaItem], Former]:
        """The agenda that is the nearest to the moment, and how near that is."""
        former = self._agendas.at(visit, moment)
        rows = former.content
        if rows is None:
            rows = self._db.rows(
                "SELECT key, title, guidance, section, clause FROM agenda_item WHERE visit_id = ? "
                "ORDER BY position",
                (visit,),
            )
        return [AgendaItem(**row) for row in rows], former

    def notes(self, visit: int, moment: datetime, with_private: bool = True) -> list[PastText]:
        """The notes that had words, in the order in which they were begun.

        Without private ones go those too that were marked so at another time.
        """
        at = timestamp(moment)
        rows = self._db.rows(
            "SELECT n.item AS key, r.text, r.saved, r.mark FROM note n JOIN note_revision r ON r.id = ("
            "SELECT max(id) FROM note_revision WHERE note_id = n.id AND coalesce(begun, saved) <= ?) "
            "WHERE n.visit_id = ? AND r.text <> '' AND (? OR NOT EXISTS (SELECT 1 FROM note_revision "
            "WHERE note_id = n.id AND mark = ?)) ORDER BY n.id",
            (at, visit, with_private, NoteKind.PRIVATE),
        )
        return [PastText(row["key"], row["text"], row["saved"] > at, NoteKind(row["mark"])) for row in rows]

    def notes_of_unknown_age(self, visit: int, moment: datetime) -> int:
        """How many notes may have been there: when they were begun is not known, and they changed since."""
        sql = (
            "SELECT count(*) FROM note n WHERE n.visit_id = ? AND EXISTS (SELECT 1 FROM note_revision "
            "WHERE note_id = n.id AND begun IS NULL AND saved > ?)"
        )
        return int(self._db.value(sql, (visit, timestamp(moment))))

    def sections(self, report: int, moment: datetime) -> list[PastText]:
        """The sections of a report that had words, by key."""
        at = timestamp(moment)
        rows = self._db.rows(
            "SELECT key, text, saved FROM revision WHERE id IN (SELECT max(id) FROM revision WHERE "
            "report_id = ? AND begun <= ? GROUP BY key) AND text <> '' ORDER BY key",
            (report, at),
        )
        return [PastText(row["key"], row["text"], row["saved"] > at) for row in rows]

    def begun_report(self, visit: int, moment: datetime) -> int | None:
        """The number of a visit's report; ``None`` where it had not been begun."""
        sql = "SELECT id FROM report WHERE visit_id = ? AND begun <= ?"
        number = self._db.value(sql, (visit, timestamp(moment)))
        return None if number is None else int(number)

    def state(self, delivery: RoleDelivery, moment: datetime) -> tuple[State, datetime, bool]:
        """The state of a delivery that is the nearest to the moment, since when, and whether it was that."""
        former = self._deliveries.at(delivery.id, moment).content
        state = State(former["state"]) if former else delivery.state
        since = read_timestamp(former["changed"]) if former else delivery.changed
        return state, since, since <= moment

    def editions(self, moment: datetime) -> list[Edition]:
        """Every edition that stood; where nothing is kept of it, by what the journal says."""
        rows = self._db.rows(
            "SELECT id, uid, kind, authority, version, first, last, source, text, withdrawn FROM edition "
            "ORDER BY id"
        )
        stood = ((row, self._editions.at(row["id"], moment)) for row in rows)
        return [
            _edition(row | (former.content or {}))
            for row, former in stood
            if former.is_begun and self._stands(row | (former.content or {}), former, moment)
        ]

    def _stands(self, row: Row, former: Former, moment: datetime) -> bool:
        if former.is_kept:
            return row["withdrawn"] is None
        name = _edition(row).name
        events = self._db.rows(
            "SELECT event, at FROM journal WHERE (event = 'policy accepted' AND substr(text, 1, ?) = ?) "
            "OR (event = 'policy taken back' AND text = ?) ORDER BY id",
            (len(name) + 1, f"{name},", name),
        )
        before = [each["event"] for each in events if each["at"] <= timestamp(moment)]
        if before:
            return bool(before[-1] == "policy accepted")
        return not events or bool(events[0]["event"] == "policy taken back")


def _twice(moment: datetime) -> tuple[str, str]:
    return timestamp(moment), timestamp(moment)


def _edition(row: Row) -> Edition:
    first, last = date.fromisoformat(row["first"]), read_date(row["last"])
    kept = {key: row[key] for key in ("id", "uid", "authority", "version", "source", "text")}
    return Edition(**kept, kind=PolicyKind(row["kind"]), first=first, last=last)
