"""Backups: made here, put in a second place, looked at, and what of them is missing."""

import time
from collections.abc import Callable, Iterable
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path

from sep_desktop.domain.backups import Why, is_ahead, is_reminder_due
from sep_desktop.domain.changes import Changed, Changes
from sep_desktop.domain.wording import ago, day_and_time
from sep_desktop.errors import Cancelled, EnvironmentProblem, UserError
from sep_desktop.files import SEALED_THERE, is_open_to_others
from sep_desktop.services import copies_in_reach
from sep_desktop.storage import migrations
from sep_desktop.storage.backups import keeping, renewing, search, second_place, verification
from sep_desktop.storage.backups.listing import Backup, backups_in
from sep_desktop.storage.backups.manifest import DamagedBackup
from sep_desktop.storage.backups.verification import Checked
from sep_desktop.storage.encrypted_store import EncryptedStore
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.store import Store
from sep_desktop.storage.visit_papers import erasure_of

__all__ = ["Backup", "BackupsView", "Checked", "DamagedBackup", "Why"]


COPYING = 2.5
"""Seconds for the copying: to look at every page of it then takes about as long again."""


def go_on() -> None:
    """Nobody asks to stop."""


@dataclass(frozen=True)
class BackupsView:
    """The backups of the store of visits, newest first, and what is missing, in sentences.

    ``owed`` says since when changes are in no backup yet; empty where all are. ``place`` is the second place,
    where one was chosen; ``elsewhere`` what lies there, or ``None`` where that cannot be seen now.
    """

    folder: Path
    here: tuple[Backup, ...]
    place: Path | None
    elsewhere: tuple[Backup, ...] | None
    missing: tuple[str, ...]
    owed: str = ""


@dataclass(frozen=True)
class BackupMade:
    """A new backup, and what went wrong in the second place or with older copies; empty where nothing did.

    ``copy`` is where it lies in the second place, if it does; ``chosen`` what was said of that place when it
    was chosen just now.
    """

    backup: Backup
    trouble: str = ""
    copy: Path | None = None
    chosen: str = ""


def overview(*, store: Store, now: datetime) -> BackupsView:
    """As it stands now. Raises ``EnvironmentProblem`` where the store's own backups cannot be listed."""
    folder, place = store.locations.backups, _place(store)
    elsewhere = None
    if place and second_place.is_there(place):
        with suppress(EnvironmentProblem):
            elsewhere = tuple(backups_in(_there(store, place)))
    here = backups_in(folder)
    missing = tuple(_missing(store, here, now))
    return BackupsView(folder, tuple(here), place, elsewhere, missing, _owed(store, here, now))


def _owed(store: Store, here: Iterable[Backup], now: datetime) -> str:
    newest = keeping.newest(here, now)
    if newest is None or not store.backups.is_owed:
        return ""
    moment = newest.made
    since = f"{moment:%H:%M} today" if moment.date() == now.date() else day_and_time(moment)
    return f"Changes since {since} are not in a backup."


def _missing(store: Store, here: Iterable[Backup], now: datetime) -> Iterable[str]:
    if all(each.trouble for each in here):
        yield "There is no backup yet. One is made when the program is closed."
    for each in (each for each in here if each.trouble):
        reason = each.trouble[:1].lower() + each.trouble[1:]
        yield f"The backup of {day_and_time(each.made)} cannot be used: {reason}"
    if elsewhere := missing_elsewhere(store=store, now=now):
        yield elsewhere


def missing_elsewhere(*, store: Store, now: datetime) -> str:
    """What is missing of the second place, in a sentence; empty where it is connected."""
    place = _place(store)
    if place is None:
        return "No second place is chosen: a lost or broken computer would take every backup with it."
    if second_place.is_there(place):
        return ""
    written = last_elsewhere(store=store, now=now)
    last = f"last written {ago(written.date(), now.date())}" if written else "nothing was written there yet"
    return f"The second place, {place}, is not connected; {last}."


def last_elsewhere(*, store: Store, now: datetime) -> datetime | None:
    """When a backup of the store of visits was last written to a second place.

    What is dated in the future was written by a wrong clock: nobody knows when.
    """
    places = store.backup_places.all(StorePurpose.VISITS)
    return next((each.written for each in places if not is_ahead(each.written, now)), None)


