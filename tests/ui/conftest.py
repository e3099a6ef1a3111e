"""The program with everything done at once, over the real store."""

from collections.abc import Iterator

import pytest
import shiboken6
from PySide6.QtWidgets import QApplication

from sep_desktop.services import sample
from sep_desktop.storage import store as stores
from sep_desktop.ui.context.session import Surroundings
from sep_desktop.ui.context.timers import QtTimers
from sep_desktop.ui.kit import theme
from sep_desktop.ui.shell.application import Program
from tests.conftest import QUICK
from tests.support.driven_timers import DrivenTimers
from tests.support.fakes import PASSPHRASE, FakeKeyring
from tests.support.pages import Window


@pytest.fixture
def keyring() -> FakeKeyring:
    return FakeKeyring()


@pytest.fixture
def program(qapp, locations, clock, keyring) -> Iterator[Program]:
    theme.apply(qapp, "light")
    surroundings = Surroundings(clock, DrivenTimers(clock), keyring, QUICK)
    program = Program(locations, surroundings, in_caller=True)
    program.frame.resize(1366, 768)
    yield program
    program.stop()
    program.frame.hide()
    for left in QApplication.topLevelWidgets():
        if shiboken6.isValid(left):
            shiboken6.delete(left)


@pytest.fixture
def threaded(program, locations, clock) -> Iterator[Program]:
    """As ``program``, with real threads and a store of its own to be opened."""
    surroundings = Surroundings(clock, QtTimers(), FakeKeyring(), QUICK)
    threaded = Program(locations, surroundings)
    yield threaded
    threaded.stop()


@pytest.fixture
def window(program, locations, clock) -> Window:
    """Open over the sample data."""
    store, _ = stores.create(locations, PASSPHRASE, QUICK)
    sample.fill(store=store, now=clock.now())
    sample.plan_ahead(store=store, now=clock.now())
    program.frame.show()
    program.open(store)
    return Window(program)
