"""Long lists beside the same pages with 42 rows: Schools with a national register, the Outbox of years."""

import os
from collections.abc import Callable
from datetime import datetime

from sep_desktop.domain.school import School
from sep_desktop.storage.os_keyring import NoKeyring
from sep_desktop.storage.store import Store
from tests.benchmarks.outgoing import fill_outbox
from tests.benchmarks.storing import a_store
from tests.benchmarks.timing import interleaved, milliseconds
from tests.support.clocks import FixedClock

FEW = 42


def schools() -> tuple[float, float, dict[str, float]]:
    """From Today to the painted list of all schools."""
    return _beside(_with_schools, 25_000, lambda program: _open(program, "schools/all"))


def outbox() -> tuple[float, float, dict[str, float]]:
    """From Today to the painted Outbox."""
    return _beside(_with_messages, 786, lambda program: _open(program, "outbox"), rounds=3)


def filter_key() -> tuple[float, float, dict[str, float]]:
    """From a key in the filter to the painted list; the key is taken back without being counted."""
    return _beside(_with_schools, 25_000, _filter_key)


def _beside(
    fill: Callable[[Store, datetime, int], None],
    number: int,
    work: Callable[[object], float],
    rounds: int = 15,
) -> tuple[float, float, dict[str, float]]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    programs = [_opened(fill, rows) for rows in (number, FEW)]
    figures = interleaved(rounds, *(lambda program=program: work(program) for program in programs))
    for program in programs:
        program.stop()
    return figures[0], figures[1], {}


def _opened(fill: Callable[[Store, datetime, int], None], rows: int):
    clock = FixedClock(datetime.now().astimezone())
    store = a_store(clock.now())
    fill(store, clock.now(), rows)
    return program_over(store, clock)


def program_over(store: Store, clock: FixedClock, in_caller: bool = True):
    """The whole window over a store; everything is done at once, unless it is to use its threads."""
    from sep_desktop.ui.context.session import Surroundings
    from sep_desktop.ui.context.timers import QtTimers
    from sep_desktop.ui.kit import theme
    from sep_desktop.ui.shell import application

    theme.apply(application.application(), "light")
    surroundings = Surroundings(clock, QtTimers(), NoKeyring())
    program = application.Program(store.locations, surroundings, in_caller)
    program.frame.resize(1366, 768)
    program.frame.show()
    program.open(store)
    return program


def _with_schools(store: Store, now: datetime, number: int) -> None:
    rows = [
        School(str(100_000 + n), f"School {n * 7919 % number}", "880", "Torbay", status="Open")
        for n in range(number)
    ]
    with store.atomic():
        store.schools.save(rows, "x", now)


def _with_messages(store: Store, now: datetime, number: int) -> None:
    fill_outbox(store, now, number)


def _open(program, address: str) -> float:
    from PySide6.QtWidgets import QApplication

    program.session.go("today")
    QApplication.processEvents()

    def work() -> None:
        program.session.go(address)
        QApplication.processEvents()
        program.frame.grab()

    return milliseconds(work)


def _filter_key(program) -> float:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication, QLineEdit

    program.session.go("schools/all")
    QApplication.processEvents()
    line = next(edit for edit in program.frame.findChildren(QLineEdit) if edit.isVisible())

    def work() -> None:
        QTest.keyClick(line, "1")
        QApplication.processEvents()
        program.frame.grab()

    taken = milliseconds(work)
    QTest.keyClick(line, Qt.Key.Key_Backspace)
    QApplication.processEvents()
    return taken
