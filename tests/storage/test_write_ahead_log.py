"""A log that is damaged in its middle loses saved work in silence, unless somebody looks."""

import shutil

import pytest

from sep_desktop.paths import Locations
from sep_desktop.storage import store as stores
from sep_desktop.storage.store_problems import DamagedStore
from sep_desktop.storage.write_ahead_log import lost_commits
from tests.support.fakes import PASSPHRASE

FRAME = 24 + 4096


@pytest.fixture
def cut_off(store, now, tmp_path):
    """The files of a store that was not closed, with fifty commits in its log."""
    store.database.checkpoint()
    for number in range(50):
        store.journal.add(now, "noted", f"Line {number}")
    copy = Locations(tmp_path / "cut off")
    shutil.copytree(store.locations.root, copy.root)
    store.close()
    return copy


def damage(locations, frame, bit=1000):
    log = locations.log_of_database
    data = bytearray(log.read_bytes())
    data[32 + frame * FRAME + bit] ^= 1
    log.write_bytes(data)
    return data


def pages_in(log):
    """The numbers of the pages that a log holds (SQLite's file format, 4.2)."""
    data = log.read_bytes()
    return {int.from_bytes(data[start : start + 4]) for start in range(32, len(data), FRAME)}


def lines(store):
    return sum(each.event == "noted" for each in store.journal.entries())


def test_a_sound_log_has_lost_nothing_and_is_read(cut_off):
    assert lost_commits(cut_off.log_of_database) == 0
    store = stores.unlock(cut_off, PASSPHRASE)
    assert lines(store) == 50
    assert store.repairs == []
    store.close()


def test_commits_behind_a_damaged_frame_are_counted_and_said_and_the_log_is_kept(cut_off):
    data = damage(cut_off, 10)
    lost = lost_commits(cut_off.log_of_database)
    assert 30 <= lost <= 45
    store = stores.unlock(cut_off, PASSPHRASE)
    assert lines(store) < 50
    (notice,) = store.repairs
    assert f"{lost} saves" in notice.text
    store.close()
    (kept,) = cut_off.root.glob("*.damaged")
    assert kept.read_bytes() == data
    store = stores.unlock(cut_off, PASSPHRASE)
    assert store.repairs == [], "said once"
    store.close()


@pytest.mark.parametrize("left", [0, 31, 32, 32 + 100, 32 + 20 * FRAME, 32 + 20 * FRAME + 4000])
def test_a_log_that_was_cut_short_is_what_a_power_cut_leaves(cut_off, left):
    log = cut_off.log_of_database
    log.write_bytes(log.read_bytes()[:left])
    assert lost_commits(log) == 0
    store = stores.unlock(cut_off, PASSPHRASE)
    assert store.repairs == []
    store.close()


@pytest.mark.parametrize("data", [b"", b"x" * 31, b"no log at all" * 1000, bytes(5000)])
def test_what_is_no_log_has_lost_nothing(tmp_path, data):
    (tmp_path / "log").write_bytes(data)
    assert lost_commits(tmp_path / "log") == 0
    assert lost_commits(tmp_path / "missing") == 0


def test_a_page_that_was_torn_while_the_log_was_folded_in_is_no_damage(cut_off):
    """The log is flushed before any of it is written into the database, and holds that page whole."""
    pages = pages_in(cut_off.log_of_database)
    data = bytearray(cut_off.database.read_bytes())
    torn = max(page for page in pages if page * 4096 <= len(data))
    data[torn * 4096 - 2048 : torn * 4096] = bytes(2048)
    cut_off.database.write_bytes(data)
    store = stores.unlock(cut_off, PASSPHRASE)
    assert lines(store) == 50
    assert store.repairs == []
    store.close()


def test_a_damaged_page_that_the_log_does_not_hold_is_damage_still(cut_off):
    pages = pages_in(cut_off.log_of_database)
    data = bytearray(cut_off.database.read_bytes())
    damaged = max(page for page in range(2, len(data) // 4096) if page not in pages)
    data[damaged * 4096 - 2048] ^= 1
    cut_off.database.write_bytes(data)
    with pytest.raises(DamagedStore):
        stores.unlock(cut_off, PASSPHRASE)
