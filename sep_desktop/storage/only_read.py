"""A store opened to be looked at: nothing of it is mended, brought up to date, counted or carried on."""

from collections.abc import Iterator
from contextlib import contextmanager

from sep_desktop.paths import Locations
from sep_desktop.storage.encrypted_store import AnyStore, Opening
from sep_desktop.storage.restoring.keys import keys_here, way_in
from sep_desktop.storage.store_lock import hold_if_writable


@contextmanager
def only_read(kind: type[AnyStore], locations: Locations, passphrase: str) -> Iterator[AnyStore]:
    """The store, open for reading while the block lasts. Its lock is held where the place can be written.

    Raises as ``encrypted_store.unlock``, and ``ReadOnlyStore`` for one of an earlier version.
    """
    lock = hold_if_writable(locations)
    try:
        keys = keys_here(locations, None, passphrase, way_in(by_code=False))
        store = kind(Opening(locations, keys.key_file, keys.key, None))
        try:
            yield store
        finally:
            store.close()
    finally:
        if lock:
            lock.release()