def reminder(*, store: Store, now: datetime) -> str:
    """What Today says where there is no recent backup in a second place; empty where there is no need."""
    written, begun = last_elsewhere(store=store, now=now), migrations.first_applied(store.database)
    if store.settings.on("sample") or not is_reminder_due(
        now, written, begun, store.reports.is_any_completed
    ):
        return ""
    if written is None and store.backup_places.all(StorePurpose.VISITS):
        return "Nobody knows when the last backup outside this computer was made: connect the second place."
    if written is None:
        return "There is no backup outside this computer. If it is lost or breaks, everything is lost."
    last = ago(written.date(), now.date())
    return f"The last backup outside this computer was made {last}: connect the second place."


def back_up(
    *, store: Store, now: datetime, why: Why = Why.BY_HAND, check: Callable[[], None] = go_on
) -> Changed[BackupMade]:
    """A new backup here, verified, and then in the second place, where that is connected.

    ``check`` is called every few milliseconds and may raise to give up. Raises as ``StoreBackups.make``; what
    goes wrong in the second place is told in the answer, for the backup itself is made.
    """
    backup = store.backups.make(now, why, check)
    trouble = _tried(store, backup, now, check)
    return Changed(BackupMade(backup, trouble, _copy_of(store, backup)), Changes.BACKUPS)


def _copy_of(store: Store, backup: Backup) -> Path | None:
    place = _place(store)
    with suppress(OSError):  # the place was pulled out
        return second_place.copy_of(backup, _there(store, place)) if place else None
    return None


def _tried(store: Store, backup: Backup, now: datetime, check: Callable[[], None]) -> str:
    trouble = []
    try:
        copy_elsewhere(store=store, now=now, just_made=backup, check=check)
    except EnvironmentProblem as problem:
        trouble.append(str(problem))
    except OSError as error:
        trouble.append(f"The second place cannot be read or written ({type(error).__name__}).")
    destroyed = store.destroyed.all()
    if destroyed and check is go_on:  # a place that was away may still hold it; nobody waits for that
        trouble.append(
            copies_in_reach.erase_again(store=store, keyed=store, erasure=erasure_of(destroyed), now=now)
        )
    return " ".join(filter(None, trouble))


def copy_elsewhere(
    *,
    store: Store,
    now: datetime,
    just_made: Backup | None = None,
    check: Callable[[], None] = go_on,
) -> bool:
    """Put the newest backup of each store in the second place; whether it is connected.

    ``just_made`` is the newest of its store, whatever its date. What lies there is thinned, and opened by the
    keys as they are now. Raises ``EnvironmentProblem``.
    """
    place = _place(store)
    if place is None or not second_place.is_there(place):
        return False
    for purpose, folder in _own_folders(store):
        newest = _newest(folder, just_made, now)
        if newest and newest.manifest and newest.key_file:
            there = second_place.folder_at(place, newest.manifest.store, purpose)
            second_place.remove_forgotten(there, now)
            is_written = second_place.copy_there(newest, there, check)
            _renew_copies(store, newest, there)
            with suppress(OSError, EnvironmentProblem):  # what could not be removed is thinned out next time
                keeping.thin(there, newest.manifest.store, now)
            if is_written:
                with store.backups.uncounted():
                    store.backup_places.wrote(place, purpose, now)
    return True


def _renew_copies(store: Store, newest: Backup, there: Path) -> None:
    """By the keys of the open store; of the other, which may be closed, by those that lie in its backup."""
    if newest.manifest and newest.manifest.store == store.key_file.store_id:
        store.backups.renew_keys(there)
    else:
        renewing.renew_by(newest, there)


def _newest(folder: Path, just_made: Backup | None, now: datetime) -> Backup | None:
    if just_made and just_made.path.parent == folder:
        return just_made
    return keeping.newest((each for each in backups_in(folder) if each.manifest), now)


