"""Real damage to real files: what can be read is saved, what cannot is named, and nothing is repaired in place."""

import os
import random
import shutil
from contextlib import suppress

import pytest

from sep_desktop.domain.backups import Why
from sep_desktop.domain.outbox import State
from sep_desktop.errors import SepError, UserError
from sep_desktop.paths import Locations
from sep_desktop.services import guard, reports, salvage
from sep_desktop.services.restore import Secret
from sep_desktop.storage import store as stores
from sep_desktop.storage.database_file import PAGE
from sep_desktop.storage.key_slots import WrongSecret
from sep_desktop.storage.restoring import staging
from sep_desktop.storage.sealed import store as sealed_stores
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store
from sep_desktop.storage.store_problems import DamagedStore, MissingDatabase
from tests.support.appraisals import SEALED, completed
from tests.support.fakes import PASSPHRASE


def words_of(store):
    """Every table with its rows, in an order."""
    names = [
        row["name"] for row in store.database.rows("SELECT name FROM sqlite_master WHERE type = 'table'")
    ]
    own = [name for name in names if "sqlite" not in name and name not in {"epoch", "store_identity"}]
    return {name: sorted(map(repr, store.database.rows(f"SELECT * FROM {name}"))) for name in own}


@pytest.fixture
def whole(store, queued, now):
    """What is in a closed store with a thousand lines in its journal, and a backup from before half of them."""
    guard.begin(store=store, now=now)
    for number in range(500):
        store.journal.add(now, "noted", f"Line {number} " + "x" * 300)
    backup = store.back_up(now, Why.CLOSE)
    for number in range(500, 1000):
        store.journal.add(now, "noted", f"Line {number} " + "x" * 300)
    words = words_of(store)
    store.close()
    return words, backup


def page_of(store_locations, table):
    """The number of the page at which a table begins, by asking the sound file."""
    store = stores.unlock(store_locations, PASSPHRASE)
    root = store.database.value("SELECT rootpage FROM sqlite_master WHERE name = ?", (table,))
    store.close()
    return root


def spoil(path, page, how="bit"):
    """Damage one page, which are numbered from 1."""
    data = bytearray(path.read_bytes())
    start = (page - 1) * PAGE
    if how == "bit":
        data[start + 1000] ^= 1
    elif how == "zeros":
        data[start : start + PAGE] = bytes(PAGE)
    else:
        data[start : start + PAGE] = os.urandom(PAGE)
    path.write_bytes(data)


def salvaged(locations, now, kind=Store, secret=PASSPHRASE):
    salvaging = salvage.prepare(kind=kind, locations=locations, secret=Secret(secret))
    return salvaging.preview, salvage.carry_out(salvaging=salvaging, now=now)


def reopened(locations, now):
    store = stores.unlock(locations, PASSPHRASE)
    return store, guard.begin(store=store, now=now)


@pytest.mark.parametrize("how", ["bit", "zeros", "noise"])
def test_a_damaged_page_costs_only_what_lay_on_it(store, whole, now, how):
    words, _ = whole
    locations = store.locations
    pages = locations.database.stat().st_size // PAGE
    page = pages - 20  # among the newest lines of the journal
    spoil(locations.database, page, how)
    damaged = locations.database.read_bytes()
    with pytest.raises(SepError):
        stores.unlock(locations, PASSPHRASE)
    preview, aside = salvaged(locations, now)
    assert (aside / "store.db").read_bytes() == damaged, "never repaired in place"
    again, beginning = reopened(locations, now)
    saved = words_of(again)
    again.close()
    lost = {name: len(set(rows) - set(saved[name])) for name, rows in words.items() if name != "delivery"}
    assert {name for name, count in lost.items() if count} <= {"journal"}
    assert 1 <= lost["journal"] <= 12
    (missing,) = preview.missing
    assert missing == f"{lost['journal']} lines of the journal"
    assert beginning.guarded.reason.startswith("This store was brought back as it was on")


