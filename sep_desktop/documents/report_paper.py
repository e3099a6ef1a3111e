"""Compose the paper of a visit report from its sections and circumstances."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime

from sep_desktop.documents.markdown import blocks_of
from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.category import Category
from sep_desktop.domain.distribution import Recipient
from sep_desktop.domain.paper import Grid, Paper, PaperSection, Prose
from sep_desktop.domain.prose import Block, BlockKind, Run, paragraph
from sep_desktop.domain.report import (
    Action,
    Progress,
    ReportTemplate,
    Section,
    SectionKind,
    SupportNeed,
    by_when,
    category_of,
    rows,
    time_of,
)
from sep_desktop.domain.school import School
from sep_desktop.domain.visit import KIND_NAMES, Visit
from sep_desktop.domain.wording import day, day_and_time, in_letters, listed

Part = Prose | Grid


@dataclass(frozen=True)
class Replaces:
    """What a correction stands in the place of, and why."""

    number: int
    completed: datetime
    reason: str = field(repr=False)


@dataclass(frozen=True)
class ReportFacts:
    """Everything a report's paper is made of. ``number`` 0 is a draft."""

    template: ReportTemplate
    content: Mapping[str, str] = field(repr=False)
    school: School
    visit: Visit
    sep: str
    recipients: tuple[Recipient, ...]
    number: int
    made: datetime
    categories: tuple[Category, ...]
    sources: Mapping[str, str]
    replaces: Replaces | None = None


def _confidentiality(people: int) -> str:
    """The line at the foot of every page; a draft whose readers are not known yet counts nobody."""
    who = {0: "people", 1: "one person"}.get(people, f"{in_letters(people)} people")
    return f"Confidential to the {who} on the distribution list"


def compose(facts: ReportFacts) -> Paper:
    """The paper. Sections without a word in them are left out."""
    state = f"version {facts.number}" if facts.number else "draft"
    visit = KIND_NAMES[facts.visit.kind].lower()
    sections = [part for section in facts.template.sections for part in _section(section, facts)]
    return Paper(
        title=facts.template.title,
        subtitle=facts.school.name,
        facts=tuple(_cover(facts)),
        notices=tuple(_notices(facts)),
        sections=(*sections, *_distribution(facts)),
        running_title=f"{facts.school.name} – {visit}, {day(facts.visit.day)} – {state}",
        confidentiality=_confidentiality(len(facts.recipients)),
        author=facts.sep or "Self Evaluation Partner",
        made=facts.made,
    )


def _cover(facts: ReportFacts) -> Iterator[tuple[str, str]]:
    school, visit = facts.school, facts.visit
    yield "School", school.name
    yield "URN and LAESTAB", f"{school.urn}, {school.laestab}" if school.laestab else school.urn
    if school.phase:
        yield "Phase and type", ", ".join(filter(None, (school.phase, school.kind)))
    yield "Visit", f"{KIND_NAMES[visit.kind]}, academic year {AcademicYear(visit.year)}"
    yield "Date and time", f"{day(visit.held_on or visit.day)}, {visit.hours}"
    yield "Place", "Held remotely" if visit.remote else visit.place or school.name
    if visit.attending:
        yield "Present", visit.attending
    yield "Self Evaluation Partner", facts.sep
    yield (
        "Version",
        f"{facts.number}, completed {day_and_time(facts.made)}" if facts.number else "Draft, not completed",
    )


def _notices(facts: ReportFacts) -> Iterator[str]:
    if facts.replaces:
        old = facts.replaces
        yield (
            f"This version replaces version {old.number}, completed {day_and_time(old.completed)}. "
            f"Reason: {old.reason}"
        )
    if not facts.number:
        yield "This is a draft. It has not been sent to anybody."


def _section(section: Section, facts: ReportFacts) -> Iterator[PaperSection]:
    parts = tuple(_PARTS[section.kind](facts.content.get(section.key, ""), facts))
    if parts:
        yield PaperSection(section.title, parts)


def _prose(text: str, facts: ReportFacts) -> Iterator[Part]:  # noqa: ARG001 -- one signature for all kinds
    if text.strip():
        yield Prose(blocks_of(text))


def _progress(text: str, facts: ReportFacts) -> Iterator[Part]:  # noqa: ARG001
    areas = tuple((row.area, row.judgement, row.evidence) for row in rows(Progress, text))
    if areas:
        headers = ("Area or action", "How it stands", "Evidence")
        yield Grid(headers, areas, (0.42, 0.18, 0.4), "Progress on earlier areas")


def _support(text: str, facts: ReportFacts) -> Iterator[Part]:
    needs = tuple(
        (row.need, facts.sources.get(row.source, row.source), row.detail) for row in rows(SupportNeed, text)
    )
    if needs:
        headers = ("Need", "Where from", "Detail")
        yield Grid(headers, needs, (0.36, 0.34, 0.3), "Support needed and its sources")


def _actions(text: str, facts: ReportFacts) -> Iterator[Part]:  # noqa: ARG001
    actions = tuple((row.what, row.who, by_when(row.by)) for row in rows(Action, text))
    if actions:
        headers = ("What", "Who", "By when")
        yield Grid(headers, actions, (0.56, 0.24, 0.2), "Agreed actions, who carries them out and by when")


def _category(text: str, facts: ReportFacts) -> Iterator[Part]:
    proposal = category_of(text)
    category = next((each for each in facts.categories if each.number == proposal.category), None)
    if category is None:
        return
    ticked = [factor.text for factor in category.factors if factor.key in proposal.factors]
    yield Prose(
        (
            Block(BlockKind.PARAGRAPH, (Run(f"Category {category.number}: {category.short}.", bold=True),)),
            *(Block(BlockKind.BULLET, (Run(factor),)) for factor in ticked),
            paragraph(f"What follows: {category.follows}"),
            *(blocks_of(proposal.comment) if proposal.comment.strip() else ()),
            paragraph("This is the Self Evaluation Partner's proposal; the local authority decides."),
        )
    )


def _time(text: str, facts: ReportFacts) -> Iterator[Part]:  # noqa: ARG001
    spent = time_of(text)
    named = (
        ("preparing", spent.preparation),
        ("at the school", spent.on_site),
        ("writing", spent.writing),
        ("on other agreed work", spent.other),
    )
    parts = [f"{hours:g} {'hour' if hours == 1 else 'hours'} {what}" for what, hours in named if hours]
    if parts:
        yield Prose((paragraph(f"{listed(parts)}: {spent.total:g} hours in all."),))


_PARTS: Mapping[SectionKind, Callable[[str, ReportFacts], Iterator[Part]]] = {
    SectionKind.PROSE: _prose,
    SectionKind.CONTEXT: _prose,
    SectionKind.PROGRESS: _progress,
    SectionKind.SUPPORT: _support,
    SectionKind.CATEGORY: _category,
    SectionKind.ACTIONS: _actions,
    SectionKind.TIME: _time,
}


def _distribution(facts: ReportFacts) -> Iterator[PaperSection]:
    if facts.recipients:
        names = tuple((recipient.role_name, recipient.name) for recipient in facts.recipients)
        grid = Grid(("Role", "Name"), names, (0.5, 0.5), "Who receives this report")
        yield PaperSection("Distribution list", (grid,))
