"""Backups as a user has them: when one is owed, the second place, the keys, and what is said."""

import json
import os
import shutil
from datetime import timedelta

import pytest

from sep_desktop.domain.backups import Why
from sep_desktop.errors import Cancelled, EnvironmentProblem, UserError
from sep_desktop.services import backups, copies_in_reach, keys, preferences, today
from sep_desktop.storage import key_slots
from sep_desktop.storage import store as stores
from sep_desktop.storage.backups import second_place
from sep_desktop.storage.backups.listing import backups_in
from sep_desktop.storage.backups.manifest import DamagedBackup
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.key_file import read
from sep_desktop.storage.key_slots import SlotKind, WrongSecret
from sep_desktop.storage.purpose import StorePurpose
from tests.conftest import QUICK
from tests.support.fakes import PASSPHRASE

NEW = "another battery horse"


@pytest.fixture
def stick(tmp_path):
    place = tmp_path / "Zoë's stick 100%"
    place.mkdir()
    return place


@pytest.fixture
def there(store, stick):
    return second_place.folder_at(stick, store.key_file.store_id, StorePurpose.VISITS)


def opened_by(backup, passphrase):
    key_slots.open_slot(read(backup.key_file), SlotKind.PASSPHRASE, passphrase)


def test_a_new_store_owes_a_backup_and_what_is_written_after_one_is_owed_again(store, now):
    assert store.backups.is_owed
    backups.back_up(store=store, now=now)
    assert not store.backups.is_owed
    store.settings.put("me.name", "Ada")
    assert store.backups.is_owed


@pytest.mark.parametrize("is_made", [True, False])
def test_what_is_owed_is_remembered_over_closing(store, locations, now, is_made):
    backups.back_up(store=store, now=now)
    if not is_made:
        store.settings.put("me.name", "Ada")
    store.close()
    again = stores.unlock(locations, PASSPHRASE)
    assert again.backups.is_owed is not is_made
    again.close()


def test_what_is_owed_is_remembered_over_a_kill(store, locations, now, tmp_path):
    backups.back_up(store=store, now=now)
    shutil.copytree(locations.root, tmp_path / "as a kill leaves it")
    killed = stores.unlock(stores.Locations(tmp_path / "as a kill leaves it"), PASSPHRASE)
    assert killed.backups.is_owed
    killed.close()


def test_what_opening_writes_is_worth_no_backup_unless_one_was_owed(store, locations, now):
    assert not backups.begin_work(store=store), "a new store owes none from before"
    assert store.backups.is_owed
    backups.back_up(store=store, now=now)
    store.settings.put("me.name", "written by opening")
    backups.begin_work(store=store)
    assert not store.backups.is_owed


def test_writing_down_where_a_backup_went_is_worth_no_other(store, stick, now):
    backups.choose_place(store=store, place=stick, now=now)
    backups.back_up(store=store, now=now + timedelta(hours=1))
    assert not store.backups.is_owed
    assert store.backup_places.all(StorePurpose.VISITS)[0].path == stick


def test_the_second_place_gets_each_backup_of_both_stores(store, sealed, stick, there, now):
    sealed.back_up(now)
    backups.choose_place(store=store, place=stick, now=now)
    later = backups.back_up(store=store, now=now + timedelta(hours=1)).value
    assert later.trouble == ""
    assert backups_in(there)[0].path.name == later.backup.path.name
    assert len(backups_in(there)) == 2
    sealed_there = second_place.folder_at(stick, sealed.key_file.store_id, StorePurpose.SEALED)
    assert [each.manifest.purpose for each in backups_in(sealed_there)] == ["sealed"]
    for backup in backups_in(there):
        assert "is complete" in backups.verify(store=store, path=backup.path)
    opened_by(backups_in(there)[0], PASSPHRASE)


def test_a_place_that_is_not_connected_is_no_failure_and_is_said(store, stick, now):
    backups.choose_place(store=store, place=stick, now=now)
    shutil.rmtree(stick)
    outcome = backups.back_up(store=store, now=now + timedelta(hours=1)).value
    assert outcome.trouble == ""
    (missing,) = backups.overview(store=store, now=now + timedelta(days=3)).missing
    assert f"{stick}, is not connected; last written 3 days ago" in missing


def test_an_empty_mount_point_is_not_the_stick(store, stick, now):
    backups.choose_place(store=store, place=stick, now=now)
    shutil.rmtree(stick / second_place.FOLDER)
    backups.back_up(store=store, now=now + timedelta(hours=1))
    assert list(stick.iterdir()) == []


