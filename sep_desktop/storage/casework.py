"""What the register never has: allocations, people, circumstances and overrides, each with its history."""

from collections.abc import Sequence
from datetime import date, datetime

from sep_desktop.domain.circumstances import Circumstance, Fact
from sep_desktop.domain.entitlement import Override, OverrideKind
from sep_desktop.domain.people import Contact, Role
from sep_desktop.domain.support import Support
from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.rows import iso, marks, moment, read_date


class Casework:
    """The ``allocation``, ``contact``, ``circumstance``, ``override`` and ``support`` tables."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db

    def allocate(self, year: int, urn: str, sep: str, now: datetime) -> None:
        self._db.run(
            "INSERT INTO allocation (year, urn, sep, made) VALUES (?, ?, ?, ?) ON CONFLICT (year, urn) DO UPDATE SET sep = excluded.sep",
            (year, urn, sep, moment(now)),
        )

    def allocated(self, year: int) -> dict[str, str]:
        """The SEP of each allocated school, by URN, in order of the schools' names."""
        rows = self._db.rows("SELECT a.urn, a.sep FROM allocation a JOIN school s USING (urn) WHERE a.year = ? ORDER BY s.name COLLATE NOCASE", (year,))
        return {row["urn"]: row["sep"] for row in rows}

    def years(self) -> list[int]:
        return [row["year"] for row in self._db.rows("SELECT DISTINCT year FROM allocation ORDER BY year DESC")]

    def contacts(self, urn: str) -> list[Contact]:
        """The school's people now, and the LA's."""
        return [_contact(row) for row in self._db.rows("SELECT * FROM contact WHERE urn IN (?, '') AND ended IS NULL ORDER BY id", (urn,))]

    def put_contact(self, contact: Contact, now: datetime) -> bool:
        """Make ``contact`` the holder of its role; the one before is kept as ended. Whether it is another name or address."""
        old = self._db.row("SELECT * FROM contact WHERE urn = ? AND role = ? AND ended IS NULL", (contact.urn, contact.role))
        if old and (old["name"], old["email"]) == (contact.name, contact.email):
            self._db.update("contact", old["id"], {"since": iso(contact.since) or old["since"], "confirmed": iso(contact.confirmed) or old["confirmed"]})
            return False
        if old:
            self._db.run("UPDATE contact SET ended = ? WHERE id = ?", (moment(now), old["id"]))
        self._db.insert(
            "contact",
            {
                "urn": contact.urn, "role": contact.role.value, "name": contact.name, "email": contact.email, "since": iso(contact.since),
                "confirmed": iso(contact.confirmed), "recorded": moment(now), "ended": None,
            },
        )  # fmt: skip
        return True

    def taken_over(self, urn: str, role: Role, since: datetime) -> Contact | None:
        """Who holds a role and was recorded after ``since``; ``None`` where nobody new is."""
        of = "" if role is Role.HEAD_OF_SUPPORT else urn
        row = self._db.row("SELECT * FROM contact WHERE urn = ? AND role = ? AND ended IS NULL AND recorded > ?", (of, role, moment(since)))
        return _contact(row) if row else None

    def circumstances(self, urns: Sequence[str]) -> dict[str, tuple[Circumstance, ...]]:
        """The history of each school, oldest record first."""
        found: dict[str, list[Circumstance]] = {urn: [] for urn in urns}
        for row in self._db.rows(f"SELECT * FROM circumstance WHERE urn IN ({marks(len(urns))}) ORDER BY id", list(urns)):
            since = date.fromisoformat(row["since"])
            found[row["urn"]].append(Circumstance(Fact(row["fact"]), row["value"], since, row["source"]))
        return {urn: tuple(history) for urn, history in found.items()}

    def put_circumstance(self, urn: str, new: Circumstance, now: datetime) -> None:
        """Add to the history. What was said before stays."""
        self._db.insert(
            "circumstance",
            {"urn": urn, "fact": new.fact.value, "value": new.value, "since": new.since.isoformat(), "source": new.source, "recorded": moment(now)},
        )

    def overrides(self, year: int, urns: Sequence[str]) -> dict[str, tuple[Override, ...]]:
        found: dict[str, list[Override]] = {urn: [] for urn in urns}
        sql = f"SELECT * FROM override WHERE year = ? AND withdrawn IS NULL AND urn IN ({marks(len(urns))}) ORDER BY id"
        for row in self._db.rows(sql, [year, *urns]):
            found[row["urn"]].append(_override(row))
        return {urn: tuple(each) for urn, each in found.items()}

    def put_override(self, urn: str, year: int, new: Override) -> None:
        self._db.insert(
            "override",
            {
                "urn": urn, "year": year, "line": new.line, "kind": new.kind.value, "reason": new.reason, "made": new.made.isoformat(),
                "due_by": iso(new.due_by), "withdrawn": None,
            },
        )  # fmt: skip

    def withdraw_override(self, number: int, now: datetime) -> None:
        self._db.run("UPDATE override SET withdrawn = ? WHERE id = ? AND withdrawn IS NULL", (moment(now), number))

    def add_support(self, urn: str, on: date, hours: float, now: datetime) -> None:
        """That support with performance management was given: nothing but when and how long."""
        self._db.insert("support", {"urn": urn, "day": on.isoformat(), "hours": hours, "recorded": moment(now), "withdrawn": None})

    def withdraw_support(self, number: int, now: datetime) -> None:
        self._db.run("UPDATE support SET withdrawn = ? WHERE id = ? AND withdrawn IS NULL", (moment(now), number))

    def support(self, first: date, last: date, urns: Sequence[str]) -> list[Support]:
        """What was given to these schools between two days, in order."""
        sql = f"SELECT id, urn, day, hours FROM support WHERE withdrawn IS NULL AND day BETWEEN ? AND ? AND urn IN ({marks(len(urns))}) ORDER BY day, id"
        rows = self._db.rows(sql, [first.isoformat(), last.isoformat(), *urns])
        return [Support(**{**row, "day": date.fromisoformat(row["day"])}) for row in rows]


def _contact(row: Row) -> Contact:
    return Contact(Role(row["role"]), row["name"], row["email"], row["urn"], read_date(row["since"]), read_date(row["confirmed"]))


def _override(row: Row) -> Override:
    return Override(row["line"], OverrideKind(row["kind"]), row["reason"], date.fromisoformat(row["made"]), read_date(row["due_by"]), row["id"])
