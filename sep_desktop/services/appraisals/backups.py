"""Backups of the sealed store: made while it is open, and before it is closed."""

from collections.abc import Callable
from contextlib import suppress
from datetime import datetime

from sep_desktop.domain.backups import Why
from sep_desktop.domain.changes import Changed, Changes
from sep_desktop.errors import Cancelled, EnvironmentProblem
from sep_desktop.services import backups, copies_in_reach
from sep_desktop.services.appraisals.stores import OpenStores
from sep_desktop.storage.sealed.appraisals import erasure_of


def is_owed_from_before(*, stores: OpenStores) -> bool:
    """As ``services.backups.begin_work``."""
    return backups.begin_work(store=stores.sealed)


def back_up_if_owed(
    *, stores: OpenStores, now: datetime, why: Why = Why.WORKING, check: Callable[[], None] = backups.go_on
) -> Changed[str]:
    """A new backup where one is owed, and in the second place too, where that is connected.

    In sentences what older copies may still hold. Raises as ``StoreBackups.make``.
    """
    if not stores.sealed.backups.is_owed:
        return Changed("", Changes.NOTHING)
    backup = stores.sealed.backups.make(now, why, check)
    with suppress(EnvironmentProblem, OSError):  # the next backup of the other store tries again, and says so
        backups.copy_elsewhere(store=stores.visits, now=now, just_made=backup, check=check)
    said = ""
    if destroyed := stores.sealed.destroyed.all():  # a place that was away may still hold it
        erasure = erasure_of(destroyed)
        said = copies_in_reach.erase_again(store=stores.visits, keyed=stores.sealed, erasure=erasure, now=now)
    return Changed(said, Changes.BACKUPS)


def close(*, stores: OpenStores, now: datetime) -> None:
    """Close the sealed store, in any case; before that a backup where one is owed, in a few seconds at most.

    Raises as ``back_up_if_owed``, once it is closed.
    """
    stores.sealed.backups.give_up()
    try:
        with suppress(Cancelled):
            back_up_if_owed(stores=stores, now=now, why=Why.CLOSE, check=backups.within(backups.COPYING))
    finally:
        stores.sealed.close()
