"""Schools of the register, in one table however many there are."""

from collections.abc import Callable, Iterable, Iterator, Sequence
from dataclasses import dataclass, field, fields
from datetime import date, datetime
from itertools import islice
from operator import attrgetter

from sep_desktop.domain.school import School
from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.former_rows import FormerRows
from sep_desktop.storage.rows import placeholders, read_date, timestamp

_FIELDS = [field.name for field in fields(School)]
_FIELDS_OF = attrgetter(*_FIELDS)
_COLUMNS = ", ".join(_FIELDS)
_UPSERT = (
    f"INSERT INTO school ({_COLUMNS}, source, imported) VALUES ({', '.join('?' * (len(_FIELDS) + 2))}) ON "
    "CONFLICT (urn) DO UPDATE SET "
    f"{', '.join(f'{name} = excluded.{name}' for name in [*_FIELDS[1:], 'source', 'imported'])}"
)
_BATCH = 1000
_ORDERS = ("s.name COLLATE NOCASE", "s.urn", "s.phase", "s.town COLLATE NOCASE", "s.la_name", "s.status")


@dataclass(frozen=True)
class SchoolRow:
    """One line of the Schools page: what a table for 25,000 schools needs and no more."""

    urn: str
    name: str = field(repr=False)
    phase: str
    town: str
    la_name: str
    status: str
    allocated: bool


def _read(row: Row) -> School:
    values = {name: row[name] for name in _FIELDS}
    return School(**{**values, "opened": read_date(row["opened"]), "closed": read_date(row["closed"])})


def _values(school: School) -> list[object]:
    return [value.isoformat() if isinstance(value, date) else value for value in _FIELDS_OF(school)]


class Schools:
    """The ``school`` and ``predecessor`` tables."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db
        self._former = former_schools(db)

    def get(self, urn: str) -> School | None:
        """A school by its URN; ``None`` where it is not known."""
        row = self._db.row("SELECT * FROM school WHERE urn = ?", (urn,))
        return _read(row) if row else None

    def all(self) -> dict[str, School]:
        """Every school known here, by URN."""
        return {row["urn"]: _read(row) for row in self._db.rows("SELECT * FROM school")}

    def names(self, urns: Sequence[str]) -> dict[str, str]:
        """The name of each school; its number where it is not known."""
        rows = self._db.rows(
            f"SELECT urn, name FROM school WHERE urn IN ({placeholders(len(urns))})", list(urns)
        )
        return {urn: urn for urn in urns} | {row["urn"]: row["name"] for row in rows}

    def authorities(self, urns: Sequence[str]) -> dict[str, str]:
        """The number of each school's authority; nothing for a school that is not known."""
        rows = self._db.rows(
            f"SELECT urn, la_code FROM school WHERE urn IN ({placeholders(len(urns))})", list(urns)
        )
        return {row["urn"]: row["la_code"] for row in rows}

    def count(self) -> int:
        """How many schools are known here."""
        return int(self._db.value("SELECT count(*) FROM school"))

    def listed(
        self, year: int, text: str = "", first: int = 0, limit: int = 200, order: int = 1
    ) -> list[SchoolRow]:
        """A page of schools.

        ``text`` is found in name, town and numbers; ``order`` is a column from 1, negative backwards.
        """
        where, values = _matching(text)
        by = f"{_ORDERS[abs(order) - 1]} {'DESC' if order < 0 else 'ASC'}"
        rows = self._db.rows(
            "SELECT s.urn, s.name, s.phase, s.town, s.la_name, s.status, a.urn IS NOT NULL AS allocated "
            f"FROM school s LEFT JOIN allocation a ON a.urn = s.urn AND a.year = :year {where} "
            f"ORDER BY {by}, s.urn LIMIT :limit OFFSET :first",
            {"year": year, "first": first, "limit": limit, **values},
        )
        return [SchoolRow(**{**row, "allocated": bool(row["allocated"])}) for row in rows]

    def matching(self, text: str = "") -> int:
        """How many schools ``listed`` would give for a text."""
        where, values = _matching(text)
        return int(self._db.value(f"SELECT count(*) FROM school s {where}", values))

    def save(
        self,
        schools: Sequence[School],
        source: str,
        now: datetime,
        progress: Callable[[int], None] = lambda _: None,
    ) -> None:
        """Insert or update, in the caller's transaction; a school that is not among them stays as it is."""
        extra = [source, timestamp(now)]
        done = 0
        for batch in _batches(schools):
            self._former.keep(now, [school.urn for school in batch])
            self._db.run_many(_UPSERT, [_values(school) + extra for school in batch])
            done += len(batch)
            progress(done)

    def link(self, pairs: Iterable[tuple[str, str]]) -> None:
        """Keep (urn, predecessor's urn)."""
        self._db.run_many("INSERT OR IGNORE INTO predecessor VALUES (?, ?)", pairs)

    def predecessors(self, urn: str) -> list[str]:
        """The URNs of the schools that this one took over."""
        return [
            row["predecessor"]
            for row in self._db.rows("SELECT predecessor FROM predecessor WHERE urn = ? ORDER BY 1", (urn,))
        ]

    def closed_numbers(self) -> dict[str, str]:
        """LAESTAB -> URN of the closed schools: who may have been taken over."""
        rows = self._db.rows(
            "SELECT urn, la_code || '/' || establishment_number AS number FROM school WHERE lower(status) = "
            "'closed' AND establishment_number <> ''"
        )
        return {row["number"]: row["urn"] for row in rows}

    def successor(self, urn: str) -> str:
        """The URN of the school that took this one over; empty where none did."""
        return str(self._db.value("SELECT urn FROM predecessor WHERE predecessor = ?", (urn,)) or "")


def former_schools(db: EncryptedDatabase) -> FormerRows:
    """Schools as the register before had them; one that came with the first has no mark of its beginning."""
    return FormerRows(db, "school", (*_FIELDS, "imported"), "urn")


def _matching(text: str) -> tuple[str, dict[str, str]]:
    """A WHERE clause and its value: ``text`` as a part of the name, town or one of the numbers."""
    if not text.strip():
        return "", {}
    columns = ("s.name", "s.town", "s.urn", "s.la_code || '/' || s.establishment_number")
    escaped = text.strip().replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return "WHERE " + " OR ".join(rf"{column} LIKE :like ESCAPE '\'" for column in columns), {
        "like": f"%{escaped}%"
    }


def _batches(schools: Sequence[School]) -> Iterator[list[School]]:
    source = iter(schools)
    while batch := list(islice(source, _BATCH)):
        yield batch
