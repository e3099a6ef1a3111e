"""When the sealed store has been opened: what was cut off is settled, and where to begin is looked up."""

from dataclasses import dataclass
from datetime import datetime

from sep_desktop.services import guard, schools
from sep_desktop.services.appraisals import keys, letters
from sep_desktop.services.appraisals.stores import OpenStores
from sep_desktop.services.guard import Guarded


@dataclass(frozen=True)
class Opening:
    """What the page needs to begin.

    ``cut_off`` is how many letters could not be confirmed, ``guarded`` what the guard saw, ``cycle`` the one
    that was asked for (0 for the list of schools), ``idle_minutes`` after how many the page closes by itself,
    ``advise`` whether its owner is to be told that the passphrase is weak.
    """

    cut_off: int
    guarded: Guarded
    code_confirmed: bool
    idle_minutes: int
    cycle: int
    advise: bool


def begin(*, stores: OpenStores, urn: str, now: datetime) -> Opening:
    """Settle what was cut off, and find this year's cycle of the school with ``urn``, where one is named."""
    settings, sealed = stores.visits.settings, stores.sealed

    def hold(reason: str) -> int:
        return letters.hold_all(sealed=sealed, reason=reason, now=now)

    cut_off = letters.recover(sealed=sealed, now=now)
    guarded = guard.look(store=sealed, hold=hold, now=now)
    letters.hold_for_nobody(store=stores.visits, sealed=sealed, now=now)
    return Opening(
        cut_off=cut_off,
        guarded=guarded,
        code_confirmed=settings.on("sealed.code_confirmed"),
        idle_minutes=settings.number("sealed.idle_minutes"),
        cycle=_cycle_of_this_year(stores, urn, now) if urn else 0,
        advise=keys.advise_once(stores=stores),
    )


def _cycle_of_this_year(stores: OpenStores, urn: str, now: datetime) -> int:
    year = schools.current_year(store=stores.visits, today=now.date())
    cycles = stores.sealed.appraisals.cycles(urn)
    return next((cycle.id for cycle in cycles if cycle.year == year), 0)
