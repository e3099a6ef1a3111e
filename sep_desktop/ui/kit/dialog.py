"""What all dialogs share: title, fields, a banner for problems, a primary button that may refuse to close."""

from abc import abstractmethod
from typing import Protocol

from PySide6.QtCore import Qt
from PySide6.QtGui import QCloseEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import QDialog, QLineEdit, QPushButton, QWidget

from sep_desktop.direction import without_marks
from sep_desktop.ui.kit import capture
from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import button, column, holder, row, words
from sep_desktop.ui.kit.screen_fit import FittingArea, ScreenFit
from sep_desktop.ui.kit.theme import GAP


class Keeper(Protocol):
    """Keeps the words of dialogs that a lock or the end of the program closes."""

    def opened(self, dialog: "Dialog") -> None:
        """It is on the screen."""

    def closed(self, dialog: "Dialog") -> None:
        """It was sent off or given up."""

    def left_open(self, dialog: "Dialog") -> None:
        """The program closes it, not its user."""


class Dialog(QDialog):
    """A title, a banner for problems, the content, and one primary button.

    Ctrl+Enter presses it from everywhere, Enter only from fields of the kinds in ``concluding``: in a date,
    number or choice it is a slip as often as a wish.
    """

    concluding: tuple[type[QWidget], ...] = (QLineEdit,)
    first_focus: QWidget | None = None
    """Has the cursor when it opens; where there is none, the first field has it."""
    keeper: Keeper | None = None
    """Where there is one, a lock or an end that comes over the open dialog keeps what is typed in it."""
    form_subject = ""
    """What it is about, where dialogs of one title are about several things: ``delivery 12``."""

    def __init__(self, parent: QWidget, title: str, accept: str, about: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(without_marks(title))
        self.banner = Banner()
        self.content = column(gap=GAP + 4)
        self.primary = button(accept, self.try_finish, "primary")
        self.primary.setAutoDefault(False)
        self.cancel = button("Cancel", self.reject)
        self.cancel.setAutoDefault(False)
        about_line = words(about, "muted")
        about_line.setVisible(bool(about))
        self.setLayout(
            column(
                words(title, "section"),
                about_line,
                self.banner,
                FittingArea(holder(self.content)),
                row(None, self.cancel, self.primary),
                gap=GAP + 4,
                margins=GAP * 3,
            )
        )
        self.setMinimumWidth(520)
        ScreenFit(self)

    def showEvent(self, event: QShowEvent) -> None:
        """The first field has the cursor, or what was chosen for it."""
        super().showEvent(event)
        capture.follow(self)
        if self.keeper and not event.spontaneous():
            self.keeper.opened(self)
        if self.first_focus:
            self.first_focus.setFocus()
            return
        item = self.content.itemAt(0)
        while item and (layout := item.layout()):
            item = layout.itemAt(layout.count() - 1 if layout.count() < 2 else 1)
        field = item.widget() if item else None
        if field:
            field.setFocus()

    def closeEvent(self, event: QCloseEvent) -> None:
        """Qt closes dialogs first when the program or the session of the computer ends."""
        if self.keeper and not event.spontaneous():
            self.keeper.left_open(self)
        super().closeEvent(event)

    def done(self, result: int) -> None:
        """Close with ``result``: the user has sent it off or given it up."""
        super().done(result)
        if self.keeper:
            self.keeper.closed(self)

    def at_lock(self) -> str:
        """What to say, once it is unlocked again, of work of this dialog that the lock stopped."""
        return ""

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.key() not in (Qt.Key.Key_Return, Qt.Key.Key_Enter):
            super().keyPressEvent(event)
            return
        focused = self.focusWidget()
        if event.modifiers() & Qt.KeyboardModifier.ControlModifier or isinstance(focused, self.concluding):
            self.primary.click()
        elif isinstance(focused, QPushButton):
            focused.click()

    @abstractmethod
    def try_finish(self) -> None:
        """Do what the dialog is for, and ``accept`` when it is done."""
