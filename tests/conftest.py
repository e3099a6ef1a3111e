"""Shared fixtures. The store is the real encrypted one; only keyring, clock and line are stood in for."""

import logging
import os
import shutil
from collections.abc import Iterator
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

from sep_desktop.paths import Locations
from sep_desktop.services import sample
from sep_desktop.storage import store as stores
from sep_desktop.storage.key_slots import Cost
from sep_desktop.storage.sealed import store as sealed_store
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store
from tests.support.appraisals import SEALED, begun, fill
from tests.support.clocks import FixedClock
from tests.support.fakes import PASSPHRASE, Opened

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

settings.register_profile("same every time", derandomize=True, deadline=None)
settings.load_profile("same every time")

QUICK = Cost(memory_kib=64, passes=1, lanes=1)
"""Argon2id so cheap that a thousand stores cost nothing. The real cost has a test of its own."""


def _qt_trouble() -> str:
    """Why the window cannot be tested here; empty when it can."""
    try:
        import PySide6.QtWidgets  # noqa: F401
    except ImportError as error:
        return f"Qt's system libraries are missing ({error}); .ci/run installs them"
    return ""


QT_TROUBLE = _qt_trouble()
pytest_plugins = [] if QT_TROUBLE else ["pytestqt.plugin"]
_NEED_QT = ("ui", "journeys")


def pytest_ignore_collect(collection_path: Path) -> bool | None:
    return (
        True
        if QT_TROUBLE and collection_path.name in _NEED_QT and collection_path.parent.name == "tests"
        else None
    )


@pytest.fixture(scope="session")
def qapp() -> "QApplication":
    """The application as the program makes it: what it keeps alive on Python 3.11, tests take apart as well."""
    from sep_desktop.ui.shell.application import application

    return application()


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    if QT_TROUBLE:
        terminalreporter.write_line(f"The tests of the window were left out: {QT_TROUBLE}")


@pytest.fixture(autouse=True)
def no_unexpected_log(caplog: pytest.LogCaptureFixture, request: pytest.FixtureRequest) -> Iterator[None]:
    """A warning that nobody asked for fails the test (after qutebrowser's logfail)."""
    yield
    if request.node.get_closest_marker("slow"):
        return
    loud = [
        record
        for record in caplog.records
        if record.levelno >= logging.WARNING and record.name.startswith("sep_desktop")
    ]
    assert not loud, f"unexpected log: {loud}"


@pytest.fixture(autouse=True)
def memory_of_the_computer(tmp_path_factory: pytest.TempPathFactory, monkeypatch: pytest.MonkeyPatch) -> Path:
    """What this computer remembers of stores, for this test alone; a process that it starts has it too."""
    folder = tmp_path_factory.mktemp("computer")
    monkeypatch.setenv("SEP_DESKTOP_STATE", str(folder))
    return folder


@pytest.fixture
def clock() -> FixedClock:
    """A Tuesday morning in November, in term."""
    return FixedClock(datetime(2026, 11, 24, 10, 32, 7).astimezone())


@pytest.fixture
def now(clock: FixedClock) -> datetime:
    return clock.now()


@pytest.fixture
def locations(tmp_path: Path) -> Locations:
    return Locations(tmp_path / "store")


FORMER = Path(__file__).parent / "fixtures" / "stores"
"""Stores as earlier versions made them: a folder for each, named by its commit."""


WITH_IDENTITY = {"17cd8e4"}
"""Stores of before that know themselves, and whose notes are revisions."""


@pytest.fixture(params=sorted(path.name for path in FORMER.iterdir() if path.name not in WITH_IDENTITY))
def before_identity(request: pytest.FixtureRequest, tmp_path: Path) -> Locations:
    """A copy of each store that does not know itself yet."""
    shutil.copytree(FORMER / request.param, tmp_path / "store")
    return Locations(tmp_path / "store")


@pytest.fixture(params=sorted(path.name for path in FORMER.iterdir()))
def former(request: pytest.FixtureRequest, tmp_path: Path) -> Locations:
    """A copy of each store of before, so that the one in the tests stays as it is."""
    shutil.copytree(FORMER / request.param, tmp_path / "store")
    return Locations(tmp_path / "store")


@pytest.fixture
def opened(locations: Locations) -> Iterator[Opened]:
    """An empty store and its recovery code."""
    store, code = stores.create(locations, PASSPHRASE, QUICK)
    yield Opened(store, code)
    store.close()


@pytest.fixture
def store(opened: Opened) -> Store:
    return opened.store


@pytest.fixture
def sealed(store: Store, locations: Locations) -> Iterator[SealedStore]:
    """The empty sealed store beside it."""
    store_of_its_own, _ = sealed_store.create(locations, SEALED, QUICK)
    yield store_of_its_own
    store_of_its_own.close()


@pytest.fixture
def cycle(store: Store, written: int, sealed: SealedStore, now: datetime) -> int:
    """A whole record of the sample school's performance management; the number of its cycle."""
    number = begun(store, sealed, now)
    fill(sealed, number, now)
    return number


@pytest.fixture
def written(store: Store, now: datetime) -> int:
    """The sample data; the number of its visit with a whole report."""
    return sample.fill(store=store, now=now)


@pytest.fixture
def queued(store: Store, written: int, now: datetime) -> int:
    """The sample report completed; the number of its message."""
    from sep_desktop.services import reports

    confirmed = reports.confirm(store=store, visit=written, now=now)
    reports.complete(store=store, visit=written, confirmed=confirmed, now=now)
    return store.outbox.messages()[0].id
