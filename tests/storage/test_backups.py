"""Backups: what they hold, how they are made beside whoever types, and what a kill or a flipped bit leaves."""

import errno
import json
import os
import shutil
import stat
import subprocess
import sys
import threading
from datetime import timedelta
from pathlib import Path

import pytest

from sep_desktop import files
from sep_desktop.domain.backups import Why
from sep_desktop.errors import Cancelled, EnvironmentProblem, UserError
from sep_desktop.storage import key_slots
from sep_desktop.storage import store as stores
from sep_desktop.storage.backups import making
from sep_desktop.storage.backups.listing import backup_at, backups_in
from sep_desktop.storage.backups.manifest import DamagedBackup
from sep_desktop.storage.backups.verification import Checked, verify
from sep_desktop.storage.closed_database import ClosedDatabase
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.key_file import read, read_all
from sep_desktop.storage.key_slots import SlotKind
from sep_desktop.storage.migrations import STEPS
from sep_desktop.storage.store_problems import DamagedStore, DiskFull
from tests.support.fakes import PASSPHRASE


@pytest.fixture
def folder(store):
    return store.locations.backups


@pytest.fixture
def backup(store, written, now):
    return store.back_up(now, Why.CLOSE)


def key_and_salt(store):
    key_file = read_all(store.locations)[0]
    return key_slots.open_slot(key_file, SlotKind.PASSPHRASE, PASSPHRASE), key_file.salt


def flip(path, offset):
    data = bytearray(path.read_bytes())
    data[offset] ^= 0xFF
    path.write_bytes(bytes(data))


def test_a_backup_is_a_folder_with_file_keys_and_manifest(store, backup, now):
    assert backup.path.name == f"{now:%Y-%m-%d-%H%M%S}-close"
    assert sorted(path.name for path in backup.path.iterdir()) == ["keys.json", "manifest.json", "store.db"]
    assert backups_in(store.locations.backups) == [backup]
    manifest = backup.manifest
    assert (manifest.store, manifest.purpose, manifest.made) == (store.key_file.store_id, "visits", now)
    assert manifest.steps == tuple(STEPS)
    assert manifest.counts["visit"] == store.database.value("SELECT count(*) FROM visit") > 0


def test_the_manifest_holds_nothing_that_anybody_wrote(backup):
    text = (backup.path / "manifest.json").read_text(encoding="utf-8")
    assert set(json.loads(text)) == {
        "counts", "format", "made", "program", "purpose", "sha256", "size", "steps", "store", "why",
    }  # fmt: skip
    assert "Harbour" not in text


def test_a_backup_opens_with_its_own_keys_and_the_passphrase_alone(store, backup):
    key_file = read(backup.key_file)
    key = key_slots.open_slot(key_file, SlotKind.PASSPHRASE, PASSPHRASE)
    with ClosedDatabase(backup.database, key, key_file.salt) as copy:
        assert copy.counts()["school"] == store.database.value("SELECT count(*) FROM school")


def test_verifying_says_what_was_looked_at(store, backup):
    assert verify(backup) is Checked.BYTES
    assert verify(backup, *key_and_salt(store)) is Checked.WHOLE
    assert store.backups.verify(backup) is Checked.WHOLE


def test_looking_at_a_backup_changes_and_adds_no_file(store, backup):
    before = {path: path.read_bytes() for path in backup.path.iterdir()}
    store.backups.verify(backup)
    assert {path: path.read_bytes() for path in backup.path.iterdir()} == before


def test_a_copy_has_no_log_that_could_be_left_behind(store, backup):
    assert backup.database.read_bytes() != store.locations.database.read_bytes()
    database = EncryptedDatabase(backup.database, *key_and_salt(store))
    database.close()
    assert not list(backup.path.glob("store.db-*"))


@pytest.mark.parametrize("offset", [0, 100, 4096 + 7, -1])
def test_a_flipped_bit_is_damage_that_names_the_file(store, backup, offset):
    flip(backup.database, offset)
    for key in ((), key_and_salt(store)):
        with pytest.raises(DamagedBackup, match="cannot be used") as raised:
            verify(backup, *key)
        assert str(backup.path) in str(raised.value)


