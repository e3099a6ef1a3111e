"""The store of visits: one repository a noun over one connection, and the ways in that it offers."""

import os

from filelock import FileLock

from sep_desktop.paths import Locations
from sep_desktop.storage import migrations, strongbox, vault
from sep_desktop.storage.casework import Casework
from sep_desktop.storage.database import StoreInUse
from sep_desktop.storage.journal import Journal, Settings
from sep_desktop.storage.keystore import Keyring
from sep_desktop.storage.outbox import Outbox
from sep_desktop.storage.reports import Reports
from sep_desktop.storage.schools import Schools
from sep_desktop.storage.strongbox import Strongbox, exists
from sep_desktop.storage.vault import Cost, SlotKind
from sep_desktop.storage.visits import Visits

__all__ = ["Store", "create", "exists", "in_use", "unlock", "unlock_with_keyring"]


def create(locations: Locations, passphrase: str, cost: Cost | None = None) -> tuple["Store", str]:
    """As ``strongbox.create``."""
    return strongbox.create(Store, locations, passphrase, cost)


def unlock(locations: Locations, secret: str, kind: SlotKind = SlotKind.PASSPHRASE, check: bool = True) -> "Store":
    """As ``strongbox.unlock``."""
    return strongbox.unlock(Store, locations, secret, kind, check)


def unlock_with_keyring(locations: Locations, keyring: Keyring, check: bool = True) -> "Store | None":
    """Open with the key kept on this computer; ``None`` where none is kept. ``check`` as for ``unlock``."""
    header = vault.load_header(locations)
    if header.slot(SlotKind.COMPUTER) is None:
        return None
    secret = keyring.read(f"store {header.vault}")
    return unlock(locations, secret, SlotKind.COMPUTER, check) if secret else None


def in_use(locations: Locations) -> bool:
    """Whether another process holds the store."""
    if not locations.lock.exists():
        return False
    try:
        strongbox.hold(locations).release()
    except StoreInUse:
        return True
    return False


class Store(Strongbox):
    """Schools, visits, reports and what became of them."""

    steps = migrations.STEPS

    def __init__(self, locations: Locations, header: vault.Header, key: bytes, lock: FileLock, check: bool = True) -> None:
        super().__init__(locations, header, key, lock, check)
        self.schools = Schools(self.database)
        self.casework = Casework(self.database)
        self.visits = Visits(self.database)
        self.reports = Reports(self.database)
        self.outbox = Outbox(self.database)
        self.journal = Journal(self.database)
        self.settings = Settings(self.database)

    def remember_here(self, keyring: Keyring) -> None:
        """Keep a key in this computer's keyring. Raises a ``Keyring…`` problem and then changes nothing."""
        secret = os.urandom(32).hex()
        keyring.write(f"store {self.header.vault}", secret)
        self._put_header(vault.with_slot(self.header, self._key, SlotKind.COMPUTER, secret))

    def forget_here(self, keyring: Keyring) -> None:
        self._put_header(vault.without_slot(self.header, SlotKind.COMPUTER))
        keyring.forget(f"store {self.header.vault}")
