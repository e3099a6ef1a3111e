"""What is true of a school from which day on, and departures from the policy, each with its history."""

from collections.abc import Sequence
from datetime import date, datetime

from sep_desktop.domain.circumstances import Circumstance, Fact
from sep_desktop.domain.entitlement import Override, OverrideKind
from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.rows import iso, placeholders, read_date, timestamp


class Circumstances:
    """The ``circumstance`` and ``override`` tables."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db

    def history(self, urns: Sequence[str]) -> dict[str, tuple[Circumstance, ...]]:
        """The history of each school, oldest record first."""
        histories: dict[str, list[Circumstance]] = {urn: [] for urn in urns}
        for row in self._db.rows(
            f"SELECT * FROM circumstance WHERE urn IN ({placeholders(len(urns))}) ORDER BY id", list(urns)
        ):
            since = date.fromisoformat(row["since"])
            histories[row["urn"]].append(Circumstance(Fact(row["fact"]), row["value"], since, row["source"]))
        return {urn: tuple(history) for urn, history in histories.items()}

    def add(self, urn: str, new: Circumstance, now: datetime) -> int:
        """Add to the history. What was said before stays. The number of the record."""
        return self._db.insert(
            "circumstance",
            {
                "urn": urn,
                "fact": new.fact.value,
                "value": new.value,
                "since": new.since.isoformat(),
                "source": new.source,
                "recorded": timestamp(now),
            },
        )

    def remove(self, number: int) -> None:
        """Take a record out that was a slip: it was never true. The journal keeps that it was made."""
        self._db.run("DELETE FROM circumstance WHERE id = ?", (number,))

    def overrides(self, year: int, urns: Sequence[str]) -> dict[str, tuple[Override, ...]]:
        """The overrides in force in a year, by school, in the order in which they were recorded."""
        overrides: dict[str, list[Override]] = {urn: [] for urn in urns}
        sql = (
            "SELECT * FROM override WHERE year = ? AND withdrawn IS NULL AND urn IN "
            f"({placeholders(len(urns))}) ORDER BY id"
        )
        for row in self._db.rows(sql, [year, *urns]):
            overrides[row["urn"]].append(_override(row))
        return {urn: tuple(each) for urn, each in overrides.items()}

    def add_override(self, urn: str, year: int, new: Override) -> int:
        """Record a decision against the policy; its number."""
        return self._db.insert(
            "override",
            {
                "urn": urn,
                "year": year,
                "line": new.due_key,
                "kind": new.kind.value,
                "reason": new.reason,
                "made": new.made.isoformat(),
                "due_by": iso(new.due_by),
                "withdrawn": None,
            },
        )

    def withdraw_override(self, number: int, now: datetime) -> None:
        """Take it back; the row stays, with the moment of its withdrawal."""
        self._db.run(
            "UPDATE override SET withdrawn = ? WHERE id = ? AND withdrawn IS NULL", (timestamp(now), number)
        )

    def reinstate_override(self, number: int) -> None:
        """It counts again."""
        self._db.run("UPDATE override SET withdrawn = NULL WHERE id = ?", (number,))


def _override(row: Row) -> Override:
    return Override(
        row["line"],
        OverrideKind(row["kind"]),
        row["reason"],
        date.fromisoformat(row["made"]),
        read_date(row["due_by"]),
        row["id"],
    )