def test_a_page_that_its_manifest_vouches_for_is_still_looked_at(store, backup):
    """Whoever damaged the file could have written its digest too; the checksums of its pages take the key."""
    flip(backup.database, 4096 + 7)
    path = backup.path / "manifest.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    path.write_text(json.dumps({**said, "sha256": making.sha256_of(backup.database)}), encoding="utf-8")
    again = backup_at(backup.path)
    assert verify(again) is Checked.BYTES
    with pytest.raises(DamagedBackup):
        verify(again, *key_and_salt(store))


def test_rows_that_are_missing_are_counted(store, backup):
    path = backup.path / "manifest.json"
    said = json.loads(path.read_text(encoding="utf-8"))
    said["counts"]["visit"] += 1
    path.write_text(json.dumps(said), encoding="utf-8")
    with pytest.raises(DamagedBackup, match="manifest"):
        store.backups.verify(backup_at(backup.path))


def _shorten(path):
    (path / "store.db").write_bytes((path / "store.db").read_bytes()[:-4096])


def _write_nonsense(path):
    (path / "manifest.json").write_text('{"format": 1}', encoding="utf-8")


@pytest.mark.parametrize(
    ("spoil", "reason"),
    [
        (_shorten, "bytes"),
        (_write_nonsense, "manifest.json cannot be read"),
        (lambda path: (path / "manifest.json").unlink(), "manifest.json cannot be read"),
        (lambda path: (path / "keys.json").unlink(), "Its keys are missing"),
        (lambda path: (path / "store.db").unlink(), "Its database is missing"),
    ],
)
def test_what_cannot_be_used_is_listed_with_the_reason(store, backup, folder, spoil, reason):
    spoil(backup.path)
    (listed,) = backups_in(folder)
    assert reason in listed.trouble
    with pytest.raises(DamagedBackup):
        store.backups.verify(listed)


def test_a_manifest_of_a_newer_program_is_said_to_be_that(backup, folder):
    (backup.path / "manifest.json").write_text('{"format": 2}', encoding="utf-8")
    (listed,) = backups_in(folder)
    assert "newer version" in listed.trouble


def test_a_folder_that_cannot_be_read_is_never_an_empty_one(tmp_path):
    assert backups_in(tmp_path / "nowhere") == []
    (tmp_path / "backups").write_bytes(b"no folder")
    with pytest.raises(EnvironmentProblem, match="cannot be read"):
        backups_in(tmp_path / "backups")


def test_backups_are_listed_newest_first_and_nothing_else_with_them(store, folder, now):
    for hours in (2, 0, 1):
        store.back_up(now - timedelta(hours=hours), Why.WORKING)
    (folder / "notes.txt").write_text("x")
    (folder / "2026-11-01-101010-close.part").mkdir()
    (folder / "2026-99-01-101010-close").mkdir()
    assert [each.made for each in backups_in(folder)] == [now - timedelta(hours=each) for each in (0, 1, 2)]


def test_a_former_backup_is_listed_and_verified_with_the_keys_of_its_store(store, written, folder):
    folder.mkdir()
    former = folder / "2026-10-01-101112-before-update.db"
    store.database.run("VACUUM INTO ?", (str(former),))
    (listed,) = backups_in(folder)
    assert (listed.path, listed.why, listed.made.hour) == (former, "before-update", 10)
    assert store.backups.verify(listed) is Checked.WHOLE
    with pytest.raises(UserError, match="only be checked with its keys"):
        verify(listed)
    flip(former, 4096 + 5)
    with pytest.raises(DamagedBackup):
        store.backups.verify(listed)


def test_another_stores_key_does_not_open_it(backup):
    with pytest.raises(DamagedBackup, match="other keys"):
        verify(backup, b"k" * 32, b"s" * 16)


def test_two_backups_in_one_second_are_two(store, now, folder):
    for _ in range(2):
        store.back_up(now, Why.CLOSE)
    assert len(backups_in(folder)) == 2


def test_while_a_transaction_is_open_nothing_is_copied(store, now, folder):
    with pytest.raises(RuntimeError, match="inside a transaction"), store.atomic():
        store.back_up(now)
    assert list(folder.iterdir()) == []


