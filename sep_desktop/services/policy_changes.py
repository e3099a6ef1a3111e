"""Taking in what an authority has decided, and taking it back, after a look at what that changes."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.edition import (
    ALWAYS,
    PROGRAM,
    Edition,
    PolicyKind,
    in_force,
    objection,
)
from sep_desktop.domain.entitlement import DueItem, DueState, Entitlement
from sep_desktop.domain.visit import KIND_NAMES, VisitKind
from sep_desktop.domain.wording import day, days, listed, plural
from sep_desktop.errors import UserError
from sep_desktop.imports.policies.reading import as_file, in_words, read_file, refuse_edition
from sep_desktop.imports.problems import FileProblems
from sep_desktop.services import policies, schools
from sep_desktop.services.policies import Policies
from sep_desktop.storage.store import Store

_FIRST, _LAST = 1990, 2100


@dataclass(frozen=True)
class PolicyPreview:
    """What would be in force: the editions there are, those there would be, and what differs, in lines.

    ``recipients`` has a line for each role that would receive reports and does not yet, or no longer.
    """

    before: tuple[Edition, ...]
    after: tuple[Edition, ...]
    recipients: tuple[str, ...]
    changes: tuple[str, ...]
    summary: str

    @property
    def lines(self) -> tuple[str, ...]:
        """Every line, those about recipients first."""
        return self.recipients + self.changes


@dataclass(frozen=True)
class PolicyRow:
    """One kind of policy of one authority: the edition in force, and those that come later."""

    kind: PolicyKind
    authority: str
    edition: Edition
    later: tuple[Edition, ...]

    @property
    def may_be_taken_back(self) -> tuple[Edition, ...]:
        """The editions that came after what the store began with."""
        return tuple(each for each in (self.edition, *self.later) if each.first != ALWAYS)


def listing(*, store: Store, today: date) -> list[PolicyRow]:
    """What is in force, kind by kind, for each authority of the SEP's schools."""
    editions = store.editions.standing()
    return [
        PolicyRow(kind, authority, edition, _later(editions, edition, authority, today))
        for kind in PolicyKind
        for authority in authorities(store=store)
        if (edition := in_force(editions, kind, authority, today))
    ]


def _later(editions: Sequence[Edition], now: Edition, authority: str, today: date) -> tuple[Edition, ...]:
    """Those that will be in force: not the program's where the authority has its own."""
    return tuple(
        each
        for each in editions
        if each.first > today and in_force(editions, now.kind, authority, each.first) == each
    )


def authorities(*, store: Store) -> list[str]:
    """The SEP's own authority, and those of the schools that were ever allocated."""
    years = store.allocations.years()
    urns = {urn for year in years for urn in store.allocations.allocated(year)}
    of_schools = {code for code in store.schools.authorities(sorted(urns)).values() if code}
    return list(dict.fromkeys([policies.own_authority(store=store), *sorted(of_schools)]))


def preview_newer(*, store: Store, first: date, today: date) -> PolicyPreview:
    """What accepting everything newer from a day would do.

    Raises ``UserError`` where there is nothing newer.
    """
    if not _FIRST <= first.year <= _LAST:
        raise UserError(f"It cannot begin on {day(first)}.", f"Choose a day from {_FIRST} to {_LAST}.")
    brought = tuple(replace(each, first=first) for each in policies.newer(store=store))
    if not brought:
        raise UserError("The store has everything that this version of the program brings.")
    return _preview(store, brought, today)


def preview_file(*, store: Store, path: Path, today: date) -> PolicyPreview:
    """What a file would do.

    Raises ``FileProblems`` with everything that is wrong in it, or that does not fit what is here.
    """
    edition = read_file(path)
    known = authorities(store=store)
    if edition.authority not in known:
        remedy = (
            f"It is of another authority: your schools are of {listed(known)}. Nothing of it counts here."
        )
        raise refuse_edition(path, edition, "authority", remedy)
    _assert_new(store, path, edition)
    return _preview(store, (edition,), today)


