"""The key that is kept on this computer: made, used, forgotten, and whether another process holds the store."""

import pytest

from sep_desktop.domain.settings import SETTINGS
from sep_desktop.services import keys
from sep_desktop.storage import key_file, key_slots
from sep_desktop.storage import store as stores
from sep_desktop.storage.key_slots import SlotKind, WrongSecret
from sep_desktop.storage.os_keyring import KeyringLocked
from sep_desktop.storage.store_problems import DamagedStore
from tests.support.fakes import PASSPHRASE, FakeKeyring


@pytest.fixture
def keyring():
    return FakeKeyring()


@pytest.fixture
def kept(opened, keyring):
    """A store that this computer opens, still open."""
    keys.remember_here(store=opened.store, keyring=keyring)
    return opened.store


def test_the_key_has_256_bits_and_a_name_of_its_store(kept, keyring):
    ((name, secret),) = keyring.secrets.items()
    assert name == f"store {kept.key_file.store_id}"
    assert len(bytes.fromhex(secret)) == 32
    assert bytes(key_slots.open_slot(kept.key_file, SlotKind.COMPUTER, secret))


def test_remembering_again_makes_another_key(kept, keyring):
    (former,) = keyring.secrets.values()
    keys.remember_here(store=kept, keyring=keyring)
    assert former not in keyring.secrets.values()
    with pytest.raises(WrongSecret):
        key_slots.open_slot(kept.key_file, SlotKind.COMPUTER, former)


def test_forgetting_takes_the_slot_the_entry_and_the_setting(kept, keyring, locations):
    assert kept.settings.on("security.remember")
    keys.forget_here(store=kept, keyring=keyring)
    assert keyring.secrets == {}
    assert kept.settings.on("security.remember") is SETTINGS["security.remember"].default
    for path in (locations.key_file, locations.key_file_copy):
        slots = [slot.kind for slot in key_file.read(path).slots]
        assert sorted(slots) == [SlotKind.PASSPHRASE, SlotKind.RECOVERY]


def test_a_keyring_that_does_not_forget_opens_nothing_any_more(kept, keyring, locations):
    keyring.locked = True
    with pytest.raises(KeyringLocked):
        keys.forget_here(store=kept, keyring=keyring)
    kept.close()
    keyring.locked = False
    assert keyring.secrets
    assert stores.unlock_with_keyring(locations, keyring) is None


def test_an_older_copy_of_the_key_file_opens_nothing_that_was_forgotten(kept, keyring, locations):
    older, secrets = locations.key_file.read_bytes(), dict(keyring.secrets)
    keys.forget_here(store=kept, keyring=keyring)
    kept.close()
    locations.key_file_copy.write_bytes(older)
    assert stores.unlock_with_keyring(locations, FakeKeyring(secrets)) is None


@pytest.mark.parametrize("by_keyring", [True, False])
def test_every_page_is_looked_at_unless_the_caller_does_it_next(kept, keyring, locations, by_keyring):
    kept.close()
    data = bytearray(locations.database.read_bytes())
    data[-2000] ^= 1
    locations.database.write_bytes(data)

    def unlock(**how):
        if by_keyring:
            return stores.unlock_with_keyring(locations, keyring, **how)
        return stores.unlock(locations, PASSPHRASE, **how)

    with pytest.raises(DamagedStore):
        unlock()
    store = unlock(check=False)
    with pytest.raises(DamagedStore):
        store.database.check_integrity()
    store.close()


def test_in_use_means_that_somebody_holds_it(opened, locations, monkeypatch):
    assert stores.in_use(locations)
    opened.store.close()
    assert not stores.in_use(locations)

    def barred(_):
        raise PermissionError

    with monkeypatch.context() as patched:
        patched.setattr(stores, "hold", barred)
        assert not stores.in_use(locations)
    locations.lock.unlink(missing_ok=True)
    assert not stores.in_use(locations)
    assert not locations.lock.exists()


def test_what_was_mended_stands_in_the_journal(store, now):
    store.write_down(now, "The copy was written again.")
    assert [(each.event, each.text) for each in store.journal.entries()][-1] == (
        "store mended",
        "The copy was written again.",
    )
