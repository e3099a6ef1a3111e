"""Schools as an SEP sees them: this year, why, people, facts; and what may be changed about them."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime

from sep_desktop.addresses import parse_email
from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.changes import Changed, Changes
from sep_desktop.domain.circumstances import Circumstance, Fact, Scales, in_force
from sep_desktop.domain.edition import Edition
from sep_desktop.domain.entitlement import (
    DueState,
    Entitlement,
    Override,
    OverrideKind,
    Situation,
    entitlement,
)
from sep_desktop.domain.outbox import Message
from sep_desktop.domain.people import ROLES, Contact, Role
from sep_desktop.domain.school import School
from sep_desktop.domain.support import Support
from sep_desktop.domain.visit import Visit
from sep_desktop.domain.wording import clean, day, one_line, sentence
from sep_desktop.errors import UserError
from sep_desktop.services import people, policies, school_undo
from sep_desktop.services.policies import Policies
from sep_desktop.storage.schools import SchoolRow as SchoolRow
from sep_desktop.storage.store import Store


@dataclass(frozen=True)
class CaseloadRow:
    """One school of the SEP's caseload with what the year asks."""

    school: School
    sep: str
    head: str = field(repr=False)
    category: str
    last: Visit | None
    next: Visit | None
    entitlement: Entitlement

    @property
    def state(self) -> str:
        """The most pressing thing, in a word or two."""
        count = self.entitlement.count
        pressing = (word for state, word in _PRESSING.items() if word and count(state))
        return next(pressing, "complete")


_PRESSING = {
    DueState.OVERDUE: "overdue",
    DueState.HELD: "to write",
    DueState.BOOKED: "booked",
    DueState.DUE: "due",
    DueState.REPORTED: "",
    DueState.WAIVED: "",
    DueState.SUPPORT: "",
}
"""What each state asks for, the most pressing first; empty where it asks for nothing."""


@dataclass(frozen=True)
class SchoolList:
    """The list of schools: the caseload of a year, and how many schools are known at all."""

    year: AcademicYear
    caseload: tuple[CaseloadRow, ...]
    known: int


@dataclass(frozen=True)
class SchoolView:
    """Everything the page of one school shows; ``roles`` are those whose holders it asks for,
    ``distribution`` those that receive its reports.
    """

    school: School
    sep: str
    predecessors: tuple[str, ...]
    successor: str
    entitlement: Entitlement
    visits: tuple[Visit, ...]
    messages: tuple[Message, ...]
    roles: tuple[Role, ...]
    distribution: tuple[Role, ...]
    contacts: dict[Role, Contact]
    facts: tuple[Circumstance, ...]
    history: tuple[Circumstance, ...]
    support: tuple[Support, ...]
    scales: Scales


def entitlements(
    *,
    store: Store,
    year: AcademicYear,
    urns: Sequence[str],
    today: date,
    by_school: Mapping[str, Policies] | None = None,
) -> dict[str, Entitlement]:
    """The year of each school under what is in force, or under ``by_school``.

    Five queries, however many schools.
    """
    if by_school is None:
        by_school = policies.of_schools(store=store, urns=urns, on=year.nearest(today))
    history = store.circumstances.history(urns)
    visits = store.visits.of_year(year.start, urns)
    overrides = store.circumstances.overrides(year.start, urns)
    due = {
        urn: entitlement(
            Situation(
                by_school[urn].entitlement,
                by_school[urn].calendar,
                year,
                history[urn],
                visits[urn],
                overrides[urn],
                today,
            )
        )
        for urn in urns
    }
    return {urn: _with_what_comes(each, by_school[urn].to_come) for urn, each in due.items()}


def _with_what_comes(due: Entitlement, to_come: Sequence[Edition]) -> Entitlement:
    """The year, with a sentence for each policy that will count from a later day."""
    ahead = [f"{sentence(each.days)} another policy counts: {each.name}." for each in to_come]
    return replace(due, history=(*due.history, *ahead)) if ahead else due


def current_year(*, store: Store, today: date) -> AcademicYear:
    """The year of today, or the newest one with an allocation when today's has none (August, say)."""
    this = AcademicYear.of(today)
    years = store.allocations.years()
    return this if this.start in years or not years else AcademicYear(years[0])