def test_no_row_with_zeros_in_place_of_words_passes_for_read(store, written, now, tmp_path):
    """The last page of a long value, damaged: SQLCipher gives zeros, and says so only at its next page."""
    long = " ".join(f"word{number}" for number in range(900))
    report = reports.open_report(store=store, visit=written, now=now)
    reports.save_section(store=store, report=report.id, key="comments", text=long, now=now)
    locations = store.locations
    store.close()
    sound, saved = locations.database.read_bytes(), []
    for page in range(1, len(sound) // PAGE):
        copy = Locations(shutil.copytree(locations.root, tmp_path / f"page {page}"))
        data = bytearray(sound)
        data[page * PAGE + 100] ^= 1
        copy.database.write_bytes(data)
        with suppress(SepError):
            salvaging = salvage.prepare(kind=Store, locations=copy, secret=Secret(PASSPHRASE))
            texts = [
                row["text"] for row in salvaging.left.ready.staged.database.rows("SELECT text FROM revision")
            ]
            saved.append(long in texts)
            assert not any("\0" in text for text in texts), page
            preview = salvaging.preview
            assert long in texts or preview.missing or "texts of reports" in preview.perhaps, page
            salvage.give_up(salvaging=salvaging)
    assert {True, False} == set(saved), "some of these pages hold the section, and some do not"


def test_what_was_lost_is_taken_from_the_backup_where_it_stands_there(store, whole, now):
    words, backup = whole
    locations = store.locations
    root = page_of(locations, "visit")
    spoil(locations.database, root)
    preview, _ = salvaged(locations, now)
    assert "1 visit" in preview.from_backup
    assert not preview.missing
    assert preview.backup.path == backup.path
    again, _ = reopened(locations, now)
    assert words_of(again)["visit"] == words["visit"]
    assert words_of(again)["report_version"] == words["report_version"]
    again.close()


def test_without_a_backup_what_hangs_on_a_lost_visit_is_left_out_and_named(store, whole, now):
    _, backup = whole
    locations = store.locations
    root = page_of(locations, "visit")
    spoil(locations.database, root)
    spoil(backup.database, 3)
    preview, _ = salvaged(locations, now)
    assert preview.backup is None
    assert "1 visit" in preview.missing
    assert "There is no whole backup beside it." in preview.sentences
    again, _ = reopened(locations, now)
    assert again.database.rows("PRAGMA foreign_key_check") == []
    assert len(again.schools.all()) == 9
    again.close()


def test_a_lost_school_keeps_its_visits_under_its_number(store, whole, now):
    _, backup = whole
    locations = store.locations
    spoil(backup.database, 3)
    spoil(locations.database, page_of(locations, "school"))
    salvaged(locations, now)
    again, _ = reopened(locations, now)
    (visit,) = again.database.rows("SELECT urn FROM visit")
    assert again.schools.get(visit["urn"]).name == f"School {visit['urn']}"
    assert again.outbox.messages()
    again.close()


def test_without_its_first_page_a_store_is_read_by_that_of_the_backup(store, whole, now):
    words, _ = whole
    locations = store.locations
    spoil(locations.database, 1)
    preview, _ = salvaged(locations, now)
    again, _ = reopened(locations, now)
    saved = words_of(again)
    again.close()
    assert len(saved["journal"]) >= 500
    assert "lines of the journal" in preview.perhaps, "the backup's page knows no more than the backup"
    assert saved["report_version"] == words["report_version"]


def test_without_its_first_page_and_a_backup_nothing_can_be_read_and_that_is_said(store, whole):
    _, backup = whole
    locations = store.locations
    spoil(locations.database, 1)
    spoil(backup.database, 1)
    before = locations.database.read_bytes()
    with pytest.raises(DamagedStore, match="Nothing can be read"):
        salvage.prepare(kind=Store, locations=locations, secret=Secret(PASSPHRASE))
    assert locations.database.read_bytes() == before
    assert not staging.stage_of(locations).root.exists()


@pytest.mark.parametrize("left", [0.9, 0.6])
def test_a_file_that_was_cut_off_is_read_as_far_as_it_goes(store, whole, now, left):
    locations = store.locations
    size = int(locations.database.stat().st_size * left) // PAGE * PAGE - 100
    with locations.database.open("rb+") as file:
        file.truncate(size)
    preview, aside = salvaged(locations, now)
    again, _ = reopened(locations, now)
    lines = [each.text for each in again.journal.entries() if each.event == "noted"]
    again.close()
    assert len(lines) >= 500, "the backup has the first half"
    assert preview.missing or preview.perhaps or len(lines) >= 1000
    assert (aside / "store.db").stat().st_size == size


def test_many_flipped_bits_never_stop_it(store, whole, now):
    locations = store.locations
    chance = random.Random(7)
    pages = locations.database.stat().st_size // PAGE
    for page in chance.sample(range(2, pages + 1), 12):
        spoil(locations.database, page)
    salvaged(locations, now)
    again, _ = reopened(locations, now)
    assert again.database.rows("PRAGMA foreign_key_check") == []
    assert len(again.journal.entries()) > 500
    again.close()


def test_what_was_changed_since_the_backup_and_saved_is_said(store, queued, now):
    guard.begin(store=store, now=now)
    store.back_up(now, Why.CLOSE)
    store.outbox.advance(store.outbox.in_state(State.QUEUED), State.HANDED_OUT, now)
    for number in range(200):
        store.journal.add(now, "noted", f"Line {number} " + "x" * 300)
    locations = store.locations
    store.close()
    spoil(locations.database, locations.database.stat().st_size // PAGE - 3)
    salvaging = salvage.prepare(kind=Store, locations=locations, secret=Secret(PASSPHRASE))
    sentences = salvaging.preview.sentences
    salvage.give_up(salvaging=salvaging)
    assert any(
        "changed since the backup of" in each and "3 deliveries that left." in each for each in sentences
    )


def test_a_store_that_is_whole_is_not_salvaged(store, whole):
    with pytest.raises(UserError, match="nothing to salvage"):
        salvage.prepare(kind=Store, locations=store.locations, secret=Secret(PASSPHRASE))


def test_a_missing_database_and_a_wrong_passphrase_are_said(store, whole):
    with pytest.raises(WrongSecret):
        salvage.prepare(kind=Store, locations=store.locations, secret=Secret("not the passphrase"))
    store.locations.database.unlink()
    with pytest.raises(MissingDatabase):
        salvage.prepare(kind=Store, locations=store.locations, secret=Secret(PASSPHRASE))


def test_a_damaged_store_of_an_earlier_version_is_salvaged_and_brought_up_to_date(former, now):
    before = stores.unlock(former, PASSPHRASE)
    reports = words_of(before)["report_version"]
    before.close()
    spoil(former.database, page_of(former, "setting"))
    salvaged(former, now)
    again, _ = reopened(former, now)
    assert words_of(again)["report_version"] == reports
    again.close()


def test_the_sealed_store_is_salvaged_with_its_own_passphrase(store, sealed, cycle, now):
    completed(store, sealed, cycle, now)
    papers = words_of(sealed)["paper"]
    root = sealed.database.value("SELECT rootpage FROM sqlite_master WHERE name = 'event'")
    sealed.close()
    spoil(sealed.locations.database, root)
    preview, _ = salvaged(sealed.locations, now, SealedStore, SEALED)
    assert preview.perhaps == ("lines of what happened",)
    assert "Perhaps missing, which nobody can know: lines of what happened." in preview.sentences
    again = sealed_stores.unlock(store.locations, SEALED)
    assert words_of(again)["paper"] == papers
    again.close()
