"""What an adviser wants to know first: waiting, next, to write, due."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.entitlement import DueItem, DueState
from sep_desktop.domain.outbox import NEEDS_YOU, WAITING, Message, State
from sep_desktop.domain.report import VersionSummary
from sep_desktop.domain.settings import month_and_day
from sep_desktop.domain.visit import KIND_NAMES, Visit
from sep_desktop.domain.wording import ago, day, plural
from sep_desktop.services import backups, outbox, policies, retention, schools
from sep_desktop.services.policies import Policies
from sep_desktop.storage.store import Store

_AHEAD = timedelta(weeks=8)
_WRITTEN = frozenset({State.HANDED_OUT})


@dataclass(frozen=True)
class Footer:
    """What stands below every page: whose store it is, and how many messages of each kind wait.

    ``to_send`` were written out and are for the user to send.
    """

    owner: str
    waiting: Mapping[str, int]
    to_send: int


def footer(*, store: Store) -> Footer:
    """As they stand now: three queries."""
    to_send = len(store.outbox.numbers(_WRITTEN))
    return Footer(store.settings.text("me.name"), store.outbox.waiting(), to_send)


@dataclass(frozen=True)
class HandedOut:
    """What was written out, for the user to send: the messages, and when the oldest was.

    ``folder`` is the one that is chosen for files, if any.
    """

    messages: tuple[int, ...]
    oldest: datetime
    folder: str


def handed_out(*, store: Store) -> HandedOut | None:
    """As it stands now; ``None`` where nothing is. Of a replaced version the Outbox asks."""
    written = store.outbox.in_state(State.HANDED_OUT)
    if not written:
        return None
    folder = store.settings.text("mail.folder")
    messages = [store.outbox.message(each) for each in dict.fromkeys(each.message_id for each in written)]
    current = tuple(each.id for each in messages if not each.part.replaced)
    return HandedOut(current, min(each.changed for each in written), folder) if current else None


@dataclass(frozen=True)
class OutboxSummary:
    """A message in the outbox, and how it stands in a sentence."""

    school: str
    sentence: str


@dataclass(frozen=True)
class VisitSummary:
    """A visit, and what is missing or next."""

    school: str
    visit: Visit
    sentence: str


@dataclass(frozen=True)
class DueVisit:
    """A visit that is due and not planned."""

    school: str
    urn: str
    item: DueItem

    @property
    def overdue(self) -> bool:
        """Whether it should have been held by now."""
        return self.item.state is DueState.OVERDUE


@dataclass(frozen=True)
class SupportDue:
    """How many schools have no support with performance management recorded this year.

    ``without`` of ``of`` schools; ``by`` is when they should.
    """

    without: int
    of: int
    by: date
    overdue: bool


@dataclass(frozen=True)
class Today:
    """The four lists. ``schools`` is how many schools are allocated.

    ``newer_policies`` is how many the program brings that were not accepted yet, ``past`` of how many visits
    the papers are past their years; ``is_resting`` says that what waits is not sent by itself,
    ``backups`` that there is no recent one in a second place.
    """

    waiting: tuple[OutboxSummary, ...]
    needs_you: tuple[OutboxSummary, ...]
    handed_out: HandedOut | None
    ahead: tuple[VisitSummary, ...]
    to_write: tuple[VisitSummary, ...]
    due: tuple[DueVisit, ...]
    schools: int
    sample: bool
    newer_policies: int
    past: int
    backups: str
    is_backed_up_elsewhere: bool
    is_resting: bool
    support: SupportDue | None = None


def overview(*, store: Store, now: datetime) -> Today:
    """The lists as they stand now."""
    today = now.date()
    year = schools.current_year(store=store, today=today)
    allocated = store.allocations.allocated(year.start)
    names = store.schools.names(list(allocated))
    unfinished = store.visits.unfinished()
    names |= store.schools.names([visit.urn for visit in unfinished if visit.urn not in names])
    decided = policies.of_schools(store=store, urns=list(names), on=year.nearest(today))
    due = schools.entitlements(store=store, year=year, urns=list(allocated), today=today, by_school=decided)
    lines = [
        DueVisit(names[urn], urn, item)
        for urn, entitlement in due.items()
        for item in entitlement.visits
        if item.state is DueState.OVERDUE
        or (item.state is DueState.DUE and item.due_by <= entitlement.term_ends)
    ]
    return Today(
        waiting=tuple(
            OutboxSummary(each.school, _waiting(each, now)) for each in store.outbox.messages(WAITING)
        ),
        needs_you=tuple(
            OutboxSummary(each.school, _needs_you(each)) for each in store.outbox.messages(NEEDS_YOU)
        ),
        handed_out=handed_out(store=store),
        ahead=tuple(
            VisitSummary(names[visit.urn], visit, _next_step(visit))
            for visit in unfinished
            if not visit.held_on and visit.day >= today
        )[:8],
        to_write=tuple(
            VisitSummary(names[visit.urn], visit, _unwritten(visit, decided[visit.urn], today))
            for visit in unfinished
            if visit.held_on or visit.day < today
        )
        + _begun_corrections(store),
        due=tuple(sorted(lines, key=lambda each: each.item.due_by)),
        schools=len(allocated),
        sample=store.settings.on("sample"),
        newer_policies=len(policies.newer(store=store)),
        backups=backups.reminder(store=store, now=now),
        is_backed_up_elsewhere=backups.last_elsewhere(store=store, now=now) is not None,
        is_resting=outbox.is_resting(store=store) and bool(store.outbox.waiting()),
        past=len(retention.past_papers(store=store, today=today).lines),
        support=_support(store, year, list(allocated), today),
    )


def _begun_corrections(store: Store) -> tuple[VisitSummary, ...]:
    """Completed reports whose words are others by now than those of the last version."""
    begun = []
    for visit in store.visits.written_since_completion():
        report, school = store.reports.of_visit(visit.id), store.schools.get(visit.urn)
        last = store.reports.versions(report.id)[-1] if report else None
        if last and _is_written_anew(store, last):
            sentence = f"A correction of version {last.number} is begun and not complete."
            begun.append(VisitSummary(school.name if school else visit.urn, visit, sentence))
    return tuple(begun)


def _is_written_anew(store: Store, version: VersionSummary) -> bool:
    words = store.reports.sections.content(version.report_id)
    completed = store.reports.version_content(version.id)
    return any(words.get(key, "") != completed.get(key, "") for key in {*words, *completed})


def _support(store: Store, year: AcademicYear, urns: list[str], today: date) -> SupportDue | None:
    """Said from eight weeks before the deadline until every school has had it."""
    by = year.on(*month_and_day(store.settings.text("appraisal.deadline")))
    given = {each.urn for each in store.support_given.between(year.first_day, year.last_day, urns)}
    without = len(set(urns) - given)
    return SupportDue(without, len(urns), by, today > by) if without and today >= by - _AHEAD else None


def _waiting(message: Message, now: datetime) -> str:
    people = plural(sum(each.state in WAITING for each in message.deliveries), "person", "people")
    completed = ago(message.part.completed.date(), now.date())
    return f"{message.part.name} waits for {people}, completed {completed}."


def _needs_you(message: Message) -> str:
    unknown = sum(each.state is State.UNKNOWN for each in message.deliveries)
    refused = sum(each.state is State.REFUSED for each in message.deliveries)
    parts = [f"could not confirm {plural(unknown, 'delivery', 'deliveries')}"] * bool(unknown) + [
        f"{plural(refused, 'address', 'addresses')} refused"
    ] * bool(refused)
    return f"{message.part.name}: {' and '.join(parts)}."


def _next_step(visit: Visit) -> str:
    kind = KIND_NAMES[visit.kind]
    return f"{kind}; the agenda is agreed." if visit.agreed_on else f"{kind}; the agenda is not agreed yet."


def _unwritten(visit: Visit, decided: Policies, today: date) -> str:
    """What is missing; of a report, by when it should be there where the authority says so."""
    if not visit.held_on:
        return "It is not marked as held."
    working_days = decided.reporting.working_days
    if not working_days:
        return "The report is not complete."
    by = decided.calendar.after(visit.held_on, working_days)
    return f"The report {'was' if by < today else 'is'} due by {day(by)}."
