"""Messages and their deliveries. A state changes only by ``domain.outbox.advance``."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sep_desktop.domain.distribution import Recipient
from sep_desktop.domain.outbox import WAITING, Message, MessageOf, Part, Pdf, RoleDelivery, State
from sep_desktop.domain.people import Role
from sep_desktop.domain.wording import listed
from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.former_rows import FormerRows
from sep_desktop.storage.message_kinds import KINDS, MessageKind, S
from sep_desktop.storage.rows import new_uid, placeholders, read_timestamp, timestamp
from sep_desktop.storage.transitions import advance_rows


class Outbox:
    """The ``message`` and ``delivery`` tables."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db
        self._former = former_deliveries(db)

    def add(
        self,
        kind: MessageKind[S, Pdf],
        source: S,
        *,
        urn: str,
        identifier: str,
        subject: str,
        school: str = "",
        readers: Sequence[Role],
        recipients: Sequence[Recipient],
        now: datetime,
    ) -> int:
        """Queue one message, frozen from ``source``, to its recipients; its number.

        ``school`` is what the school is called in what is frozen; ``readers`` are the roles that may have it.
        Runs inside the caller's transaction. Raises ``TypeError`` for a source of another kind and
        ``ValueError`` for a recipient in another role, before it writes.
        """
        if not isinstance(source, kind.source):
            raise TypeError(f"no {kind.part.kind} is frozen from a {type(source).__name__}")
        row = {"kind": kind.part.kind, kind.column: source.id, "urn": urn or None, "subject": subject}
        return self._queue({**row, "school": school, "identifier": identifier}, readers, recipients, now)

    def readdress(self, message: Message, refused: RoleDelivery, address: str, now: datetime) -> int:
        """Queue a new message of the same part for one person at another address; its number."""
        return self.renew(message, [replace(refused, address=address)], now)

    def renew(self, message: Message, deliveries: Sequence[RoleDelivery], now: datetime) -> int:
        """Queue a new message of the same part for some of its people; its number."""
        identifier = message.identifier.replace("<", f"<{deliveries[0].id}-{int(now.timestamp())}.", 1)
        part, recipients = (
            message.part,
            [Recipient(each.role, each.name, each.address) for each in deliveries],
        )
        row = {"kind": part.kind, KINDS[part.kind].column: part.source_id, "urn": message.urn or None}
        row |= {"subject": message.subject, "school": message.school, "identifier": identifier}
        return self._queue(row, message.readers, recipients, now)

    def _queue(
        self, row: Row, readers: Sequence[Role], recipients: Sequence[Recipient], now: datetime
    ) -> int:
        others = [each.role for each in recipients if each.role not in readers]
        if others:
            raise ValueError(f"a {row['kind']} may not go to the {listed(others)}")
        at = timestamp(now)
        message = self._db.insert(
            "message", {**row, "readers": json.dumps(readers), "uid": new_uid(), "made": at}
        )
        self._db.run_many(
            "INSERT INTO delivery (message_id, role, name, address, state, changed) VALUES (?, ?, ?, ?, "
            "?, ?)",
            [(message, each.role, each.name, each.address, State.QUEUED.value, at) for each in recipients],
        )
        return message

    def messages(self, states: frozenset[State] = frozenset(State), urn: str = "") -> list[Message]:
        """Messages with a delivery in one of ``states``, the oldest completed part first.

        Of one school or of all.
        """
        where = (
            f"WHERE m.id IN (SELECT message_id FROM delivery WHERE state IN ({placeholders(len(states))})) "
            "AND (? = '' OR m.urn = ?)"
        )
        rows = self._db.rows(f"{_messages()} {where}", [*sorted(states), urn, urn])
        messages = [self._message(row) for row in rows]
        return sorted(messages, key=lambda each: (each.part.completed, each.id))

    def numbers(self, states: frozenset[State]) -> list[int]:
        """The numbers of messages with a delivery in one of ``states``, the oldest first."""
        sql = (
            "SELECT id FROM message WHERE id IN (SELECT message_id FROM delivery WHERE state IN "
            f"({placeholders(len(states))})) ORDER BY made, id"
        )
        return [row["id"] for row in self._db.rows(sql, sorted(states))]

    def message(self, number: int) -> Message:
        """One message as it stands now."""
        return self._message(self._db.rows(f"{_messages()} WHERE m.id = ?", (number,))[0])

    def _message(self, row: Row) -> Message:
        kind = KINDS[row["kind"]]
        return Message(
            id=row["id"],
            uid=row["uid"],
            identifier=row["identifier"],
            subject=row["subject"],
            made=read_timestamp(row["made"]),
            urn=row["urn"],
            school=row["school"],
            readers=tuple(Role(each) for each in json.loads(row["readers"])),
            part=kind.parts(self._db).part(row[kind.column]),
            deliveries=self.deliveries(row["id"]),
        )

    def part(self, message: MessageOf[Pdf]) -> Part[Pdf]:
        """The part of a message as it stands now: a newer version may have taken its place."""
        part: Part[Pdf] = KINDS[message.part.kind].parts(self._db).part(message.part.source_id)
        return part

    def pdf(self, message: MessageOf[Pdf]) -> Pdf:
        """The paper that a message carries, of the type of its kind."""
        part = message.part
        paper: Pdf = KINDS[part.kind].parts(self._db).pdf(part.source_id)
        return paper

    def deliveries(self, message: int) -> tuple[RoleDelivery, ...]:
        """The deliveries of a message, in the order in which its recipients were named."""
        rows = self._db.rows("SELECT * FROM delivery WHERE message_id = ? ORDER BY id", (message,))
        return tuple(_delivery(row) for row in rows)

    def delivery(self, number: int) -> RoleDelivery:
        """One delivery as it stands now."""
        return _delivery(self._db.rows("SELECT * FROM delivery WHERE id = ?", (number,))[0])

    def advance(
        self,
        deliveries: Sequence[RoleDelivery],
        to: State,
        now: datetime,
        reply: str = "",
        next_at: datetime | None = None,
        tried: bool = False,
    ) -> None:
        """Advance several deliveries in one transaction.

        Raises ``IllegalTransition`` and then advances none.
        """
        numbers = [each.id for each in deliveries]
        with self._db.atomic():
            self._former.keep(now, numbers)
            advance_rows(self._db, "delivery", numbers, to, now, reply, next_at, tried)

    def in_state(self, *states: State) -> list[RoleDelivery]:
        """Every delivery in one of ``states``."""
        rows = self._db.rows(f"SELECT * FROM delivery WHERE state IN ({placeholders(len(states))})", states)
        return [_delivery(row) for row in rows]

    def newest_change(self) -> datetime | None:
        """When a delivery last changed its state; ``None`` where there is none."""
        at = self._db.value("SELECT max(changed) FROM delivery")
        return read_timestamp(at) if at else None

    def frozen(self, message: int) -> bytes | None:
        """The message's bytes, once they have been fixed."""
        raw = self._db.value("SELECT raw FROM message WHERE id = ?", (message,))
        return bytes(raw) if raw is not None else None

    def freeze(self, message: int, raw: bytes) -> None:
        """Fix the bytes at the first hand-over; every later attempt sends the same."""
        self._db.run(
            "UPDATE message SET raw = ?, sha256 = ? WHERE id = ? AND raw IS NULL",
            (raw, hashlib.sha256(raw).hexdigest(), message),
        )

    def waiting(self) -> dict[str, int]:
        """How many messages of each kind have somebody still to reach."""
        sql = (
            "SELECT kind, count(*) AS number FROM message WHERE id IN (SELECT message_id FROM delivery "
            f"WHERE state IN ({placeholders(len(WAITING))})) GROUP BY kind"
        )
        return {row["kind"]: row["number"] for row in self._db.rows(sql, sorted(WAITING))}

    def used_addresses(self, urn: str) -> frozenset[str]:
        """Addresses to which something about this school was accepted or handed out before."""
        rows = self._db.rows(
            "SELECT DISTINCT d.address FROM delivery d JOIN message m ON m.id = d.message_id "
            "WHERE m.urn = ? AND d.state IN (?, ?, ?)",
            (urn, State.ACCEPTED, State.CONFIRMED, State.HANDED_OUT),
        )
        return frozenset(row["address"] for row in rows)


def former_deliveries(db: EncryptedDatabase) -> FormerRows:
    """Deliveries as they stood before their state changed."""
    return FormerRows(db, "delivery", ("state", "changed", "reply"))


def _messages() -> str:
    """The query for messages, without their bytes; each kind has its part behind a column of its own."""
    columns = ", ".join(f"m.{kind.column}" for kind in KINDS.values())
    return (
        "SELECT m.id, m.uid, m.kind, m.identifier, m.subject, m.made, coalesce(m.urn, '') AS urn, m.school, "
        f"m.readers, {columns} FROM message m"
    )


def _delivery(row: Row) -> RoleDelivery:
    return RoleDelivery(
        id=row["id"],
        message_id=row["message_id"],
        role=Role(row["role"]),
        name=row["name"],
        address=row["address"],
        state=State(row["state"]),
        changed=read_timestamp(row["changed"]),
        attempts=row["attempts"],
        next_at=read_timestamp(row["next_at"]) if row["next_at"] else None,
        reply=row["reply"],
    )
