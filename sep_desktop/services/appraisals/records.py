"""Records of performance management: the year at a glance, beginning from last year's, writing, what is still to do.

Facts about schools and people are read from the store of visits; nothing is ever written there.
"""

from dataclasses import dataclass
from datetime import date, datetime

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.appraisal.form import PAPER_NAMES, Drafting, PaperKind, Stage, papers_of
from sep_desktop.domain.appraisal.panel import Person, Reader
from sep_desktop.domain.appraisal.record import (
    MEETINGS,
    Cycle,
    Record,
    beginning,
    gaps_for,
    gaps_of_panel,
    goes_on,
    is_annex_needed,
)
from sep_desktop.domain.outbox import NEEDS_YOU, WAITING, State
from sep_desktop.domain.people import Role
from sep_desktop.domain.report import Gap, Revision
from sep_desktop.domain.settings import month_and_day
from sep_desktop.domain.support import Support
from sep_desktop.domain.wording import clean, plural
from sep_desktop.errors import UserError
from sep_desktop.services import policies as library
from sep_desktop.services import schools
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store

_LISTS = {"panel", "meetings", "reviews", "objectives", "deadline"}


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
    """This year's schools, earlier cycles, and the cycles that may no longer be kept, each with its day."""

    year: AcademicYear
    schools: tuple[SchoolCycle, ...]
    earlier: tuple[Cycle, ...]
    past: tuple[tuple[Cycle, date], ...]


@dataclass(frozen=True)
class ToDo:
    """Something that the deadline waits for, and the stage at which it is done."""

    stage: Stage
    sentence: str
    key: str = ""


def drafting(store: Store) -> Drafting:
    return Drafting(store.settings.text("appraisal.drafting"))


def overview(*, store: Store, sealed: SealedStore, today: date) -> Overview:
    """Every school of the caseload with its cycle of this year, by name."""
    year = schools.current_year(store=store, today=today)
    cycles = sealed.appraisals.cycles()
    mine = {each.urn: each for each in cycles if each.year == year}
    names = store.schools.names(list(store.allocations.allocated(year.start))) | {
        each.urn: each.school for each in mine.values()
    }
    lines = [
        _line(store, sealed, urn, name, mine.get(urn), year, today)
        for urn, name in sorted(names.items(), key=lambda each: each[1].lower())
    ]
    years = store.settings.number("appraisal.retention_years")
    past = [(each, goes_on(each, years)) for each in cycles if goes_on(each, years) <= today]
    return Overview(year, tuple(lines), tuple(each for each in cycles if each.year != year), tuple(past))


