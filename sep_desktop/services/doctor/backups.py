"""The backups of a store: whether there are any, whether they can be used, and how old the newest is."""

from collections.abc import Iterator

from sep_desktop.domain.backups import REMIND_AFTER, is_ahead
from sep_desktop.domain.wording import day_and_time
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.services import backups as backup_services
from sep_desktop.services.doctor.finding import Finding
from sep_desktop.services.doctor.outside import OutsideView
from sep_desktop.storage.backups import keeping
from sep_desktop.storage.backups.listing import Backup, backups_in
from sep_desktop.storage.store import Store

_MAKE_ONE = "Make one: Settings, “Look at the backups”, or “sep-desktop backup”."


def backups(view: OutsideView) -> Iterator[Finding]:
    """Those in the store's own folder, by their manifests."""
    about = view.about("backups")
    try:
        here = backups_in(view.locations.backups)
    except EnvironmentProblem as problem:
        yield Finding(about, problem.message, problem.hint, grave=True)
        return
    for each in here:
        yield from _trouble(view, about, each)
    newest = keeping.newest(here, view.now)
    if newest is None:
        yield Finding(about, "There is no backup that can be used.", _MAKE_ONE)
    else:
        yield _age(view, about, newest)
    if view.locations.backup_owed.exists() and not view.is_open:
        text = "Something may have been saved that is in no backup: the program ended before it made one."
        yield Finding(about, text, "Open the store: the backup is made then.")


def _trouble(view: OutsideView, about: str, backup: Backup) -> Iterator[Finding]:
    if backup.trouble:
        reason = backup.trouble[:1].lower() + backup.trouble[1:]
        text = f"The backup of {day_and_time(backup.made)} cannot be used: {reason}"
        yield Finding(about, text, "Remove it when there is a whole one. Have the disk checked.")
    stores = {each.store_id for each in view.key_files.values() if each}
    if backup.manifest and stores and backup.manifest.store not in stores:
        text = f"The backup of {day_and_time(backup.made)} is another store's."
        yield Finding(about, text, "Move it to where it belongs: it helps nobody here.")


def _age(view: OutsideView, about: str, newest: Backup) -> Finding:
    when = day_and_time(newest.made)
    if is_ahead(newest.made, view.now):
        text = f"The newest backup is dated {when}, which is still to come: a clock was wrong."
        return Finding(about, text, f"Look at this computer's date. {_MAKE_ONE}")
    if view.now - newest.made >= REMIND_AFTER and view.locations.backup_owed.exists():
        return Finding(about, f"The newest backup is of {when}.", _MAKE_ONE)
    return Finding(about, f"The newest backup that can be used is of {when}.")


def second_place(store: Store, view: OutsideView) -> Iterator[Finding]:
    """Where backups of both stores lie outside of this computer, and whether that is in reach now."""
    if missing := backup_services.missing_elsewhere(store=store, now=view.now):
        remedy = "Connect it, or choose another: Settings, “Look at the backups”, “Choose a second place …”."
        yield Finding("second place", missing, remedy)
    else:
        yield Finding("second place", "It is connected.")
