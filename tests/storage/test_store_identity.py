"""A store knows itself: nothing is made beside valid keys, and no file is taken for another."""

import shutil
from contextlib import suppress

import pytest

from sep_desktop.errors import UserError
from sep_desktop.paths import Locations
from sep_desktop.storage import key_file, store_creation, store_identity
from sep_desktop.storage import store as stores
from sep_desktop.storage.database import EncryptedDatabase
from sep_desktop.storage.purpose import StorePurpose
from sep_desktop.storage.sealed import store as sealed_stores
from sep_desktop.storage.store_problems import (
    DamagedStore,
    MissingDatabase,
    NotThisStore,
    ShortenedDatabase,
    StoreMoved,
    WrongPurpose,
)
from tests.conftest import QUICK
from tests.support.appraisals import SEALED
from tests.support.fakes import PASSPHRASE


def files(locations):
    """Every file of the store with its bytes, but for the lock and the reserve, which anybody may make anew."""
    return {
        str(path.relative_to(locations.root)): path.read_bytes()
        for path in locations.root.rglob("*")
        if path.is_file() and path not in (locations.lock, locations.disk_reserve)
    }


@pytest.fixture
def closed(opened, locations):
    """A store that is whole, and closed."""
    opened.store.settings.put("me.name", "Ada")
    opened.store.close()
    return locations


@pytest.fixture
def another(tmp_path):
    """Another store of the same purpose and passphrase."""
    locations = Locations(tmp_path / "another")
    stores.create(locations, PASSPHRASE, QUICK)[0].close()
    return locations


DAMAGES = {
    "missing": (lambda path: path.unlink(), MissingDatabase),
    "a folder": (lambda path: (path.unlink(), path.mkdir()), MissingDatabase),
    "empty": (lambda path: path.write_bytes(b""), ShortenedDatabase),
    "one byte": (lambda path: path.write_bytes(path.read_bytes()[:1]), ShortenedDatabase),
    "half a page": (lambda path: path.write_bytes(path.read_bytes()[:2048]), ShortenedDatabase),
    "no whole page at its end": (lambda path: path.write_bytes(path.read_bytes()[:-7]), ShortenedDatabase),
    "shorter than it says": (lambda path: path.write_bytes(path.read_bytes()[: 5 * 4096]), DamagedStore),
    "noise": (lambda path: path.write_bytes(bytes(range(256)) * 320), NotThisStore),
    "plain": (lambda path: path.write_bytes(b"SQLite format 3\0" + bytes(8176)), NotThisStore),
}


@pytest.mark.parametrize(("damage", "problem"), DAMAGES.values(), ids=DAMAGES)
def test_a_database_that_is_not_whole_is_told_and_nothing_is_made_in_its_place(closed, damage, problem):
    damage(closed.database)
    before = files(closed)
    for _ in range(2):
        with pytest.raises(problem) as told:
            stores.unlock(closed, PASSPHRASE)
        assert told.value.hint
    assert type(told.value) is problem
    assert files(closed) == before
    assert stores.exists(closed)


def test_a_log_whose_database_is_gone_is_left_and_no_store_is_made_over_it(closed):
    closed.database.rename(closed.log_of_database)
    before = files(closed)
    with pytest.raises(MissingDatabase):
        stores.unlock(closed, PASSPHRASE)
    for keys in (closed.key_file, closed.key_file_copy):
        keys.unlink()
        before.pop(keys.name)
    with pytest.raises(UserError, match="already a store"):
        stores.create(closed, PASSPHRASE, QUICK)
    assert files(closed) == before


def test_a_database_that_is_opened_makes_no_file(tmp_path):
    with pytest.raises(MissingDatabase):
        EncryptedDatabase(tmp_path / "nothing.db", b"k" * 32, b"s" * 16)
    assert not list(tmp_path.iterdir())


def test_a_new_database_is_never_made_over_a_file(closed):
    before = closed.database.read_bytes()
    with pytest.raises(FileExistsError):
        EncryptedDatabase(closed.database, b"k" * 32, b"s" * 16, new=True)
    assert closed.database.read_bytes() == before


def test_another_stores_file_is_told_from_a_damaged_one(closed, another):
    shutil.copy(another.database, closed.database)
    before = files(closed)
    with pytest.raises(NotThisStore, match="not the file of this store"):
        stores.unlock(closed, PASSPHRASE)
    assert files(closed) == before


def test_another_stores_keys_are_not_taken_and_not_lost(closed, another):
    shutil.copy(another.key_file, closed.key_file)
    store = stores.unlock(closed, PASSPHRASE)
    assert store.settings.text("me.name") == "Ada"
    (repair,) = store.repairs
    assert "was another store's" in repair.text
    (aside,) = closed.root.glob("keys-of-*.json")
    assert key_file.read(aside) == key_file.read(another.key_file)
    store.close()


def test_keys_without_a_database_are_kept_and_a_database_without_keys_is_no_room_for_another(closed):
    closed.key_file.unlink()
    closed.key_file_copy.unlink()
    before = files(closed)
    with pytest.raises(UserError, match="already a store"):
        stores.create(closed, PASSPHRASE, QUICK)
    with pytest.raises(key_file.DamagedKeyFile):
        stores.unlock(closed, PASSPHRASE)
    assert files(closed) == before