def _assert_new(store: Store, path: Path, edition: Edition) -> None:
    """Raises ``FileProblems`` for a version that was here with other words, or for days that do not fit."""
    key, remedy = objection(edition, store.editions.standing())
    free = _next_version(store, edition.kind, edition.authority)
    back = [each for each in store.editions.taken_back() if _numbered(each) == _numbered(edition)]
    if not key and any(each.text != edition.text for each in back):
        key = "version"
        remedy = f"Another version {edition.version} was here and was taken back. Give this one {free}."
    if key:
        raise refuse_edition(path, edition, key, remedy)


def preview_taking_back(*, store: Store, edition: int, today: date) -> PolicyPreview:
    """What taking an edition back would do. Raises ``UserError`` for one that the store began with."""
    standing = store.editions.standing()
    gone = next((each for each in standing if each.id == edition), None)
    if gone is None or gone.first == ALWAYS:
        raise UserError(
            "This cannot be taken back.", "The store began with it, or it was taken back already."
        )
    left = tuple(each for each in standing if each != gone)
    recipients, changes = _lines(store, standing, left, (gone,), today)
    kept = store.editions.written_under(gone.id)
    if kept:
        visits = plural(kept, "visit")
        changes.append(f"{visits} planned or written under it {'keep' if kept > 1 else 'keeps'} it.")
    return PolicyPreview(standing, left, tuple(recipients), tuple(changes), _taken_back(gone, left, today))


def _taken_back(gone: Edition, left: Sequence[Edition], today: date) -> str:
    """What then counts: again, where the edition had begun, or as before."""
    then = in_force(left, gone.kind, gone.authority, max(gone.first, today))
    if then is None:
        return f"{gone.name}: taken back."
    if gone.first > today:
        return f"{gone.name}: taken back before it begins. Version {then.version} of {then.whose} stays."
    return f"{gone.name}: taken back. Version {then.version} of {then.whose} is in force again."


def apply(*, store: Store, preview: PolicyPreview, now: datetime) -> Changes:
    """Do what the preview showed, in one transaction.

    Raises ``UserError`` when something else has been taken in or back since.
    """
    with store.atomic():
        if store.editions.standing() != preview.before:
            raise UserError("What is in force has changed since you looked at it.", "Look at it again.")
        known = {each.id for each in preview.before}
        for edition in (each for each in preview.after if each.id not in known):
            store.editions.add(edition)
            store.journal.add(now, "policy accepted", f"{edition.name}, {edition.days}")
        kept = {each.id for each in preview.after}
        for edition in (each for each in preview.before if each.id not in kept):
            store.editions.take_back(edition.id, now)
            store.journal.add(now, "policy taken back", edition.name)
    return Changes.EVERYTHING


def export(*, store: Store, kind: PolicyKind, authority: str, today: date) -> str:
    """What is in force, as a file to change: of the authority, with the next version, from today.

    Raises ``UserError`` for an authority that none of the schools belongs to.
    """
    if authority not in authorities(store=store):
        raise UserError(f"None of your schools belongs to authority {authority}.")
    edition = policies.of_authority(store=store, authority=authority, on=today).editions[kind]
    return as_file(edition, authority, _next_version(store, kind, authority), today)


def _next_version(store: Store, kind: PolicyKind, authority: str) -> int:
    """The number that no edition of the authority ever had."""
    every = (*store.editions.standing(), *store.editions.taken_back())
    own = [each.version for each in every if (each.kind, each.authority) == (kind, authority)]
    return max(own, default=0) + 1


def _numbered(edition: Edition) -> tuple[PolicyKind, str, int]:
    return edition.kind, edition.authority, edition.version


def _preview(store: Store, new: tuple[Edition, ...], today: date) -> PolicyPreview:
    before = store.editions.standing()
    after = (*before, *new)
    recipients, changes = _lines(store, before, after, new, today)
    names = listed([f"{each.name}, {each.days}" for each in new])
    return PolicyPreview(before, after, tuple(recipients), tuple(changes), f"{names}.")