def test_a_stick_that_is_pulled_out_leaves_a_remainder_that_is_no_backup(
    store, stick, there, now, monkeypatch
):
    backups.choose_place(store=store, place=stick, now=now)

    def pulled_out(path, target):
        raise OSError(5, "Input/output error")

    with monkeypatch.context() as patched:
        patched.setattr(second_place, "rename_folder", pulled_out)
        patched.setattr(second_place, "clear_away", lambda _: False)
        outcome = backups.back_up(store=store, now=now + timedelta(hours=1)).value
    assert "No backup could be written" in outcome.trouble
    assert outcome.backup in backups_in(store.locations.backups)
    remainder = there / f"{outcome.backup.path.name}.part"
    assert remainder.is_dir()
    assert len(backups_in(there)) == 1
    moment = (now + timedelta(hours=2)).timestamp()
    for path in (*remainder.iterdir(), remainder):
        os.utime(path, (moment, moment))
    backups.back_up(store=store, now=now + timedelta(hours=2.5))
    assert remainder.exists(), "another computer may be writing it"
    backups.back_up(store=store, now=now + timedelta(hours=4))
    assert not remainder.exists()


def test_a_stick_that_does_not_give_back_what_was_written_is_said(store, stick, there, now, monkeypatch):
    backups.choose_place(store=store, place=stick, now=now)
    monkeypatch.setattr(second_place, "sha256_of", lambda *_: "another digest")
    outcome = backups.back_up(store=store, now=now + timedelta(hours=1)).value
    assert "not what was written" in outcome.trouble
    assert len(list(there.iterdir())) == 1


def test_giving_up_the_copy_leaves_the_backup_itself(store, stick, there, now):
    backups.choose_place(store=store, place=stick, now=now)
    calls = []

    def check():
        if len(backups_in(store.locations.backups)) == 2:
            calls.append(1)
            raise Cancelled

    with pytest.raises(Cancelled):
        backups.back_up(store=store, now=now + timedelta(hours=1), check=check)
    assert calls
    assert len(backups_in(there)) == 1
    assert len(list(there.iterdir())) == 1
    assert len(backups_in(store.locations.backups)) == 2


def test_a_place_inside_the_store_is_no_second_place(store, now):
    with pytest.raises(UserError, match="inside the store"):
        backups.choose_place(store=store, place=store.locations.backups, now=now)
    with pytest.raises(EnvironmentProblem, match="There is no folder"):
        backups.choose_place(store=store, place=store.locations.root.parent / "nowhere", now=now)
    assert preferences.preferences(store=store).text("backup.place") == ""


def test_a_place_that_is_kept_in_step_may_be_one(store, tmp_path, now):
    (tmp_path / "OneDrive - Council").mkdir()
    backups.choose_place(store=store, place=tmp_path / "OneDrive - Council", now=now)
    assert len(backups.listed_at(place=tmp_path / "OneDrive - Council")) == 1


def test_the_second_place_is_thinned_too(store, stick, there, now):
    backups.choose_place(store=store, place=stick, now=now - timedelta(days=40))
    for hours in range(4):
        backups.back_up(store=store, now=now - timedelta(days=20, hours=hours), why=Why.WORKING)
    backups.back_up(store=store, now=now, why=Why.WORKING)
    local = [each.path.name for each in backups_in(store.locations.backups)]
    assert [each.path.name for each in backups_in(there)] == local
    assert len(local) == 3


def test_a_failing_update_keeps_one_backup_and_rotates_no_other_out(store, now):
    kept = backups.back_up(store=store, now=now, why=Why.CLOSE).value.backup
    for minutes in range(1, 6):
        newest = store.backups.make(now + timedelta(minutes=minutes), Why.BEFORE_UPDATE)
    assert backups_in(store.locations.backups) == [newest, kept]


def test_a_new_passphrase_opens_every_backup_in_reach_and_the_old_one_none(store, stick, there, now):
    backups.choose_place(store=store, place=stick, now=now)
    backups.back_up(store=store, now=now + timedelta(hours=1))
    said = keys.change_passphrase(store=store, old=PASSPHRASE, new=NEW, cost=QUICK, now=now)
    assert said.value == ""
    for backup in (*backups_in(store.locations.backups), *backups_in(there)):
        opened_by(backup, NEW)
        with pytest.raises(WrongSecret):
            opened_by(backup, PASSPHRASE)
        assert "is complete" in backups.verify(store=store, path=backup.path)


