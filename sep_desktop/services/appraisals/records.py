"""Records of performance management: the year at a glance, beginning, writing, and what is still to do.

Facts about schools and people are read from the store of visits; nothing is ever written there.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.appraisal.form import PAPER_NAMES, PaperKind, Stage, papers_of
from sep_desktop.domain.appraisal.panel import Person, Reader
from sep_desktop.domain.appraisal.record import (
    MEETINGS,
    NOT_FIELDS,
    Cycle,
    PaperVersion,
    Record,
    beginning,
    gaps_for,
    gaps_of_panel,
    goes_on,
    is_annex_needed,
)
from sep_desktop.domain.changes import Changed, Changes
from sep_desktop.domain.edition import Edition
from sep_desktop.domain.outbox import NEEDS_YOU, WAITING, State
from sep_desktop.domain.people import Role
from sep_desktop.domain.report import Revision
from sep_desktop.domain.settings import Drafting, month_and_day
from sep_desktop.domain.support import Support
from sep_desktop.domain.wording import clean, plural
from sep_desktop.errors import UserError
from sep_desktop.services import schools
from sep_desktop.services.appraisals import forms
from sep_desktop.storage.sealed.appraisals import Event
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store


@dataclass(frozen=True)
class SchoolCycle:
    """A school of this year, and its cycle once it is begun. ``left`` is how many things are still to do."""

    urn: str
    school: str
    cycle: Cycle | None
    deadline: date
    left: int = 0


@dataclass(frozen=True)
class Overview:
    """This year's schools, other cycles, what may no longer be kept and since when, and what was removed.

    ``retention_years`` is how long records are kept after their year.
    """

    year: AcademicYear
    schools: tuple[SchoolCycle, ...]
    earlier: tuple[Cycle, ...]
    past: tuple[tuple[Cycle, date], ...]
    removed: tuple[Event, ...]
    retention_years: int


@dataclass(frozen=True)
class ToDo:
    """Something that the deadline waits for, and the stage at which it is done."""

    stage: Stage
    sentence: str
    key: str = ""


@dataclass(frozen=True)
class RecordDetails:
    """A record with what is still to do in it, by when and why then, and the support given."""

    record: Record
    to_do: tuple[ToDo, ...]
    deadline: date
    deadline_note: str
    support: tuple[Support, ...]


def drafting(store: Store) -> Drafting:
    """Who drafts the statement, as the settings say."""
    return Drafting(store.settings.text("appraisal.drafting"))


def overview(*, store: Store, sealed: SealedStore, today: date) -> Overview:
    """Every school of the caseload with its cycle of this year, by name."""
    year = schools.current_year(store=store, today=today)
    cycles = sealed.appraisals.cycles()
    this_year = {cycle.urn: cycle for cycle in cycles if cycle.year == year}
    names = store.schools.names(list(store.allocations.allocated(year.start))) | {
        cycle.urn: cycle.school for cycle in this_year.values()
    }
    schools_of_year = [
        _school_cycle(store, sealed, urn, name, this_year.get(urn), year, today)
        for urn, name in sorted(names.items(), key=lambda named: named[1].lower())
    ]
    years = store.settings.number("appraisal.retention_years")
    return Overview(
        year=year,
        schools=tuple(schools_of_year),
        earlier=tuple(cycle for cycle in cycles if cycle.year != year),
        past=tuple((cycle, goes_on(cycle, years)) for cycle in cycles if goes_on(cycle, years) <= today),
        removed=tuple(event for event in sealed.appraisals.events() if event.text.startswith(REMOVED)),
        retention_years=years,
    )


REMOVED = "Removed: "
"""How the line begins that says which cycle was removed."""


def _school_cycle(
    store: Store,
    sealed: SealedStore,
    urn: str,
    name: str,
    cycle: Cycle | None,
    year: AcademicYear,
    today: date,
) -> SchoolCycle:
    if cycle is None:
        return SchoolCycle(urn, name, None, usual_deadline(store, year))
    record = open_record(sealed=sealed, cycle=cycle.id)
    return SchoolCycle(
        urn,
        name,
        cycle,
        deadline(store, record),
        len(to_do(store=store, sealed=sealed, record=record, today=today)),
    )


def details(*, store: Store, sealed: SealedStore, cycle: int, today: date) -> RecordDetails:
    """One record as its page shows it. Raises ``UserError`` for a cycle that is not there any more."""
    record = open_record(sealed=sealed, cycle=cycle)
    return RecordDetails(
        record=record,
        to_do=tuple(to_do(store=store, sealed=sealed, record=record, today=today)),
        deadline=deadline(store, record),
        deadline_note=deadline_note(store=store, record=record),
        support=tuple(support_given(store=store, record=record)),
    )


def usual_deadline(store: Store, year: AcademicYear) -> date:
    """The setting's, in the year (7.4: 31 December for maintained schools)."""
    return year.on(*month_and_day(store.settings.text("appraisal.deadline")))


