"""What differs between the policies before and after a change: for recipients, schools, and in words."""

from collections.abc import Iterator, Mapping, Sequence
from datetime import date

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.edition import PROGRAM, Edition, PolicyKind, in_force
from sep_desktop.domain.entitlement import DueItem, DueState, Entitlement
from sep_desktop.domain.people import Role
from sep_desktop.domain.visit import KIND_NAMES, VisitKind
from sep_desktop.domain.wording import day, days, plural
from sep_desktop.imports.policies.reading import in_words, value_of
from sep_desktop.imports.policies.words import ORDER
from sep_desktop.imports.problems import FileProblems
from sep_desktop.services import policies, schools
from sep_desktop.services.policies import Policies
from sep_desktop.storage.store import Store

_AT_SCHOOLS = {PolicyKind.ENTITLEMENT, PolicyKind.TERMS, PolicyKind.DISTRIBUTION}
"""What changes something at the schools themselves; the other kinds are words to write with."""

Pair = tuple[Edition | None, Edition | None]
"""The edition in force before and after, for one authority."""


def differences(
    store: Store,
    before: Sequence[Edition],
    after: Sequence[Edition],
    moved: Sequence[Edition],
    authorities: Sequence[str],
    today: date,
) -> tuple[list[str], list[str]]:
    """Lines about recipients, and lines about all else, if ``before`` became ``after``.

    ``moved`` are the editions that come or go; what cannot be read says so.
    """
    on = max(today, *(each.first for each in moved))
    pairs = [
        (authority, _pair(before, after, each.kind, authority, on))
        for each in moved
        for authority in authorities
        if each.authority in (PROGRAM, authority)
    ]
    recipients = [line for authority, pair in pairs for line in _recipients(authority, *pair)]
    words = [line for authority, pair in pairs for line in _words(authority, *pair)]
    if _AT_SCHOOLS & {each.kind for each in moved}:
        words = [*_at_schools(store, before, after, on, today), *words]
    return recipients, [*_beginning(moved, today), *words]


def _pair(
    before: Sequence[Edition], after: Sequence[Edition], kind: PolicyKind, authority: str, on: date
) -> Pair:
    return in_force(before, kind, authority, on), in_force(after, kind, authority, on)


def _beginning(moved: Sequence[Edition], today: date) -> Iterator[str]:
    """From when it counts, where that is not now."""
    later = min((each.first for each in moved if each.first > today), default=None)
    if later:
        yield f"Until {day(later)} nothing changes. From then on:"
    if any(each.first < AcademicYear.of(today).first_day for each in moved):
        yield "It counts from a day of a past year: what was due then is shown by it from now on."


def _recipients(authority: str, before: Edition | None, after: Edition | None) -> Iterator[str]:
    """A line for each role that would receive reports and does not yet, or would no longer."""
    if after is None or after.kind is not PolicyKind.DISTRIBUTION:
        return
    had, has = _roles(before), _roles(after)
    where = f"every report on a school of authority {authority}"
    yield from (f"WILL RECEIVE {where}: {role.in_words}" for role in has if role not in had)
    yield from (f"WILL NO LONGER RECEIVE {where}: {role.in_words}" for role in had if role not in has)


def _roles(edition: Edition | None) -> tuple[Role, ...]:
    try:
        roles: tuple[Role, ...] = value_of(edition) if edition else ()
    except FileProblems:
        return ()
    return roles


def _words(authority: str, before: Edition | None, after: Edition | None) -> Iterator[str]:
    """What one policy says otherwise than before, name by name."""
    if before is None or after is None:
        return
    if before == after:
        yield f"For authority {authority}: {after.name}, stays in force."
        return
    had, has = _in_words(before), _in_words(after)
    same = "; the words are the same" if had == has else ""
    replaced = f"version {before.version} of {before.whose}"
    yield f"For authority {authority}: {after.name}, in place of {replaced}{same}."
    yield from (f"    gone: {name}: {text}" for name, text in had.items() if name not in has)
    yield from (f"    new: {name}: {text}" for name, text in has.items() if name not in had)
    for name in (each for each in has if each in had and had[each] != has[each]):
        if name != ORDER or had.keys() == has.keys():
            yield f"    changed: {name}: {had[name]} → {has[name]}"


def _in_words(edition: Edition) -> dict[str, str]:
    """As ``in_words``; what cannot be read says so, for it may be replaced and taken back all the same."""
    try:
        return in_words(edition)
    except FileProblems:
        return {"This version": "cannot be read, so what it says is not shown"}


