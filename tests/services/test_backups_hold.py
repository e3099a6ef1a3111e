"""What backups promise where clock, place, keys or files are not as they should be."""

import logging
import os
import shutil
import threading
from datetime import date, timedelta
from pathlib import Path

import pytest

from sep_desktop import log
from sep_desktop.domain.backups import Why
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.paths import Locations
from sep_desktop.services import backups, copies_in_reach, guard, keys, restore, retention, way_back
from sep_desktop.storage import key_slots
from sep_desktop.storage import store as stores
from sep_desktop.storage.backups import second_place
from sep_desktop.storage.backups.listing import backups_in
from sep_desktop.storage.key_file import read
from sep_desktop.storage.key_slots import SlotKind, WrongSecret
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.restoring import staging
from tests.conftest import QUICK
from tests.support.fakes import PASSPHRASE

NEW = "another horse of a different stable"


@pytest.fixture
def stick(tmp_path):
    place = tmp_path / "stick"
    place.mkdir()
    return place


@pytest.fixture
def there(store, stick):
    return second_place.folder_at(stick, store.key_file.store_id, StorePurpose.VISITS)


def names(folder):
    return {each.path.name for each in backups_in(folder)}


def test_one_start_with_the_clock_years_ahead_removes_nothing_and_stops_nothing(store, stick, there, now):
    for day in (300, 200, 100, 40, 20, 10, 3, 1):
        store.backups.make(now - timedelta(days=day), Why.CLOSE)
    backups.choose_place(store=store, place=stick, now=now)
    here_before, there_before = names(store.locations.backups), names(there)
    backups.back_up(store=store, now=now + timedelta(days=1461), why=Why.CLOSE)
    assert here_before < names(store.locations.backups)
    assert there_before < names(there)
    for day in (1, 2):
        later = now + timedelta(days=day)
        assert backups.last_elsewhere(store=store, now=later) != now + timedelta(days=1461)
        outcome = backups.back_up(store=store, now=later, why=Why.CLOSE).value
        assert outcome.backup.path.name in names(there)
        assert backups.last_elsewhere(store=store, now=later) == later
        assert restore.find(place=stick, now=later).best.path.name == outcome.backup.path.name
    assert here_before < names(store.locations.backups)


def test_a_place_that_was_last_written_in_the_future_is_asked_for(store, queued, stick, now):
    store.settings.put("sample", False)
    backups.choose_place(store=store, place=stick, now=now + timedelta(days=1461))
    assert "Nobody knows when" in backups.reminder(store=store, now=now)


def test_nothing_was_written_to_a_place_where_the_newest_lies_already(store, stick, there, now):
    backups.choose_place(store=store, place=stick, now=now)
    backups.copy_elsewhere(store=store, now=now + timedelta(days=3))
    assert backups.last_elsewhere(store=store, now=now + timedelta(days=3)) == now


def test_something_else_by_the_name_of_a_backup_is_said(store, stick, there, now):
    backups.choose_place(store=store, place=stick, now=now)
    (backup,) = backups_in(there)
    backup.database.write_bytes(b"")
    with pytest.raises(second_place.DamagedBackup, match="is not the backup of that name"):
        backups.copy_elsewhere(store=store, now=now + timedelta(days=3))


def opens_with(backup):
    """Which of the two passphrases open it."""
    opened = set()
    for passphrase in (PASSPHRASE, NEW):
        try:
            key_slots.open_slot(read(backup.key_file), SlotKind.PASSPHRASE, passphrase)
        except WrongSecret:
            continue
        opened.add(passphrase)
    return opened


def change(store, now):
    return keys.change_passphrase(store=store, old=PASSPHRASE, new=NEW, cost=QUICK, now=now).value


def test_a_passphrase_that_is_changed_while_a_backup_is_made_opens_that_one_too(
    store, written, stick, there, now
):
    store.backups.make(now - timedelta(hours=5), Why.CLOSE)
    backups.choose_place(store=store, place=stick, now=now - timedelta(hours=4))
    said = []

    def check():
        if not said:
            said.append("")
            said[0] = change(store, now)

    assert backups.back_up(store=store, now=now, check=check).value.trouble == ""
    assert said == [""]
    for backup in (*backups_in(store.locations.backups), *backups_in(there)):
        assert opens_with(backup) == {NEW}


