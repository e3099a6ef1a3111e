"""Cycles, what is written in them, their completed papers, and what happened to a school's record."""

import hashlib
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from functools import partial

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.appraisal.form import PaperKind
from sep_desktop.domain.appraisal.record import Cycle, PaperVersion
from sep_desktop.domain.edition import ALWAYS, Edition, PolicyKind
from sep_desktop.storage.backups.erasing import Erasure
from sep_desktop.storage.closed_database import ClosedDatabase
from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.destroyed import Destroyed
from sep_desktop.storage.revisions import Revisions
from sep_desktop.storage.rows import derived_uid, read_timestamp, timestamp


@dataclass(frozen=True)
class Event:
    """When, which school, and in words."""

    at: datetime
    urn: str
    text: str = field(repr=False)


class Appraisals:
    """The tables ``cycle``, ``cycle_policy``, ``part``, ``password``, ``paper``, ``event``, ``receiving``."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db, self._destroyed = db, Destroyed(db)
        self.parts = Revisions(db, "part", "cycle_id")

    def cycles(self, urn: str = "") -> list[Cycle]:
        """Subject one school or of all, newest year first."""
        return [
            _cycle(row)
            for row in self._db.rows(
                "SELECT * FROM cycle WHERE ? IN ('', urn) ORDER BY year DESC, school COLLATE NOCASE", (urn,)
            )
        ]

    def cycle(self, number: int) -> Cycle | None:
        """A cycle by its number; ``None`` where it is gone."""
        row = self._db.row("SELECT * FROM cycle WHERE id = ?", (number,))
        return _cycle(row) if row else None

    def begin(
        self,
        urn: str,
        school: str,
        year: AcademicYear,
        policies: Sequence[Edition],
        now: datetime,
        received_from: str = "",
    ) -> int:
        """A new cycle under its form and scale; its number. There is one a school and year."""
        form = next(each for each in policies if each.kind is PolicyKind.APPRAISAL)
        row = {
            "urn": urn,
            "school": school,
            "year": year.start,
            "form": form.version,
            "begun": timestamp(now),
            "received_from": received_from,
        }
        cycle = self._db.insert("cycle", row)
        self._db.run_many(
            "INSERT INTO cycle_policy VALUES (?, ?, ?, ?, ?)",
            [(cycle, each.kind.value, each.authority, each.version, each.text) for each in policies],
        )
        return cycle

    def policies(self, cycle: int) -> tuple[Edition, ...]:
        """The form and the scale under which a cycle was begun."""
        rows = self._db.rows(
            "SELECT kind, authority, version, text FROM cycle_policy WHERE cycle_id = ?", (cycle,)
        )
        return tuple(
            Edition(**{**row, "kind": PolicyKind(row["kind"])}, first=ALWAYS, last=None, source="")
            for row in rows
        )

    def remove(self, cycle: int, now: datetime) -> None:
        """A cycle with everything in it; its identity is kept. Runs inside the caller's transaction."""
        (uid,) = [uid for number, uid in _identities(self._db) if number == cycle]
        _erase(self._db, [cycle])
        self._destroyed.add(uid, now)

    def forget(self, destroyed: Mapping[str, datetime]) -> int:
        """Remove the cycles that were destroyed; how many there were.

        Runs inside the caller's transaction. The identities are kept here too.
        """
        numbers = _numbers_of(destroyed, self._db)
        _erase(self._db, numbers)
        self._destroyed.add_all(destroyed)
        return len(numbers)

    def password(self, cycle: int, address: str) -> tuple[str, bool]:
        """What was agreed with the person at this address, or is suggested; and whether it was agreed.

        Empty when there is none.
        """
        row = self._db.row(
            "SELECT secret, agreed FROM password WHERE cycle_id = ? AND address = ?", (cycle, address)
        )
        return (row["secret"], bool(row["agreed"])) if row else ("", False)

    def put_password(self, cycle: int, address: str, secret: str, agreed: bool) -> None:
        """Keep what was suggested to the person at this address, or agreed with them."""
        sql = (
            "INSERT INTO password VALUES (?, ?, ?, ?) ON CONFLICT (cycle_id, address) DO UPDATE SET secret = "
            "excluded.secret, agreed = excluded.agreed"
        )
        self._db.run(sql, (cycle, address, secret, int(agreed)))

    def add_paper(
        self,
        cycle: int,
        kind: PaperKind,
        content: Mapping[str, str],
        pdf: bytes,
        pages: int,
        reason: str,
        now: datetime,
    ) -> PaperVersion:
        """Freeze a version of a paper; its number is one more than the last of its kind."""
        number = 1 + int(
            self._db.value(
                "SELECT coalesce(max(number), 0) FROM paper WHERE cycle_id = ? AND kind = ?", (cycle, kind)
            )
        )
        digest = hashlib.sha256(pdf).hexdigest()
        row = {
            "cycle_id": cycle,
            "kind": kind.value,
            "number": number,
            "reason": reason,
            "completed": timestamp(now),
            "pages": pages,
            "sha256": digest,
            "content": json.dumps(dict(content), ensure_ascii=False),
            "pdf": pdf,
        }
        return PaperVersion(self._db.insert("paper", row), cycle, number, now, reason, digest, pages, kind)

    def papers(self, cycle: int) -> list[PaperVersion]:
        """Oldest first."""
        sql = (
            "SELECT id, cycle_id AS report_id, kind, number, completed, reason, sha256, pages FROM paper "
            "WHERE cycle_id = ? ORDER BY id"
        )
        return [_paper(row) for row in self._db.rows(sql, (cycle,))]

    def paper_pdf(self, paper: int) -> bytes:
        """The paper as it was completed.

        The SEP's own copy, not encrypted, which leaves this store only inside something that is.
        """
        return bytes(self._db.value("SELECT pdf FROM paper WHERE id = ?", (paper,)))

    def paper_content(self, paper: int) -> dict[str, str]:
        """The words of a completed paper, by whole key."""
        return dict(json.loads(self._db.value("SELECT content FROM paper WHERE id = ?", (paper,))))

    def write_down(self, urn: str, text: str, now: datetime, cycle: int | None = None) -> None:
        """What happened; a line about one cycle goes when the cycle goes."""
        self._db.run(
            "INSERT INTO event (at, urn, cycle_id, text) VALUES (?, ?, ?, ?)",
            (timestamp(now), urn, cycle, text),
        )

    def events(self, urn: str = "") -> list[Event]:
        """Subject one school or of all, newest first."""
        rows = self._db.rows("SELECT at, urn, text FROM event WHERE ? IN ('', urn) ORDER BY id DESC", (urn,))
        return [Event(read_timestamp(row["at"]), row["urn"], row["text"]) for row in rows]

    def receiving_key(self) -> bytes | None:
        """The private half of the key to which records are sealed for this SEP (X25519, 32 bytes)."""
        private = self._db.value("SELECT private FROM receiving WHERE id = 1")
        return bytes(private) if private is not None else None

    def put_receiving_key(self, private: bytes) -> None:
        """Keep the private half, 32 bytes."""
        self._db.run("INSERT INTO receiving (id, private) VALUES (1, ?)", (private,))


