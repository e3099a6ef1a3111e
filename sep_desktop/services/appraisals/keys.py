"""The keys of the sealed store, in the shape of ``services.keys``; its passphrase opens nothing else."""

from dataclasses import dataclass
from datetime import datetime

from sep_desktop.domain.changes import Changed, Changes
from sep_desktop.errors import UserError
from sep_desktop.paths import Locations
from sep_desktop.services import copies_in_reach
from sep_desktop.services.appraisals.stores import OpenStores
from sep_desktop.services.keys import closed_on_failure, first_advice, is_weak, say_what_still_opens
from sep_desktop.storage import passphrases
from sep_desktop.storage.guesses import Guesses
from sep_desktop.storage.key_slots import Cost, WrongSecret
from sep_desktop.storage.sealed import store as sealed_store
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store

_JUDGED = "sealed.passphrase_judged"


@dataclass(frozen=True)
class SealedStoreKeys:
    """``visits`` is the store beside which the sealed one lies."""

    visits: Store
    cost: Cost | None = None

    @property
    def guesses(self) -> Guesses:
        """As ``StoreKeys.guesses``."""
        return Guesses(self.visits.locations.sealed)

    @property
    def place(self) -> Locations:
        """As ``StoreKeys.place``."""
        return self.visits.locations.sealed

    def exists(self) -> bool:
        """As ``StoreKeys.exists``."""
        return sealed_store.exists(self.visits.locations)

    def create(self, passphrase: str) -> tuple[SealedStore, str]:
        """As ``StoreKeys.create``. Until its code is typed back the settings say that it was not."""
        self.check(passphrase)
        sealed, code = sealed_store.create(self.visits.locations, passphrase, self.cost)
        self.visits.settings.put("sealed.code_confirmed", False)
        return sealed, code

    def unlock(self, passphrase: str, accept_old_keys: bool = False) -> SealedStore:
        """As ``StoreKeys.unlock``."""
        sealed = sealed_store.unlock(self.visits.locations, passphrase, accept_old_keys)
        with closed_on_failure(sealed):
            sealed.weak_passphrase = is_weak(passphrase, self.visits, _JUDGED)
        return sealed

    def unlock_with_code(self, code: str, new: str, accept_old_keys: bool = False) -> SealedStore:
        """As ``StoreKeys.unlock_with_code``."""
        self.check(new)
        sealed = sealed_store.unlock_with_code(self.visits.locations, code, new, self.cost, accept_old_keys)
        with closed_on_failure(sealed):
            say_what_still_opens(self.visits, sealed)
        return sealed

    def check(self, passphrase: str) -> None:
        """Raises ``UserError`` for a weak one, and for the program's own: one secret would then open both."""
        passphrases.check(passphrase, self.visits.own_words)
        try:
            self.visits.verify(passphrase)
        except WrongSecret:
            return
        raise UserError(
            "This is the program's own passphrase.",
            "Choose another, so that who knows the one still cannot open the other.",
        )


def change_passphrase(
    *, stores: OpenStores, old: str, new: str, cost: Cost | None, now: datetime
) -> Changed[str]:
    """Another passphrase for the sealed store; which of its backups the old one still opens, in sentences.

    Raises as ``KeyedStore.change_passphrase``, ``SealedStoreKeys.check`` and ``Guesses.counted``.
    """
    store_keys = SealedStoreKeys(stores.visits, cost)
    store_keys.check(new)
    with store_keys.guesses.counted(now):
        stores.sealed.change_passphrase(old, new, cost)
    return Changed(copies_in_reach.renew_keys(store=stores.visits, keyed=stores.sealed), Changes.BACKUPS)


def advise_once(*, stores: OpenStores) -> bool:
    """As ``services.keys.advise_once``, for the sealed store."""
    return first_advice(stores.visits, stores.sealed, _JUDGED)


def replace_recovery_code(*, stores: OpenStores, code: str) -> Changed[str]:
    """Another recovery code for the sealed store, which has been typed back from paper.

    Which of its backups the one before still opens, in sentences.
    """
    stores.sealed.replace_recovery_code(code)
    confirm_code(store=stores.visits)
    old = copies_in_reach.renew_keys(store=stores.visits, keyed=stores.sealed)
    return Changed(old, Changes.SETTINGS | Changes.BACKUPS)


def confirm_code(*, store: Store) -> Changes:
    """The recovery code of the sealed store has been typed back from paper."""
    store.settings.put("sealed.code_confirmed", True)
    return Changes.SETTINGS
