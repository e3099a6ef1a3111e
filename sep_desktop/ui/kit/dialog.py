"""What all dialogs share: title, fields, a banner for problems, a primary button that may refuse to close."""

from abc import abstractmethod

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import button, column, row, words
from sep_desktop.ui.kit.theme import GAP


class Dialog(QDialog):
    """A title, a banner for problems, the content, and one primary button."""

    def __init__(self, parent: QWidget, title: str, accept: str, about: str = "") -> None:
        super().__init__(parent)
        self.setWindowTitle(title)
        self.banner = Banner()
        self.content = column(gap=GAP + 4)
        self.primary = button(accept, self.try_finish, "primary")
        self.primary.setDefault(True)
        self.cancel = button("Cancel", self.reject)
        self.cancel.setAutoDefault(False)
        about_line = words(about, "muted")
        about_line.setVisible(bool(about))
        self.setLayout(
            column(
                words(title, "section"),
                about_line,
                self.banner,
                self.content,
                row(None, self.cancel, self.primary),
                gap=GAP + 4,
                margins=GAP * 3,
            )
        )
        self.setMinimumWidth(520)

    def showEvent(self, event: QShowEvent) -> None:
        """The first field has the cursor."""
        super().showEvent(event)
        item = self.content.itemAt(0)
        while item and (layout := item.layout()):
            item = layout.itemAt(layout.count() - 1 if layout.count() < 2 else 1)
        field = item.widget() if item else None
        if field:
            field.setFocus()

    @abstractmethod
    def try_finish(self) -> None:
        """Do what the dialog is for, and ``accept`` when it is done."""
