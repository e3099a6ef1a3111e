"""The editor of each kind of section."""

from typing import assert_never

from sep_desktop.domain.report import PROGRESS_WORDS, Action, Progress, Section, SectionKind, SupportNeed
from sep_desktop.services.policies import Policies
from sep_desktop.ui.kit.prose_editor import ProseEditor
from sep_desktop.ui.visit.rows_editor import Cell, RowsEditor
from sep_desktop.ui.visit.value_editors import CategoryEditor, TimeEditor

Editor = (
    ProseEditor
    | RowsEditor[Action]
    | RowsEditor[SupportNeed]
    | RowsEditor[Progress]
    | CategoryEditor
    | TimeEditor
)
"""A widget that edits one section.

All have ``set_text`` and ``text`` (as it is stored), ``word_count``, and tell ``edited`` at each
change and ``left`` when the cursor goes elsewhere.
"""


def editor_for(section: Section, policies: Policies) -> Editor:
    """The editor that fits a section, with the choices that the report was begun with."""
    match section.kind:
        case SectionKind.PROSE | SectionKind.CONTEXT:
            return ProseEditor(section.title)
        case SectionKind.ACTIONS:
            return RowsEditor(section.title, Action, _ACTION_CELLS, "Add an action")
        case SectionKind.SUPPORT:
            return RowsEditor(section.title, SupportNeed, _support_cells(policies), "Add a need")
        case SectionKind.PROGRESS:
            return RowsEditor(section.title, Progress, _PROGRESS_CELLS, "Add an area")
        case SectionKind.CATEGORY:
            return CategoryEditor(policies.categories)
        case SectionKind.TIME:
            return TimeEditor()
        case _:
            assert_never(section.kind)


_ACTION_CELLS = (
    Cell("What", "What is to be done", 4),
    Cell("Who", "Who", 2),
    Cell("By when", "31 Mar 2027, or before Easter", 2),
)
_PROGRESS_CELLS = (
    Cell("Area or action", "What the last report named", 3),
    Cell("How it stands", "", 2, tuple((word, word.capitalize()) for word in PROGRESS_WORDS)),
    Cell("Evidence", "", 3),
)


def _support_cells(policies: Policies) -> tuple[Cell, ...]:
    sources = tuple((source.key, source.name) for source in policies.support_sources)
    return (
        Cell("Need", "What is needed", 3),
        Cell("Where from", "", 3, sources, below=True),
        Cell("Detail", "", 2),
    )