def _cycle(row: Row) -> Cycle:
    return Cycle(**{**row, "year": AcademicYear(row["year"]), "begun": read_timestamp(row["begun"])})


def _paper(row: Row) -> PaperVersion:
    return PaperVersion(
        **{**row, "kind": PaperKind(row["kind"]), "completed": read_timestamp(row["completed"])}
    )


def erasure_of(destroyed: Mapping[str, datetime]) -> Erasure:
    """What takes cycles that were destroyed out of a backup of any age."""
    return Erasure(partial(_numbers_of, destroyed), _erase)


def _identities(db: ClosedDatabase | EncryptedDatabase) -> list[tuple[int, str]]:
    """The cycles with what each is called for ever: by its school, its year and when it was begun.

    A record that comes back from another SEP is begun anew, and so is another one.
    """
    rows = db.rows("SELECT id, urn, year, begun FROM cycle")
    return [(row["id"], derived_uid("cycle", f"{row['urn']} {row['year']} {row['begun']}")) for row in rows]


def _numbers_of(destroyed: Mapping[str, datetime], db: ClosedDatabase | EncryptedDatabase) -> list[int]:
    return [number for number, uid in _identities(db) if uid in destroyed]


def _erase(db: EncryptedDatabase, cycles: list[int]) -> None:
    db.run_many("DELETE FROM cycle WHERE id = ?", [(cycle,) for cycle in cycles])
