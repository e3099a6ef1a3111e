"""What shows from outside, of either store alike: each finding by a folder that was really damaged."""

import os
import shutil
from dataclasses import replace
from datetime import timedelta

import pytest

from sep_desktop import places
from sep_desktop.places import Hazard, PlaceKind
from sep_desktop.storage import key_file
from sep_desktop.storage import store as stores
from sep_desktop.storage.key_slots import SlotKind, without_slot
from sep_desktop.storage.restoring import staging
from sep_desktop.storage.sealed import store as sealed_stores
from tests.conftest import QUICK
from tests.services.doctor.conftest import snapshot
from tests.support.appraisals import SEALED
from tests.support.fakes import PASSPHRASE

POSIX = pytest.mark.skipif(os.name != "posix", reason="Windows keeps others out by an access list")


def flip(path, offset):
    data = bytearray(path.read_bytes())
    data[offset] ^= 1
    path.write_bytes(data)


def cut(path, size):
    path.write_bytes(path.read_bytes()[:size])


def rewrite(path, **changes):
    key_file.write(path, replace(key_file.read(path), **changes))


def age(place):
    """An old key file in the place of both, while the backups have the newer."""
    old = replace(key_file.read(place.key_file), revision=1)
    for backup in place.backups.glob("*/keys.json"):
        rewrite(backup, revision=7)
    for path in (place.key_file, place.key_file_copy):
        key_file.write(path, old)


def without_code(place):
    for path in (place.key_file, place.key_file_copy):
        key_file.write(path, without_slot(key_file.read(path), SlotKind.RECOVERY))


def link(place):
    place.key_file_copy.rename(place.root / "elsewhere.json")
    place.key_file_copy.symlink_to(place.root / "elsewhere.json")


def decided(place):
    (place.root / "restored").mkdir()


def spoil_every_key_file(place):
    for path in (place.key_file, place.key_file_copy):
        path.write_text("{")


def first_backup(place):
    return next(path for path in place.backups.iterdir() if path.is_dir())


DAMAGES = {
    "database gone": (lambda place: place.database.unlink(), "store", "is missing", True),
    "database empty": (lambda place: cut(place.database, 0), "store", "is empty", True),
    "database torn": (lambda place: cut(place.database, 9000), "store", "was cut short", True),
    "beginning damaged": (lambda place: flip(place.database, 3), "store", "does not begin as its keys", True),
    "plain database": (
        lambda place: place.database.write_bytes(b"SQLite format 3\0" + bytes(4080)),
        *("store", "is not the file of this store", True),
    ),
    "keys gone": (spoil_every_key_file, "keys", "Both copies", True),
    "one copy damaged": (
        lambda place: place.key_file_copy.write_text("{"),
        *("keys", "“keys-copy.json” is damaged", False),
    ),
    "one copy missing": (lambda place: place.key_file.unlink(), "keys", "“keys.json” is missing", False),
    "one copy older": (
        lambda place: rewrite(place.key_file, revision=5),
        *("keys", "“keys-copy.json” is older than its copy", False),
    ),
    "one copy changed": (
        lambda place: rewrite(place.key_file_copy, tag=bytes(32)),
        *("keys", "changed by another hand", True),
    ),
    "one copy another store's": (
        lambda place: rewrite(place.key_file_copy, store_id="0" * 32, revision=1),
        *("keys", "belongs to another store", True),
    ),
    "old key file put back": (age, "keys", "older than those in the backups", True),
    "no recovery code": (without_code, "keys", "There is no recovery code", True),
    "half written": (
        lambda place: (place.root / "keys.json.new").write_bytes(b"{"),
        *("store", "half written, by a kill or a power cut: keys.json.new", False),
    ),
    "half restored": (
        lambda place: staging.stage_of(place).root.mkdir(),
        *("store", "restore that nobody decided", False),
    ),
    "restore not carried out": (decided, "store", "restored is not in its place", True),
    "half a backup": (
        lambda place: (place.backups / "2026-11-24-100000-close.part").mkdir(),
        *("store", "backup that was cut off", False),
    ),
    "message left": (
        lambda place: (place.outgoing.mkdir(), (place.outgoing / "report.eml").write_text("words")),
        *("store", "1 message for your mail program, not encrypted", False),
    ),
    "set aside": (
        lambda place: shutil.copytree(first_backup(place), place.root / "set-aside-2026-11-01-100000"),
        *("store", "nobody keeps in order", False),
    ),
    "key file set aside": (
        lambda place: (place.root / "keys-of-01234567-3.json").write_text("{}"),
        *("store", "Key files that were set aside", False),
    ),
    "log set aside": (
        lambda place: (place.root / "store.db-wal.damaged").write_bytes(b"log"),
        *("store", "A damaged log that was set aside", False),
    ),
    "no backup": (lambda place: shutil.rmtree(place.backups), "backups", "There is no backup", False),
    "backup damaged": (
        lambda place: cut(first_backup(place) / "store.db", 4096),
        *("backups", "cannot be used: its database has", False),
    ),
    "backup without manifest": (
        lambda place: (first_backup(place) / "manifest.json").unlink(),
        *("backups", "cannot be used: its manifest.json", False),
    ),
    "backup owed": (lambda place: place.backup_owed.touch(), "backups", "is in no backup", False),
}