def test_a_copy_is_of_one_moment_however_much_is_written_meanwhile(store, folder, now):
    """Forty backups while another thread keeps two tables that must agree: none shows the one without the other."""
    for name in ("a", "b"):
        store.database.run(f"CREATE TABLE {name} (id INTEGER PRIMARY KEY, n INTEGER, filling BLOB)")
        store.database.run_many(
            f"INSERT INTO {name} VALUES (?, 0, zeroblob(9000))", [(n,) for n in range(60)]
        )
    stop, rounds = threading.Event(), [0]

    def write():
        while not stop.is_set():
            rounds[0] += 1
            with store.atomic():
                row = rounds[0] % 60
                for name in ("a", "b"):
                    store.database.run(
                        f"UPDATE {name} SET n = ?, filling = randomblob(9000) WHERE id = ?", (rounds[0], row)
                    )
                    store.database.run(f"INSERT INTO {name} VALUES (NULL, ?, zeroblob(100))", (rounds[0],))

    writer = threading.Thread(target=write)
    writer.start()
    try:
        for number in range(40):
            copy = folder / f"{number}.db"
            folder.mkdir(exist_ok=True)
            before = rounds[0]
            store.database.copy_to(copy, between_steps=lambda: stop.wait(0.001))
            assert rounds[0] > before, "nothing was written meanwhile"
            with ClosedDatabase(copy, *key_and_salt(store)) as opened:
                opened.check()
                both = [opened.rows(f"SELECT id, n FROM {name} ORDER BY id") for name in ("a", "b")]
            assert both[0] == both[1]
            copy.unlink()
    finally:
        stop.set()
        writer.join()


def test_a_save_comes_in_between_two_steps(store, written, now):
    """The guard is free while the copy pauses: whoever waits to save does not wait for the whole of it."""
    saved = []

    def check():
        if not saved:
            saver = threading.Thread(target=lambda: store.settings.put("me.name", "Ada"))
            saver.start()
            saver.join()
            saved.append(store.settings.text("me.name"))

    backup = store.backups.make(now, Why.CLOSE, check)
    assert saved == ["Ada"]
    with ClosedDatabase(backup.database, *key_and_salt(store)) as copy:
        assert copy.value("SELECT value FROM setting WHERE key = 'me.name'") == "Ada"


def test_a_backup_that_is_given_up_leaves_nothing_and_the_others_stay(store, backup, folder, now):
    def give_up():
        raise Cancelled

    with pytest.raises(Cancelled):
        store.backups.make(now + timedelta(hours=1), Why.CLOSE, give_up)
    assert backups_in(folder) == [backup]
    assert list(folder.iterdir()) == [backup.path]
    store.settings.put("me.name", "still works")


def test_closing_gives_up_the_backup_that_is_being_made(store, written, folder, now):
    closing = threading.Thread(target=store.close)

    def close_meanwhile():
        if not closing.ident:
            closing.start()
            store.backups._ending.wait(10)

    with pytest.raises(Cancelled):
        store.backups.make(now, Why.CLOSE, close_meanwhile)
    closing.join()
    assert list(folder.iterdir()) == []
    with pytest.raises(Cancelled):
        store.back_up(now)


KILLED = """
import os, sys
from datetime import datetime
from pathlib import Path
from sep_desktop.paths import Locations
from sep_desktop.storage import store as stores
from sep_desktop.storage.backups import making

store = stores.unlock(Locations(Path(sys.argv[1])), sys.argv[2])
setattr(making, sys.argv[3], lambda *_: os._exit(9))
store.back_up(datetime.now().astimezone())
"""


@pytest.mark.parametrize(
    "place", ["keep_private", "fsync_file", "sha256_of", "write_durably", "rename_folder"]
)
def test_a_kill_at_any_point_leaves_the_earlier_ones_and_a_remainder_that_the_next_run_clears(
    store, backup, folder, locations, now, place
):
    store.close()
    code = KILLED if place != "keep_private" else KILLED.replace("setattr(", "import stat; setattr(")
    done = subprocess.run([sys.executable, "-c", code, str(locations.root), PASSPHRASE, place], check=False)
    assert done.returncode == 9
    assert backups_in(folder) == [backup]
    again = stores.unlock(locations, PASSPHRASE)
    newer = again.back_up(now + timedelta(hours=1), Why.CLOSE)
    assert backups_in(folder) == [newer, backup]
    assert sorted(folder.iterdir()) == [backup.path, newer.path]
    assert again.backups.verify(newer) is Checked.WHOLE
    again.close()


