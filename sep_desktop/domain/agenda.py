"""Agendas and the notes taken against them."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum


class NoteKind(StrEnum):
    """What a note is. The mark decides where it goes when the report is written."""

    NOTE = "note"
    STRENGTH = "strength"
    AREA = "area"
    EVIDENCE = "evidence"
    ACTION = "action"
    SUPPORT = "support"
    PRIVATE = "private"


NOTE_KIND_NAMES = {
    NoteKind.NOTE: "Note",
    NoteKind.STRENGTH: "Strength",
    NoteKind.AREA: "Area for improvement",
    NoteKind.EVIDENCE: "Evidence",
    NoteKind.ACTION: "Action",
    NoteKind.SUPPORT: "Support needed",
    NoteKind.PRIVATE: "Private",
}


@dataclass(frozen=True)
class AgendaItem:
    """One item. ``section`` is where plain notes on it go in the report."""

    key: str
    title: str
    guidance: str = ""
    section: str = ""
    clause: str = ""


@dataclass(frozen=True)
class AgendaTemplate:
    """The agenda of one kind of visit, as its policy has it."""

    id: str
    version: int
    items: tuple[AgendaItem, ...]
    information: tuple[str, ...] = ()


@dataclass(frozen=True)
class Note:
    """Something written down in the meeting. ``uid`` is its identity on every computer (RFC 9562).

    ``begun`` is when it was first written, ``None`` where that is not known; ``saved`` when it was last
    changed.
    """

    id: int
    item: str
    kind: NoteKind
    text: str = field(repr=False)
    saved: datetime
    begun: datetime | None = None
    uid: str = ""


@dataclass(frozen=True)
class NoteRevision:
    """A note as it was in one sitting; ``begun`` is ``None`` where it is not known when that began."""

    id: int
    kind: NoteKind
    text: str = field(repr=False)
    begun: datetime | None
    saved: datetime


OTHER_NOTES = "Other notes"
"""What notes stand under whose agenda item has been removed."""


def by_item(agenda: Sequence[AgendaItem], notes: Sequence[Note]) -> list[tuple[AgendaItem, list[Note]]]:
    """Each item with its notes; last, where there are any, those whose item has been removed."""
    groups = [(item, [note for note in notes if note.item == item.key]) for item in agenda]
    known = {item.key for item in agenda}
    loose = [note for note in notes if note.item not in known]
    return [*groups, (AgendaItem("", OTHER_NOTES), loose)] if loose else groups