@pytest.mark.parametrize("of_sealed", [False, True], ids=["visits", "sealed"])
@pytest.mark.parametrize(("damage", "about", "said", "grave"), DAMAGES.values(), ids=DAMAGES)
def test_every_damage_of_either_store_is_named_with_a_remedy(
    both, look, of_sealed, damage, about, said, grave
):
    damage(both.sealed if of_sealed else both)
    about = f"sealed {about}" if of_sealed else about
    named = [each for each in look() if each.about == about and said in each.sentence]
    assert named
    assert all(each.remedy for each in named)
    assert any(each.grave for each in named) is grave


def test_two_sound_stores_need_nothing_of_anybody(both, look):
    findings = look()
    wanting = {(each.about, each.sentence) for each in findings if each.remedy}
    assert not {about for about, _ in wanting} & {
        "store", "sealed store", "keys", "sealed keys", "backups", "sealed backups", "copies", "clock", "lock",
    }  # fmt: skip
    assert not any(each.grave for each in findings)


def test_nothing_is_changed_by_a_look(both, look, memory_of_the_computer):
    before, remembered = snapshot(both.root), snapshot(memory_of_the_computer)
    look()
    look("a wrong passphrase")
    (both.root / "wrong-guesses.json").unlink()
    assert snapshot(both.root) == before
    assert snapshot(memory_of_the_computer) == remembered


def test_a_damaged_store_is_looked_at_and_left_as_it_is(both, look):
    both.key_file_copy.write_text("{")
    flip(both.database, 3)
    before = snapshot(both.root)
    assert any(each.grave for each in look())
    assert snapshot(both.root) == before


def test_nothing_is_said_of_what_the_sealed_store_holds(both, look, locations):
    sealed = sealed_stores.unlock(locations, SEALED)
    before = [each for each in look() if each.about.startswith("sealed")]
    sealed.close()
    empty = [each for each in look() if each.about.startswith("sealed")]
    assert [each.about for each in before] == [each.about for each in empty]
    assert "left alone" in before[0].sentence
    assert not any(
        digit in each.sentence.replace(locations.sealed.root.as_posix(), "")
        for each in empty
        for digit in "3456789"
        if each.about == "sealed store"
    )


def test_where_there_is_no_sealed_store_nothing_is_said_of_one(closed, look):
    assert not [each for each in look() if each.about.startswith("sealed")]