def _at_schools(
    store: Store, before: Sequence[Edition], after: Sequence[Edition], on: date, today: date
) -> list[str]:
    """What would be otherwise for the SEP's schools on a day; that nothing can be said, where it cannot."""
    year = AcademicYear.of(on)
    now = schools.current_year(store=store, today=today)
    allocated = store.allocations.allocated(year.start) or store.allocations.allocated(now.start)
    urns = list(allocated)
    decided = [policies.among(store=store, editions=each, urns=urns, on=on) for each in (before, after)]
    try:
        return [
            *_due_at_schools(store, year, decided[0], decided[1], on),
            *_nobody(store, decided[0], decided[1]),
            *_without_rule(decided[0], decided[1]),
        ]
    except FileProblems:
        return ["What changes for your schools cannot be shown: a version that is in force cannot be read."]


def _due_at_schools(
    store: Store, year: AcademicYear, before: Mapping[str, Policies], after: Mapping[str, Policies], on: date
) -> list[str]:
    urns = list(before)
    names = store.schools.names(urns)
    had, has = (
        schools.entitlements(store=store, year=year, urns=urns, today=on, by_school=each)
        for each in (before, after)
    )
    lines = [
        f"{names[urn]}: {line}"
        for urn in urns
        for line in (*_due(had[urn], has[urn]), *_in_holidays(has[urn], before[urn], after[urn]))
    ]
    if not lines:
        return [f"Nothing changes in what your schools are due in {year}."]
    total = [sum(each.days.total for each in due.values()) for due in (had, has)]
    first = [f"All your schools, {year}: {days(total[0])} → {days(total[1])}"]
    return (first if total[0] != total[1] else []) + lines


def _due(before: Entitlement, after: Entitlement) -> Iterator[str]:
    """What one school is due otherwise."""
    had, has = _by_key(before), _by_key(after)
    yield from (f"no longer due: {item.title}" for key, item in had.items() if key not in has)
    for key, item in has.items():
        yield from _due_otherwise(had.get(key), item)


def _due_otherwise(before: DueItem | None, after: DueItem) -> Iterator[str]:
    if before is None:
        yield f"newly due: {after.title}, by {day(after.due_by)}, {days(after.days.total)}. {after.why}"
    elif after.kept and after.visit and not before.kept:
        yield f"{after.title}: the visit of {day(after.visit.day)} stays, and belongs to no rule any more"
    else:
        if after.days != before.days:
            yield f"{after.title}: {days(before.days.total)} → {days(after.days.total)}"
        if after.due_by != before.due_by:
            yield f"{after.title}: due by {day(before.due_by)} → {day(after.due_by)}"


def _by_key(entitled: Entitlement) -> dict[str, DueItem]:
    return {item.key: item for item in entitled.items if item.state is not DueState.WAIVED}


def _in_holidays(entitled: Entitlement, before: Policies, after: Policies) -> Iterator[str]:
    """Visits that are planned for a day that would be a holiday."""
    if before.editions[PolicyKind.TERMS] == after.editions[PolicyKind.TERMS]:
        return
    for item in entitled.visits:
        if item.state is DueState.BOOKED and item.visit and after.calendar.in_holiday(item.visit.day):
            yield f"{item.title}: planned for {day(item.visit.day)}, which would be in the holidays"


def _nobody(store: Store, before: Mapping[str, Policies], after: Mapping[str, Policies]) -> Iterator[str]:
    """Roles that would receive reports, and schools where nobody holds them yet."""
    for role in sorted({role for urn in after for role in _new_at(urn, before, after)}):
        schools_of_it = [urn for urn in after if role in _new_at(urn, before, after)]
        lacking = [urn for urn in schools_of_it if not _has_address(store, urn, role)]
        if lacking:
            yield (
                f"{plural(len(lacking), 'school')}: nobody is entered as {role.in_words}; reports on "
                f"{'it' if len(lacking) == 1 else 'them'} cannot be completed until somebody is, on the "
                "school's page under People."
            )


def _new_at(urn: str, before: Mapping[str, Policies], after: Mapping[str, Policies]) -> set[Role]:
    return set(after[urn].distribution) - set(before[urn].distribution)


def _has_address(store: Store, urn: str, role: Role) -> bool:
    return any(each.role == role and each.email for each in store.people.contacts(urn))


def _without_rule(before: Mapping[str, Policies], after: Mapping[str, Policies]) -> Iterator[str]:
    """Kinds of visit that would be granted nowhere any more where they are now."""
    for kind in VisitKind:
        if any(_grants(before[urn], kind) and not _grants(after[urn], kind) for urn in after):
            yield f"No {KIND_NAMES[kind].lower()} is granted any more; one that is planned or held stays."


def _grants(decided: Policies, kind: VisitKind) -> bool:
    return any(rule.kind is kind for rule in decided.entitlement.rules)
