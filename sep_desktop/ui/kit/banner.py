"""A message at the top of the page: what happened, what it means, what to do. It stays until it is read.

Where what happened can be taken back, it has the button that does.
"""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QLabel, QWidget

from sep_desktop.notices import Notice, Tone
from sep_desktop.ui.kit.basics import button, column, row, words
from sep_desktop.ui.kit.panes import as_pane
from sep_desktop.ui.kit.theme import GAP, icon, tokens


class Banner(QFrame):
    """Shows one message; a new one takes its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        as_pane(self).setProperty("role", "banner")
        self._mark, self._text = QLabel(), words("", "strong", select=True)
        self._hint = words("", "muted", select=True)
        self._undo: Callable[[], None] | None = None
        self.undo_button = button("Undo", self.undo, "", "Take this back (Ctrl+Z)")
        close = button("Hide", self.close_notice, "link", "Put this message away")
        about = column(self._text, self._hint, gap=2)
        line = row(self._mark, about, self.undo_button, close, gap=GAP + 4, margins=GAP + 2)
        line.setStretch(1, 1)
        self.setLayout(line)
        self.hide()

    def show_notice(self, notice: Notice) -> None:
        """Show what happened, in the colour of its tone."""
        self.setProperty("tone", notice.tone.value)
        self.style().unpolish(self)
        self.style().polish(self)
        colours = tokens()
        name, colour = {
            Tone.INFORM: ("inform", colours.accent),
            Tone.WARN: ("bad", colours.wait),
            Tone.FAIL: ("bad", colours.bad),
        }[notice.tone]
        self._mark.setPixmap(icon(name, colour).pixmap(20, 20))
        self._text.setText(notice.text)
        self._hint.setText(notice.hint)
        self._hint.setVisible(bool(notice.hint))
        self.setAccessibleName(f"{notice.text} {notice.hint}".strip())
        self._undo = notice.undo
        self.undo_button.setVisible(notice.undo is not None)
        self.show()

    def undo(self) -> bool:
        """Take back what is shown. Whether there was something to take back."""
        work = self._undo
        if work is None or self.isHidden():
            return False
        self.close_notice()
        work()
        return True

    def close_notice(self) -> None:
        """Put the message away; what it told is not taken back any more."""
        self._undo = None
        self.hide()

    def withdraw_undo(self) -> None:
        """What is shown cannot be taken back any more: it is no news either."""
        if self._undo:
            self.close_notice()

    def leave_page(self) -> None:
        """Another page is opened: a message about the page before goes, what can be taken back stays."""
        if self._undo is None:
            self.hide()
