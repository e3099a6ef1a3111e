"""One process at a time has a store."""

from filelock import FileLock, Timeout

from sep_desktop.paths import Locations
from sep_desktop.storage.store_problems import StoreInUse


def hold(locations: Locations) -> FileLock:
    """The lock of a store, taken. Raises ``StoreInUse``."""
    lock = FileLock(
        locations.lock, thread_local=False
    )  # taken where the store is opened, given back where it is closed
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise StoreInUse(
            "SEP Desktop is already open with this store.", "Use the window that is open."
        ) from None
    return lock
