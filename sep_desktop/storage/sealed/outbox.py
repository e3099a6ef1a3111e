"""Letters: one paper, one person, one message. A state changes only by ``domain.outbox.advance``."""

from collections.abc import Sequence
from datetime import datetime

from sep_desktop.domain.appraisal.form import PaperKind
from sep_desktop.domain.appraisal.letter import Letter, SealedPdf
from sep_desktop.domain.appraisal.panel import Person, Reader
from sep_desktop.domain.outbox import State
from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.rows import placeholders, read_timestamp, timestamp
from sep_desktop.storage.transitions import advance_rows

_LETTERS = (
    "SELECT l.id, l.paper_id, p.cycle_id, p.kind, p.number, l.identifier, l.reader, l.name, l.address, "
    "l.state, l.made, l.changed, l.attempts, "
    "l.next_at, l.reply, "
    "(SELECT max(number) FROM paper WHERE cycle_id = p.cycle_id AND kind = p.kind) AS newest "
    "FROM letter l JOIN paper p ON p.id = l.paper_id"
)


class Letters:
    """The ``letter`` table."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db

    def add(
        self, paper: int, identifier: str, person: Person, pdf: SealedPdf, secret: str, now: datetime
    ) -> int:
        """Queue one paper for one person, with the password that opens it.

        Runs inside the caller's transaction.
        """
        at = timestamp(now)
        row = {
            "paper_id": paper,
            "identifier": identifier,
            "reader": person.reader.value,
            "name": person.name,
            "address": person.email,
            "secret": secret,
            "pdf": pdf.data,
            "made": at,
            "state": State.QUEUED.value,
            "changed": at,
        }
        return self._db.insert("letter", row)

    def of_cycle(self, cycle: int) -> list[Letter]:
        """Newest first."""
        return [
            _letter(row)
            for row in self._db.rows(f"{_LETTERS} WHERE p.cycle_id = ? ORDER BY l.id DESC", (cycle,))
        ]

    def newest_change(self) -> datetime | None:
        """When a letter last changed its state; ``None`` where there is none."""
        at = self._db.value("SELECT max(changed) FROM letter")
        return read_timestamp(at) if at else None

    def in_state(self, *states: State) -> list[Letter]:
        """Oldest first."""
        return [
            _letter(row)
            for row in self._db.rows(
                f"{_LETTERS} WHERE l.state IN ({placeholders(len(states))}) ORDER BY l.id", states
            )
        ]

    def get(self, number: int) -> Letter:
        """One letter as it stands now."""
        return _letter(self._db.rows(f"{_LETTERS} WHERE l.id = ?", (number,))[0])

    def advance(
        self,
        letters: Sequence[Letter],
        to: State,
        now: datetime,
        reply: str = "",
        next_at: datetime | None = None,
        tried: bool = False,
    ) -> None:
        """Advance several letters in one transaction. Raises ``IllegalTransition`` and then advances none."""
        advance_rows(self._db, "letter", [each.id for each in letters], to, now, reply, next_at, tried)

    def pdf(self, number: int) -> SealedPdf:
        """Its paper, encrypted for its reader."""
        return SealedPdf(bytes(self._db.value("SELECT pdf FROM letter WHERE id = ?", (number,))))

    def secret(self, number: int) -> str:
        """The password that opens this very letter, whatever was agreed since."""
        return str(self._db.value("SELECT secret FROM letter WHERE id = ?", (number,)))

    def frozen(self, number: int) -> bytes | None:
        """The message's bytes, once they have been fixed."""
        raw = self._db.value("SELECT raw FROM letter WHERE id = ?", (number,))
        return bytes(raw) if raw is not None else None

    def freeze(self, number: int, raw: bytes) -> None:
        """Fix the bytes at the first hand-over; every later attempt sends the same."""
        self._db.run("UPDATE letter SET raw = ? WHERE id = ? AND raw IS NULL", (raw, number))


def _letter(row: Row) -> Letter:
    return Letter(
        **{
            **row,
            "kind": PaperKind(row["kind"]),
            "reader": Reader(row["reader"]),
            "state": State(row["state"]),
            "made": read_timestamp(row["made"]),
            "changed": read_timestamp(row["changed"]),
            "next_at": read_timestamp(row["next_at"]) if row["next_at"] else None,
        }
    )
