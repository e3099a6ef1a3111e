"""The keys of a store as the window needs them: one shape for either store, and those of the store of visits.

The sealed store's are in ``services.appraisals.keys``.
"""

from collections.abc import Iterable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import datetime
from threading import Lock
from typing import Generic, Protocol, TypeVar

from sep_desktop.domain.changes import Changed, Changes
from sep_desktop.errors import Cancelled, SepError, UserError
from sep_desktop.notices import Tone
from sep_desktop.paths import Locations
from sep_desktop.services import copies_in_reach
from sep_desktop.storage import key_file as key_files
from sep_desktop.storage import passphrases
from sep_desktop.storage import store as stores
from sep_desktop.storage.encrypted_store import EncryptedStore
from sep_desktop.storage.guesses import Guesses, TooSoon
from sep_desktop.storage.key_slots import Cost, SlotKind, WrongSecret, new_recovery_code, normal_code
from sep_desktop.storage.os_keyring import Keyring
from sep_desktop.storage.store import Store
from sep_desktop.storage.store_lock import hold
from sep_desktop.storage.store_problems import WayBack

__all__ = [
    "Attempt",
    "Guesses",
    "KeyedStore",
    "StoreKeys",
    "TooSoon",
    "VisitStoreKeys",
    "WayBack",
    "WrongSecret",
    "new_recovery_code",
    "ways_back",
]

ADVICE = (
    "Your passphrase is easy to guess.",
    "It opens your store as before; choose a better one in Settings, Security.",
)
"""What is said once to whoever opens the store of visits with a weak passphrase, and what to do."""

_JUDGED = "security.passphrase_judged"


class KeyedStore(Protocol):
    """An open store, as far as its keys go: what ``storage.encrypted_store.EncryptedStore`` says of each."""

    weak_passphrase: bool

    def verify(self, passphrase: str) -> None:
        """Raises ``WrongSecret`` for any other passphrase than this store's."""

    def change_passphrase(self, old: str, new: str, cost: Cost | None = None) -> None:
        """Raises ``WrongSecret`` for a wrong old passphrase, ``UserError`` for a weak new one."""

    def set_passphrase_by_code(self, code: str, new: str, cost: Cost | None = None) -> None:
        """Raises ``WrongSecret`` for a wrong code, ``UserError`` for a weak passphrase."""

    def replace_recovery_code(self, code: str) -> None:
        """Make ``code`` the recovery code; the one before opens nothing any more."""

    def close(self) -> None:
        """Let go of the file and the keys; a second call does nothing."""


AnyKeyedStore = TypeVar("AnyKeyedStore", bound=KeyedStore)
OpenedStore = TypeVar("OpenedStore", bound=KeyedStore, covariant=True)


class StoreKeys(Protocol[OpenedStore]):
    """What opens one of the two stores. ``cost`` is what a guess at its passphrase costs.

    ``accept_old_keys`` makes a key file that is older than the store has seen the one that counts.
    """

    @property
    def cost(self) -> Cost | None:
        """The Argon2id cost of a new passphrase; the usual one where it is ``None``."""

    @property
    def guesses(self) -> Guesses:
        """The wrong guesses at its secrets, as they were kept."""

    @property
    def place(self) -> Locations:
        """Where the store lies."""

    def exists(self) -> bool:
        """Whether there is such a store."""

    def create(self, passphrase: str) -> tuple[OpenedStore, str]:
        """A new store, open, and its recovery code.

        Raises ``UserError`` for a passphrase that will not do.
        """

    def unlock(self, passphrase: str, accept_old_keys: bool = False) -> OpenedStore:
        """Raises ``WrongSecret``, a ``StoreProblem`` or ``UserError`` (newer schema)."""

    def unlock_with_code(self, code: str, new: str, accept_old_keys: bool = False) -> OpenedStore:
        """Open with the recovery code and make ``new`` the passphrase. Raises as ``unlock`` and ``check``."""

    def check(self, passphrase: str) -> None:
        """Raises ``UserError`` for a new passphrase that will not do."""


