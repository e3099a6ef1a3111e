"""The window as a user handles it: each action by name, waiting for nothing but what is shown."""

from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QAbstractButton, QApplication, QDialog, QLabel, QWidget

from sep_desktop.storage.store import Store
from sep_desktop.ui.shell.application import Program
from tests.support.driven_timers import DrivenTimers


class Window:
    """Finds what can be seen by its words."""

    def __init__(self, program: Program) -> None:
        self.program = program

    @property
    def store(self) -> Store:
        """What is open."""
        return self.program.session.runner.opened

    @property
    def timers(self) -> DrivenTimers:
        """The time of the window, to be moved on."""
        return self.program.surroundings.timers

    @property
    def root(self) -> QWidget:
        return self.program.frame.centralWidget()

    @property
    def page(self) -> QWidget:
        return self.program.window.page()

    def go(self, address: str) -> QWidget:
        self.program.session.go(address)
        QApplication.processEvents()
        return self.page

    def panel(self) -> QWidget:
        return self.page.stack.currentWidget()

    def dialog(self) -> QDialog:
        return next(
            each for each in QApplication.topLevelWidgets() if isinstance(each, QDialog) and each.isVisible()
        )

    def press(self, text: str, within: QWidget | None = None) -> None:
        """Click the first button that can be seen with these words."""
        QApplication.processEvents()
        place = within or self.program.frame
        visible = [each for each in place.findChildren(QAbstractButton) if each.isVisible()]
        buttons = [each for each in visible if each.text().replace("&", "").startswith(text)]
        assert buttons, f"no button “{text}” among {[each.text() for each in visible]}"
        QTest.mouseClick(buttons[0], Qt.MouseButton.LeftButton)
        QApplication.processEvents()

    def sees(self, text: str, within: QWidget | None = None) -> bool:
        QApplication.processEvents()
        place = within or self.program.frame
        return any(text in each.text() for each in place.findChildren(QLabel) if each.isVisible())

    def write(self, editor: QWidget, text: str) -> None:
        editor.setFocus()
        QTest.keyClicks(editor, text)

    @property
    def notice(self) -> str:
        QApplication.processEvents()
        banner = self.program.window.banner
        return banner.accessibleName() if banner.isVisible() else ""