def test_backups_that_are_away_are_named_and_get_the_new_keys_when_they_are_back(
    store, stick, there, now, tmp_path
):
    backups.choose_place(store=store, place=stick, now=now)
    stick.rename(tmp_path / "in a drawer")
    said = keys.change_passphrase(store=store, old=PASSPHRASE, new=NEW, cost=QUICK, now=now).value
    assert f"{stick}, last written Tue 24 Nov 2026" in said
    (tmp_path / "in a drawer").rename(stick)
    backups.back_up(store=store, now=now + timedelta(days=1))
    for backup in backups_in(there):
        opened_by(backup, NEW)


def test_keys_that_cannot_be_written_are_said_with_the_name(store, now, monkeypatch):
    from sep_desktop.storage import key_file as key_files

    backup = backups.back_up(store=store, now=now).value.backup
    keys.change_passphrase(store=store, old=PASSPHRASE, new=NEW, cost=QUICK, now=now)
    backup.key_file.write_bytes(b"old")

    def refuse(path, data):
        raise PermissionError(13, "in use")

    monkeypatch.setattr(key_files, "write", refuse)
    assert str(backup.path) in copies_in_reach.renew_keys(store=store, keyed=store)


def test_verifying_takes_the_folder_or_a_file_in_it_and_nothing_else(store, now, tmp_path):
    backup = backups.back_up(store=store, now=now).value.backup
    for path in (backup.path, backup.database, backup.key_file):
        assert "is complete" in backups.verify(store=store, path=path)
        assert "byte for byte" in backups.verify(store=None, path=path)
    for path in (tmp_path, store.locations.database, tmp_path / "nowhere"):
        with pytest.raises(UserError, match="is no backup"):
            backups.verify(store=store, path=path)


def test_another_stores_backup_is_checked_by_its_bytes_alone(store, now, tmp_path):
    other, _ = stores.create(stores.Locations(tmp_path / "other"), PASSPHRASE, QUICK)
    theirs = other.back_up(now)
    other.close()
    assert "byte for byte" in backups.verify(store=store, path=theirs.path)
    theirs.database.write_bytes(b"")
    with pytest.raises(DamagedBackup):
        backups.verify(store=store, path=theirs.path)


def test_what_is_missing_is_said(store, now):
    assert backups.overview(store=store, now=now).missing == (
        "There is no backup yet. One is made when the program is closed.",
        "No second place is chosen: a lost or broken computer would take every backup with it.",
    )
    backup = backups.back_up(store=store, now=now).value.backup
    store.settings.put("me.name", "Ada")
    backup.path.joinpath("manifest.json").write_text(json.dumps({"format": 9}), encoding="utf-8")
    backups.back_up(store=store, now=now + timedelta(days=1))
    store.settings.put("me.name", "Eve")
    view = backups.overview(store=store, now=now + timedelta(days=2))
    assert view.owed == "Changes since Wed 25 Nov 2026 10:32 are not in a backup."
    assert view.missing[0].startswith("The backup of Tue 24 Nov 2026 10:32 cannot be used: ")
    assert "newer version" in view.missing[0]
    later = backups.overview(store=store, now=now + timedelta(days=1, hours=2))
    assert later.owed == "Changes since 10:32 today are not in a backup."


def test_today_reminds_once_there_is_something_to_lose(store, queued, stick, now):
    store.settings.put("sample", False)
    assert "no backup outside this computer" in today.overview(store=store, now=now).backups
    backups.choose_place(store=store, place=stick, now=now)
    assert today.overview(store=store, now=now + timedelta(days=13)).backups == ""
    assert "was made on Tue 24 Nov 2026" in today.overview(store=store, now=now + timedelta(days=15)).backups


def test_nobody_is_reminded_of_a_sample(store, queued, now):
    assert backups.reminder(store=store, now=now) == ""


def test_a_copy_is_the_file_of_a_store(store, stick, there, written, now):
    """Put in place of a store's file it opens: nothing beside it is needed but its keys."""
    backups.choose_place(store=store, place=stick, now=now)
    (backup,) = backups_in(there)
    key = key_slots.open_slot(read(backup.key_file), SlotKind.PASSPHRASE, PASSPHRASE)
    database = EncryptedDatabase(backup.database, key, read(backup.key_file).salt)
    assert database.value("SELECT count(*) FROM visit") > 0
    database.close()


def test_a_store_that_is_only_read_owes_nothing(store, now, monkeypatch):
    store.settings.put("me.name", "Ada")
    assert store.backups.is_owed
    monkeypatch.setattr(store.database, "read_only", True)
    backups.back_up_before_closing(store=store, now=now)
    assert store.backups.all() == []
