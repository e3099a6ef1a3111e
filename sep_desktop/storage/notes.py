"""The notes taken in visits. Nothing of a note is written over: what it says is its newest revision."""

from datetime import datetime

from sep_desktop.domain.agenda import Note, NoteKind, NoteRevision
from sep_desktop.storage.database import EncryptedDatabase, Row
from sep_desktop.storage.revisions import Sittings, keeps_most
from sep_desktop.storage.rows import new_uid, read_timestamp

_SELECT = (
    "SELECT n.id, n.item, n.uid, r.mark, r.text, r.saved, (SELECT begun FROM note_revision "
    "WHERE note_id = n.id ORDER BY id LIMIT 1) AS begun FROM note n JOIN note_revision r ON r.id = "
    "(SELECT max(id) FROM note_revision WHERE note_id = n.id) "
)


class Notes:
    """The ``note`` and ``note_revision`` tables."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db
        self._sittings = Sittings(db, "note_revision", ("note_id",))

    def get(self, number: int) -> Note | None:
        """A note by its number, also one without words; ``None`` where there is none."""
        row = self._db.row(_SELECT + "WHERE n.id = ?", (number,))
        return _note(row) if row else None

    def of_visit(self, visit: int) -> list[Note]:
        """The notes of a visit that have words, in the order in which they were begun."""
        rows = self._db.rows(_SELECT + "WHERE n.visit_id = ? AND r.text <> '' ORDER BY n.id", (visit,))
        return [_note(row) for row in rows]

    def emptied(self, visit: int) -> list[Note]:
        """The notes of a visit that have no words any more, with the last that they had."""
        rows = self._db.rows(
            "SELECT n.id, n.item, n.uid, r.mark, r.text, r.saved, NULL AS begun FROM note n "
            "JOIN note_revision r ON r.id = "
            "(SELECT max(id) FROM note_revision WHERE note_id = n.id AND text <> '') WHERE n.visit_id = ? "
            "AND (SELECT text FROM note_revision WHERE note_id = n.id ORDER BY id DESC LIMIT 1) = '' "
            "ORDER BY r.saved DESC",
            (visit,),
        )
        return [_note(row) for row in rows]

    def visits(self) -> list[int]:
        """The numbers of the visits that have notes."""
        rows = self._db.rows("SELECT DISTINCT visit_id FROM note ORDER BY visit_id")
        return [row["visit_id"] for row in rows]

    def add(self, visit: int, item: str, kind: NoteKind, text: str, now: datetime) -> int:
        """A new note with its first revision; its number."""
        number = self._db.insert("note", {"visit_id": visit, "item": item, "uid": new_uid()})
        self.begin(number, kind, text, now)
        return number

    def save(self, note: int, kind: NoteKind, text: str, now: datetime) -> None:
        """Write a note again.

        A new revision in a new sitting, and where it is emptied, gets other words, or becomes another kind.
        """
        last = self._sittings.newest({"note_id": note}, "mark", "text")
        is_same = last and last["mark"] == kind and bool(last["text"]) == bool(text)
        goes_on = last and is_same and keeps_most(last["text"], text)
        if not last or not goes_on or not self._sittings.carry_on(last, {"text": text}, now):
            self.begin(note, kind, text, now)

    def begin(self, note: int, kind: NoteKind, text: str, now: datetime) -> None:
        """Write a note as a revision of its own, whatever the sitting."""
        self._sittings.begin({"note_id": note}, {"mark": kind.value, "text": text}, now)

    def history(self, note: int) -> list[NoteRevision]:
        """How a note was, newest first."""
        return [
            NoteRevision(
                row["id"],
                NoteKind(row["mark"]),
                row["text"],
                read_timestamp(row["begun"]) if row["begun"] else None,
                read_timestamp(row["saved"]),
            )
            for row in self._sittings.history({"note_id": note})
        ]


def _note(row: Row) -> Note:
    return Note(
        id=row["id"],
        item=row["item"],
        kind=NoteKind(row["mark"]),
        text=row["text"],
        uid=row["uid"],
        begun=read_timestamp(row["begun"]) if row["begun"] else None,
        saved=read_timestamp(row["saved"]),
    )