def test_store_key_file_and_database_agree(store, sealed):
    for each, purpose in ((store, StorePurpose.VISITS), (sealed, StorePurpose.SEALED)):
        recorded = store_identity.read(each.database)
        header = key_file.read(each.locations.key_file)
        assert recorded.store == header.store_id == each.key_file.store_id
        assert recorded.purpose is header.purpose is purpose
        assert recorded.key_file_revision == header.revision == 1


def test_a_store_opened_as_the_other_is_refused_before_its_database_is_touched(store, sealed, locations):
    sealed.close()
    store.close()
    for each in (locations, locations.sealed):
        each.database.rename(each.root / "away.db")
    with pytest.raises(WrongPurpose, match="does not hold visits and reports"):
        stores.unlock(locations.sealed, SEALED)
    with pytest.raises(WrongPurpose, match="does not hold performance management"):
        stores.encrypted_store.unlock(sealed_stores.SealedStore, locations, PASSPHRASE)


@pytest.mark.parametrize(
    ("column", "value", "problem"),
    [("store", "0" * 32, NotThisStore), ("purpose", "sealed", WrongPurpose)],
)
def test_a_database_that_calls_itself_otherwise_is_refused(opened, locations, column, value, problem):
    opened.store.database.run(f"UPDATE store_identity SET {column} = ?", (value,))
    opened.store.close()
    before = files(locations)
    with pytest.raises(problem):
        stores.unlock(locations, PASSPHRASE)
    assert files(locations) == before


STEPS_OF_MAKING = {
    "the database": (store_creation.migrations, "apply"),
    "its identity": (store_creation.store_identity, "record"),
    "the keys": (key_file, "write_durably"),
    "its name": (store_creation, "fsync_folder"),
}


class Killed(BaseException):
    """The process ended here: nothing after it runs."""


@pytest.mark.parametrize("stopped", [Killed, OSError])
@pytest.mark.parametrize("after", [False, True], ids=["before", "after"])
@pytest.mark.parametrize("calls", [1, 2])
@pytest.mark.parametrize(("module", "step"), STEPS_OF_MAKING.values(), ids=STEPS_OF_MAKING)
def test_a_store_that_was_stopped_while_it_was_made_is_made_again_or_opens(
    locations, monkeypatch, module, step, calls, after, stopped
):
    """``kill -9`` lets nobody tidy up: neither does ``Killed``. An error in its place leaves nothing."""
    real, left = getattr(module, step), [calls]

    def stop(*arguments, **named):
        left[0] -= 1
        if left[0] == 0 and not after:
            raise stopped
        result = real(*arguments, **named)
        if left[0] == 0:
            raise stopped
        return result

    with monkeypatch.context() as patched:
        patched.setattr(module, step, stop)
        if stopped is Killed:
            patched.setattr(store_creation, "_remove_unfinished", lambda locations: None)
        with suppress(stopped):
            stores.create(locations, PASSPHRASE, QUICK)[0].close()
    if stores.exists(locations):
        stores.unlock(locations, PASSPHRASE).close()
    else:
        assert stopped is Killed or list(locations.root.iterdir()) == [locations.lock]
        store, _ = stores.create(locations, PASSPHRASE, QUICK)
        store.close()
        stores.unlock(locations, PASSPHRASE).close()
    assert not locations.unfinished_database.exists()


def test_everything_of_a_store_that_was_never_finished_goes(locations):
    """SQLite would play a log that was left there back into the new file."""
    locations.prepare()
    for name in ("store.db.new", "store.db.new-wal", "store.db.new-journal"):
        (locations.root / name).write_bytes(b"left")
    stores.create(locations, PASSPHRASE, QUICK)[0].close()
    assert not list(locations.root.glob("store.db.new*"))


def test_what_was_never_finished_is_not_taken_for_a_store_whose_database_is_lost(closed):
    """A marker beside keys that are not its own proves nothing: they may be all that is left of a store."""
    closed.unfinished_database.write_bytes(b"x" * 4096)
    closed.database.unlink()
    before = files(closed)
    with pytest.raises(MissingDatabase):
        stores.unlock(closed, PASSPHRASE)
    with pytest.raises(UserError, match="already a store"):
        stores.create(closed, PASSPHRASE, QUICK)
    assert files(closed) == before


WRITES = {
    "a setting": lambda store: store.settings.put("me.name", "B"),
    "a transaction": lambda store: store.saving(lambda: store.settings.put("me.name", "B")),
    "a passphrase": lambda store: store.change_passphrase(PASSPHRASE, "a brand new passphrase", QUICK),
    "the reserve": lambda store: store.release_disk_reserve(),
}


@pytest.mark.parametrize("write", WRITES.values(), ids=WRITES)
@pytest.mark.parametrize("replaced", [False, True], ids=["renamed", "replaced"])
def test_nothing_is_written_once_the_folder_is_another(opened, locations, write, replaced):
    moved = locations.root.with_name("moved")
    locations.root.rename(moved)
    if replaced:
        shutil.copytree(moved, locations.root)
    before = files(locations)
    with pytest.raises(StoreMoved):
        write(opened.store)
    assert files(locations) == before
