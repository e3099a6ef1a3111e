"""What the record of a school, a visit, a report or the whole caseload was at the end of a day. Read-only.

What the tables hold with its times, what was kept when it was written over, and what the journal tells are
put together; what none of them knows any more is said to be not known.
"""

from collections.abc import Iterable, Iterator
from datetime import date, datetime, timedelta

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.circumstances import Fact, in_force
from sep_desktop.domain.edition import PolicyKind
from sep_desktop.domain.edition import in_force as edition_in_force
from sep_desktop.domain.entitlement import Override, OverrideKind
from sep_desktop.domain.past import Chapter, PastRecord, Statement, end_of, not_known
from sep_desktop.domain.people import ROLES
from sep_desktop.domain.wording import day, day_and_time, sentence
from sep_desktop.errors import UserError
from sep_desktop.services import past_reports, past_visits, visits
from sep_desktop.storage.journal import Entry
from sep_desktop.storage.past import PastVisit
from sep_desktop.storage.store import Store


def school(*, store: Store, urn: str, on: date, today: date) -> PastRecord:
    """A school: its facts, people and departures from the policy, visits, reports and what was sent.

    Raises ``UserError`` for a school that is not known, and for a day of which nothing is recorded.
    """
    moment = _moment(store, on, today)
    known = store.schools.get(urn)
    if known is None:
        raise UserError(f"No school with URN {urn} is known here.", "Import it from the register.")
    chapters = (
        _chapter("The school", _register(store, urn, moment)),
        _chapter("Allocation", _allocation(store, urn, moment)),
        _chapter("People", _people(store, urn, moment)),
        _chapter("Circumstances", _circumstances(store, urn, moment)),
        _chapter("Departures from the policy", _overrides(store, urn, moment)),
        _chapter("Visits", _visits(store, urn, moment)),
        _chapter("Reports", past_reports.completed(store, urn, moment)),
        _chapter("What was sent", past_reports.sent(store, urn, moment)),
        _chapter("Policies in force", _policies(store, urn, moment)),
        _chapter("What happened on that day", _lines(_of_the_day(store, urn, moment))),
    )
    return PastRecord(known.name, on, chapters)


def visit(*, store: Store, visit: int, on: date, today: date, with_private: bool = True) -> PastRecord:
    """A visit: how it was planned, its agenda and notes, its report, and what was sent.

    Notes that are or ever were private are left out unless ``with_private``.
    Raises ``UserError`` for one that is not there or was planned later, and as ``school``.
    """
    moment = _moment(store, on, today)
    planned = visits.find(store=store, visit=visit)
    stood = store.past.visit(visit, moment)
    if stood is None:
        raise UserError(f"This visit was planned after {day(on)}.", "Choose a later day.")
    lines = store.journal.entries(f"visit {visit}")
    report = store.past.begun_report(visit, moment)
    told = [*lines, *(store.journal.entries(f"report {report}") if report else ())]
    papers = (
        _chapter("Agenda", _agenda(store, stood, lines, moment)),
        _chapter("Notes", _notes(store, visit, moment, with_private)),
        *past_reports.chapters(store, planned, report, moment),
    )
    chapters = (
        _chapter("The visit", past_visits.in_words(stood, lines, moment)),
        *(() if past_visits.removal(lines) else papers),
        _chapter("What happened until then", _lines(line for line in told if line.at <= moment)),
    )
    names = store.schools.names([planned.urn])
    return PastRecord(f"{names[planned.urn]}, visit {visit}", on, chapters)


def report(*, store: Store, report: int, on: date, today: date) -> PastRecord:
    """A report: its sections and completed versions, and what was sent.

    Raises ``UserError`` for one that is not there or was begun later, and as ``school``.
    """
    moment = _moment(store, on, today)
    row = store.reports.get(report)
    if row is None:
        raise UserError("There is no such report.", "“as-of” with a day alone lists the visits and reports.")
    if store.past.begun_report(row.visit_id, moment) is None:
        raise UserError(f"This report was begun after {day(on)}.", "Choose a later day.")
    planned = visits.find(store=store, visit=row.visit_id)
    told = store.journal.entries(f"report {report}")
    chapters = (
        *past_reports.chapters(store, planned, report, moment),
        _chapter("What happened until then", _lines(line for line in told if line.at <= moment)),
    )
    names = store.schools.names([planned.urn])
    return PastRecord(f"{names[planned.urn]}, report {report}", on, chapters)


def caseload(*, store: Store, on: date, today: date) -> PastRecord:
    """Every school that was allocated for the academic year of the day, and its visits and reports.

    Raises as ``school`` for a day of which nothing is recorded.
    """
    moment = _moment(store, on, today)
    urns = store.past.allocated(AcademicYear.of(on).start)
    names = store.schools.names(urns)
    chapters = tuple(
        Chapter(f"{names[urn]} ({urn})", (*_allocation(store, urn, moment), *_visits(store, urn, moment)))
        for urn in sorted(urns, key=lambda each: names[each].casefold())
    )
    return PastRecord("Your schools", on, tuple(each for each in chapters if each.statements))


def _moment(store: Store, on: date, today: date) -> datetime:
    """The end of a day. Raises ``UserError`` for one that has not come, or before anything was recorded."""
    if on > today:
        raise UserError(f"{day(on)} has not come yet.", "Choose today, or a day before it.")
    began = store.journal.began()
    if began is None:
        raise UserError("Nothing has been recorded here yet.", "Import your schools first.")
    if on < began.date():
        raise UserError(
            f"Nothing was recorded here on {day(on)}: the record begins on {day(began.date())}.",
            "Choose that day, or a later one.",
        )
    return end_of(on)


