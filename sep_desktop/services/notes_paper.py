"""The notes of a visit as a paper of their own."""

from datetime import datetime

from sep_desktop.documents.notes_paper import NotesFacts, compose
from sep_desktop.documents.report_pdf import render
from sep_desktop.domain.agenda import NoteKind
from sep_desktop.domain.school import School
from sep_desktop.domain.wording import day
from sep_desktop.errors import UserError
from sep_desktop.services import visits
from sep_desktop.storage.store import Store


def paper(*, store: Store, visit: int, with_private: bool, now: datetime) -> bytes:
    """The notes as PDF; private ones only where they are asked for.

    Raises ``UserError`` for a visit that does not exist, or one without a note to print.
    """
    planned = visits.find(store=store, visit=visit)
    taken = store.notes.of_visit(visit)
    notes = [note for note in taken if with_private or note.kind is not NoteKind.PRIVATE]
    if not notes:
        hint = "Its notes are private; ask for these too to print them." if taken else ""
        raise UserError("This visit has no notes to print.", hint)
    facts = NotesFacts(
        visit=planned,
        school=store.schools.get(planned.urn) or School(planned.urn, planned.urn),
        agenda=store.visits.agenda(visit),
        notes=notes,
        sep=store.settings.text("me.name"),
        made=now,
    )
    return render(compose(facts)).data


def visits_with_notes(*, store: Store) -> list[str]:
    """Each visit with notes in a few words, its number first."""
    numbers = store.notes.visits()
    planned = [visits.find(store=store, visit=number) for number in numbers]
    names = store.schools.names([visit.urn for visit in planned])
    return [f"{visit.id} ({names[visit.urn]}, {day(visit.day)})" for visit in planned]
