"""What every operation of the sealed page is given: both stores, open."""

from dataclasses import dataclass

from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store

__all__ = ["OpenStores", "SealedStore"]


@dataclass(frozen=True)
class OpenStores:
    """The store of visits, which is read for schools and people, and the sealed one."""

    visits: Store
    sealed: SealedStore