def _lines(
    store: Store, before: Sequence[Edition], after: Sequence[Edition], moved: tuple[Edition, ...], today: date
) -> tuple[list[str], list[str]]:
    """What differs: recipients; then the schools and the words of each policy that was moved."""
    on = max(today, *(each.first for each in moved))
    known = authorities(store=store)
    recipients: list[str] = []
    words: list[str] = []
    for edition in moved:
        for authority in (each for each in known if edition.authority in (PROGRAM, each)):
            old, new = (in_force(each, edition.kind, authority, on) for each in (before, after))
            recipients += _recipients(authority, old, new)
            words += _differences(authority, old, new)
    schools_lines = list(_effects(store, before, after, on, today)) if _DECIDE_VISITS & _kinds(moved) else []
    return recipients, [*_beginning(moved, today), *schools_lines, *words]


_DECIDE_VISITS = {PolicyKind.ENTITLEMENT, PolicyKind.TERMS, PolicyKind.DISTRIBUTION}
"""What changes something at the schools themselves; the others are words to write with."""


def _kinds(editions: Sequence[Edition]) -> set[PolicyKind]:
    return {each.kind for each in editions}


def _beginning(moved: Sequence[Edition], today: date) -> Iterator[str]:
    """From when it counts, where that is not now."""
    later = min((each.first for each in moved if each.first > today), default=None)
    if later:
        yield f"Until {day(later)} nothing changes. From then on:"
    if any(each.first < AcademicYear.of(today).first_day for each in moved):
        yield "It counts from a day of a past year: what was due then is shown by it from now on."


def _in_words(edition: Edition | None) -> dict[str, str]:
    """As ``in_words``; what cannot be read says so, for it may be replaced and taken back all the same."""
    try:
        return in_words(edition) if edition else {}
    except FileProblems:
        return {"This version": "cannot be read, so what it says is not shown"}


def _recipients(authority: str, old: Edition | None, new: Edition | None) -> list[str]:
    """A line for each role that would receive reports and does not yet; then those that would no longer."""
    if new is None or new.kind is not PolicyKind.DISTRIBUTION:
        return []
    had, has = _in_words(old), _in_words(new)
    where = f"every report on a school of authority {authority}"
    return [
        *(f"WILL RECEIVE {where}: {role}" for role in has if role not in had),
        *(f"WILL NO LONGER RECEIVE {where}: {role}" for role in had if role not in has),
    ]


def _differences(authority: str, old: Edition | None, new: Edition | None) -> Iterator[str]:
    """What one policy says otherwise than before, name by name."""
    if old is None or new is None:
        return
    if old == new:
        yield f"For authority {authority}: {new.name}, stays in force."
        return
    had, has = _in_words(old), _in_words(new)
    same = "; the words are the same" if had == has else ""
    yield f"For authority {authority}: {new.name}, in place of version {old.version} of {old.whose}{same}."
    yield from _compared(had, has)


def _compared(had: Mapping[str, str], has: Mapping[str, str]) -> Iterator[str]:
    yield from (f"    gone: {name}: {text}" for name, text in had.items() if name not in has)
    yield from (f"    new: {name}: {text}" for name, text in has.items() if name not in had)
    yield from (
        f"    changed: {name}: {had[name]} → {text}"
        for name, text in has.items()
        if name in had and had[name] != text
    )


def _schools_of(store: Store, year: AcademicYear, today: date) -> list[str]:
    """The schools of a year; before it is allocated those of now."""
    now = schools.current_year(store=store, today=today)
    return list(store.allocations.allocated(year.start) or store.allocations.allocated(now.start))


def _effects(
    store: Store, before: Sequence[Edition], after: Sequence[Edition], on: date, today: date
) -> Iterator[str]:
    """As ``_effects_of``; where an edition cannot be read, that nothing can be said."""
    try:
        yield from list(_effects_of(store, before, after, on, today))
    except FileProblems:
        yield "What changes for your schools cannot be shown: a version that is in force now cannot be read."