def test_a_damaged_log_is_counted(opened, locations, look, now):
    opened.store.settings.put("me.name", "Ada")
    opened.store.settings.put("me.email", "ada@sep.example")
    copy = locations.log_of_database.read_bytes()
    opened.store.close()
    locations.log_of_database.write_bytes(copy)
    flip(locations.log_of_database, 32 + 24 + 100)
    said = [each.sentence for each in look() if each.about == "store" and each.grave]
    assert any("Its log is damaged" in each for each in said)


@pytest.mark.parametrize(
    ("kind", "reason"),
    [(PlaceKind.SYNCED, "it is kept in step by OneDrive"), (PlaceKind.NETWORK, "it is on a network share")],
)
def test_an_unsafe_place_is_grave_though_the_store_does_not_open_there(
    closed, look, monkeypatch, kind, reason
):
    monkeypatch.setattr(places, "hazard_of", lambda root: Hazard(kind, reason))
    assert [each for each in look() if reason in each.sentence and each.grave]


@POSIX
def test_links_and_rights_of_others_are_named(closed, look):
    link(closed)
    closed.database.chmod(0o644)
    said = {each.sentence: each for each in look() if each.about == "store" and each.remedy}
    assert any("links, or have a second name: keys-copy.json" in each for each in said)
    assert any("Other users of this computer are let in: store.db" in each for each in said)


@POSIX
def test_a_second_name_of_the_database_is_named(closed, look, tmp_path):
    os.link(closed.database, tmp_path / "second")
    assert [each for each in look() if "second name: store.db" in each.sentence and each.grave]


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write anywhere")
def test_a_read_only_folder_is_named(closed, look):
    closed.root.chmod(0o500)
    try:
        assert [each for each in look() if "opens for reading only" in each.sentence]
    finally:
        closed.root.chmod(0o700)


def test_a_place_that_cannot_be_written_is_named(closed, look, monkeypatch):
    monkeypatch.setattr(places, "can_write", lambda *paths: False)
    assert [each for each in look() if "opens for reading only" in each.sentence and each.grave]


def test_a_backup_that_is_old_or_of_the_future_or_another_stores_is_named(closed, look, now):
    closed.backup_owed.touch()
    old = [each.sentence for each in look(at=now + timedelta(days=15)) if each.remedy]
    assert any("The newest backup is of" in each for each in old)
    early = [each.sentence for each in look(at=now - timedelta(days=3)) if each.remedy]
    assert any("still to come: a clock was wrong" in each for each in early)
    manifest = first_backup(closed) / "manifest.json"
    store = key_file.read(closed.key_file).store_id
    manifest.write_text(manifest.read_text().replace(store, "f" * 32))
    assert any("is another store's" in each.sentence for each in look())


def test_a_store_in_use_elsewhere_is_left_alone(opened, look):
    said = look()
    assert said[0].grave
    assert "already open" in said[0].sentence
    assert any("The store opens with" in each.sentence for each in said)


def test_a_wrong_passphrase_counts_as_a_guess_and_the_outside_is_told_all_the_same(closed, look):
    said = look("a wrong passphrase")
    assert "not the passphrase" in said[0].sentence
    assert {"store", "keys", "backups", "disk"} <= {each.about for each in said}
    assert closed.wrong_guesses.exists()


def test_a_store_of_an_earlier_version_is_not_brought_up_to_date(former, look):
    before = snapshot(former.root)
    look()
    assert snapshot(former.root) == before


def test_keys_that_belong_to_another_store_are_grave(closed, look, tmp_path):
    other = stores.Locations(tmp_path / "other")
    stores.create(other, PASSPHRASE, QUICK)[0].close()
    for name in ("keys.json", "keys-copy.json"):
        shutil.copy(other.root / name, closed.root / name)
    said = [each.sentence for each in look() if each.grave]
    assert any("nothing in it fits the store's keys" in each for each in said)
    assert any("does not begin as its keys say" in each for each in said)
