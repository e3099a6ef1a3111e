"""A second kind of message, for one reader, as somebody would add one: it exists in the tests alone."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

import pytest

from sep_desktop.domain.distribution import Recipient
from sep_desktop.domain.outbox import Part
from sep_desktop.domain.people import Role
from sep_desktop.storage import message_table
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.message_kinds import KINDS, MessageKind
from sep_desktop.storage.rows import read_timestamp, timestamp
from sep_desktop.storage.store import Store

URN = "990001"
READERS = (Role.HEAD_OF_SUPPORT,)
LEAD = Recipient(Role.HEAD_OF_SUPPORT, "Morwen Oake", "m.oake@council.example")
HEAD = Recipient(Role.HEADTEACHER, "Wren Tamblyn", "head@harbourlights.example")


class ConcernPdf(bytes):
    """Its paper."""


@dataclass(frozen=True)
class Concern:
    """What its message is frozen from."""

    id: int


@dataclass(frozen=True, kw_only=True)
class ConcernPart(Part[ConcernPdf]):
    kind, carries = "concern", ConcernPdf

    @property
    def name(self) -> str:
        return "concern"

    @property
    def record(self) -> str:
        return f"concern {self.source_id}"

    def opening(self, school: str) -> tuple[str, ...]:
        return (f"Attached is a concern about {school}.",)


class Concerns:
    """The ``concern`` table."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db

    def add(self, pdf: bytes, now: datetime) -> Concern:
        return Concern(self._db.insert("concern", {"pdf": pdf, "completed": timestamp(now)}))

    def part(self, number: int) -> ConcernPart:
        (row,) = self._db.rows("SELECT completed FROM concern WHERE id = ?", (number,))
        completed = read_timestamp(row["completed"])
        return ConcernPart(source_id=number, visit_id=0, number=1, newest=1, completed=completed)

    def pdf(self, number: int) -> ConcernPdf:
        return ConcernPdf(self._db.value("SELECT pdf FROM concern WHERE id = ?", (number,)))


CONCERN = MessageKind[Concern, ConcernPdf](ConcernPart, Concern, "concern_id", Concerns)


def register(store: Store, monkeypatch: pytest.MonkeyPatch) -> None:
    """One row in the table of kinds, and one step of the schema."""
    monkeypatch.setitem(KINDS, "concern", CONCERN)
    with store.atomic():
        tables = store.database.tables
        tables.execute(
            "CREATE TABLE concern (id INTEGER PRIMARY KEY, completed TEXT NOT NULL, pdf BLOB NOT NULL)"
        )
        message_table.add_kind(tables, "concern", "concern_id", "concern")


def queue_concern(
    store: Store, now: datetime, recipients: Sequence[Recipient] = (LEAD,), urn: str = URN
) -> int:
    """The number of a message that carries one."""
    with store.atomic():
        return store.outbox.add(
            CONCERN,
            Concerns(store.database).add(b"%PDF-1.7 a concern", now),
            urn=urn,
            school=store.schools.names([urn]).get(urn, ""),
            identifier=f"<concern.{now.timestamp()}@x.example>",
            subject="A concern",
            readers=READERS,
            recipients=recipients,
            now=now,
        )
