"""Keys, files, locks, migrations and repairs of the encrypted store."""

import os
import sqlite3
import subprocess
import sys

import pytest
from sqlcipher3 import dbapi2 as driver

from sep_desktop import files
from sep_desktop.domain.school import School
from sep_desktop.errors import EnvironmentProblem, UserError
from sep_desktop.storage import driver_errors, key_slots
from sep_desktop.storage import store as stores
from sep_desktop.storage.backups.listing import backups_in
from sep_desktop.storage.backups.verification import Checked
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.key_file import read_all
from sep_desktop.storage.key_slots import Cost, SlotKind, WrongSecret
from sep_desktop.storage.migrations import STEPS
from sep_desktop.storage.store_problems import (
    DamagedStore,
    DiskFull,
    MigrationFailed,
    NotThisStore,
    StoreInUse,
)
from tests.conftest import QUICK
from tests.support.fakes import PASSPHRASE, FakeKeyring

CANARY = "Zanzibar-sunrise-4711"


def test_a_new_store_opens_with_passphrase_and_code_and_with_nothing_else(opened, locations):
    opened.store.close()
    stores.unlock(locations, PASSPHRASE).close()
    stores.unlock(locations, opened.code.lower().replace("-", " "), SlotKind.RECOVERY).close()
    for kind, secret in (
        (SlotKind.PASSPHRASE, "correct horse batterx"),
        (SlotKind.RECOVERY, key_slots.new_recovery_code()),
        (SlotKind.COMPUTER, "x"),
    ):
        with pytest.raises(WrongSecret):
            stores.unlock(locations, secret, kind)


@pytest.mark.parametrize("passphrase", ["", "short", "aaaaaaaaaaaaaaa", "Password12345!"])
def test_a_weak_passphrase_is_refused_and_leaves_nothing(locations, passphrase):
    with pytest.raises(UserError):
        stores.create(locations, passphrase, QUICK)
    assert not locations.root.exists()


def test_a_slip_in_the_code_is_told_from_a_wrong_code():
    code = key_slots.new_recovery_code()
    slipped = ("0" if code[0] != "0" else "1") + code[1:]
    with pytest.raises(WrongSecret, match="slip"):
        key_slots.normal_code(slipped)
    assert key_slots.normal_code(code.replace("0", "O").replace("1", "I")) == key_slots.normal_code(code)


def test_changing_the_passphrase_shuts_the_old_one_out(opened, locations):
    with pytest.raises(WrongSecret):
        opened.store.change_passphrase("not the old one", "a brand new passphrase", QUICK)
    opened.store.change_passphrase(PASSPHRASE, "a brand new passphrase", QUICK)
    opened.store.close()
    with pytest.raises(WrongSecret):
        stores.unlock(locations, PASSPHRASE)
    stores.unlock(locations, "a brand new passphrase").close()
    stores.unlock(locations, opened.code, SlotKind.RECOVERY).close()


def test_a_lost_passphrase_is_replaced_with_the_code(opened, locations):
    opened.store.set_passphrase_by_code(opened.code, "found another one", QUICK)
    opened.store.close()
    stores.unlock(locations, "found another one").close()


def test_the_real_cost_of_a_guess_is_kept_in_the_slot():
    header, key = key_slots.new_key_file()
    header = key_slots.with_slot(
        header, key, SlotKind.PASSPHRASE, PASSPHRASE, Cost(memory_kib=1024, passes=2, lanes=1)
    )
    assert header.slot(SlotKind.PASSPHRASE).cost == Cost(1024, 2, 1)
    assert key_slots.open_slot(header, SlotKind.PASSPHRASE, PASSPHRASE) == key
    assert Cost() == Cost(memory_kib=262_144, passes=3, lanes=4)


def test_the_keyring_opens_it_and_is_never_the_only_way(opened, locations):
    keyring = FakeKeyring()
    opened.store.remember_here(keyring)
    opened.store.close()
    stores.unlock_with_keyring(locations, keyring).close()
    assert stores.unlock_with_keyring(locations, FakeKeyring()) is None
    store = stores.unlock(locations, PASSPHRASE)
    store.forget_here(keyring)
    store.close()
    assert not keyring.secrets
    assert stores.unlock_with_keyring(locations, keyring) is None