def caseload(*, store: Store, today: date, year: AcademicYear | None = None) -> list[CaseloadRow]:
    """The schools allocated in a year, by name."""
    year = year or current_year(store=store, today=today)
    allocated = store.allocations.allocated(year.start)
    due = entitlements(store=store, year=year, urns=list(allocated), today=today)
    return [_caseload_row(store, urn, sep, due[urn], today) for urn, sep in allocated.items()]


def school_list(*, store: Store, today: date, with_caseload: bool = True) -> SchoolList:
    """The list of schools in the current year; without the caseload where only the register is shown."""
    year = current_year(store=store, today=today)
    rows = caseload(store=store, today=today, year=year) if with_caseload else []
    return SchoolList(year, tuple(rows), store.schools.count())


def _caseload_row(store: Store, urn: str, sep: str, due: Entitlement, today: date) -> CaseloadRow:
    school = store.schools.get(urn) or School(urn, urn)
    visits = [visit for visit in store.visits.of_school(urn) if not visit.is_cancelled]
    ahead = [visit for visit in visits if not visit.held_on and visit.day >= today]
    category = in_force(store.circumstances.history([urn])[urn], Fact.CATEGORY, today)
    head = next(
        (each.name for each in store.people.contacts(urn) if each.role == Role.HEADTEACHER), school.head
    )
    last = next((visit for visit in visits if visit.held_on), None)
    return CaseloadRow(
        school, sep, head, category.value if category else "", last, ahead[-1] if ahead else None, due
    )


def search(
    *, store: Store, year: AcademicYear, text: str, first: int = 0, limit: int = 200, order: int = 1
) -> tuple[list[SchoolRow], int]:
    """``limit`` of all known schools in which ``text`` is found, and how many there are.

    ``order`` is a column from 1, negative backwards.
    """
    return store.schools.listed(year.start, text, first, limit, order), store.schools.matching(text)


def view(*, store: Store, urn: str, today: date, year: AcademicYear | None = None) -> SchoolView:
    """The page of one school. Raises ``UserError`` for an unknown URN."""
    school = store.schools.get(urn)
    if school is None:
        raise UserError(f"No school with URN {urn} is known here.", "Import it from the register.")
    year = year or current_year(store=store, today=today)
    history = store.circumstances.history([urn])[urn]
    decided = policies.of_school(store=store, urn=urn, on=today)
    contacts = {each.role: each for each in store.people.contacts(urn)}
    return SchoolView(
        school=school,
        sep=store.allocations.allocated(year.start).get(urn, ""),
        predecessors=tuple(store.schools.predecessors(urn)),
        successor=store.schools.successor(urn),
        entitlement=entitlements(store=store, year=year, urns=[urn], today=today)[urn],
        visits=tuple(store.visits.of_school(urn)),
        messages=tuple(store.outbox.messages(urn=urn)),
        roles=tuple(dict.fromkeys((*ROLES, *decided.distribution, *contacts))),
        distribution=decided.distribution,
        contacts=contacts,
        facts=tuple(known for fact in Fact if (known := in_force(history, fact, today))),
        history=history,
        support=tuple(store.support_given.between(year.first_day, year.last_day, [urn])),
        scales=decided.scales,
    )


def set_contact(
    *, store: Store, urn: str, role: Role, name: str, email: str, now: datetime, since: date | None = None
) -> Changed[None]:
    """Make somebody the holder of a role; the holder before is kept as history. Raises ``UserError``."""
    name = one_line(name)
    if not name:
        raise UserError(f"The {role.in_words} needs a name.")
    try:
        address = parse_email(email) if email.strip() else ""
    except ValueError as reason:
        raise UserError(f"The address {reason}.", "Write it as name@school.example.") from None
    of = "" if role == Role.HEAD_OF_SUPPORT else urn
    before, after = store.people.holder(of, role), Contact(role, name, address, of, since, now.date())
    recorded = None
    with store.atomic():
        held = people.put(store, after, now)
        if role == Role.HEADTEACHER and since:
            fact = Circumstance(Fact.HEAD_SINCE, since.isoformat(), since, "entered by you")
            recorded = store.circumstances.add(urn, fact, now)
    undo = people.undo_of_putting(before, after, held, recorded)
    return Changed(None, Changes.PEOPLE | Changes.ENTITLEMENT | Changes.OUTBOX, undo)


