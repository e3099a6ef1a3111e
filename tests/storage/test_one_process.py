"""One process at a time, on a lock that no deleted file and no second look at the database lets go of."""

import os
import subprocess
import sys
from datetime import timedelta

import pytest

from sep_desktop.services import doctor, keys
from sep_desktop.storage import store as stores
from sep_desktop.storage.os_keyring import NoKeyring
from sep_desktop.storage.store_problems import StoreInUse
from tests.conftest import QUICK
from tests.support.fakes import PASSPHRASE

ASKING = """
import sys
from pathlib import Path
from sep_desktop.errors import SepError
from sep_desktop.paths import Locations
from sep_desktop.storage import store
for _ in sys.stdin:
    try:
        store.unlock(Locations(Path(sys.argv[1])), sys.argv[2]).close()
        print("opened", flush=True)
    except SepError as problem:
        print(type(problem).__name__, flush=True)
"""


@pytest.fixture
def second(locations):
    """Asks another process, which tries to open the store: what it met with."""
    command = [sys.executable, "-c", ASKING, str(locations.root), PASSPHRASE]
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True) as process:

        def ask():
            process.stdin.write("again\n")
            process.stdin.flush()
            return process.stdout.readline().strip()

        yield ask
        process.stdin.close()


WORK = {
    "nothing": lambda store, now: None,
    "doctor": lambda store, now: doctor.examine(store=store, keyring=NoKeyring(), now=now),
    "backup": lambda store, now: store.back_up(now),
    "setting": lambda store, now: store.settings.put("me.name", "Ada"),
    "passphrase": lambda store, now: keys.change_passphrase(
        store=store, old=PASSPHRASE, new=PASSPHRASE, cost=QUICK, now=now
    ),
    "integrity": lambda store, now: store.database.check_integrity(),
    "checkpoint": lambda store, now: store.database.checkpoint(),
    "in use": lambda store, now: stores.in_use(store.locations),
}


@pytest.mark.skipif(os.name != "posix", reason="Windows deletes no file that is open")
def test_a_second_process_is_refused_whatever_was_done_and_without_the_lock_file(
    store, locations, now, second
):
    met = []
    for minutes, work in enumerate(WORK.values()):
        locations.lock.unlink(missing_ok=True)
        work(store, now + timedelta(minutes=minutes))
        met += [second(), second()]
    assert met == ["StoreInUse"] * 2 * len(WORK)
    store.close()
    assert second() == "opened"


def test_the_same_process_is_refused_too_before_it_looks_into_the_file(store, locations):
    locations.lock.unlink(missing_ok=True)
    with pytest.raises(StoreInUse):
        stores.unlock(locations, PASSPHRASE)


_LOOKED = []
_WATCHED = []


def _watch(event, arguments):
    if event == "open" and _WATCHED and str(arguments[0]) in _WATCHED:
        _LOOKED.append(arguments[0])


@pytest.mark.parametrize("work", WORK.values(), ids=WORK)
def test_nobody_opens_the_database_beside_its_connection(store, locations, now, work):
    """Closing such a second look would drop every POSIX lock of the process on the file."""
    if not _WATCHED:
        sys.addaudithook(_watch)
    _WATCHED[:] = [str(locations.database)]
    _LOOKED.clear()
    try:
        work(store, now)
    finally:
        _WATCHED[:] = ["nothing any more"]
    assert _LOOKED == []