def test_a_locked_keyring_changes_nothing(opened, locations):
    with pytest.raises(EnvironmentProblem):
        opened.store.remember_here(FakeKeyring(locked=True))
    assert read_all(locations)[0].slot(SlotKind.COMPUTER) is None


def test_a_second_start_is_refused_and_the_lock_goes_with_the_process(opened, locations):
    with pytest.raises(StoreInUse):
        stores.unlock(locations, PASSPHRASE)
    assert stores.in_use(locations)
    opened.store.close()
    assert not stores.in_use(locations)
    code = f"import os; from sep_desktop.paths import Locations; from sep_desktop.storage import store; from pathlib import Path; store.unlock(Locations(Path({str(locations.root)!r})), {PASSPHRASE!r}); os._exit(9)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 9
    stores.unlock(locations, PASSPHRASE).close()


def test_nothing_typed_is_readable_on_disk(store, locations, now):
    with store.atomic():
        store.schools.save([School("100001", CANARY)], CANARY, now)
    store.settings.put("me.name", CANARY)
    store.back_up(now)
    store.database.rows("SELECT name FROM school ORDER BY name || hex(randomblob(8))")
    for path in locations.root.rglob("*"):
        if path.is_file():
            assert CANARY.encode() not in path.read_bytes(), path
    assert not locations.database.read_bytes().startswith(b"SQLite format 3")


def test_the_driver_that_would_lose_writes_is_refused():
    code = "import sqlite_utils; from sep_desktop.storage import driver; driver.tables_of(None)"
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert "imported before the encrypted driver" in run.stderr


def test_a_query_that_returns_leaves_no_transaction_open(store, locations, now):
    list(store.database.tables.query("INSERT INTO setting VALUES ('a', 'b') RETURNING key"))
    store.settings.put("me.name", "Ada")
    store.close()
    again = stores.unlock(locations, PASSPHRASE)
    assert again.settings.text("me.name") == "Ada"
    again.close()


@pytest.mark.parametrize("offset", [0, 7, 15])
def test_a_damaged_salt_is_mended_from_the_key_file(opened, locations, now, offset):
    with opened.store.atomic():
        opened.store.schools.save([School("100001", "A")], "x", now)
    opened.store.close()
    sound = locations.database.read_bytes()[:16]
    _flip(locations.database, offset)
    store = stores.unlock(locations, PASSPHRASE)
    assert store.database.repairs
    assert store.schools.get("100001").name == "A"
    store.close()
    assert locations.database.read_bytes()[:16] == sound


@pytest.mark.parametrize("offset", [20, 4096 + 100, 9 * 4096 + 7])
def test_a_damaged_page_is_found_at_start_and_not_taken_for_a_wrong_passphrase(opened, locations, offset):
    opened.store.close()
    _flip(locations.database, offset)
    before = locations.database.read_bytes()
    with pytest.raises(DamagedStore):
        stores.unlock(locations, PASSPHRASE)
    assert locations.database.read_bytes() == before


def test_a_newer_schema_is_refused_and_left_alone(opened, locations):
    opened.store.database.run(
        "INSERT INTO _sqlite_migrations (migration_set, name, applied_at) VALUES ('visits', '9999_future', '')"
    )
    opened.store.close()
    before = locations.database.read_bytes()
    with pytest.raises(UserError, match="newer version"):
        stores.unlock(locations, PASSPHRASE)
    assert locations.database.read_bytes() == before


def test_a_pending_migration_is_preceded_by_a_backup(opened, locations, monkeypatch):
    opened.store.close()
    monkeypatch.setitem(STEPS, "0002_trial", lambda db: db.execute("CREATE TABLE trial (x)"))
    store = stores.unlock(locations, PASSPHRASE)
    assert store.database.value("SELECT count(*) FROM trial") == 0
    (backup,) = backups_in(locations.backups)
    assert (backup.why, "0002_trial" in backup.manifest.steps) == ("before-update", False)
    assert store.backups.verify(backup) is Checked.WHOLE
    store.close()


def test_a_migration_that_fails_leaves_the_store_as_it_was(opened, locations, monkeypatch):
    opened.store.close()
    with monkeypatch.context() as patched:

        def bad(db):
            db.execute("CREATE TABLE half (x)")
            db.execute("CREATE TABLE school (x)")

        patched.setitem(STEPS, "0002_bad", bad)
        with pytest.raises(MigrationFailed):
            stores.unlock(locations, PASSPHRASE)
    store = stores.unlock(locations, PASSPHRASE)
    assert store.database.value("SELECT count(*) FROM sqlite_master WHERE name = 'half'") == 0
    store.close()