def test_no_room_is_said_before_anything_is_written(store, backup, folder, now, monkeypatch):
    monkeypatch.setattr(making, "free_space", lambda _: 1_000_000)
    with pytest.raises(DiskFull, match=r"needs \d+ MB, and 1 MB are free"):
        store.back_up(now + timedelta(hours=1), Why.CLOSE)
    assert list(folder.iterdir()) == [backup.path]


def test_a_damaged_store_makes_no_backup_and_the_good_ones_stay(store, backup, locations, folder, now):
    store.close()
    flip(locations.database, 9 * 4096 + 7)
    damaged = stores.unlock(locations, PASSPHRASE, check=False)
    with pytest.raises(DamagedStore):
        damaged.back_up(now + timedelta(hours=1), Why.CLOSE)
    damaged.close()
    assert backups_in(folder) == [backup]
    assert list(folder.iterdir()) == [backup.path]


def test_a_folder_that_cannot_be_written_is_said_in_words(store, folder, now):
    folder.write_bytes(b"no folder")
    with pytest.raises(EnvironmentProblem, match="No backup could be written"):
        store.back_up(now)


@pytest.mark.skipif(os.name != "posix", reason="Windows gives the profile folder its own access list")
def test_backups_are_for_their_owner_alone(backup):
    assert all(path.stat().st_mode & 0o077 == 0 for path in (backup.path, *backup.path.iterdir()))


def test_a_place_with_every_letter_that_needs_care(tmp_path, now):
    from tests.conftest import QUICK

    store, _ = stores.create(stores.Locations(tmp_path / "Zoë O'Brien 100%? #1"), PASSPHRASE, QUICK)
    assert store.backups.verify(store.back_up(now)) is Checked.WHOLE
    store.close()


def test_what_a_scanner_holds_for_a_moment_is_tried_again(store, now, monkeypatch):
    held, rename = [1, 1], Path.rename

    def held_at_first(path, target):
        if held:
            held.pop()
            error = PermissionError(13, "in use")
            error.winerror = 32
            raise error
        return rename(path, target)

    monkeypatch.setattr(files, "sleep", lambda _: None)
    monkeypatch.setattr(Path, "rename", held_at_first)
    assert store.backups.verify(store.back_up(now)) is Checked.WHOLE
    assert not held


@pytest.mark.parametrize(("code", "is_failure"), [(errno.EINVAL, False), (errno.EIO, True)])
def test_a_share_that_cannot_flush_a_folder_is_no_failure(store, folder, now, monkeypatch, code, is_failure):
    real = files.flush

    def refuse(descriptor):
        if stat.S_ISDIR(os.fstat(descriptor).st_mode):
            raise OSError(code, "no")
        real(descriptor)

    monkeypatch.setattr(files, "flush", refuse)
    if is_failure:
        with pytest.raises(EnvironmentProblem):
            store.back_up(now)
    else:
        store.back_up(now)
    assert bool(backups_in(folder)) is not is_failure


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("purpose", "../../etc"),
        ("counts", {"visit": float("inf")}),
        ("counts", {"visit": -1}),
        ("counts", {"visit": True}),
        ("counts", {"x" * 101: 1}),
        ("counts", ["visit"]),
        ("made", "0001-01-01T00:00:00+14:00"),
        ("made", "9999-12-31T23:59:59-14:00"),
        ("made", "2026-11-24T10:32:07"),
        ("size", -5),
        ("size", 1e9),
        ("why", "../../../x\x1b[31m"),
        ("steps", [["a"]]),
        ("steps", "0001"),
        ("store", "../../../../x"),
        ("sha256", "0"),
        ("program", "x" * 2_000_000),
        ("format", "1"),
    ],
)
def test_a_manifest_that_lies_spoils_its_own_backup_and_no_other(store, backup, folder, now, name, value):
    lying = shutil.copytree(backup.path, folder / "2026-01-01-010101-close")
    said = json.loads((lying / "manifest.json").read_text(encoding="utf-8"))
    (lying / "manifest.json").write_text(json.dumps({**said, name: value}), encoding="utf-8")
    listed = {each.path: each for each in backups_in(folder)}
    assert "manifest.json cannot be read" in listed.pop(lying).trouble
    assert listed == {backup.path: backup}
    assert not store.backups.make(now + timedelta(days=1), Why.CLOSE).trouble
    assert store.backups.renew_keys() == []
