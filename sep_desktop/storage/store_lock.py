"""The lock that a process takes on a store before it looks at anything of it.

It answers at once and in words. The truth is the database's own lock, which no deleted file lets go of.
"""

from filelock import FileLock, Timeout

from sep_desktop.paths import Locations
from sep_desktop.places import READ_ONLY_ERRORS, PlaceKind, can_write, hazard_of
from sep_desktop.storage.store_problems import StoreInUse, UnsafePlace


def hold(locations: Locations) -> FileLock:
    """The lock of a store, taken. Raises ``StoreInUse``."""
    # Taken on the thread that opens the store, given back on the one that closes it.
    lock = FileLock(locations.lock, thread_local=False, mode=0o600)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise StoreInUse(
            "SEP Desktop is already open with this store.", "Use the window that is open."
        ) from None
    return lock


def hold_if_writable(locations: Locations) -> FileLock | None:
    """The lock; ``None`` in a place that cannot be written, where reading is safe.

    A disk that can be taken out is no place for a new store, but one that is there opens. Raises
    ``StoreInUse`` or ``UnsafePlace``.
    """
    if not can_write(locations.root, locations.database):
        return None
    hazard = hazard_of(locations.root)
    if hazard and hazard.kind is not PlaceKind.REMOVABLE:
        raise UnsafePlace(
            f"The store in {locations.root} cannot be used there: {hazard.reason}.",
            "Nothing was changed. Move its folder to this computer's own disk.",
        )
    try:
        return hold(locations)
    except OSError as error:
        if error.errno in READ_ONLY_ERRORS:
            return None
        raise
