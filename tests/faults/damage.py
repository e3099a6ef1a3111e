"""Bits that flip and files that are cut short: found, said, left as they are, and mended only where nothing is in doubt."""

import shutil
from collections import Counter
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from sep_desktop.errors import SepError
from sep_desktop.paths import Locations
from sep_desktop.services import restore
from sep_desktop.storage import store as stores
from sep_desktop.storage.store_problems import StoreProblem, WayBack
from tests.faults.case import Case, Context, Tally, Times
from tests.faults.stores import copied, once, opened, sample_store
from tests.support.fakes import PASSPHRASE

LINES = 40
_PAGE = 4096


def damaged(context: Context) -> Tally:
    """One kind of damage to a store that was closed, or that was cut off with its newest words in the log."""
    kind = context.random.choice((_data, _salt, _first_page, _key_file, _cut_short, _log))
    locations = copied(once(context, "damage", _make), context.folder / "store")
    if kind is not _log:
        opened(locations).close()
    return kind(context, locations) + Tally(also=Counter({kind.__name__.strip("_"): 1}))


def _make(context: Context, root: Path) -> None:
    """A store with a backup, and then lines that are only in its log."""
    locations = sample_store(context, "for damage")
    store = opened(locations)
    store.journal.add(context.now, "noted", "Before the backup")
    store.back_up(context.now)
    store.database.checkpoint()
    for number in range(LINES):
        store.journal.add(context.now + timedelta(minutes=number), "noted", f"Line {number}")
    shutil.copytree(locations.root, root, ignore=shutil.ignore_patterns("reserve.bin", "in-use.lock"))
    store.close()


def _flip(context: Context, path: Path, first: int = 0, end: int | None = None) -> None:
    data = bytearray(path.read_bytes())
    at = context.random.randrange(first, end or len(data))
    data[at] ^= 1 << context.random.randrange(8)
    path.write_bytes(data)


def _data(context: Context, locations: Locations) -> Tally:
    _flip(context, locations.database, _PAGE)
    return _is_told(context, locations)


def _first_page(context: Context, locations: Locations) -> Tally:
    _flip(context, locations.database, 16, _PAGE)
    return _is_told(context, locations)


def _cut_short(context: Context, locations: Locations) -> Tally:
    data = locations.database.read_bytes()
    locations.database.write_bytes(data[: context.random.randrange(1, len(data))])
    return _is_told(context, locations)


def _is_told(context: Context, locations: Locations) -> Tally:
    """Refused as damage, nothing changed, and the backup brings everything that it has."""
    before = locations.database.read_bytes()
    with pytest.raises(StoreProblem) as caught:
        opened(locations).close()
    assert WayBack.RESTORE in caught.value.ways_back
    assert locations.database.read_bytes() == before, "the damaged file was changed"
    best = restore.find(place=locations.backups, now=context.now).best
    secret = restore.Secret(PASSPHRASE)
    restoring = restore.prepare(kind=stores.Store, locations=locations, backup=best, secret=secret)
    restore.carry_out(restoring=restoring, now=context.now)
    store = opened(locations)
    kept = [each.text for each in store.journal.entries()]
    store.close()
    return Tally(1, int("Before the backup" not in kept))


def _salt(context: Context, locations: Locations) -> Tally:
    _flip(context, locations.database, 0, 16)
    return _is_mended(locations, lambda store: bool(store.repairs))


def _key_file(context: Context, locations: Locations) -> Tally:
    _flip(context, context.random.choice((locations.key_file, locations.key_file_copy)))
    return _is_mended(locations, lambda store: bool(store.repairs))


def _is_mended(locations: Locations, is_said: Callable[[stores.Store], bool]) -> Tally:
    """Every word is there, and that something was damaged is said, once."""
    store = opened(locations)
    lines, said = _lines(store), is_said(store)
    store.close()
    store = opened(locations)
    again = is_said(store)
    store.close()
    assert said, "nothing was said of the damage"
    assert not again, "it was said twice: it was not mended"
    return Tally(LINES, LINES - lines)


def _lines(store: stores.Store) -> int:
    return sum(each.text.startswith("Line ") for each in store.journal.entries())


def _log(context: Context, locations: Locations) -> Tally:
    """What stood behind the damage is gone, and the number is said; the last save cannot be told from one cut off."""
    _flip(context, locations.log_of_database)
    store = opened(locations)
    lines, notices = _lines(store), store.repairs
    store.close()
    gone = LINES - lines
    said = int(notices[0].text.split(": ")[1].split()[0]) if notices else 0
    assert said in (gone, gone - 1, gone - 2) or said >= gone, (
        f"{gone} saves are gone, {said} were said to be"
    )
    return Tally(LINES, also=Counter({"saves told as gone": said}))


def moved(context: Context) -> Tally:
    """The file is renamed or replaced while it is open: nothing is written astray, and what was saved is in it."""
    locations = sample_store(context)
    store, told, elsewhere = opened(locations), 0, locations.root / "elsewhere.db"
    when, replaced = context.random.randrange(1, 20), context.random.random() < 0.5
    with pytest.raises(SepError):
        for number in range(30):
            if number == when:
                locations.database.rename(elsewhere)
                if replaced:
                    shutil.copyfile(elsewhere, locations.database)
            with store.atomic():
                store.journal.add(context.now, "noted", f"Line {number}")
            told += 1
    assert told == when, f"moved before save {when}, noticed at save {told}"
    store.close()
    elsewhere.replace(locations.database)
    store = opened(locations)
    lines = _lines(store)
    store.close()
    return Tally(told, max(0, told - lines))


CASES = (
    Case("F7", "flipped bits and files cut short: found, said, never written over", damaged, Times.CHANCE),
    Case(
        "F13", "the file renamed or replaced while it is open: noticed at the next save", moved, Times.CHANCE
    ),
)
