"""One school's performance management in one year.

What is written, what is still to do, and what next year begins with.
"""

import json
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, dataclass
from dataclasses import field as attribute
from datetime import date, datetime, time

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.appraisal.form import FieldKind, Form, PaperKind, Subject, key_of
from sep_desktop.domain.appraisal.panel import Person, Reader, panel_of, store_panel, trouble_with
from sep_desktop.domain.report import Gap, VersionSummary
from sep_desktop.domain.wording import day, plural
from sep_desktop.errors import UserError

MOST_OBJECTIVES = 6
LISTS = {Subject.REVIEW: "reviews", Subject.OBJECTIVE: "objectives"}
"""The keys under which the numbers of the objectives stand, in their order."""

NOT_FIELDS = ("panel", "meetings", "deadline", *LISTS.values())
"""The keys of a record under which no field is written: people, times and the lists of objectives."""


@dataclass(frozen=True)
class Cycle:
    """A school and a year.

    ``received_from`` names the SEP who handed the record over; ``school`` is kept for the day the register
    forgets it.
    """

    id: int
    urn: str
    school: str
    year: AcademicYear
    form: int
    begun: datetime
    received_from: str = ""


@dataclass(frozen=True)
class PaperVersion(VersionSummary):
    """A completed paper; ``report_id`` is the number of its cycle."""

    kind: PaperKind = PaperKind.ADVICE


@dataclass(frozen=True)
class Record:
    """A cycle as it is being written. ``content`` has the words under each whole key."""

    cycle: Cycle
    form: Form
    content: Mapping[str, str] = attribute(repr=False)
    papers: tuple[PaperVersion, ...] = ()
    saved: datetime | None = None

    def text(self, key: str) -> str:
        """The words under a whole key; empty where there are none."""
        return self.content.get(key, "")

    @property
    def panel(self) -> tuple[Person, ...]:
        """The headteacher and the governors, as entered."""
        return panel_of(self.text("panel"))

    @property
    def head(self) -> str:
        """The headteacher whom the cycle is about."""
        return next((each.name for each in self.panel if each.reader is Reader.HEADTEACHER), "")

    @property
    def meetings(self) -> dict[str, datetime]:
        """The times of the three meetings, by key."""
        return meetings_of(self.text("meetings"))

    def numbers(self, subject: Subject) -> tuple[int, ...]:
        """The objectives there are, in their order."""
        return tuple(json.loads(self.text(LISTS[subject]) or "[]"))

    def numbers_ever(self, subject: Subject) -> tuple[int, ...]:
        """The objectives there are and those that were taken out, of which words are kept."""
        written = {
            int(key.split(".")[1])
            for key, text in self.content.items()
            if key.startswith(f"{subject}.") and text.strip()
        }
        return tuple(sorted(written | set(self.numbers(subject))))

    def taken_out(self, subject: Subject) -> list[tuple[int, str]]:
        """What was taken out and could be put back: its number and its first words."""
        gone = [each for each in self.numbers_ever(subject) if each not in self.numbers(subject)]
        return [
            (each, self.text(key_of(subject, each, "objective")) or "an objective without a title")
            for each in gone
        ]

    def newest(self, kind: PaperKind) -> PaperVersion | None:
        """The newest completed version of a paper; ``None`` while there is none."""
        return max(
            (each for each in self.papers if each.kind is kind), key=lambda each: each.number, default=None
        )

    def every_key(self) -> Iterator[str]:
        """Every whole key that the form gives this record."""
        for field in self.form.fields:
            numbers = self.numbers(field.subject) if field.subject is not Subject.WHOLE else ()
            yield from (
                (key_of(field.subject, number, field.key) for number in numbers)
                if field.subject is not Subject.WHOLE
                else (field.key,)
            )


MEETINGS = {
    "head": "SEP and headteacher",
    "governors": "SEP and nominated governors",
    "review": "Review meeting",
}
"""The three meetings whose times are recorded, by key."""


def meetings_of(text: str) -> dict[str, datetime]:
    """Local times by key; a meeting without one is left out."""
    return {
        key: datetime.fromisoformat(at)
        for key, at in json.loads(text or "{}").items()
        if at and key in MEETINGS
    }


def store_meetings(times: Mapping[str, tuple[date, time]]) -> str:
    """The stored text of days and times, by key."""
    return json.dumps(
        {key: datetime.combine(on, at).isoformat(timespec="minutes") for key, (on, at) in times.items()}
    )