def test_migrations_are_only_ever_added_to():
    assert list(STEPS) == [
        "0001_initial",
        "0002_support",
        "0003_delivery_method",
        "0004_identity",
        "0005_message_kinds",
        "0006_editions",
        "0007_note_revisions",
        "0008_store_identity",
        "0009_epochs",
        "0010_backup_places",
        "0011_former_rows",
        "0012_retention",
        "0013_school_of_a_message",
        "0014_unfinished_forms",
    ]


def test_a_transaction_that_fails_keeps_nothing(store, now):
    with pytest.raises(RuntimeError), store.atomic():
        store.settings.put("me.name", "half")
        raise RuntimeError
    assert store.settings.text("me.name") == ""


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("SQLITE_FULL", DiskFull),
        ("SQLITE_CORRUPT", DamagedStore),
        ("SQLITE_BUSY", StoreInUse),
        ("SQLITE_IOERR_WRITE", EnvironmentProblem),
    ],
)
def test_driver_errors_become_ours(name, kind):
    assert isinstance(driver_errors._ours(name, ""), kind)
    assert driver_errors._ours("SQLITE_ERROR", "no such table") is None


@pytest.mark.parametrize(
    ("text", "kind"), [("database or disk is full", DiskFull), ("disk I/O error", EnvironmentProblem)]
)
def test_what_the_online_backup_raises_without_a_name_becomes_ours_too(text, kind):
    assert isinstance(driver_errors._ours("", text), kind)


def test_a_new_folder_is_flushed_into_the_one_above_it(tmp_path, monkeypatch):
    flushed = []
    monkeypatch.setattr(files, "fsync_folder", flushed.append)
    files.make_private(tmp_path / "a" / "b")
    assert flushed == [tmp_path, tmp_path / "a"]


def test_a_folder_that_cannot_be_flushed_is_made_all_the_same(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "fsync_folder", lambda _: (_ for _ in ()).throw(OSError("no way to flush")))
    files.make_private(tmp_path / "a")
    assert (tmp_path / "a").is_dir()


def test_a_completed_version_never_changes(store, queued):
    with pytest.raises(driver.DatabaseError, match="never changes"):
        store.database.run("UPDATE report_version SET reason = 'x'")


def test_a_file_moved_away_under_us_is_noticed(store, locations):
    store.database.assert_in_place()
    locations.database.rename(locations.root / "elsewhere.db")
    with pytest.raises(EnvironmentProblem, match="moved or replaced"):
        store.database.assert_in_place()


@pytest.mark.skipif(os.name != "posix", reason="Windows gives the profile folder its own access list")
def test_files_are_for_their_owner_alone(store, locations):
    assert locations.root.stat().st_mode & 0o777 == 0o700
    assert all(
        path.stat().st_mode & 0o077 == 0
        for path in (locations.database, locations.key_file, locations.key_file_copy)
    )


def test_a_plain_database_in_our_place_is_refused(tmp_path):
    plain = tmp_path / "plain.db"
    with sqlite3.connect(plain) as connection:
        connection.execute("CREATE TABLE t (x)")
    connection.close()
    with pytest.raises(NotThisStore):
        EncryptedDatabase(plain, b"k" * 32, b"s" * 16)
    with pytest.raises(ValueError, match="short key"):
        EncryptedDatabase(plain, b"k" * 16, b"s" * 16)


def _flip(path, offset):
    data = bytearray(path.read_bytes())
    data[offset] ^= 0xFF
    path.write_bytes(bytes(data))


def test_forgetting_this_computer_removes_that_way_in_and_no_other(opened, locations):
    keyring = FakeKeyring()
    opened.store.remember_here(keyring)
    kept = dict(keyring.secrets)
    opened.store.forget_here(keyring)
    opened.store.close()
    assert keyring.secrets == {}
    assert stores.unlock_with_keyring(locations, FakeKeyring(kept)) is None
    for secret, kind in ((PASSPHRASE, SlotKind.PASSPHRASE), (opened.code, SlotKind.RECOVERY)):
        stores.unlock(locations, secret, kind).close()
