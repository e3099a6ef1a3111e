"""The store of visits: one repository a noun over one connection, and the ways in that it offers."""

import os
from datetime import datetime

from sep_desktop.paths import Locations
from sep_desktop.storage import encrypted_store as encrypted_store
from sep_desktop.storage import key_slots as key_slots
from sep_desktop.storage import migrations, store_creation
from sep_desktop.storage.allocations import Allocations
from sep_desktop.storage.backup_places import BackupPlaces
from sep_desktop.storage.circumstances import Circumstances
from sep_desktop.storage.editions import Editions
from sep_desktop.storage.encrypted_store import EncryptedStore, Opening
from sep_desktop.storage.journal import Journal
from sep_desktop.storage.key_slots import Cost, SlotKind
from sep_desktop.storage.notes import Notes
from sep_desktop.storage.os_keyring import Keyring
from sep_desktop.storage.outbox import Outbox
from sep_desktop.storage.past import Past
from sep_desktop.storage.people import People
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.reports import Reports
from sep_desktop.storage.restoring.finishing import finish_restoring
from sep_desktop.storage.schools import Schools
from sep_desktop.storage.settings import Settings
from sep_desktop.storage.store_creation import exists
from sep_desktop.storage.store_lock import hold
from sep_desktop.storage.store_problems import StoreInUse
from sep_desktop.storage.support_given import SupportGiven
from sep_desktop.storage.visit_papers import VisitPapers
from sep_desktop.storage.visits import Visits
from sep_desktop.storage.visits_contents import CONTENTS

__all__ = ["Store", "create", "exists", "in_use", "unlock", "unlock_with_keyring"]


def create(locations: Locations, passphrase: str, cost: Cost | None = None) -> tuple["Store", str]:
    """As ``store_creation.create``."""
    return store_creation.create(Store, locations, passphrase, cost)


def unlock(
    locations: Locations,
    secret: str,
    kind: SlotKind = SlotKind.PASSPHRASE,
    check: bool = True,
    accept_old_keys: bool = False,
) -> "Store":
    """As ``encrypted_store.unlock``."""
    return encrypted_store.unlock(Store, locations, secret, kind, check, accept_old_keys)


def unlock_with_keyring(locations: Locations, keyring: Keyring, check: bool = True) -> "Store | None":
    """Open with the key kept on this computer; ``None`` where none is kept. ``check`` as for ``unlock``."""
    finish_restoring(locations)
    key_file = encrypted_store.key_files_of_kind(Store, locations)[0]
    if key_file.slot(SlotKind.COMPUTER) is None:
        return None
    secret = keyring.read(f"store {key_file.store_id}")
    return unlock(locations, secret, SlotKind.COMPUTER, check) if secret else None


def in_use(locations: Locations) -> bool:
    """Whether another process holds the store."""
    if not locations.lock.exists():
        return False
    try:
        hold(locations).release()
    except StoreInUse:
        return True
    except OSError:
        return False  # whoever may not take the lock is told at the opening
    return False


class Store(EncryptedStore):
    """Schools, visits, reports and what became of them."""

    holds, own_table, migration_set = "visits and reports", "visit", migrations.SET
    purpose = StorePurpose.VISITS
    steps, contents = migrations.STEPS, CONTENTS

    def __init__(self, opening: Opening) -> None:
        super().__init__(opening)
        self.schools = Schools(self.database)
        self.allocations = Allocations(self.database)
        self.people = People(self.database)
        self.circumstances = Circumstances(self.database)
        self.support_given = SupportGiven(self.database)
        self.editions = Editions(self.database)
        self.visits = Visits(self.database)
        self.visit_papers = VisitPapers(self.database)
        self.notes = Notes(self.database)
        self.reports = Reports(self.database)
        self.outbox = Outbox(self.database)
        self.journal = Journal(self.database)
        self.past = Past(self.database)
        self.settings = Settings(self.database)
        self.backup_places = BackupPlaces(self.database)

    @property
    def own_words(self) -> tuple[str, ...]:
        """As ``EncryptedStore.own_words``: its owner's name and address."""
        return self.settings.text("me.name"), self.settings.text("me.email")

    def newest_change(self) -> datetime | None:
        """As ``EncryptedStore.newest_change``."""
        return self.outbox.newest_change()

    def write_down(self, now: datetime, text: str) -> None:
        """As ``EncryptedStore.write_down``."""
        self.journal.add(now, "store mended", text)

    def remember_here(self, keyring: Keyring) -> None:
        """Keep a key in this computer's keyring. Raises a ``Keyring…`` problem and then changes nothing."""
        secret = os.urandom(32).hex()
        keyring.write(f"store {self.key_file.store_id}", secret)
        self._put_key_file(key_slots.with_slot(self.key_file, self._key, SlotKind.COMPUTER, secret))

    def forget_here(self, keyring: Keyring) -> None:
        """Remove the key kept on this computer: the passphrase and the recovery code still open the store."""
        self._put_key_file(key_slots.without_slot(self.key_file, SlotKind.COMPUTER))
        keyring.forget(f"store {self.key_file.store_id}")
