"""Messages and their deliveries. A state changes only by ``domain.outbox.advance``."""

import hashlib
from collections.abc import Sequence
from datetime import datetime

from sep_desktop.domain.distribution import Recipient
from sep_desktop.domain.outbox import WAITING, Message, ReportDelivery, State
from sep_desktop.domain.people import Role
from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.rows import new_uid, placeholders, read_timestamp, timestamp
from sep_desktop.storage.transitions import advance_rows

_MESSAGES = (
    "SELECT m.id, m.uid, m.version_id, m.identifier, m.subject, m.made, s.urn, s.name AS school, "
    "v.id AS visit_id, r.id AS report_id, rv.number, rv.completed, "
    "(SELECT max(number) FROM report_version WHERE report_id = r.id) AS newest "
    "FROM message m JOIN report_version rv ON rv.id = m.version_id "
    "JOIN report r ON r.id = rv.report_id JOIN visit v ON v.id = r.visit_id JOIN school s ON s.urn = v.urn"
)


class Outbox:
    """The ``message`` and ``delivery`` tables."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db

    def add(
        self, version: int, identifier: str, subject: str, recipients: Sequence[Recipient], now: datetime
    ) -> int:
        """Queue one message to its recipients; its number. Runs inside the caller's transaction."""
        at = timestamp(now)
        message = self._db.insert(
            "message",
            {
                "version_id": version,
                "identifier": identifier,
                "subject": subject,
                "uid": new_uid(),
                "made": at,
            },
        )
        self._db.run_many(
            "INSERT INTO delivery (message_id, role, name, address, state, changed) VALUES (?, ?, ?, ?, "
            "?, ?)",
            [(message, each.role, each.name, each.address, State.QUEUED.value, at) for each in recipients],
        )
        return message

    def readdress(self, message: Message, refused: ReportDelivery, address: str, now: datetime) -> int:
        """Queue a new message of the same version for one person at another address; its number."""
        identifier = message.identifier.replace("<", f"<{refused.id}-{int(now.timestamp())}.", 1)
        recipient = Recipient(refused.role, refused.name, address)
        return self.add(message.version_id, identifier, message.subject, [recipient], now)

    def messages(self, states: frozenset[State] = frozenset(State), urn: str = "") -> list[Message]:
        """Messages with a delivery in one of ``states``, oldest completed report first.

        Of one school or of all.
        """
        where = (
            f"WHERE m.id IN (SELECT message_id FROM delivery WHERE state IN ({placeholders(len(states))})) "
            "AND (? = '' OR s.urn = ?)"
        )
        rows = self._db.rows(f"{_MESSAGES} {where} ORDER BY rv.completed, m.id", [*sorted(states), urn, urn])
        return [_message(row, self.deliveries(row["id"])) for row in rows]

    def numbers(self, states: frozenset[State]) -> list[int]:
        """The numbers of messages with a delivery in one of ``states``, oldest completed report first."""
        sql = (
            "SELECT m.id FROM message m JOIN report_version rv ON rv.id = m.version_id WHERE m.id IN "
            f"(SELECT message_id FROM delivery WHERE state IN ({placeholders(len(states))})) "
            "ORDER BY rv.completed, m.id"
        )
        return [row["id"] for row in self._db.rows(sql, sorted(states))]

    def message(self, number: int) -> Message:
        """One message as it stands now."""
        row = self._db.rows(f"{_MESSAGES} WHERE m.id = ?", (number,))[0]
        return _message(row, self.deliveries(number))

    def deliveries(self, message: int) -> tuple[ReportDelivery, ...]:
        """The deliveries of a message, in the order in which its recipients were named."""
        rows = self._db.rows("SELECT * FROM delivery WHERE message_id = ? ORDER BY id", (message,))
        return tuple(_delivery(row) for row in rows)

    def delivery(self, number: int) -> ReportDelivery:
        """One delivery as it stands now."""
        return _delivery(self._db.rows("SELECT * FROM delivery WHERE id = ?", (number,))[0])

    def advance(
        self,
        deliveries: Sequence[ReportDelivery],
        to: State,
        now: datetime,
        reply: str = "",
        next_at: datetime | None = None,
        tried: bool = False,
    ) -> None:
        """Advance several deliveries in one transaction.

        Raises ``IllegalTransition`` and then advances none.
        """
        advance_rows(self._db, "delivery", [each.id for each in deliveries], to, now, reply, next_at, tried)

    def in_state(self, *states: State) -> list[ReportDelivery]:
        """Every delivery in one of ``states``."""
        rows = self._db.rows(f"SELECT * FROM delivery WHERE state IN ({placeholders(len(states))})", states)
        return [_delivery(row) for row in rows]

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

    def waiting(self) -> int:
        """How many messages have somebody still to reach."""
        sql = f"SELECT count(DISTINCT message_id) FROM delivery WHERE state IN ({placeholders(len(WAITING))})"
        return int(self._db.value(sql, sorted(WAITING)))

    def used_addresses(self, urn: str) -> frozenset[str]:
        """Addresses to which something about this school was accepted or handed out before."""
        rows = self._db.rows(
            "SELECT DISTINCT d.address FROM delivery d JOIN message m ON m.id = d.message_id "
            "JOIN report_version rv ON rv.id = m.version_id JOIN report r ON r.id = rv.report_id "
            "JOIN visit v ON v.id = r.visit_id WHERE v.urn = ? AND d.state IN (?, ?, ?)",
            (urn, State.ACCEPTED, State.CONFIRMED, State.HANDED_OUT),
        )
        return frozenset(row["address"] for row in rows)


def _delivery(row: Row) -> ReportDelivery:
    return ReportDelivery(
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


def _message(row: Row, deliveries: tuple[ReportDelivery, ...]) -> Message:
    moments = {"made": read_timestamp(row["made"]), "completed": read_timestamp(row["completed"])}
    return Message(**{**row, **moments}, deliveries=deliveries)
