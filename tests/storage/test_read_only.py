"""A store in a place that cannot be written opens for reading and export, and leaves nothing behind."""

import os
import shutil

import pytest

from sep_desktop import places
from sep_desktop.cli import main
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.services import outbox
from sep_desktop.storage import migrations, store_lock
from sep_desktop.storage import store as stores
from sep_desktop.storage.sealed import store as sealed_stores
from sep_desktop.storage.store_problems import ReadOnlyStore
from tests.conftest import QUICK
from tests.support.appraisals import SEALED
from tests.support.fakes import PASSPHRASE


def bytes_of(root):
    return {path: path.read_bytes() for path in root.rglob("*") if path.is_file()}


@pytest.fixture
def write_protected(store, sealed, queued, locations, monkeypatch):
    """A whole pair of stores in a place that the system says cannot be written; nothing in it may change."""
    store.close()
    sealed.close()
    for each in (locations, locations.sealed):
        each.lock.unlink(missing_ok=True)
    for module in (store_lock, places):
        monkeypatch.setattr(module, "can_write", lambda *paths: False)
    before = bytes_of(locations.root)
    yield locations
    assert bytes_of(locations.root) == before


def test_it_opens_and_says_that_it_is_only_read(write_protected):
    store = stores.unlock(write_protected, PASSPHRASE)
    assert store.read_only
    heard = []
    store.notices.listen(heard.append)
    assert ["reading only" in each.text for each in heard] == [True]
    assert store.outbox.messages()
    store.close()


WRITES = {
    "a setting": lambda store, now: store.settings.put("me.name", "B"),
    "a transaction": lambda store, now: store.saving(lambda: store.settings.put("me.name", "B")),
    "a passphrase": lambda store, now: store.change_passphrase(PASSPHRASE, "a brand new passphrase", QUICK),
    "a backup": lambda store, now: store.back_up(now),
    "the reserve": lambda store, now: store.release_disk_reserve(),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
def test_every_write_is_refused_in_words(write_protected, now, write):
    store = stores.unlock(write_protected, PASSPHRASE)
    with pytest.raises(ReadOnlyStore, match="reading only"):
        write(store, now)
    store.close()


def test_the_sealed_store_is_read_too(write_protected):
    sealed = sealed_stores.unlock(write_protected, SEALED)
    assert sealed.read_only
    sealed.close()


def test_what_was_cut_off_is_counted_and_left(write_protected, now, monkeypatch):
    store = stores.unlock(write_protected, PASSPHRASE)
    monkeypatch.setattr(store.outbox, "in_state", lambda *states: [object()])
    assert outbox.recover(store=store, now=now) == 1
    store.close()


@pytest.mark.parametrize(
    "command", [["due"], ["time-log", "{out}/log.csv"], ["outbox"], ["doctor"], ["export-pdf", "{out}"]]
)
def test_the_commands_that_read_work(write_protected, tmp_path, capsys, command):
    (tmp_path / "words").write_text(PASSPHRASE)
    (tmp_path / "out").mkdir()
    name, *rest = [part.format(out=tmp_path / "out") for part in command]
    options = ["--store", str(write_protected.root), "--passphrase-file", str(tmp_path / "words")]
    assert main([name, *options, *rest]) in (0, 3)
    output = capsys.readouterr()
    assert "reading only" in output.err + output.out
    assert "Traceback" not in output.err


def test_words_in_the_log_that_was_left_there_are_read_too(store, locations, tmp_path, monkeypatch):
    store.settings.put("me.name", "only in the log")
    copy = type(locations)(tmp_path / "copy")
    shutil.copytree(locations.root, copy.root)
    assert copy.log_of_database.stat().st_size
    for module in (store_lock, places):
        monkeypatch.setattr(module, "can_write", lambda *paths: False)
    before = bytes_of(copy.root)
    again = stores.unlock(copy, PASSPHRASE)
    assert again.settings.text("me.name") == "only in the log"
    with pytest.raises(ReadOnlyStore):
        again.settings.put("me.name", "B")
    again.close()
    assert bytes_of(copy.root) == before


def test_a_store_of_an_earlier_version_is_not_migrated_there(write_protected, monkeypatch):
    monkeypatch.setitem(migrations.STEPS, "9999_trial", lambda db: None)
    with pytest.raises(ReadOnlyStore, match="earlier version"):
        stores.unlock(write_protected, PASSPHRASE)


def test_a_lock_that_may_not_be_taken_means_reading_only(opened, locations, monkeypatch):
    opened.store.close()

    def refuse(locations):
        raise PermissionError(13, "no")

    monkeypatch.setattr(store_lock, "hold", refuse)
    monkeypatch.setattr(stores, "hold", refuse)
    store = stores.unlock(locations, PASSPHRASE)
    assert store.read_only
    assert not stores.in_use(locations)
    store.close()


def test_another_fault_of_the_lock_is_no_place_to_read_from(opened, locations, monkeypatch):
    opened.store.close()

    def refuse(locations):
        raise OSError(5, "Input/output error")

    monkeypatch.setattr(store_lock, "hold", refuse)
    with pytest.raises((OSError, EnvironmentProblem)):
        stores.unlock(locations, PASSPHRASE)


@pytest.mark.skipif(os.name != "posix" or os.geteuid() == 0, reason="root may write everywhere")
def test_a_folder_without_the_right_to_write(opened, locations):
    opened.store.close()
    locations.root.chmod(0o500)
    store = stores.unlock(locations, PASSPHRASE)
    assert store.read_only
    store.close()
    locations.root.chmod(0o700)
