"""Opening the sealed store: by its passphrase, or by its recovery code and a new passphrase.

There is no third way.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import ClassVar

from sep_desktop.paths import Locations
from sep_desktop.storage import encrypted_store as encrypted_store
from sep_desktop.storage import key_slots as key_slots
from sep_desktop.storage import passphrases, store_creation
from sep_desktop.storage.encrypted_store import EncryptedStore, Opening
from sep_desktop.storage.key_slots import Cost, SlotKind
from sep_desktop.storage.migrations import Step
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.sealed.appraisals import Appraisals
from sep_desktop.storage.sealed.contents import CONTENTS
from sep_desktop.storage.sealed.migrations import SET, STEPS
from sep_desktop.storage.sealed.outbox import Letters


class SealedStore(EncryptedStore):
    """Performance management. It knows nothing of the store of visits, and that one nothing of this."""

    holds, own_table, migration_set = "performance management", "cycle", SET
    purpose = StorePurpose.SEALED
    steps: ClassVar[Mapping[str, Step]] = STEPS
    contents = CONTENTS
    strays: ClassVar[frozenset[str]] = frozenset({"0002_support", "0003_delivery_method"})

    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)
        self.appraisals = Appraisals(self.database)
        self.letters = Letters(self.database)

    def newest_change(self) -> datetime | None:
        """As ``EncryptedStore.newest_change``."""
        return self.letters.newest_change()

    def write_down(self, now: datetime, text: str) -> None:
        """As ``EncryptedStore.write_down``."""
        self.appraisals.write_down("", text, now)

    def compact(self) -> None:
        """Write the file anew without what was deleted, and fold the log in."""
        self.database.run("VACUUM")
        self.database.checkpoint()


def exists(locations: Locations) -> bool:
    """Whether there is a sealed store; ``locations`` are those of the store of visits."""
    return store_creation.exists(locations.sealed)


def create(locations: Locations, passphrase: str, cost: Cost | None = None) -> tuple[SealedStore, str]:
    """A new one, open, and its own recovery code. Raises as ``store_creation.create``."""
    return store_creation.create(SealedStore, locations.sealed, passphrase, cost)


def unlock(locations: Locations, passphrase: str, accept_old_keys: bool = False) -> SealedStore:
    """As ``encrypted_store.unlock``."""
    return encrypted_store.unlock(SealedStore, locations.sealed, passphrase, accept_old_keys=accept_old_keys)


def unlock_with_code(
    locations: Locations, code: str, new: str, cost: Cost | None = None, accept_old_keys: bool = False
) -> SealedStore:
    """Open with the recovery code and make ``new`` the passphrase.

    Raises as ``unlock``, and for a weak passphrase.
    """
    passphrases.check(new)
    store = encrypted_store.unlock(
        SealedStore, locations.sealed, code, SlotKind.RECOVERY, accept_old_keys=accept_old_keys
    )
    try:
        store.set_passphrase_by_code(code, new, cost)
    except BaseException:
        store.close()
        raise
    return store
