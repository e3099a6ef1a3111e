"""What all dialogs share: a title, fields, a banner for problems, one primary button that may refuse to close."""

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QShowEvent
from PySide6.QtWidgets import QDialog, QWidget

from sep_desktop.errors import SepError
from sep_desktop.notices import Notice, Tone
from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import button, column, row, words
from sep_desktop.ui.kit.theme import GAP


class Dialog(QDialog):
    """Closes when ``finish`` succeeds; a problem is shown inside and nothing typed is lost."""

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
        first = self.content.itemAt(0)
        while first and first.layout():
            first = first.layout().itemAt(first.layout().count() - 1 if first.layout().count() < 2 else 1)
        if first and first.widget():
            first.widget().setFocus()

    def finish(self) -> None:
        """Do it. Raises a ``SepError`` to stay open."""

    def try_finish(self) -> None:
        try:
            self.finish()
        except SepError as problem:
            self.banner.show_notice(Notice(Tone.FAIL, problem.message, problem.hint))
            return
        self.accept()


class FormDialog(Dialog):
    """A dialog whose work is a function of nothing: it reads the fields itself."""

    def __init__(
        self, parent: QWidget, title: str, accept: str, work: Callable[[], Any], about: str = ""
    ) -> None:
        super().__init__(parent, title, accept, about)
        self._work = work

    def finish(self) -> None:
        self._work()
