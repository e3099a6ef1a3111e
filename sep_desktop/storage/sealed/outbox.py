"""Letters: one paper, one person, one message. A state changes only by ``domain.outbox.advance``."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from sep_desktop.domain.appraisal.doubts import Doubt, Matter
from sep_desktop.domain.appraisal.form import PaperKind
from sep_desktop.domain.appraisal.letter import Letter, SealedPdf
from sep_desktop.domain.appraisal.panel import Person, Reader
from sep_desktop.domain.likeness import Likeness
from sep_desktop.domain.outbox import State
from sep_desktop.domain.people import Role
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


@dataclass(frozen=True)
class Answer:
    """A doubt about a letter's reader, and when somebody answered it: they are two people."""

    doubt: Doubt
    answered: datetime


class Letters:
    """The tables ``letter`` and ``answered_doubt``."""

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

    def answer(self, number: int, doubts: Iterable[Doubt], now: datetime) -> None:
        """Keep that these doubts about a letter's reader were answered; an answer that is there stays."""
        self._db.run_many(
            "INSERT OR IGNORE INTO answered_doubt VALUES (?, ?, ?, ?, ?, ?, ?)",
            [
                (
                    number,
                    each.role,
                    each.other,
                    each.other_address,
                    each.matter,
                    each.likeness,
                    timestamp(now),
                )
                for each in doubts
            ],
        )

    def answers(self, number: int) -> list[Answer]:
        """What was answered about a letter's reader, oldest first."""
        rows = self._db.rows(
            "SELECT l.name, l.address, d.role, d.other, d.other_address, d.matter, d.likeness, d.answered "
            "FROM answered_doubt d JOIN letter l ON l.id = d.letter_id WHERE l.id = ? ORDER BY d.answered",
            (number,),
        )
        return [_answer(row) for row in rows]

    def frozen(self, number: int) -> bytes | None:
        """The message's bytes, once they have been fixed."""
        raw = self._db.value("SELECT raw FROM letter WHERE id = ?", (number,))
        return bytes(raw) if raw is not None else None

    def freeze(self, number: int, raw: bytes) -> None:
        """Fix the bytes at the first hand-over; every later attempt sends the same."""
        self._db.run("UPDATE letter SET raw = ? WHERE id = ? AND raw IS NULL", (raw, number))


def _answer(row: Row) -> Answer:
    doubt = Doubt(
        row["name"],
        row["address"],
        Role(row["role"]),
        row["other"],
        row["other_address"],
        Matter(row["matter"]),
        Likeness(row["likeness"]),
    )
    return Answer(doubt, read_timestamp(row["answered"]))


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
