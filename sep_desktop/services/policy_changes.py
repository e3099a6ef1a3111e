"""Taking in what an authority has decided, and taking it back, after a look at what that changes."""

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime
from pathlib import Path

from sep_desktop.domain.backups import Why
from sep_desktop.domain.changes import Changed, Changes, Undo
from sep_desktop.domain.edition import (
    ALWAYS,
    Edition,
    PolicyKind,
    in_force,
    objection,
    to_come,
)
from sep_desktop.domain.wording import day, listed, plural
from sep_desktop.errors import UserError
from sep_desktop.imports.policies.reading import as_file, read_file, refuse_edition
from sep_desktop.services import policies
from sep_desktop.services.policy_effects import differences
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
        PolicyRow(kind, authority, edition, to_come(editions, kind, authority, today))
        for kind in PolicyKind
        for authority in authorities(store=store)
        if (edition := in_force(editions, kind, authority, today))
    ]


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
    known = authorities(store=store)
    recipients, changes = differences(store, standing, left, (gone,), known, today)
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


def apply(*, store: Store, preview: PolicyPreview, now: datetime) -> Changed[None]:
    """Do what the preview showed, in one transaction.

    Raises ``UserError`` when something else has been taken in or back since.
    """
    store.backups.make_if_owed(now, Why.BEFORE_IMPORT)
    with store.atomic():
        if store.editions.standing() != preview.before:
            raise UserError("What is in force has changed since you looked at it.", "Look at it again.")
        known = {each.id for each in preview.before}
        for edition in (each for each in preview.after if each.id not in known):
            store.editions.add(edition, now)
            store.journal.add(now, "policy accepted", f"{edition.name}, {edition.days}")
        kept = {each.id for each in preview.after}
        for edition in (each for each in preview.before if each.id not in kept):
            store.editions.take_back(edition.id, now)
            store.journal.add(now, "policy taken back", edition.name)
    gone = tuple(each for each in preview.before if each.id not in kept)
    return Changed(None, Changes.EVERYTHING, _undo_of_taking_back(preview, gone) if gone else None)


def _undo_of_taking_back(preview: PolicyPreview, gone: Sequence[Edition]) -> Undo[Store]:
    """Let editions count again that were taken back."""
    names = listed([each.name for each in gone])

    def work(store: Store, now: datetime) -> Changes:
        with store.atomic():
            if store.editions.standing() != preview.after:
                raise UserError("Other policies have been taken in or back since.", "Import the file again.")
            for edition in gone:
                store.editions.reinstate(edition.id, now)
                store.journal.add(now, "policy accepted", f"{edition.name}, {edition.days}: taken up again")
        return Changes.EVERYTHING

    return Undo(f"{names}, was taken back.", work, f"{names}, is in force again.", Changes.SETTINGS)


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
    known = authorities(store=store)
    recipients, changes = differences(store, before, after, new, known, today)
    names = listed([f"{each.name}, {each.days}" for each in new])
    return PolicyPreview(before, after, tuple(recipients), tuple(changes), f"{names}.")
