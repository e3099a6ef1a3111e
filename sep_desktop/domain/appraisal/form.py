"""The form of a performance-management record: which fields, at which stage, in which paper.

The fields are a policy; a record keeps the edition it was begun with. A key names a field: ``overall``,
or ``review.2.criteria`` for a field that each objective has.
"""

from dataclasses import dataclass
from enum import StrEnum

from sep_desktop.domain.settings import Drafting


class Stage(StrEnum):
    """The steps of a cycle, in the order in which they go (four stages of work, before them the people)."""

    PEOPLE = "People"
    BACK = "Looking back"
    ADVICE = "Advice"
    MEETING = "Meeting"
    PAPERS = "Papers"


WRITING = (Stage.BACK, Stage.ADVICE, Stage.MEETING)
"""The stages at which fields are written."""


class Subject(StrEnum):
    """What a field belongs to: an objective of last cycle, one of this cycle, or the record as a whole."""

    REVIEW = "review"
    OBJECTIVE = "objective"
    WHOLE = "whole"


class FieldKind(StrEnum):
    PROSE = "prose"
    LINE = "line"
    JUDGEMENT = "judgement"


class PaperKind(StrEnum):
    ADVICE = "advice"
    STATEMENT = "statement"
    ANNEX = "annex"


PAPER_NAMES = {
    PaperKind.ADVICE: "Preliminary advice",
    PaperKind.STATEMENT: "Planning and review statement",
    PaperKind.ANNEX: "Annex: training and development",
}


def papers_of(drafting: Drafting) -> tuple[PaperKind, ...]:
    """What the SEP produces; where governors draft, the advice alone."""
    return tuple(PaperKind) if drafting is Drafting.SEP else (PaperKind.ADVICE,)


@dataclass(frozen=True)
class Field:
    """One field.

    ``papers`` print it, ``needed_for`` are incomplete without it; ``becomes`` is the review's field that
    takes it next year.
    """

    key: str
    title: str
    subject: Subject
    stage: Stage
    kind: FieldKind = FieldKind.PROSE
    guidance: str = ""
    papers: tuple[PaperKind, ...] = ()
    needed_for: tuple[PaperKind, ...] = ()
    becomes: str = ""


@dataclass(frozen=True)
class Form:
    """The fields of a record, and the scale on which objectives are judged, best first."""

    version: int
    fields: tuple[Field, ...]
    scale: tuple[str, ...]

    def fields_of(self, subject: Subject, stage: Stage | None = None) -> tuple[Field, ...]:
        """The fields of a subject, in the order of the form; of one stage where one is given."""
        return tuple(each for each in self.fields if each.subject is subject and stage in (None, each.stage))

    def field(self, key: str) -> Field:
        """The field that a whole key names."""
        subject, _, rest = key.partition(".")
        name = rest.partition(".")[2]
        return next(
            each
            for each in self.fields
            if (each.subject, each.key) == ((subject, name) if rest else (Subject.WHOLE, key))
        )


def key_of(subject: Subject, number: int, field: str) -> str:
    """The whole key of a field that each objective has: ``review.2.criteria``."""
    return f"{subject}.{number}.{field}"
