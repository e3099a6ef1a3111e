"""How long records are kept, removing those past it or handed over, what happened to a school's record."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sep_desktop.domain.appraisal.record import Cycle, goes_on
from sep_desktop.domain.changes import Changed, Changes
from sep_desktop.domain.epoch import Cause
from sep_desktop.domain.outbox import UNDER_WAY
from sep_desktop.domain.wording import day, plural
from sep_desktop.errors import UserError
from sep_desktop.services import copies_in_reach
from sep_desktop.services.appraisals.record_transfer import last_transfer
from sep_desktop.services.appraisals.records import REMOVED
from sep_desktop.services.appraisals.subject_access import headteachers, request_password
from sep_desktop.storage.sealed.appraisals import Event, erasure_of
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store


@dataclass(frozen=True)
class RetentionView:
    """What is shown of keeping and giving away one school's record.

    ``headteachers`` are those of the record, the present one first; ``password`` opens everything held.
    """

    headteachers: tuple[str, ...]
    password: str = field(repr=False)
    events: tuple[Event, ...]


def view(*, sealed: SealedStore, cycle: int, urn: str) -> RetentionView:
    """As it stands now."""
    return RetentionView(
        headteachers=tuple(headteachers(sealed=sealed, urn=urn)),
        password=request_password(sealed=sealed, cycle=cycle),
        events=tuple(sealed.appraisals.events(urn)),
    )


def remove_past(*, store: Store, sealed: SealedStore, now: datetime) -> Changed[list[str]]:
    """Remove every cycle that may no longer be kept, also from every backup in reach; a line for each cycle.

    A last line names the backups that still hold them, or were removed with them.

    Raises ``UserError`` while a paper of one of them still waits to be sent, and then removes nothing.
    """
    years = store.settings.number("appraisal.retention_years")
    past = [cycle for cycle in sealed.appraisals.cycles() if goes_on(cycle, years) <= now.date()]
    why = f"kept {plural(years, 'year')} after its end, until {{until}}"
    return _remove(store, sealed, past, why, now, years)


def remove_school(*, store: Store, sealed: SealedStore, urn: str, now: datetime) -> Changed[list[str]]:
    """Remove the record of a school that was handed over. Gives and raises what ``remove_past`` does."""
    cycles = sealed.appraisals.cycles(urn)
    saved = [at for cycle in cycles if (at := sealed.appraisals.parts.last_saved(cycle.id))]
    transferred = last_transfer(sealed=sealed, urn=urn)
    if transferred is None or (saved and max(saved) > transferred):
        raise UserError(
            "These papers were not sealed for the next SEP since they were last changed.",
            "Save the sealed file, and send it, first.",
        )
    return _remove(store, sealed, cycles, "handed over", now)


def _remove(
    store: Store, sealed: SealedStore, cycles: Sequence[Cycle], why: str, now: datetime, years: int = 0
) -> Changed[list[str]]:
    for cycle in cycles:
        _assert_nothing_waits(sealed, cycle)
    lines = []
    for cycle in cycles:
        papers = plural(len(sealed.appraisals.papers(cycle.id)), "paper")
        reason = why.format(until=day(goes_on(cycle, years)))
        lines.append(f"{cycle.school}, {cycle.year}, with {papers}: {reason}.")
    with sealed.atomic():
        sealed.epochs.begin(Cause.SETTLED, now)  # with them goes when the last letter was sent
        for cycle, line in zip(cycles, lines, strict=True):
            sealed.appraisals.remove(cycle.id, now)
            sealed.appraisals.write_down(cycle.urn, f"{REMOVED}{line}", now)
    if cycles:
        sealed.compact()
        copies = copies_in_reach.erase(store=store, keyed=sealed, erasure=erasure_of(sealed.destroyed.all()))
        lines += [copies] if copies else []
    return Changed(lines, Changes.SEALED)


def forget_destroyed(*, sealed: SealedStore, destroyed: Mapping[str, datetime]) -> int:
    """Remove again the cycles that were destroyed before, and how many, where a backup brought them back.

    ``destroyed`` is ``SealedStore.destroyed.all()`` as it was before.
    """
    with sealed.atomic():
        number = sealed.appraisals.forget({**sealed.destroyed.all(), **destroyed})
    if number:
        sealed.compact()
    return number


def _assert_nothing_waits(sealed: SealedStore, cycle: Cycle) -> None:
    if any(letter.state in UNDER_WAY for letter in sealed.letters.of_cycle(cycle.id)):
        raise UserError(
            f"A paper of {cycle.school}, {cycle.year}, waits to be sent, or for your decision.",
            "Send it, or say that it is not to be sent.",
        )
