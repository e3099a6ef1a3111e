"""A store that is closed, what the doctor says of it, and the sealed one beside it."""

import hashlib

import pytest

from sep_desktop.services.doctor import examine_closed
from sep_desktop.storage.os_keyring import NoKeyring
from tests.support.fakes import PASSPHRASE

NO_KEYRING = NoKeyring()


@pytest.fixture
def closed(opened, locations, now):
    """A store with a backup, closed as a session ends."""
    opened.store.back_up(now)
    opened.store.close()
    return locations


@pytest.fixture
def both(store, sealed, locations, now):
    """Both stores, each with a backup, closed."""
    for each in (store, sealed):
        each.back_up(now)
        each.close()
    return locations


@pytest.fixture
def look(locations, now):
    """What the doctor says: every finding, in its order."""

    def examine(passphrase=PASSPHRASE, keyring=NO_KEYRING, at=now):
        return examine_closed(locations=locations, passphrase=passphrase, keyring=keyring, now=at)

    return examine


def snapshot(root):
    """Every file below ``root`` with its digest, but for the lock, which is held while somebody looks."""
    return {
        str(path.relative_to(root)): hashlib.sha256(path.read_bytes()).hexdigest()
        for path in sorted(root.rglob("*"))
        if path.is_file() and path.name != "in-use.lock"
    }
