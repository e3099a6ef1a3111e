"""Who holds which role at a school, with its history."""

from datetime import datetime

from sep_desktop.domain.likeness import is_same_address
from sep_desktop.domain.people import Contact, Role, same_person
from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.rows import iso, new_uid, read_date, timestamp


class People:
    """The ``contact`` table."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db

    def contacts(self, urn: str) -> list[Contact]:
        """The school's people now, and the LA's."""
        return [
            _contact(row)
            for row in self._db.rows(
                "SELECT * FROM contact WHERE urn IN (?, '') AND ended IS NULL ORDER BY id", (urn,)
            )
        ]

    def holder(self, urn: str, role: Role) -> Contact | None:
        """Who holds a role; ``urn`` is empty for the LA's own. ``None`` where nobody is known."""
        row = self._held(urn, role)
        return _contact(row) if row else None

    def _held(self, urn: str, role: Role) -> Row | None:
        return self._db.row("SELECT * FROM contact WHERE urn = ? AND role = ? AND ended IS NULL", (urn, role))

    def restore_dates(self, contact: Contact) -> None:
        """Since when the holder of a role is known to hold it, and when that was last confirmed."""
        self._db.run(
            "UPDATE contact SET since = ?, confirmed = ? WHERE urn = ? AND role = ? AND ended IS NULL",
            (iso(contact.since), iso(contact.confirmed), contact.urn, contact.role),
        )

    def end(self, urn: str, role: Role, now: datetime) -> None:
        """Nobody holds the role any more; who did is kept as ended."""
        self._db.run(
            "UPDATE contact SET ended = ? WHERE urn = ? AND role = ? AND ended IS NULL",
            (timestamp(now), urn, role),
        )

    def put_contact(self, contact: Contact, now: datetime) -> bool:
        """Make ``contact`` the holder of its role; the one before is kept as ended.

        Whether it is another name or address. A contact with a ``uid`` keeps it: who comes back is the same.
        """
        old = self._held(contact.urn, contact.role)
        if old and (old["name"], old["email"]) == (contact.name, contact.email):
            self._db.update(
                "contact",
                old["id"],
                {
                    "since": iso(contact.since) or old["since"],
                    "confirmed": iso(contact.confirmed) or old["confirmed"],
                },
            )
            return False
        if old:
            self._db.run("UPDATE contact SET ended = ? WHERE id = ?", (timestamp(now), old["id"]))
        # By the name: an address may be the post's.
        known = old["uid"] if old and same_person(old["name"], contact.name) else ""
        uid = contact.uid or known or new_uid()
        self._db.insert(
            "contact",
            {
                "urn": contact.urn,
                "role": contact.role,
                "name": contact.name,
                "email": contact.email,
                "since": iso(contact.since),
                "confirmed": iso(contact.confirmed),
                "uid": uid,
                "recorded": timestamp(now),
                "ended": None,
            },
        )
        return True

    def taken_over(self, urn: str, role: Role, address: str, since: datetime) -> Contact | None:
        """Who holds a role at another address and was recorded after ``since``; ``None`` where nobody is."""
        of = "" if role == Role.HEAD_OF_SUPPORT else urn
        row = self._db.row(
            "SELECT * FROM contact WHERE urn = ? AND role = ? AND ended IS NULL AND recorded > ?",
            (of, role, timestamp(since)),
        )
        return _contact(row) if row and not is_same_address(row["email"], address) else None


def _contact(row: Row) -> Contact:
    return Contact(
        Role(row["role"]),
        row["name"],
        row["email"],
        row["urn"],
        read_date(row["since"]),
        read_date(row["confirmed"]),
        row["uid"],
    )
