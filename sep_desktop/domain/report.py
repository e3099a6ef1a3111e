"""Reports: sections, what is still missing, and the values of the sections that are not prose.

Clauses 7.3, 7.6 and 8.5 of the seed say what a report covers; the template file lists the sections.
"""

import json
from collections.abc import Callable, Mapping, Sequence
from dataclasses import asdict, dataclass, field, fields
from datetime import date, datetime
from enum import StrEnum
from typing import Any, TypeVar

from sep_desktop.domain.wording import clean, day


class ReportPdf(bytes):
    """The paper of a visit report.

    What a message with a report carries, and the only thing it can carry.
    """


class SectionKind(StrEnum):
    PROSE = "prose"
    CONTEXT = "context"
    PROGRESS = "progress"
    SUPPORT = "support"
    CATEGORY = "category"
    ACTIONS = "actions"
    TIME = "time"


@dataclass(frozen=True)
class Section:
    """One section of a template. ``guidance`` is shown while it is empty; ``clause`` is its source."""

    key: str
    title: str
    kind: SectionKind = SectionKind.PROSE
    required: bool = True
    guidance: str = ""
    clause: str = ""


@dataclass(frozen=True)
class ReportTemplate:
    """The sections of one kind of visit, as its policy has them."""

    id: str
    version: int
    title: str
    sections: tuple[Section, ...]

    def section(self, key: str) -> Section:
        """The section with ``key``. Raises ``StopIteration`` where there is none."""
        return next(each for each in self.sections if each.key == key)


@dataclass(frozen=True)
class Action:
    """What was agreed: what, who, by when (ISO date, or words such as "half-term")."""

    what: str = field(default="", repr=False)
    who: str = field(default="", repr=False)
    by: str = ""


@dataclass(frozen=True)
class SupportNeed:
    """A need, and where support for it may be commissioned (8.5)."""

    need: str = field(default="", repr=False)
    source: str = ""
    detail: str = field(default="", repr=False)


@dataclass(frozen=True)
class Progress:
    """An area or action of the last report, and how it stands."""

    area: str = field(default="", repr=False)
    judgement: str = field(default="", repr=False)
    evidence: str = field(default="", repr=False)


PROGRESS_WORDS = ("done", "partly done", "not yet", "no longer needed")


@dataclass(frozen=True)
class CategoryProposal:
    """The category an SEP proposes (1–4; 0 is none yet), and the keys of the factors met."""

    category: int = 0
    factors: tuple[str, ...] = ()
    comment: str = field(default="", repr=False)


@dataclass(frozen=True)
class TimeSpent:
    """Hours given to this visit, by purpose."""

    preparation: float = 0.0
    on_site: float = 0.0
    writing: float = 0.0
    other: float = 0.0

    @property
    def total(self) -> float:
        """Hours for every purpose."""
        return self.preparation + self.on_site + self.writing + self.other


@dataclass(frozen=True)
class Revision:
    """A section as it was. ``saved`` is when these words were last written."""

    id: int
    key: str
    text: str = field(repr=False)
    saved: datetime


@dataclass(frozen=True)
class Gap:
    """Something a section still lacks, as a sentence."""

    key: str
    sentence: str


Row = TypeVar("Row", Action, SupportNeed, Progress)


def rows(kind: type[Row], text: str) -> tuple[Row, ...]:
    """The rows of a table section from its stored text. Unknown keys of a later version are left out."""
    return tuple(kind(**_known(kind, each)) for each in json.loads(text or "[]"))


def store_rows(values: Sequence[Row]) -> str:
    """The stored text of ``values``; wholly empty rows are dropped."""
    kept = [{key: clean(text) for key, text in asdict(value).items()} for value in values]
    return json.dumps([row for row in kept if any(text.strip() for text in row.values())], ensure_ascii=False)


def category_of(text: str) -> CategoryProposal:
    """The proposal from its stored text."""
    values = _known(CategoryProposal, json.loads(text or "{}"))
    return CategoryProposal(**{**values, "factors": tuple(values.get("factors", ()))})


