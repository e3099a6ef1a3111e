"""Templates of agendas and reports (7.3, 7.6)."""

from sep_desktop.domain.agenda import AgendaItem, AgendaTemplate
from sep_desktop.domain.report import ReportTemplate, Section, SectionKind
from sep_desktop.domain.wording import listed
from sep_desktop.imports.policies.table import Table
from sep_desktop.imports.policies.words import ORDER, by_field

_TWICE = "This key is here twice. Give each its own."
REQUIRED_SECTIONS = {
    "context": SectionKind.CONTEXT,
    "performance": SectionKind.PROSE,
    "strengths": SectionKind.PROSE,
    "areas": SectionKind.PROSE,
    "progress": SectionKind.PROGRESS,
    "support": SectionKind.SUPPORT,
    "actions": SectionKind.ACTIONS,
    "time": SectionKind.TIME,
}
"""What a report covers (7.3), and what the next visit, the notes and the time log look for."""


def read_agenda(table: Table) -> AgendaTemplate:
    """The items of an agenda, and what the school is asked for before."""
    items = tuple(
        AgendaItem(
            row.text("key"),
            row.text("title"),
            row.text("guidance", ""),
            row.text("section", ""),
            row.text("clause", ""),
        )
        for row in table.tables("items")
    )
    table.assert_each_once("items", [each.key for each in items], _TWICE)
    return AgendaTemplate(table.text("id", ""), table.whole("version", 1), items, table.texts("information"))


def read_report(table: Table) -> ReportTemplate:
    """The sections of a report; those that the work stands on are required."""
    sections = tuple(
        Section(
            row.text("key"),
            row.text("title"),
            row.choice("kind", SectionKind, SectionKind.PROSE),
            row.flag("required", True),
            row.text("guidance", ""),
            row.text("clause", ""),
        )
        for row in table.tables("sections")
    )
    table.assert_each_once("sections", [each.key for each in sections], _TWICE)
    kinds = {each.key: each.kind for each in sections}
    for key, kind in REQUIRED_SECTIONS.items():
        if key not in kinds:
            table.wrong("sections", f"The section is missing. Add one with this key, of kind “{kind}”.", key)
        elif kinds[key] is not kind:
            table.wrong("sections", f"The section has to be of kind “{kind}”, not “{kinds[key]}”.", key)
    _assert_one_of_a_kind(table, sections)
    return ReportTemplate(table.text("id", ""), table.whole("version", 1), table.text("title"), sections)


def _assert_one_of_a_kind(table: Table, sections: tuple[Section, ...]) -> None:
    """The sections that hold values are looked for by their kind."""
    for kind in (SectionKind.PROGRESS, SectionKind.CATEGORY, SectionKind.TIME):
        keys = [each.key for each in sections if each.kind is kind]
        if len(keys) > 1:
            table.wrong("sections", f"There is one section of kind “{kind}”. Keep one of them.", keys[1])


def agenda_in_words(template: AgendaTemplate) -> dict[str, str]:
    """Each item and each paper asked for, as it reads beside another version."""
    words = {f"Asked for: {each}": "before the visit" for each in template.information}
    for item in template.items:
        words |= by_field(f"Item “{item.key}”", item)
    return words | {ORDER: listed([each.key for each in template.items])}


def report_in_words(template: ReportTemplate) -> dict[str, str]:
    """Each section by its key, as it reads beside another version."""
    words = {"Title": template.title}
    for section in template.sections:
        words |= by_field(f"Section “{section.key}”", section)
    return words | {ORDER: listed([each.key for each in template.sections])}
