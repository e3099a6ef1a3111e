"""The ways back to the sealed store, in the shape of ``services.way_back``; its own secrets open it."""

from sep_desktop.services.appraisals.retention import forget_destroyed
from sep_desktop.services.way_back import StoreWaysBack
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store


def of_sealed(visits: Store) -> StoreWaysBack[SealedStore]:
    """Those to the sealed store that lies, or should lie, beside ``visits``.

    Records that were destroyed at the end of their years are removed again.
    """

    def forget(staged: SealedStore, present: SealedStore | None) -> None:
        forget_destroyed(sealed=staged, destroyed=present.destroyed.all() if present else {})

    return StoreWaysBack(SealedStore, visits.locations.sealed, lambda _: visits, forget)
