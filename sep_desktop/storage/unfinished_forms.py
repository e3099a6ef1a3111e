"""What was typed into a form that was not sent off: the words of an open dialog over a lock."""

import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import TYPE_CHECKING

from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.rows import timestamp

if TYPE_CHECKING:
    from sqlite_utils import Database


def begin(db: "Database") -> None:
    """A row for each form that has words waiting in it."""
    db.execute(
        "CREATE TABLE unfinished_form (form TEXT NOT NULL, subject TEXT NOT NULL, fields TEXT NOT NULL, "
        "saved TEXT NOT NULL, PRIMARY KEY (form, subject)) WITHOUT ROWID"
    )


@dataclass(frozen=True)
class FormName:
    """Which form, and of what: the dialog's kind and title, and the address of the page it belongs to."""

    form: str
    subject: str


@dataclass(frozen=True)
class UnfinishedForm:
    """Its words by the places of their fields; never a password."""

    name: FormName
    fields: dict[str, str] = field(repr=False)

    def as_text(self) -> str:
        """The fields as they are stored."""
        return json.dumps(self.fields, ensure_ascii=False)


class UnfinishedForms:
    """The ``unfinished_form`` table, which both stores have."""

    def __init__(self, db: EncryptedDatabase) -> None:
        self._db = db

    def put(self, name: FormName, fields: str, now: datetime) -> None:
        """Keep the words of a form, as ``UnfinishedForm.as_text`` gives them, in place of its former ones."""
        sql = "INSERT OR REPLACE INTO unfinished_form (form, subject, fields, saved) VALUES (?, ?, ?, ?)"
        self._db.run(sql, (name.form, name.subject, fields, timestamp(now)))

    def forget(self, name: FormName) -> None:
        """It was sent off, or given up."""
        sql = "DELETE FROM unfinished_form WHERE form = ? AND subject = ?"
        self._db.run(sql, (name.form, name.subject))

    def all(self) -> list[UnfinishedForm]:
        """Every form that has words waiting."""
        return [
            UnfinishedForm(FormName(row["form"], row["subject"]), json.loads(row["fields"]))
            for row in self._db.rows("SELECT form, subject, fields FROM unfinished_form")
        ]