def _own_folders(store: Store) -> tuple[tuple[StorePurpose, Path], ...]:
    """Where the backups of both stores lie; those of the sealed one are copied as they are."""
    return (
        (StorePurpose.VISITS, store.locations.backups),
        (StorePurpose.SEALED, store.locations.sealed.backups),
    )


def _place(store: Store) -> Path | None:
    text = store.settings.text("backup.place")
    return Path(text) if text else None


def _there(store: Store, place: Path) -> Path:
    return second_place.folder_at(place, store.key_file.store_id, StorePurpose.VISITS)


def choose_place(*, store: Store, place: Path, now: datetime) -> Changed[str]:
    """Make ``place`` the second place, and put the newest backup there; what that came to, in a sentence.

    Raises ``UserError`` for the store's own folder, ``EnvironmentProblem`` where it cannot be written.
    """
    place = place.expanduser().absolute()
    if place.resolve().is_relative_to(store.locations.root.resolve()):
        raise UserError(
            f"{place} is inside the store's own folder, and would be lost with it.",
            "Choose a stick, another disk, or a folder that is kept in step with another computer.",
        )
    second_place.prepare(place)
    store.settings.put("backup.place", str(place))
    if not any(each.manifest and not each.trouble for each in store.backups.all()):
        store.backups.make(now, Why.BY_HAND)
    copy_elsewhere(store=store, now=now)
    remark = f" {SEALED_THERE}" if is_open_to_others(place / second_place.FOLDER) else ""
    return Changed(f"Backups are put in {place} from now on.{remark}", Changes.BACKUPS | Changes.SETTINGS)


def back_up_to(*, store: Store, place: Path | None, now: datetime) -> Changed[BackupMade]:
    """As ``back_up``; with a ``place``, which is made the second place first. Raises as both."""
    chosen = choose_place(store=store, place=place, now=now).value if place else ""
    outcome = back_up(store=store, now=now)
    return Changed(replace(outcome.value, chosen=chosen), outcome.changes)


def verify(*, store: Store | None, path: Path) -> str:
    """Look at the backup that ``path`` is or lies in; what was looked at, in a sentence.

    ``store`` has the keys, where it is the one that was backed up. Raises ``DamagedBackup``, and
    ``UserError`` for what is no backup.
    """
    backup = backup_of(path)
    manifest = backup.manifest
    try:
        if store and (manifest is None or manifest.store == store.key_file.store_id):
            checked = store.backups.verify(backup)
        else:
            checked = verification.verify(backup)
    except DamagedBackup:
        raise
    except OSError as error:
        raise DamagedBackup(f"{path} cannot be read ({type(error).__name__}).") from None
    if checked is Checked.WHOLE:
        return f"The backup of {day_and_time(backup.made)} is complete."
    return (
        f"The backup of {day_and_time(backup.made)} is byte for byte what was written. That is all that "
        "could be checked without its keys: open its store to have every page and row looked at."
    )


def backup_of(path: Path) -> Backup:
    """The backup that ``path`` is, or the file in it that it is. Raises ``UserError`` where there is none."""
    if backup := search.backup_of(path.absolute()):
        return backup
    raise UserError(
        f"{path} is no backup.",
        "Name the folder of one, such as backups/2026-11-24-103207-close, or a file in it.",
    )


def listed_at(*, place: Path) -> list[Backup]:
    """Every backup in a place, of whatever store, newest first. Raises as ``search.backups_at``."""
    return search.backups_at(place)


def begin_work(*, store: EncryptedStore) -> bool:
    """The store is open and its page is shown; whether a backup is owed from before."""
    store.backups.begin_work()
    return store.backups.was_owed


def back_up_before_closing(*, store: Store, now: datetime) -> None:
    """The last backup of a session, where one is owed, in some five seconds at most.

    One that would take longer is given up, and made after the next start. Raises as ``back_up``.
    """
    store.backups.give_up()
    if store.backups.is_owed:
        with suppress(Cancelled):
            back_up(store=store, now=now, why=Why.CLOSE, check=within(COPYING))


def within(seconds: float) -> Callable[[], None]:
    """A check that gives up when so much time has passed."""
    end = time.monotonic() + seconds

    def check() -> None:
        if time.monotonic() > end:
            raise Cancelled

    return check
