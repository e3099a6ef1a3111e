"""Why the window does not open, in a box: the console may be one that nobody sees."""

from PySide6.QtWidgets import QApplication, QMessageBox

from sep_desktop.errors import SepError
from sep_desktop.ui.kit.plain import as_tip


def show_box(problem: SepError) -> None:
    """Show the sentence and what to do about it, and wait until it is read."""
    app = QApplication.instance() or QApplication([])
    box = QMessageBox(QMessageBox.Icon.Critical, "SEP Desktop", as_tip(problem.message))
    box.setInformativeText(as_tip(problem.hint))
    box.exec()
    box.deleteLater()
    app.processEvents()