def _effects_of(
    store: Store, before: Sequence[Edition], after: Sequence[Edition], on: date, today: date
) -> Iterator[str]:
    """What would be otherwise for the SEP's schools on a day: due visits, planned days, missing people."""
    year = AcademicYear.of(on)
    urns = _schools_of(store, year, today)
    names = store.schools.names(urns)
    was, would_be = (policies.among(store=store, editions=each, urns=urns, on=on) for each in (before, after))
    then, now = (
        schools.entitlements(store=store, year=year, urns=urns, today=on, by_school=each)
        for each in (was, would_be)
    )
    effects = [
        f"{names[urn]}: {effect}"
        for urn in urns
        for effect in (*_due(then[urn], now[urn]), *_planned(then[urn], was[urn], would_be[urn]))
    ]
    total = [sum(each.days.total for each in entitled.values()) for entitled in (then, now)]
    if total[0] != total[1]:
        yield f"All your schools, {year}: {days(total[0])} → {days(total[1])}"
    yield from effects
    yield from _nobody(store, urns, would_be, was)
    yield from _without_rule(would_be, was)
    if not effects:
        yield f"Nothing changes in what your schools are due in {year}."


def _due(then: Entitlement, now: Entitlement) -> Iterator[str]:
    """What one school is due otherwise."""
    was, is_ = _by_key(then), _by_key(now)
    yield from (f"no longer due: {item.title}" for key, item in was.items() if key not in is_)
    for key, item in is_.items():
        if item.kept and key in was and not was[key].kept and item.visit:
            yield f"{item.title}: the visit of {day(item.visit.day)} stays, and belongs to no rule any more"
            continue
        if key not in was:
            yield f"newly due: {item.title}, by {day(item.due_by)}, {days(item.days.total)}. {item.why}"
            continue
        if item.days != was[key].days:
            yield f"{item.title}: {days(was[key].days.total)} → {days(item.days.total)}"
        if item.due_by != was[key].due_by:
            yield f"{item.title}: due by {day(was[key].due_by)} → {day(item.due_by)}"


def _by_key(entitled: Entitlement) -> dict[str, DueItem]:
    return {item.key: item for item in entitled.items if item.state is not DueState.WAIVED}


def _planned(entitled: Entitlement, was: Policies, would_be: Policies) -> Iterator[str]:
    """Visits that are planned for a day that would be a holiday."""
    if was.editions[PolicyKind.TERMS] == would_be.editions[PolicyKind.TERMS]:
        return
    for item in entitled.visits:
        if item.state is DueState.BOOKED and item.visit and would_be.calendar.in_holiday(item.visit.day):
            yield f"{item.title}: planned for {day(item.visit.day)}, which would be in the holidays"


def _nobody(
    store: Store, urns: Sequence[str], would_be: Mapping[str, Policies], was: Mapping[str, Policies]
) -> Iterator[str]:
    """Roles that would receive reports, and schools where nobody holds them yet."""
    new = {role for urn in urns for role in would_be[urn].distribution if role not in was[urn].distribution}
    for role in sorted(new):
        lacking = [
            urn
            for urn in urns
            if role in would_be[urn].distribution
            and all(each.role != role or not each.email for each in store.people.contacts(urn))
        ]
        if lacking:
            yield (
                f"{plural(len(lacking), 'school')}: nobody is entered as {role.in_words}; reports on "
                f"{'it' if len(lacking) == 1 else 'them'} cannot be completed until somebody is, on the "
                "school's page under People."
            )


def _without_rule(would_be: Mapping[str, Policies], was: Mapping[str, Policies]) -> Iterator[str]:
    """Kinds of visit that a policy no longer grants: one that is planned stays, and says so."""
    for kind in VisitKind:
        lost = [urn for urn in would_be if _grants(was[urn], kind) and not _grants(would_be[urn], kind)]
        if lost:
            yield f"No {KIND_NAMES[kind].lower()} is granted any more; one that is planned or held stays."


def _grants(decided: Policies, kind: VisitKind) -> bool:
    return any(rule.kind is kind for rule in decided.entitlement.rules)
