"""A key typed into a long report beside the same key in a bare ``QTextEdit`` with the same words."""

import os
from collections.abc import Callable
from datetime import datetime

from sep_desktop.domain.report import SectionKind
from sep_desktop.services import reports, sample
from tests.benchmarks.lists import program_over
from tests.benchmarks.storing import a_store
from tests.benchmarks.timing import interleaved, milliseconds
from tests.support.clocks import FixedClock

WORDS = 50_000
PARAGRAPH = 80


def text(words: int) -> str:
    """``words`` words in paragraphs, as they are stored."""
    return "\n\n".join(
        " ".join(f"word{n % 997}" for n in range(first, min(first + PARAGRAPH, words)))
        for first in range(0, words, PARAGRAPH)
    )


def report_key() -> tuple[float, float, dict[str, float]]:
    """From the key to the event loop at rest; what waits for a pause is not counted."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    from PySide6.QtWidgets import QApplication, QMainWindow, QTextEdit

    clock = FixedClock(datetime.now().astimezone())
    store = a_store(clock.now())
    visit = sample.fill(store=store, now=clock.now())
    report = reports.open_report(store=store, visit=visit, now=clock.now())
    prose = [section.key for section in report.template.sections if section.kind is SectionKind.PROSE]
    for key in prose:
        share = text(WORDS // len(prose))
        reports.save_section(store=store, report=report.id, key=key, text=share, now=clock.now())
    program = program_over(store, clock)
    program.session.go(f"visit/{visit}/report")
    QApplication.processEvents()
    ours = max(program.frame.findChildren(QTextEdit), key=lambda edit: edit.document().characterCount())
    window, bare = QMainWindow(), QTextEdit()
    bare.setPlainText(text(WORDS))
    window.setCentralWidget(bare)
    window.resize(1366, 768)
    window.show()
    figures = interleaved(40, _key(ours), _key(bare))
    window.close()
    program.stop()
    return figures[0], figures[1], {}


def _key(edit) -> Callable[[], float]:
    from PySide6.QtTest import QTest
    from PySide6.QtWidgets import QApplication

    def work() -> None:
        QTest.keyClick(edit, "x")
        QApplication.processEvents()

    return lambda: milliseconds(work)
