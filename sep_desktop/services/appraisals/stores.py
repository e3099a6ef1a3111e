"""What every operation of the sealed page is given: both stores, open."""

from dataclasses import dataclass, replace
from datetime import datetime
from typing import cast

from sep_desktop.domain.changes import Changed, Changes, Undo, Value
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store

__all__ = ["OpenStores", "SealedStore", "of_both"]


@dataclass(frozen=True)
class OpenStores:
    """The store of visits, which is read for schools and people, and the sealed one."""

    visits: Store
    sealed: SealedStore


def of_both(result: Changed[Value]) -> Changed[Value]:
    """What an operation on the store of visits gave, as one on both: the sealed page shows it too."""
    changes = result.changes | Changes.SEALED
    if result.undo is None:
        return replace(result, changes=changes)
    undo = cast("Undo[Store]", result.undo)

    def work(stores: OpenStores, now: datetime) -> Changes:
        return undo.work(stores.visits, now) | Changes.SEALED

    return Changed(result.value, changes, Undo(undo.sentence, work, undo.undone, undo.of, undo.remark))
