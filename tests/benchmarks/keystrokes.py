"""A key typed into a long report beside the same key in a bare ``QTextEdit`` with the same words, and what saving
those words costs the window.
"""

import os
from collections.abc import Callable
from datetime import datetime

from sep_desktop.domain.report import SectionKind
from sep_desktop.services import reports, sample
from tests.benchmarks.lists import program_over
from tests.benchmarks.storing import a_store
from tests.benchmarks.timing import interleaved, milliseconds
from tests.support.clocks import FixedClock

PARAGRAPH = 80
FRAME = 1000 / 60
"""Milliseconds between two pictures of a screen."""


def text(words: int) -> str:
    """``words`` words in paragraphs, as they are stored."""
    return "\n\n".join(
        " ".join(f"word{n % 997}" for n in range(first, min(first + PARAGRAPH, words)))
        for first in range(0, words, PARAGRAPH)
    )


def report_key(words: int) -> tuple[float, float, dict[str, float]]:
    """From the key to the event loop at rest; what waits for a pause is not counted."""
    from PySide6.QtWidgets import QMainWindow, QTextEdit

    program = _over_a_report(words)
    window, bare = QMainWindow(), QTextEdit()
    bare.setPlainText(text(words))
    window.setCentralWidget(bare)
    window.resize(1366, 768)
    window.show()
    figures = interleaved(40, _key(_longest(program)), _key(bare))
    window.close()
    program.stop()
    return figures[0], figures[1], {}


def key_beside_a_frame(words: int) -> tuple[float, float, dict[str, float]]:
    """As ``report_key``, beside the time that there is for it."""
    ours, bare, _ = report_key(words)
    return ours, FRAME, {"QTextEdit": bare}


def window_part_of_save(words: int) -> tuple[float, float, dict[str, float]]:
    """What a save keeps the window from its next key: taking the words, and saying that they are safe."""
    program = _over_a_report(words)
    panel = program.window.page().stack.currentWidget()
    key, figures = _key(_longest(program)), []
    for _ in range(40):
        key()
        figures.append(_window_part(program, panel.autosave))
    program.stop()
    return sorted(figures)[len(figures) // 2], FRAME, {"the longest": max(figures)}


def _window_part(program, autosave) -> float:
    from PySide6.QtWidgets import QApplication

    taking = milliseconds(autosave.save)
    program.session.operations.wait_for(lambda: None)
    return taking + milliseconds(QApplication.processEvents)


def _over_a_report(words: int):
    """The program on its threads, with ``words`` words in the sections of a report that are prose."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication

    clock = FixedClock(datetime.now().astimezone())
    store = a_store(clock.now())
    visit = sample.fill(store=store, now=clock.now())
    report = reports.open_report(store=store, visit=visit, now=clock.now())
    prose = [section.key for section in report.template.sections if section.kind is SectionKind.PROSE]
    for key in prose:
        share = text(words // len(prose))
        reports.save_section(store=store, report=report.id, key=key, text=share, now=clock.now())
    program = program_over(store, clock, in_caller=False)
    program.session.go(f"visit/{visit}/report")
    while not getattr(program.window.page().stack.currentWidget(), "editors", None):
        QApplication.processEvents()
    return program


def _longest(program):
    from PySide6.QtWidgets import QTextEdit

    return max(program.frame.findChildren(QTextEdit), key=lambda edit: edit.document().characterCount())


def _key(edit) -> Callable[[], float]:
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    def work() -> None:
        QTest.keyClick(edit, "x")
        QApplication.processEvents()

    return lambda: milliseconds(work)