def _line(
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


def usual_deadline(store: Store, year: AcademicYear) -> date:
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
    found = sealed.appraisals.cycle(cycle)
    if found is None:
        raise UserError(
            "This record is not in the store any more.",
            "It was handed over or removed; the list says what went.",
        )
    parts = sealed.appraisals.parts
    return Record(
        found,
        library.appraisal_form(found.form),
        parts.content(cycle),
        tuple(sealed.appraisals.papers(cycle)),
        parts.last_saved(cycle),
    )


def begin(*, store: Store, sealed: SealedStore, urn: str, year: AcademicYear, now: datetime) -> int:
    """Begin a school's cycle from its last one; the number of the cycle, which is the present one when it is begun already."""
    cycles = sealed.appraisals.cycles(urn)
    present = next((each for each in cycles if each.year == year), None)
    if present:
        return present.id
    last = next((each for each in cycles if each.year < year), None)
    school = store.schools.get(urn)
    if school is None:
        raise UserError(f"No school with URN {urn} is known here.", "Import it from the register.")
    version = library.newest_version("appraisal")
    words = beginning(
        library.appraisal_form(version),
        open_record(sealed=sealed, cycle=last.id) if last else None,
        _known_head(store, urn),
        store.settings.number("appraisal.objectives"),
    )

    def work() -> int:
        cycle = sealed.appraisals.begin(urn, school.name, year, version, now)
        for key, text in words.items():
            sealed.appraisals.parts.begin(cycle, key, text, now)
        return cycle

    return sealed.saving(work)


def _known_head(store: Store, urn: str) -> list[Person]:
    head = next((each for each in store.people.contacts(urn) if each.role is Role.HEADTEACHER), None)
    return [
        Person(Reader.HEADTEACHER, head.name if head else "", head.email if head else ""),
        Person(Reader.GOVERNOR),
        Person(Reader.GOVERNOR),
    ]


def save_part(*, sealed: SealedStore, cycle: int, key: str, text: str, now: datetime) -> datetime:
    """Write one field durably; when it was saved. Raises ``DiskFull`` after giving up the reserve in vain."""
    words = text if key in _LISTS else clean(text)
    sealed.saving(lambda: sealed.appraisals.parts.save(cycle, key, words, now))
    return now


def revisions(*, sealed: SealedStore, cycle: int, key: str) -> list[Revision]:
    """How a field was, newest first."""
    return sealed.appraisals.parts.history(cycle, key)


def go_back_to(*, sealed: SealedStore, cycle: int, revision: Revision, now: datetime) -> None:
    """Make an earlier text the present one; what stood before stays in the history."""
    with sealed.atomic():
        sealed.appraisals.parts.begin(cycle, revision.key, revision.text, now)


def support_given(*, store: Store, record: Record) -> list[Support]:
    """What the store of visits knows of the support given in this cycle's year."""
    year = record.cycle.year
    return store.support_given.between(year.first_day, year.last_day, [record.cycle.urn])


def to_do(*, store: Store, sealed: SealedStore, record: Record, today: date) -> list[ToDo]:
    """What is still to do in this cycle, in the order in which it goes."""
    found = [ToDo(Stage.PEOPLE, gap.sentence, gap.key) for gap in gaps_of_panel(record)]
    found += [
        ToDo(Stage.PEOPLE, f"{name}: no time yet.", "meetings")
        for key, name in MEETINGS.items()
        if key not in record.meetings
    ]
    for kind in papers_of(drafting(store)):
        if kind is not PaperKind.ANNEX or is_annex_needed(record):
            found += _to_do_for(sealed, record, kind)
    review = record.meetings.get("review")
    if review and review.date() <= today and not support_given(store=store, record=record):
        found.append(ToDo(Stage.PEOPLE, "The time given is not recorded yet.", "support"))
    return found


def _to_do_for(sealed: SealedStore, record: Record, kind: PaperKind) -> list[ToDo]:
    name, version = PAPER_NAMES[kind], record.newest(kind)
    if version is None:
        lacking = [gap for gap in gaps_for(record, kind) if gap.key != "panel"]
        if not lacking:
            return [ToDo(Stage.PAPERS, f"{name}: written, to be completed and sent.")]
        more = f" {len(lacking) - 1} more like it." if len(lacking) > 1 else ""
        return [ToDo(_stage_of(record, lacking[0]), f"{name}: {lacking[0].sentence}{more}", lacking[0].key)]
    letters = [letter for letter in sealed.letters.of_cycle(record.cycle.id) if letter.paper_id == version.id]
    states = {letter.state for letter in letters}
    if states & NEEDS_YOU:
        return [ToDo(Stage.PAPERS, f"{name}: a delivery needs you.")]
    if states & WAITING:
        return [ToDo(Stage.PAPERS, f"{name}: waiting to be sent.")]
    written = sum(letter.state is State.HANDED_OUT for letter in letters)
    return (
        [
            ToDo(
                Stage.PAPERS,
                f"{name}: written out for {plural(written, 'person', 'people')}. Send the files, then say they arrived.",
            )
        ]
        if written
        else []
    )


def _stage_of(record: Record, gap: Gap) -> Stage:
    try:
        return record.form.field(gap.key).stage
    except StopIteration:
        return Stage.MEETING
