"""The ways back to the sealed store, in the shape of ``services.way_back``; its own secrets open it."""

from sep_desktop.services.appraisals.retention import forget_destroyed
from sep_desktop.services.way_back import StoreWaysBack
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store


def of_sealed(visits: Store) -> StoreWaysBack[SealedStore]:
    """Those to the sealed store that lies, or should lie, beside ``visits``.

    Records that were destroyed at the end of their years are removed again.
    """

    locations = visits.locations.sealed

    def forget(staged: SealedStore, present: SealedStore | None) -> None:
        known = present.destroyed.all() if present else staged.backups.destroyed_in(locations.backups)
        forget_destroyed(sealed=staged, destroyed=known)

    return StoreWaysBack(SealedStore, locations, lambda _: visits, forget)
