"""The ways back to the sealed store, in the shape of ``services.way_back``; its own secrets open it."""

from sep_desktop.services.way_back import StoreWaysBack
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store


def of_sealed(visits: Store) -> StoreWaysBack[SealedStore]:
    """Those to the sealed store that lies, or should lie, beside ``visits``."""
    return StoreWaysBack(SealedStore, visits.locations.sealed)
