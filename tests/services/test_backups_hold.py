"""What backups promise where clock, place, keys or files are not as they should be."""

from datetime import timedelta

import pytest

from sep_desktop.domain.backups import Why
from sep_desktop.services import backups, restore
from sep_desktop.storage.backups import second_place
from sep_desktop.storage.backups.listing import backups_in
from sep_desktop.storage.purpose import StorePurpose


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
        assert restore.find(place=stick).best.path.name == outcome.backup.path.name
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