@dataclass(frozen=True)
class VisitStoreKeys:
    """Those of the store of visits."""

    locations: Locations
    cost: Cost | None = None

    @property
    def guesses(self) -> Guesses:
        """As ``StoreKeys.guesses``."""
        return Guesses(self.locations)

    @property
    def place(self) -> Locations:
        """As ``StoreKeys.place``."""
        return self.locations

    def exists(self) -> bool:
        """As ``StoreKeys.exists``."""
        return stores.exists(self.locations)

    def create(self, passphrase: str) -> tuple[Store, str]:
        """As ``StoreKeys.create``."""
        return stores.create(self.locations, passphrase, self.cost)

    def unlock(self, passphrase: str, accept_old_keys: bool = False) -> Store:
        """As ``StoreKeys.unlock``."""
        store = stores.unlock(self.locations, passphrase, accept_old_keys=accept_old_keys)
        with closed_on_failure(store):
            store.weak_passphrase = is_weak(passphrase, store, _JUDGED)
        return store

    def unlock_with_code(self, code: str, new: str, accept_old_keys: bool = False) -> Store:
        """As ``StoreKeys.unlock_with_code``."""
        passphrases.check(new)
        store = stores.unlock(self.locations, code, SlotKind.RECOVERY, accept_old_keys=accept_old_keys)
        with closed_on_failure(store):
            store.set_passphrase_by_code(code, new, self.cost)
            say_what_still_opens(store, store)
        return store

    def check(self, passphrase: str) -> None:
        """As ``StoreKeys.check``."""
        passphrases.check(passphrase)


@contextmanager
def closed_on_failure(store: KeyedStore) -> Iterator[None]:
    """Close a store that was just opened where the block fails: nobody else would."""
    try:
        yield
    except BaseException:
        store.close()
        raise


def say_what_still_opens(visits: Store, opened: EncryptedStore) -> None:
    """After its code gave it a new passphrase: renew every backup in reach, and tell of the others."""
    if text := copies_in_reach.renew_keys(store=visits, keyed=opened):
        opened.notices.say(Tone.WARN, text)


def unlock(
    *,
    keys: StoreKeys[AnyKeyedStore],
    passphrase: str,
    covered: AnyKeyedStore | None = None,
    guesses: Guesses,
    now: datetime,
    accept_old_keys: bool = False,
) -> AnyKeyedStore:
    """Open a store, or prove that one which stands open behind a cover may be seen again.

    Raises as ``StoreKeys.unlock``, and ``TooSoon`` after wrong guesses, which ``guesses`` counts.
    """
    with guesses.counted(now):
        if covered is None:
            return keys.unlock(passphrase, accept_old_keys)
        covered.verify(passphrase)
        return covered


def unlock_with_code(
    *,
    keys: StoreKeys[AnyKeyedStore],
    code: str,
    new: str,
    covered: AnyKeyedStore | None = None,
    guesses: Guesses,
    now: datetime,
    accept_old_keys: bool = False,
) -> AnyKeyedStore:
    """As ``unlock``, by the recovery code, with ``new`` as the passphrase from now on."""
    with guesses.counted(now):
        if covered is None:
            return keys.unlock_with_code(code, new, accept_old_keys)
        keys.check(new)
        covered.set_passphrase_by_code(code, new, keys.cost)
        return covered


def seconds_to_wait(error: BaseException) -> int:
    """For how long nobody may guess again after ``error``; none for one that says nothing of guesses."""
    return error.seconds if isinstance(error, WrongSecret | TooSoon) else 0


def passphrase_advice(passphrase: str, own_words: Iterable[str]) -> str:
    """What to do about a passphrase that is being chosen, in sentences; empty where it will do.

    ``own_words`` are its owner's name and address.
    """
    return str(passphrases.weakness(passphrase, own_words) or "")


def advise_once(*, store: Store) -> bool:
    """Whether its owner is to be told now, and only now, that the passphrase would not be taken today."""
    return first_advice(store, store, _JUDGED)


