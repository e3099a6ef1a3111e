"""Closed stores that rounds begin from: made once a run, copied for each round."""

import os
import shutil
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

from sep_desktop.paths import Locations
from sep_desktop.services import sample
from sep_desktop.storage import store as stores
from sep_desktop.storage.sealed import store as sealed_stores
from sep_desktop.storage.store import Store
from tests.conftest import QUICK
from tests.faults.case import Context
from tests.support.appraisals import SEALED, begun, fill
from tests.support.fakes import PASSPHRASE

VISIT = 1
"""The number of the sample visit, held and written up."""


def sample_store(context: Context, name: str = "store") -> Locations:
    """A copy of the sample data under a key that opens quickly."""
    return copied(once(context, "sample", _make_sample), context.folder / name)


def both_stores(context: Context, name: str = "store") -> Locations:
    """As ``sample_store``, with a sealed store that has a whole record."""
    return copied(once(context, "both", _make_both), context.folder / name)


def opened(locations: Locations) -> Store:
    """Open as every start does."""
    return stores.unlock(locations, PASSPHRASE)


def copied(source: Path, target: Path) -> Locations:
    """A copy of a closed store, without its lock."""
    shutil.copytree(source, target, ignore=shutil.ignore_patterns("in-use.lock"))
    return Locations(target)


def once(context: Context, name: str, make: Callable[[Context, Path], None]) -> Path:
    """A folder of the whole run, made by the first round that asks for it."""
    target = context.shared / name
    if not target.exists():
        beside = context.shared / f"{name}-{os.getpid()}"
        make(context, beside)
        with suppress(OSError):  # another process was first
            beside.rename(target)
    return target


def _make_sample(context: Context, root: Path) -> None:
    store, _ = stores.create(Locations(root), PASSPHRASE, QUICK)
    assert sample.fill(store=store, now=context.now) == VISIT
    store.release_disk_reserve()
    store.close()
    Locations(root).disk_reserve.unlink(missing_ok=True)


def _make_both(context: Context, root: Path) -> None:
    _make_sample(context, root)
    locations = Locations(root)
    store = opened(locations)
    sealed, _ = sealed_stores.create(locations, SEALED, QUICK)
    fill(sealed, begun(store, sealed, context.now), context.now)
    sealed.close()
    store.close()
    for each in (locations, locations.sealed):
        each.disk_reserve.unlink(missing_ok=True)