def deadline(store: Store, record: Record) -> date:
    """The record's own, where one was set, else the setting's."""
    return (
        date.fromisoformat(record.text("deadline"))
        if record.text("deadline")
        else usual_deadline(store, record.cycle.year)
    )


def deadline_note(*, store: Store, record: Record) -> str:
    """Where the date comes from."""
    school = store.schools.get(record.cycle.urn)
    if record.text("deadline"):
        return "Set for this school."
    if school and "academ" in school.kind.lower():
        return "The date of maintained schools. An academy sets its own: enter it here where it differs."
    return "The date of maintained schools, from the settings."


def open_record(*, sealed: SealedStore, cycle: int) -> Record:
    """Raises ``UserError`` for a cycle that is not there any more."""
    about = sealed.appraisals.cycle(cycle)
    if about is None:
        raise UserError(
            "This record is not in the store any more.",
            "It was handed over or removed; the list says what went.",
        )
    parts = sealed.appraisals.parts
    return Record(
        about,
        forms.form_of(sealed.appraisals.policies(cycle)),
        parts.content(cycle),
        tuple(sealed.appraisals.papers(cycle)),
        parts.last_saved(cycle),
    )


def as_completed(sealed: SealedStore, record: Record, version: PaperVersion) -> Record:
    """The record with the words that it had when a paper was completed."""
    return replace(record, content=sealed.appraisals.paper_content(version.id))


def begin(*, store: Store, sealed: SealedStore, urn: str, year: AcademicYear, now: datetime) -> Changed[int]:
    """Begin a school's cycle from its last one; its number, or the present one's when it is begun already.

    Raises ``UserError`` for an unknown URN.
    """
    cycles = sealed.appraisals.cycles(urn)
    present = next((cycle for cycle in cycles if cycle.year == year), None)
    if present:
        return Changed(present.id, Changes.NOTHING)
    last = next((cycle for cycle in cycles if cycle.year < year), None)
    school = store.schools.get(urn)
    if school is None:
        raise UserError(f"No school with URN {urn} is known here.", "Import it from the register.")
    begun_with = forms.in_force(store=store, urn=urn, on=now.date())
    content = beginning(
        forms.form_of(begun_with),
        open_record(sealed=sealed, cycle=last.id) if last else None,
        _known_head(store, urn),
        store.settings.number("appraisal.objectives"),
    )
    number = sealed.saving(lambda: _begin(sealed, urn, school.name, year, begun_with, content, now))
    return Changed(number, Changes.SEALED)


def _begin(
    sealed: SealedStore,
    urn: str,
    school: str,
    year: AcademicYear,
    begun_with: Sequence[Edition],
    content: Mapping[str, str],
    now: datetime,
) -> int:
    cycle = sealed.appraisals.begin(urn, school, year, begun_with, now)
    for key, text in content.items():
        sealed.appraisals.parts.begin(cycle, key, text, now)
    return cycle


