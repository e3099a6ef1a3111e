"""How a section of a report or a note was, and going back to it."""

from collections.abc import Callable
from typing import assert_never

from PySide6.QtWidgets import QWidget

from sep_desktop.domain.agenda import NOTE_KIND_NAMES, Note, NoteKind, NoteRevision
from sep_desktop.domain.report import Revision, Section, SectionKind
from sep_desktop.domain.wording import day_and_time
from sep_desktop.services import reports, visits
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.history import HistoryDialog


def open_history(parent: QWidget, session: Session, report: reports.ReportView, key: str) -> None:
    """Show every text that a section had, newest first; the chosen one becomes the present text."""
    section = report.template.section(key)

    def go_back(revision: Revision) -> None:
        now = session.now()
        session.run(
            parent,
            lambda store: reports.go_back_to(store=store, report=report.id, revision=revision, now=now),
        )

    def show(revisions: list[Revision]) -> None:
        texts = [(day_and_time(revision.saved), revision.text) for revision in revisions]
        HistoryDialog(
            parent,
            f"History of {section.title}",
            texts,
            _is_prose(section),
            lambda at: go_back(revisions[at]),
        ).open()

    session.run(parent, lambda store: reports.revisions(store=store, report=report.id, key=key), show)


def open_note_history(
    parent: QWidget, session: Session, note: int, item: str, put: Callable[[NoteKind, str], None]
) -> None:
    """Show every text and kind that a note had, newest first; the chosen one is given to ``put``.

    ``item`` is the title of its place on the agenda.
    """

    def go_back(revision: NoteRevision) -> None:
        now = session.now()
        session.run(
            parent,
            lambda store: visits.go_back_to_note(store=store, note=note, revision=revision, now=now),
            lambda _: put(revision.kind, revision.text),
        )

    def show(revisions: list[NoteRevision]) -> None:
        texts = [(_saved_as(revision), revision.text or "(emptied)") for revision in revisions]
        title = f"History of this note, {item}"
        HistoryDialog(parent, title, texts, False, lambda at: go_back(revisions[at])).open()

    session.run(parent, lambda store: visits.note_revisions(store=store, note=note), show)


def open_emptied_notes(
    parent: QWidget, session: Session, visit: int, done: Callable[[], None], with_private: bool
) -> None:
    """Show the last words of every note that was emptied; the chosen one has them again."""

    def go_back(note: Note) -> None:
        now = session.now()
        session.run(
            parent,
            lambda store: visits.put_back_note(store=store, note=note.id, text=note.text, now=now),
            lambda _: done(),
        )

    def show(emptied: list[Note]) -> None:
        notes = [note for note in emptied if with_private or note.kind is not NoteKind.PRIVATE]
        if not notes:
            session.say("There is no history here: nothing was written, and no note was emptied.")
            return
        texts = [(_saved_as(note), note.text) for note in notes]
        dialog = HistoryDialog(
            parent, "Emptied notes", texts, False, lambda at: go_back(notes[at]), with_present=False
        )
        dialog.open()

    session.run(parent, lambda store: visits.emptied_notes(store=store, visit=visit), show)


def _saved_as(revision: NoteRevision | Note) -> str:
    """When a note was saved, and below it what kind it was."""
    return f"{day_and_time(revision.saved)}\n{NOTE_KIND_NAMES[revision.kind]}"


def _is_prose(section: Section) -> bool:
    match section.kind:
        case SectionKind.PROSE | SectionKind.CONTEXT:
            return True
        case (
            SectionKind.PROGRESS
            | SectionKind.SUPPORT
            | SectionKind.CATEGORY
            | SectionKind.ACTIONS
            | SectionKind.TIME
        ):
            return False
        case _:
            assert_never(section.kind)
