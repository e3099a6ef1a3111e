"""A field that grows does only what its new words ask for."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication, QMainWindow

from sep_desktop.ui.kit.basics import column, holder, scrolling
from sep_desktop.ui.kit.growing_text import GrowingText
from sep_desktop.ui.shell.application import application
from tests.benchmarks.keystrokes import text


class Watched(GrowingText):
    """Remembers the widths at which its text was set."""

    def __init__(self, words):
        self.widths = set()
        super().__init__(words)

    def resizeEvent(self, event):  # noqa: N802 -- Qt's own name
        super().resizeEvent(event)
        self.widths.add(self.viewport().width())


def test_a_new_line_never_sets_the_whole_text_in_another_width(qtbot):
    application()
    window, field = QMainWindow(), Watched(text(2_000))
    qtbot.addWidget(window)
    window.setCentralWidget(scrolling(holder(column(field, None))))
    window.resize(1366, 768)
    window.show()
    QApplication.processEvents()
    field.widths.clear()
    for _ in range(5):
        QTest.keyClick(field, Qt.Key.Key_Return)
        QApplication.processEvents()
    assert len(field.widths) == 1
    assert field.verticalScrollBar().maximum() == 0
