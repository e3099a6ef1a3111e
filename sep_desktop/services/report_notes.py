"""Notes of a meeting into the sections of its report, as points to write from."""

from collections.abc import Callable, Mapping
from datetime import datetime

from sep_desktop.documents.markdown import blocks_of
from sep_desktop.domain.agenda import Note, NoteKind
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.prose import Block, BlockKind, Run, to_markdown
from sep_desktop.domain.report import Action, ReportTemplate, SectionKind, SupportNeed, rows, store_rows
from sep_desktop.services.reports import open_report
from sep_desktop.storage.store import Store

_NOTE_SECTIONS = {
    NoteKind.NOTE: "",
    NoteKind.STRENGTH: "strengths",
    NoteKind.AREA: "areas",
    NoteKind.EVIDENCE: "performance",
    NoteKind.ACTION: "actions",
    NoteKind.SUPPORT: "support",
    NoteKind.PRIVATE: "",
}
"""The section to which a note of each kind goes; empty for the section of its agenda item."""

_ELSEWHERE = "context"
"""Where a note goes whose own section the template does not have, or keeps in values."""


def notes_into_sections(*, store: Store, visit: int, now: datetime) -> Changes:
    """Add the notes to the sections where they belong, as points to write from.

    Private notes stay private. Raises ``UserError`` for a visit that does not exist.
    """
    report = open_report(store=store, visit=visit, now=now)
    items = {item.key: item.section for item in store.visits.agenda(visit)}
    added: dict[str, list[Note]] = {}
    for note in store.notes.of_visit(visit):
        if note.kind is not NoteKind.PRIVATE and note.text.strip():
            added.setdefault(_section_for(note, items, report.template), []).append(note)
    with store.atomic():
        for key, notes in added.items():
            text = _with_notes(report.template, key, report.content.get(key, ""), notes)
            if text != report.content.get(key, ""):
                store.reports.sections.begin(report.id, key, text, now)
    return Changes.REPORTS


def _section_for(note: Note, items: Mapping[str, str], template: ReportTemplate) -> str:
    """The key of the section to which a note goes; ``items`` are the sections of the agenda's items."""
    wanted = _NOTE_SECTIONS[note.kind] or items.get(note.item, "")
    keys = {section.key for section in template.sections if _ADD_POINTS[section.kind]}
    return wanted if wanted in keys else _ELSEWHERE


def _with_actions(text: str, points: list[str]) -> str:
    actions = rows(Action, text)
    known = {action.what for action in actions}
    return store_rows([*actions, *(Action(what=point) for point in points if point not in known)])


def _with_needs(text: str, points: list[str]) -> str:
    needs = rows(SupportNeed, text)
    known = {need.need for need in needs}
    return store_rows([*needs, *(SupportNeed(need=point) for point in points if point not in known)])


def _with_bullets(text: str, points: list[str]) -> str:
    blocks = blocks_of(text)
    known = {block.text for block in blocks}
    bullets = [Block(BlockKind.BULLET, (Run(point),)) for point in points if point not in known]
    return to_markdown([*blocks, *bullets])


_ADD_POINTS: Mapping[SectionKind, Callable[[str, list[str]], str] | None] = {
    SectionKind.PROSE: _with_bullets,
    SectionKind.CONTEXT: _with_bullets,
    SectionKind.ACTIONS: _with_actions,
    SectionKind.SUPPORT: _with_needs,
    SectionKind.PROGRESS: None,
    SectionKind.CATEGORY: None,
    SectionKind.TIME: None,
}
"""How a section of each kind takes points from notes at its end; none where it keeps values."""


def _with_notes(template: ReportTemplate, key: str, text: str, notes: list[Note]) -> str:
    """The text of a section with the notes that it does not have yet at its end."""
    add = _ADD_POINTS[template.section(key).kind]
    return add(text, [" ".join(note.text.split()) for note in notes]) if add else text
