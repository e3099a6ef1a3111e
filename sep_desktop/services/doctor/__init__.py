"""A look at everything the program stands on, in sentences with what to do.

Both stores are looked at from outside, the store of visits from inside too where it is open. The sealed store
is never opened here, its passphrase never asked for, and nothing is said of what it holds. Nothing is
changed.
"""

from collections.abc import Callable, Iterable, Iterator
from contextlib import suppress
from datetime import datetime

from sep_desktop.errors import SepError, UserError
from sep_desktop.paths import Locations
from sep_desktop.places import can_write
from sep_desktop.services.doctor import backups, computer, contents, key_files, mail, outside
from sep_desktop.services.doctor.finding import Finding
from sep_desktop.services.doctor.outside import OutsideView
from sep_desktop.storage import passphrases, store_creation
from sep_desktop.storage import store as stores
from sep_desktop.storage.guesses import Guesses
from sep_desktop.storage.only_read import only_read
from sep_desktop.storage.os_keyring import Keyring
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.store import Store
from sep_desktop.storage.store_problems import ReadOnlyStore

__all__ = ["Finding", "examine", "examine_closed", "examine_unopened"]


OUTSIDE: tuple[outside.Check, ...] = (
    outside.database,
    outside.place,
    outside.privacy,
    outside.leftovers,
    key_files.keys,
    backups.backups,
)
"""What is looked at of either store, open or closed."""

INSIDE: tuple[Callable[[Store, OutsideView], Iterator[Finding]], ...] = (
    contents.soundness,
    contents.copies,
    contents.clock,
    contents.secrets,
    contents.locks,
    contents.deliveries,
    backups.second_place,
)
"""What is looked at of the store of visits while it is open."""

COMPUTER: tuple[Callable[[Locations], Iterable[Finding]], ...] = (
    computer.typefaces,
    computer.papers,
    computer.disk,
    computer.image_of_memory,
)
"""What is looked at beside the stores, for a store in that place."""


def examine(*, store: Store, keyring: Keyring, now: datetime) -> list[Finding]:
    """Both stores, the keyring, mail and computer; ``store`` is open."""
    view = OutsideView(store.locations, StorePurpose.VISITS, now, is_open=True)
    inside = _inside(store, keyring, view)
    return [*inside, *_from_outside(view), *_beside(store.locations, keyring)]


def examine_closed(
    *, locations: Locations, passphrase: str, keyring: Keyring, now: datetime
) -> list[Finding]:
    """As ``examine``, with the store opened for reading alone; what can be said where it does not open.

    A wrong passphrase counts as a guess, and that is written down; nothing else is.
    """
    view = OutsideView(locations, StorePurpose.VISITS, now, is_open=stores.in_use(locations))
    outside_of_both = list(_from_outside(view))  # while nothing of it is open
    try:
        with Guesses(locations).counted(now), only_read(Store, locations, passphrase) as store:
            store.weak_passphrase = passphrases.weakness(passphrase, store.own_words) is not None
            inside = _inside(store, keyring, view)
    except ReadOnlyStore as problem:
        inside = [_unopened(_of_an_earlier_version() if can_write(locations.root) else problem)]
    except SepError as problem:
        inside = [_unopened(problem)]
    return [*inside, *outside_of_both, *_beside(locations, keyring)]


def examine_unopened(
    *, locations: Locations, keyring: Keyring, now: datetime, reason: SepError
) -> list[Finding]:
    """What can be said of a store that nobody could open; ``reason`` is why not."""
    view = OutsideView(locations, StorePurpose.VISITS, now, is_open=stores.in_use(locations))
    return [_unopened(reason), *_from_outside(view), *_beside(locations, keyring)]


def _inside(store: Store, keyring: Keyring, view: OutsideView) -> list[Finding]:
    findings = [finding for check in INSIDE for finding in check(store, view)]
    return [*findings, *mail.mail(store=store, keyring=keyring)]


def _unopened(reason: SepError) -> Finding:
    return Finding("store", reason.message, reason.hint or "See what is said below.", grave=True)


def _of_an_earlier_version() -> UserError:
    return UserError(
        "The store is of an earlier version of the program, and was not looked into.",
        "Open it in the window: a backup is made, and it is brought up to date. Then look again.",
    )


def _from_outside(view: OutsideView) -> Iterator[Finding]:
    for check in OUTSIDE:
        yield from _tried(check, view)
    sealed = view.locations.sealed
    if store_creation.exists(sealed):
        seen = OutsideView(sealed, StorePurpose.SEALED, view.now, is_open=stores.in_use(sealed))
        for check in OUTSIDE:
            yield from _tried(check, seen)


def _tried(check: outside.Check, view: OutsideView) -> list[Finding]:
    """A folder that cannot be looked into is a finding itself, and stops no other look."""
    try:
        return list(check(view))
    except OSError as error:
        text = f"{view.locations.root} cannot be looked into ({type(error).__name__})."
        return [Finding(view.about("store"), text, "Give yourself the right to read it.", grave=True)]


def _beside(locations: Locations, keyring: Keyring) -> Iterator[Finding]:
    yield computer.keyring_state(keyring)
    for check in COMPUTER:
        with suppress(OSError):  # the place of the store is gone, which was said already
            yield from check(locations)