def _chapter(title: str, statements: Iterable[Statement]) -> Chapter:
    return Chapter(title, tuple(statements) or (Statement("Nothing was recorded."),))


def _register(store: Store, urn: str, moment: datetime) -> Iterator[Statement]:
    stood = store.past.school(urn, moment)
    if stood is None:
        return
    row, is_known = stood
    where = ", ".join(filter(None, (row["phase"], row["kind"], row["town"], row["status"])))
    if is_known:
        yield Statement(f"{row['name']}, URN {urn}. {where}.")
    else:
        yield not_known(
            "what the register said of it. A later one was imported, "
            f"which says: {row['name']}, URN {urn}. {where}."
        )


def _allocation(store: Store, urn: str, moment: datetime) -> Iterator[Statement]:
    year = AcademicYear.of(moment.date())
    sep, is_known = store.past.allocation(year.start, urn, moment)
    if sep and is_known:
        yield Statement(f"Allocated to {sep} for {year}.")
    elif sep:
        yield not_known(f"whose it was in {year}. It was allocated; later, at the latest, to {sep}.")


def _people(store: Store, urn: str, moment: datetime) -> Iterator[Statement]:
    contacts = store.past.contacts(urn, moment)
    for each in contacts:
        yield Statement(f"{each.role.in_words}: {', '.join(filter(None, (each.name, each.email)))}.")
    for role in (role for role in ROLES if role not in {each.role for each in contacts}):
        yield Statement(f"{role.in_words}: nobody was known.")


def _circumstances(store: Store, urn: str, moment: datetime) -> Iterator[Statement]:
    history = store.past.circumstances(urn, moment)
    for fact in Fact:
        stood = in_force(history, fact, moment.date())
        if stood and fact is Fact.HEAD_SINCE:
            yield Statement(f"{sentence(fact)} {day(stood.since)} ({stood.source or 'entered'}).")
        elif stood:
            about = f"from {day(stood.since)}; {stood.source or 'entered'}"
            yield Statement(f"{sentence(fact)}: {stood.value} ({about}).")


def _overrides(store: Store, urn: str, moment: datetime) -> Iterator[Statement]:
    year = AcademicYear.of(moment.date())
    for each in store.past.overrides(urn, year.start, moment):
        yield Statement(f"{_departure(each)}, decided on {day(each.made)}: {each.reason}")


def _departure(override: Override) -> str:
    due_by = f" by {day(override.due_by)}" if override.due_by else ""
    return {
        OverrideKind.WAIVE: f"“{override.due_key}” not needed",
        OverrideKind.MOVE: f"“{override.due_key}” due{due_by} instead",
        OverrideKind.EXTRA: f"A visit more, “{override.due_key}”{due_by}",
    }[override.kind]


def _visits(store: Store, urn: str, moment: datetime) -> Iterator[Statement]:
    """Each visit in a statement, and one more for what is not known of it."""
    for stood in store.past.visits(urn, moment):
        told = list(past_visits.in_words(stood, store.journal.entries(f"visit {stood.number}"), moment))
        number = store.past.begun_report(stood.number, moment)
        begun = [f"Its report (report {number}) was begun."] if number else []
        yield Statement(" ".join([*(each.text for each in told if each.is_known), *begun]))
        yield from (each for each in told if not each.is_known)


def _agenda(store: Store, stood: PastVisit, lines: list[Entry], moment: datetime) -> Iterator[Statement]:
    items, former = store.past.agenda(stood.number, moment)
    if not past_visits.agenda_is_known(stood, former, lines, moment):
        yield not_known("whether the agenda was the same then. The nearest that was kept is this one:")
    yield from (Statement(item.title) for item in items)


def _notes(store: Store, visit: int, moment: datetime, with_private: bool) -> Iterator[Statement]:
    titles = {item.key: item.title for item in store.past.agenda(visit, moment)[0]}
    for note in store.past.notes(visit, moment, with_private):
        name = past_reports.NOTE_NAMES[note.kind]
        yield Statement(f"{name}, {titles.get(note.key, note.key)}: {note.text}")
        if note.carried_on:
            yield past_reports.CARRIED_ON
    if unknown := store.past.notes_of_unknown_age(visit, moment):
        yield not_known(f"{unknown} more, which may have been there, and were changed afterwards.")


def _policies(store: Store, urn: str, moment: datetime) -> Iterator[Statement]:
    stood = store.past.school(urn, moment)
    authority = stood[0]["la_code"] if stood else ""
    editions = store.past.editions(moment)
    for kind in PolicyKind:
        edition = edition_in_force(editions, kind, authority, moment.date())
        if edition:
            yield Statement(f"{edition.name}, {edition.days}.")


def _of_the_day(store: Store, urn: str, moment: datetime) -> list[Entry]:
    begins = end_of(moment.date() - timedelta(days=1)) + timedelta(microseconds=1)
    return store.journal.of_school(urn, begins, moment)


def _lines(entries: Iterable[Entry]) -> Iterator[Statement]:
    for entry in sorted(entries, key=lambda each: each.at):
        about = f" ({entry.subject})" if entry.subject else ""
        yield Statement(f"{day_and_time(entry.at)}  {entry.event}{about}. {entry.text}".rstrip())