def test_a_change_of_passphrase_waits_for_the_backup_that_another_thread_makes(store, written, now):
    changing = threading.Thread(target=lambda: change(store, now))

    def check():
        if not changing.ident:
            changing.start()

    store.backups.make(now, Why.CLOSE, check)
    changing.join()
    (backup,) = backups_in(store.locations.backups)
    assert opens_with(backup) == {NEW}


def test_a_copy_never_puts_an_older_key_file_over_a_newer_one(store, sealed, stick, now):
    """The backups here could not be given their new keys; those on the stick have them."""
    backup = sealed.back_up(now)
    backups.choose_place(store=store, place=stick, now=now)
    (copy,) = backups_in(second_place.folder_at(stick, sealed.key_file.store_id, StorePurpose.SEALED))
    older = backup.key_file.read_bytes()
    sealed.replace_recovery_code(key_slots.new_recovery_code())
    copies_in_reach.renew_keys(store=store, keyed=sealed)
    newer = copy.key_file.read_bytes()
    assert newer != older
    backup.key_file.write_bytes(older)
    assert backups.copy_elsewhere(store=store, now=now)
    assert copy.key_file.read_bytes() == newer


def test_backups_whose_keys_were_changed_later_elsewhere_are_named(store, now):
    backup = store.back_up(now)
    older = store.key_file
    change(store, now)
    store.key_file = older
    assert str(backup.path) in copies_in_reach.renew_keys(store=store, keyed=store)


@pytest.fixture
def barred(store, stick, now, monkeypatch):
    """A second place that may not be read: whatever is asked of it is refused, also of the very first folder."""
    backups.choose_place(store=store, place=stick, now=now)

    def refusing(deed):
        def refuse(path, *args, **named):
            if str(path).startswith(str(stick)):
                raise PermissionError(13, "Permission denied")
            return deed(path, *args, **named)

        return refuse

    for name in ("stat", "is_dir", "is_file", "exists", "iterdir", "open", "mkdir", "rename"):
        monkeypatch.setattr(Path, name, refusing(getattr(Path, name)))
    return stick


def test_a_place_that_may_not_be_read_is_one_that_is_not_there(store, queued, barred, now):
    later = now + timedelta(hours=1)
    assert not second_place.is_there(barred)
    assert "is not connected" in " ".join(backups.overview(store=store, now=later).missing)
    assert backups.back_up(store=store, now=later).value.trouble == ""
    assert f"still open as before: {barred}" in change(store, now)
    store.verify(NEW)
    store.database.run("UPDATE delivery SET state = 'accepted'")
    removed = retention.remove_past_papers(store=store, today=date(2040, 9, 1), now=later).value
    assert removed.lines
    assert str(barred) in removed.copies
    with pytest.raises(EnvironmentProblem):
        backups.choose_place(store=store, place=barred, now=later)


def test_a_place_that_is_barred_half_way_takes_nothing_that_succeeded(store, stick, now, monkeypatch):
    backups.choose_place(store=store, place=stick, now=now)

    def refuse(*_):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(second_place, "remove_forgotten", refuse)
    outcome = backups.back_up(store=store, now=now + timedelta(hours=1)).value
    assert "The second place cannot be read or written" in outcome.trouble
    assert outcome.backup in backups_in(store.locations.backups)


@pytest.fixture
def strays(store, written, stick, there, now):
    """What a restore set aside, a backup that was given a name here and one there, and a bare file."""
    backups.choose_place(store=store, place=stick, now=now)
    (backup,) = backups_in(store.locations.backups)
    aside = store.locations.root / "set-aside-2026-11-24-103207"
    renamed = [store.locations.backups / "before the big change", there / "mine"]
    for path in (aside, *renamed):
        shutil.copytree(backup.path, path)
    bare = store.locations.backups / "copy.db"
    shutil.copyfile(backup.database, bare)
    return [aside, *renamed, bare]


