"""Taking back what was done to a visit, in one step; each refuses where the visit has moved on meanwhile."""

from collections.abc import Sequence
from datetime import date, datetime

from sep_desktop.domain.agenda import AgendaItem
from sep_desktop.domain.changes import Changes, Undo
from sep_desktop.domain.visit import Visit
from sep_desktop.domain.wording import day, listed, plural
from sep_desktop.errors import UserError
from sep_desktop.storage.store import Store

_BOTH = Changes.VISITS | Changes.ENTITLEMENT


def of_moving(before: Visit, after: Visit, remarks: Sequence[str]) -> Undo[Store]:
    """Plan a visit as it was ``before`` it was moved; ``remarks`` speak against where it is ``after``."""
    moved = before.day != after.day
    sentence = (
        f"The visit moved from {day(before.day)} to {day(after.day)}."
        if moved
        else f"The visit of {day(after.day)} was changed."
    )
    undone = f"The visit is on {day(before.day)}, {before.hours}, again."

    def work(store: Store, now: datetime) -> Changes:
        present = _unchanged(store, after)
        with store.atomic():
            store.visits.move(before.id, before.plan, before.year, now)
            text = f"taken back, from {present.day.isoformat()} to {before.day.isoformat()}"
            _note(store, before, now, "visit moved", text)
        return _BOTH

    return Undo(sentence, work, undone, Changes.VISITS, " ".join(remarks))


def of_cancelling(cancelled: Visit) -> Undo[Store]:
    """Let a cancelled visit take place after all."""

    def work(store: Store, now: datetime) -> Changes:
        present = _unchanged(store, cancelled)
        others = [each for each in store.visits.of_school(present.urn) if each.id != present.id]
        same = (present.year, present.due_key)
        if any((each.year, each.due_key) == same and not each.is_cancelled for each in others):
            raise UserError("Another visit is planned in its place by now.", "Cancel that one first.")
        with store.atomic():
            store.visits.cancel(present.id, "", now)
            _note(store, present, now, "visit takes place", "its cancellation was taken back")
        return _BOTH

    when = day(cancelled.day)
    return Undo(
        f"The visit of {when} was cancelled.", work, f"The visit of {when} takes place.", Changes.VISITS
    )


def of_holding(held: Visit) -> Undo[Store]:
    """A visit that was marked as held is still to come."""
    on = held.held_on or held.day

    def work(store: Store, now: datetime) -> Changes:
        present = _unchanged(store, held)
        if present.reported:
            raise UserError("The report on this visit is complete; it stays held.")
        with store.atomic():
            store.visits.hold(present.id, None, now)
            _note(
                store, present, now, "visit not held", f"taken back: it was marked as held {on.isoformat()}"
            )
        return _BOTH

    return Undo(
        f"The visit is marked as held on {day(on)}.", work, "The visit is not held any more.", Changes.VISITS
    )


def of_agenda(
    visit: Visit, before: Sequence[AgendaItem], after: Sequence[AgendaItem], agreed: date | None
) -> Undo[Store] | None:
    """Put items that were removed from an agenda back; ``None`` where none was.

    ``agreed`` is when the agenda was agreed before.
    """
    left = {item.key for item in after}
    gone = [item.title for item in before if item.key not in left]
    if not gone:
        return None
    names = listed([f"“{title}”" for title in gone])
    were = "was" if len(gone) == 1 else "were"
    opened = " It is to be agreed again." if agreed else ""

    def work(store: Store, now: datetime) -> Changes:
        if store.visits.agenda(visit.id) != list(after):
            raise UserError("The agenda was changed since; it stays as it is.", "Add the item again.")
        with store.atomic():
            store.visits.put_agenda(visit.id, before, now)
            store.visits.agree_agenda(visit.id, agreed, now)
            items = plural(len(gone), "item")
            _note(store, visit, now, "agenda put back", f"{items} that {were} removed")
        return Changes.VISITS

    sentence = f"{names} {were} removed from the agenda.{opened}"
    return Undo(
        sentence, work, f"{names} {'is' if len(gone) == 1 else 'are'} on the agenda again.", Changes.VISITS
    )


def _unchanged(store: Store, after: Visit) -> Visit:
    """The visit now. Raises ``UserError`` where it is no longer as it was left."""
    present = store.visits.get(after.id)
    if present is None or present.plan != after.plan or present.cancelled_because != after.cancelled_because:
        raise UserError("This visit was changed since; it stays as it is.")
    if present.held_on != after.held_on:
        raise UserError("This visit was marked as held since; it stays as it is.")
    return present


def _note(store: Store, visit: Visit, now: datetime, event: str, text: str) -> None:
    store.journal.add(now, event, text, urn=visit.urn, subject=f"visit {visit.id}")