def time_of(text: str) -> TimeSpent:
    """The hours from their stored text."""
    return TimeSpent(**_known(TimeSpent, json.loads(text or "{}")))


def store_value(value: CategoryProposal | TimeSpent) -> str:
    """The stored text of a proposal or of hours."""
    return json.dumps(
        {key: clean(each) if isinstance(each, str) else each for key, each in asdict(value).items()},
        ensure_ascii=False,
    )


def _known(kind: type, values: Mapping[str, Any]) -> dict[str, Any]:
    names = {field.name for field in fields(kind)}
    return {key: value for key, value in values.items() if key in names}


def gaps(template: ReportTemplate, content: Mapping[str, str]) -> list[Gap]:
    """What is missing, in the order of the sections; empty when the report can be completed."""
    return [gap for section in template.sections for gap in gaps_in(section, content.get(section.key, ""))]


def gaps_in(section: Section, text: str) -> list[Gap]:
    """What a section still lacks."""
    sentences = _GAPS[section.kind](section, text)
    return [Gap(section.key, sentence) for sentence in sentences]


def _prose_gaps(section: Section, text: str) -> list[str]:
    return [f"“{section.title}” has nothing in it yet."] if section.required and not text.strip() else []


def _progress_gaps(section: Section, text: str) -> list[str]:
    areas = rows(Progress, text)
    if section.required and not areas:
        return [f"“{section.title}” names no earlier area; say how each stands, or that there was none."]
    return [
        f"Progress on “{short(row.area)}” is not judged."
        for row in areas
        if row.area and row.judgement not in PROGRESS_WORDS
    ]


def _support_gaps(section: Section, text: str) -> list[str]:
    needs = rows(SupportNeed, text)
    if section.required and not needs:
        return [f"“{section.title}” has nothing in it; if no support is needed, say so in a line."]
    return [
        f"Support for “{short(row.need)}” does not say where it may be commissioned."
        for row in needs
        if row.need and not row.source
    ]


def _category_gaps(section: Section, text: str) -> list[str]:
    proposal = category_of(text)
    if not proposal.category:
        return ["No category is proposed."] if section.required else []
    return [] if proposal.factors else [f"Category {proposal.category} is proposed, but no factor is ticked."]


def _action_gaps(section: Section, text: str) -> list[str]:
    actions = rows(Action, text)
    if section.required and not actions:
        return ["No action has been agreed."]
    return [
        f"The action “{short(row.what)}” does not say {missing}."
        for row in actions
        if (missing := _missing(row))
    ]


def _missing(action: Action) -> str:
    lacks = [
        word
        for word, value in (("what is to be done", action.what), ("who", action.who), ("by when", action.by))
        if not value.strip()
    ]
    return " and ".join(lacks)


def _time_gaps(section: Section, text: str) -> list[str]:
    return (
        ["The time spent on this visit is not entered."]
        if section.required and not time_of(text).total
        else []
    )


_GAPS: Mapping[SectionKind, Callable[[Section, str], list[str]]] = {
    SectionKind.PROSE: _prose_gaps,
    SectionKind.CONTEXT: _prose_gaps,
    SectionKind.PROGRESS: _progress_gaps,
    SectionKind.SUPPORT: _support_gaps,
    SectionKind.CATEGORY: _category_gaps,
    SectionKind.ACTIONS: _action_gaps,
    SectionKind.TIME: _time_gaps,
}
"""What each kind of section may lack."""


def short(text: str) -> str:
    """At most forty characters of ``text``."""
    return text if len(text) <= 40 else text[:39].rstrip() + "…"


def by_when(text: str) -> str:
    """An action's date as it reads on paper: ISO dates in our form, anything else as written."""
    try:
        return day(date.fromisoformat(text.strip()))
    except ValueError:
        return text


@dataclass(frozen=True)
class VersionSummary:
    """A completed version, without its paper. ``uid`` is its identity on every computer (RFC 9562)."""

    id: int
    report_id: int
    number: int
    completed: datetime
    reason: str = field(repr=False)
    sha256: str
    pages: int
    uid: str = ""
