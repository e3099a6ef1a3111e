"""The Schools page with a national register beside the same page with 42 schools."""

import os
from datetime import datetime

from sep_desktop.clock import FixedClock
from sep_desktop.domain.school import School
from sep_desktop.storage.os_keyring import NoKeyring
from tests.benchmarks.storing import a_store
from tests.benchmarks.timing import interleaved, milliseconds


def schools() -> tuple[float, float, dict[str, float]]:
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    many, few = _opened(25_000), _opened(42)
    figures = interleaved(15, lambda: _open(many), lambda: _open(few))
    for program in (many, few):
        program.stop()
    return figures[0], figures[1], {}


def _opened(number: int):  # noqa: ANN202 -- the program is imported with the window
    from sep_desktop.ui.kit import theme
    from sep_desktop.ui.shell import application

    app = application.application()
    theme.apply(app, "light")
    clock = FixedClock(datetime.now().astimezone())
    store = a_store(clock.now())
    with store.atomic():
        store.schools.save(
            [
                School(str(100_000 + n), f"School {n * 7919 % number}", "880", "Torbay", status="Open")
                for n in range(number)
            ],
            "x",
            clock.now(),
        )
    program = application.Program(store.locations, clock, NoKeyring(), at_once=True)
    program.frame.resize(1366, 768)
    program.frame.show()
    program.open(store)
    return program


def _open(program) -> float:  # noqa: ANN001
    """From another page to the painted list of all schools."""
    from PySide6.QtWidgets import QApplication

    program.session.go("today")
    QApplication.processEvents()

    def work() -> None:
        program.session.go("schools/all")
        QApplication.processEvents()
        program.frame.grab()

    return milliseconds(work)
