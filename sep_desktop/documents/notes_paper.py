"""Compose the paper of a visit's notes: what was written down, what kind it is, and when."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.agenda import NOTE_KIND_NAMES, AgendaItem, Note, NoteKind, by_item
from sep_desktop.domain.paper import Paper, PaperSection, Prose
from sep_desktop.domain.prose import Block, BlockKind, Run
from sep_desktop.domain.school import School
from sep_desktop.domain.visit import KIND_NAMES, Visit
from sep_desktop.domain.wording import day, day_and_time

_OWN = "These are the Self Evaluation Partner's own notes, as they were taken. They are not a report."
_PRIVATE = "Private notes are among them, each marked as private. They are meant for nobody else."


@dataclass(frozen=True)
class NotesFacts:
    """Everything the paper is made of; ``notes`` are those that are to stand on it."""

    visit: Visit
    school: School
    agenda: Sequence[AgendaItem]
    notes: Sequence[Note]
    sep: str
    made: datetime

    @property
    def has_private(self) -> bool:
        """Whether any of the notes is private."""
        return any(note.kind is NoteKind.PRIVATE for note in self.notes)


def compose(facts: NotesFacts) -> Paper:
    """The paper: agenda item by item. Items without a note are left out."""
    visit = KIND_NAMES[facts.visit.kind].lower()
    groups = by_item(facts.agenda, facts.notes)
    return Paper(
        title=f"Notes of the {visit}",
        subtitle=facts.school.name,
        facts=tuple(_cover(facts)),
        notices=(_OWN, _PRIVATE) if facts.has_private else (_OWN,),
        sections=tuple(_section(item, notes, facts) for item, notes in groups if notes),
        running_title=f"{facts.school.name} – notes of the {visit}, {day(facts.visit.day)}",
        confidentiality="Own notes, private ones among them"
        if facts.has_private
        else "Own notes, not a report",
        author=facts.sep or "Self Evaluation Partner",
        made=facts.made,
    )


def _cover(facts: NotesFacts) -> Iterator[tuple[str, str]]:
    school, visit = facts.school, facts.visit
    yield "School", school.name
    yield "URN and LAESTAB", f"{school.urn}, {school.laestab}" if school.laestab else school.urn
    yield "Visit", f"{KIND_NAMES[visit.kind]}, academic year {AcademicYear(visit.year)}"
    yield "Date and time", f"{day(_day_of(visit))}, {visit.hours}"
    if visit.attending:
        yield "Present", visit.attending
    yield "Self Evaluation Partner", facts.sep
    yield "Printed", day_and_time(facts.made)


def _day_of(visit: Visit) -> date:
    return visit.held_on or visit.day


def _section(item: AgendaItem, notes: Sequence[Note], facts: NotesFacts) -> PaperSection:
    blocks = tuple(_note(note, _day_of(facts.visit)) for note in notes)
    return PaperSection(item.title, (Prose(blocks),))


def _note(note: Note, visited: date) -> Block:
    """The kind and the times on a line, the words below."""
    begun = f"first written {_moment(note.begun, visited)}" if note.begun else "first written: not known"
    times = f" · {begun} · last changed {_moment(note.saved, visited)}\n"
    kind = Run(NOTE_KIND_NAMES[note.kind], bold=True)
    return Block(BlockKind.PARAGRAPH, (kind, Run(times, italic=True), Run(note.text.strip())))


def _moment(at: datetime, visited: date) -> str:
    """The time alone on the day of the visit, in the zone of the computer; with its day on another."""
    local = at.astimezone()
    return f"{local:%H:%M}" if local.date() == visited else day_and_time(at)