def test_copies_that_nobody_keeps_in_order_are_named_where_something_has_to_go(store, strays, now):
    said = change(store, now)
    assert [str(path) in said for path in strays] == [True, True, True, False]
    past = retention.remove_past_papers(store=store, today=date(2040, 9, 1), now=now).value
    assert all(str(path) in past.copies for path in strays)
    assert all(path.exists() for path in strays)


def test_what_a_kill_leaves_of_a_restore_is_gone_at_the_next_opening(store, locations, now):
    backup = store.back_up(now)
    store.close()
    stage = staging.stage_of(locations)
    shutil.copytree(backup.path, stage.root)
    with pytest.raises(WrongSecret):
        stores.unlock(locations, NEW)
    assert stage.root.exists(), "who does not get in removes nothing"
    stores.unlock(locations, PASSPHRASE).close()
    assert not stage.root.exists()


@pytest.mark.parametrize("is_there", [True, False])
def test_a_new_passphrase_by_the_code_of_a_restore_opens_every_backup_in_reach(
    opened, stick, there, now, locations, is_there
):
    store = opened.store
    store.backups.make(now - timedelta(hours=5), Why.CLOSE)
    backups.choose_place(store=store, place=stick, now=now - timedelta(hours=4))
    store.close()
    ways = way_back.of_visits(locations if is_there else Locations(stick.parent / "new laptop"))
    plan = ways.restoring(ways.find(stick).best)
    secret = way_back.Secret(opened.code, by_code=True, new=NEW, cost=QUICK)
    said = plan.carry_out(plan.prepare(secret, now), now)
    assert "could not be written" not in said
    here = backups_in(ways.locations.backups)
    assert bool(here) is is_there
    for backup in (*here, *backups_in(there)):
        assert opens_with(backup) == {NEW}
    stores.unlock(ways.locations, NEW).close()


def test_the_places_that_are_away_are_named_after_such_a_restore(opened, stick, now, locations):
    backups.choose_place(store=opened.store, place=stick, now=now)
    opened.store.close()
    stick.rename(stick.with_name("in a drawer"))
    ways = way_back.of_visits(locations)
    plan = ways.restoring(ways.find(locations.backups).best)
    secret = way_back.Secret(opened.code, by_code=True, new=NEW, cost=QUICK)
    assert f"still open as before: {stick}" in plan.carry_out(plan.prepare(secret, now), now)


@pytest.fixture
def open_handed():
    """A system that gives what is made to everybody to read, as most do."""
    before = os.umask(0o022)
    yield
    os.umask(before)


@pytest.mark.skipif(os.name != "posix", reason="Windows gives the profile folder its own access list")
def test_whatever_is_made_is_for_its_owner_alone(open_handed, tmp_path, stick, now, monkeypatch):
    monkeypatch.setenv("SEP_DESKTOP_STATE", str(tmp_path / "state" / "of this computer"))
    locations = Locations(tmp_path / "data" / "store")
    store, _ = stores.create(locations, PASSPHRASE, QUICK)
    guard.begin(store=store, now=now)
    handler = log._handler(locations.log)  # starting it would be for the whole process
    handler.emit(logging.makeLogRecord({"msg": "a line"}))
    handler.close()
    backups.choose_place(store=store, place=stick, now=now)
    store.close()
    assert locations.disk_reserve.exists()
    assert locations.lock.exists()
    folders = (locations.root.parent, tmp_path / "state", stick / second_place.FOLDER)
    made_here = [path for folder in folders for path in (folder, *folder.rglob("*"))]
    assert len(made_here) > 15
    assert [path for path in made_here if path.stat().st_mode & 0o077] == []


def test_a_new_passphrase_by_the_code_at_the_start_opens_every_backup_in_reach_and_names_the_others(
    opened, stick, there, now, locations, tmp_path
):
    store, away = opened.store, tmp_path / "away"
    away.mkdir()
    for place in (away, stick):
        backups.choose_place(store=store, place=place, now=now)
    shutil.rmtree(away)
    store.close()
    again = keys.VisitStoreKeys(locations, QUICK).unlock_with_code(opened.code, NEW)
    for backup in (*backups_in(locations.backups), *backups_in(there)):
        assert opens_with(backup) == {NEW}
    said = []
    again.notices.listen(lambda notice: said.append(notice.text))
    assert any(f"still open as before: {away}" in text for text in said)
    again.close()