def _known_head(store: Store, urn: str) -> list[Person]:
    head = next((each for each in store.people.contacts(urn) if each.role == Role.HEADTEACHER), None)
    return [
        Person(Reader.HEADTEACHER, head.name if head else "", head.email if head else ""),
        Person(Reader.GOVERNOR),
        Person(Reader.GOVERNOR),
    ]


def save_part(*, sealed: SealedStore, cycle: int, key: str, text: str, now: datetime) -> datetime:
    """Write one field durably; when it was saved. Raises ``DiskFull`` after giving up the reserve in vain."""
    content = text if key in NOT_FIELDS else clean(text)
    sealed.saving(lambda: sealed.appraisals.parts.save(cycle, key, content, now))
    return now


def revisions(*, sealed: SealedStore, cycle: int, key: str) -> list[Revision]:
    """How a field was, newest first."""
    return sealed.appraisals.parts.history(cycle, key)


def go_back_to(*, sealed: SealedStore, cycle: int, revision: Revision, now: datetime) -> Changes:
    """Make an earlier text the present one; what stood before stays in the history."""
    with sealed.atomic():
        sealed.appraisals.parts.begin(cycle, revision.key, revision.text, now)
    return Changes.SEALED


def support_given(*, store: Store, record: Record) -> list[Support]:
    """What the store of visits knows of the support given in this cycle's year."""
    year = record.cycle.year
    return store.support_given.between(year.first_day, year.last_day, [record.cycle.urn])


def to_do(*, store: Store, sealed: SealedStore, record: Record, today: date) -> list[ToDo]:
    """What is still to do in this cycle, in the order in which it goes."""
    left = [ToDo(Stage.PEOPLE, gap.sentence, gap.key) for gap in gaps_of_panel(record)]
    left += [
        ToDo(Stage.PEOPLE, f"{name}: no time yet.", "meetings")
        for key, name in MEETINGS.items()
        if key not in record.meetings
    ]
    for kind in papers_of(drafting(store)):
        if kind is not PaperKind.ANNEX or is_annex_needed(record):
            left += _to_do_for(sealed, record, kind)
    review = record.meetings.get("review")
    if review and review.date() <= today and not support_given(store=store, record=record):
        left.append(ToDo(Stage.PEOPLE, "The time given is not recorded yet.", "support"))
    return left


def _to_do_for(sealed: SealedStore, record: Record, kind: PaperKind) -> list[ToDo]:
    name, version = PAPER_NAMES[kind], record.newest(kind)
    if version is None:
        return [_to_do_before_completing(record, kind)]
    letters = sealed.letters.of_cycle(record.cycle.id)
    states = [letter.state for letter in letters if letter.paper_id == version.id]
    if NEEDS_YOU & set(states):
        return [ToDo(Stage.PAPERS, f"{name}: a delivery needs you.")]
    if WAITING & set(states):
        return [ToDo(Stage.PAPERS, f"{name}: waiting to be sent.")]
    if written := states.count(State.HANDED_OUT):
        people = plural(written, "person", "people")
        sentence = f"{name}: written out for {people}. Send the files, then say they arrived."
        return [ToDo(Stage.PAPERS, sentence)]
    return []


def _to_do_before_completing(record: Record, kind: PaperKind) -> ToDo:
    name = PAPER_NAMES[kind]
    gaps = [gap for gap in gaps_for(record, kind) if gap.key != "panel"]
    if not gaps:
        return ToDo(Stage.PAPERS, f"{name}: written, to be completed and sent.")
    more = f" {len(gaps) - 1} more like it." if len(gaps) > 1 else ""
    return ToDo(stage_of(record, gaps[0].key), f"{name}: {gaps[0].sentence}{more}", gaps[0].key)


def stage_of(record: Record, key: str) -> Stage:
    """The stage at which what a key names is written: a field, the objectives, or a part about people."""
    try:
        return record.form.field(key).stage
    except StopIteration:
        return Stage.MEETING if key == "objectives" else Stage.PEOPLE