def added(numbers: Sequence[int], ever: Sequence[int]) -> list[int]:
    """The numbers with one more objective.

    None that was ``ever`` used is used again, so what was taken out keeps its words.
    """
    if len(numbers) >= MOST_OBJECTIVES:
        raise UserError(f"There are at most {MOST_OBJECTIVES} objectives.", "Take one out first.")
    return [*numbers, max((*numbers, *ever), default=0) + 1]


def beginning(form: Form, last: Record | None, panel: Sequence[Person], usual: int) -> dict[str, str]:
    """The words of a new record.

    Last cycle's objectives to look back on, its panel, and empty objectives for this one.
    """
    head = [each for each in panel if each.reader is Reader.HEADTEACHER]
    if last and head and head[0].name and head[0].name != last.head:
        panel, last = (
            [*head, *(each for each in last.panel if each.reader is Reader.GOVERNOR)],
            None,
        )  # somebody new: what was another's stays another's
    carried = last.numbers(Subject.OBJECTIVE) if last else ()
    content = {
        "panel": store_panel(last.panel if last and last.panel else panel),
        LISTS[Subject.REVIEW]: json.dumps(
            list(range(1, len(carried) + 1)) if last else list(range(1, usual + 1))
        ),
        LISTS[Subject.OBJECTIVE]: json.dumps(list(range(1, usual + 1))),
    }
    for place, number in enumerate(carried, 1):
        for field in (each for each in form.fields_of(Subject.OBJECTIVE) if each.becomes):
            content[key_of(Subject.REVIEW, place, field.becomes)] = (
                last.text(key_of(Subject.OBJECTIVE, number, field.key)) if last else ""
            )
    return {key: text for key, text in content.items() if text}


def gaps_of_panel(record: Record) -> list[Gap]:
    """What the panel lacks."""
    return [Gap("panel", trouble) for trouble in trouble_with(record.panel)]


def gaps_for(record: Record, kind: PaperKind) -> list[Gap]:
    """What a paper still lacks, in the order of the form."""
    gaps = gaps_of_panel(record)
    if kind is PaperKind.STATEMENT and not record.numbers(Subject.OBJECTIVE):
        gaps.append(Gap("objectives", "There is no objective for this cycle."))
    for field in (each for each in record.form.fields if kind in each.needed_for):
        if field.subject is Subject.WHOLE:
            gaps += [] if record.text(field.key).strip() else [Gap(field.key, f"“{field.title}” is empty.")]
            continue
        for place, number in enumerate(record.numbers(field.subject), 1):
            key = key_of(field.subject, number, field.key)
            if not record.text(key).strip():
                gaps.append(Gap(key, f"{heading(field.subject, place)}: “{field.title}” is empty."))
            elif field.kind is FieldKind.JUDGEMENT and record.text(key) not in record.form.scale:
                gaps.append(
                    Gap(key, f"{heading(field.subject, place)}: “{record.text(key)}” is not on the scale.")
                )
    return gaps


def heading(subject: Subject, place: int) -> str:
    """What stands above an objective: its place, counted from 1."""
    return f"Last cycle's objective {place}" if subject is Subject.REVIEW else f"Objective {place}"


def is_annex_needed(record: Record) -> bool:
    """Whether anything is written that belongs into the annex."""
    return any(
        record.text(each.key).strip()
        for each in record.form.fields_of(Subject.WHOLE)
        if PaperKind.ANNEX in each.papers
    )


def time_left(deadline: date, today: date) -> str:
    """How long there is until the deadline, as a clause."""
    days = (deadline - today).days
    if days < 0:
        return f"{plural(-days, 'day')} past the deadline of {day(deadline)}"
    return f"due by {day(deadline)}: {plural(days, 'day')} left" if days else f"due today, {day(deadline)}"


def goes_on(cycle: Cycle, years: int) -> date:
    """The day from which the record of a cycle may no longer be kept.

    ``years`` after its academic year ended.
    """
    return cycle.year.kept_until(years)


def as_data(record: Record) -> dict[str, object]:
    """The record as plain data: what is handed over, or given to the headteacher who asks."""
    cycle = {**asdict(record.cycle), "year": record.cycle.year.start, "begun": record.cycle.begun.isoformat()}
    return {
        "cycle": {key: cycle[key] for key in ("urn", "school", "year", "form", "begun", "received_from")},
        "content": dict(record.content),
    }