def set_circumstance(
    *, store: Store, urn: str, fact: Fact, value: str, since: date, source: str, now: datetime
) -> Changed[None]:
    """Record what is true from a day on; what was said before stays.

    Raises ``UserError`` for an empty value.
    """
    value = one_line(value)
    if not value:
        raise UserError(f"“{fact}” needs a value.")
    new = Circumstance(fact, value, since, one_line(source))
    with store.atomic():
        number = store.circumstances.add(urn, new, now)
        store.journal.add(now, "circumstance changed", f"{fact}: {value} from {since.isoformat()}", urn=urn)
    return Changed(None, Changes.ENTITLEMENT, school_undo.of_circumstance(urn, new, number))


def override_due_item(
    *,
    store: Store,
    urn: str,
    year: AcademicYear,
    due_key: str,
    kind: OverrideKind,
    reason: str,
    now: datetime,
    due_by: date | None = None,
) -> Changed[None]:
    """Depart from the policy for one due item, or add a visit to it.

    Raises ``UserError`` without a reason, or without a date to move to.
    """
    reason = clean(reason).strip()
    if not reason:
        raise UserError(
            "A departure from the policy needs a reason.",
            "One sentence is enough; it is shown with the line.",
        )
    if kind is OverrideKind.MOVE and due_by is None:
        raise UserError("Say by when the visit is due instead.")
    if kind is OverrideKind.EXTRA:
        taken = [
            each
            for each in store.circumstances.overrides(year.start, [urn])[urn]
            if each.kind is OverrideKind.EXTRA
        ]
        due_key = f"extra-{len(taken) + 1}"
    new = Override(due_key, kind, reason, now.date(), due_by)
    with store.atomic():
        number = store.circumstances.add_override(urn, year.start, new)
        store.journal.add(now, "entitlement overridden", f"{due_key}: {kind}. {reason}", urn=urn)
    return Changed(None, Changes.ENTITLEMENT, school_undo.of_departure(urn, new, number))


def withdraw_override(
    *, store: Store, urn: str, year: AcademicYear, override: int, now: datetime
) -> Changed[None]:
    """Go back to the policy; the override stays in the journal."""
    known = store.circumstances.overrides(year.start, [urn])[urn]
    withdrawn = next((each for each in known if each.id == override), None)
    with store.atomic():
        store.circumstances.withdraw_override(override, now)
        store.journal.add(now, "override withdrawn", "Back to the policy.", urn=urn)
    undo = school_undo.of_withdrawing(urn, year.start, withdrawn) if withdrawn else None
    return Changed(None, Changes.ENTITLEMENT, undo)


def record_support(*, store: Store, urn: str, on: date, hours: float, now: datetime) -> Changed[None]:
    """That the nominated governors were supported with performance management (clause 7.4).

    When and for how long, and nothing else. Raises ``UserError`` for a day that has not come, or for no time.
    """
    if on > now.date():
        raise UserError(f"{day(on)} has not come yet.", "Record it when it has been given.")
    if not 0 < hours <= 24:
        raise UserError("Say how many hours it took.")
    with store.atomic():
        number = store.support_given.add(urn, on, hours, now)
        store.journal.add(
            now, "support given", f"performance management, {on.isoformat()}, {hours:g} hours", urn=urn
        )
    return Changed(None, Changes.ENTITLEMENT, school_undo.of_support(urn, number, was_given=True))


def withdraw_support(*, store: Store, urn: str, support: int, now: datetime) -> Changed[None]:
    """It was recorded by mistake; the journal keeps both lines."""
    with store.atomic():
        store.support_given.withdraw(support, now)
        store.journal.add(now, "support withdrawn", "performance management: recorded by mistake", urn=urn)
    return Changed(None, Changes.ENTITLEMENT, school_undo.of_support(urn, support, was_given=False))