def is_weak(passphrase: str, store: Store, setting: str) -> bool:
    """Whether a passphrase that opens would not be taken today. One that was judged once is so no more:
    ``setting`` remembers that it was good enough, or that its owner was told.
    """
    if store.settings.on(setting):
        return False
    weak = passphrases.weakness(passphrase, store.own_words) is not None
    if not weak:
        _remember(store, setting)
    return weak


def first_advice(store: Store, opened: KeyedStore, setting: str) -> bool:
    """As ``advise_once``, for whichever was ``opened``; ``setting`` remembers that it was said."""
    if not opened.weak_passphrase or store.settings.on(setting):
        return False
    _remember(store, setting)
    return True


def _remember(store: Store, setting: str) -> None:
    with suppress(SepError):  # a store that cannot be written to opens all the same
        store.settings.put(setting, True)


def ways_back(error: BaseException | None) -> tuple[WayBack, ...]:
    """What somebody can do about a store that did not open for this reason."""
    return getattr(error, "ways_back", ())


def use_newer_key_file(keys: StoreKeys[AnyKeyedStore]) -> str:
    """Take the newest key file of a store out of its backups; the sentence that says which.

    Raises ``UserError`` where they hold no newer one, ``StoreInUse``, or ``OSError``.
    """
    with hold(keys.place):
        where = key_files.take_from_backups(keys.place)
    return f"The key file from the backup {where} is in its place. Type the passphrase of that time or later."


class Attempt(Generic[AnyKeyedStore]):
    """One try at opening a store. Given up while it is under way, it closes what it opened."""

    def __init__(self) -> None:
        self._lock, self._given_up = Lock(), False
        self._opened: AnyKeyedStore | None = None

    def hold(self, store: AnyKeyedStore) -> None:
        """``store`` was opened. Raises ``Cancelled``, with it closed, when nobody waits for it any more."""
        with self._lock:
            if not self._given_up:
                self._opened = store
                return
        store.close()
        raise Cancelled

    def take(self) -> None:
        """Whoever asked has the store now, and closes it."""
        with self._lock:
            self._opened = None

    def give_up(self) -> None:
        """Nobody waits for it any more. Does nothing once the store was taken."""
        with self._lock:
            self._given_up = True
            store, self._opened = self._opened, None
        if store is not None:
            store.close()


def assert_same_code(typed: str, code: str) -> None:
    """Raises ``UserError`` unless the recovery code was typed back as it was shown."""
    if normal_code(typed) != normal_code(code):
        raise UserError("That is not the code shown above.", "Compare it group by group.")


def change_passphrase(*, store: Store, old: str, new: str, cost: Cost | None, now: datetime) -> Changed[str]:
    """Another passphrase for the store of visits; which backups the old one still opens, in sentences.

    Raises as ``KeyedStore.change_passphrase``, and ``TooSoon``.
    """
    with Guesses(store.locations).counted(now):
        store.change_passphrase(old, new, cost)
    return Changed(copies_in_reach.renew_keys(store=store, keyed=store), Changes.BACKUPS)


def replace_recovery_code(*, store: Store, code: str) -> Changed[str]:
    """Another recovery code for the store of visits, which has been typed back from paper.

    Which backups the one before still opens, in sentences.
    """
    store.replace_recovery_code(code)
    confirm_code(store=store)
    return Changed(copies_in_reach.renew_keys(store=store, keyed=store), Changes.SETTINGS | Changes.BACKUPS)


def confirm_code(*, store: Store) -> Changes:
    """The recovery code has been typed back from paper."""
    store.settings.put("security.code_confirmed", True)
    return Changes.SETTINGS


def remember_here(*, store: Store, keyring: Keyring) -> Changes:
    """Open without the passphrase on this computer.

    Raises an ``EnvironmentProblem`` and then changes nothing.
    """
    store.remember_here(keyring)
    store.settings.put("security.remember", True)
    return Changes.SETTINGS


def forget_here(*, store: Store, keyring: Keyring) -> Changes:
    """Ask for the passphrase on this computer too. Raises ``EnvironmentProblem``."""
    store.forget_here(keyring)
    store.settings.put("security.remember", False)
    return Changes.SETTINGS
