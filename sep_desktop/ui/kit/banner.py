"""A message at the top of the page: what happened, what it means, what to do. It stays until it is read."""

from PySide6.QtWidgets import QFrame, QLabel, QWidget

from sep_desktop.notices import Notice, Tone
from sep_desktop.ui.kit.basics import button, column, row, words
from sep_desktop.ui.kit.theme import GAP, icon, tokens


class Banner(QFrame):
    """Shows one message; a new one takes its place."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setProperty("role", "banner")
        self._mark, self._text = QLabel(), words("", "strong", select=True)
        self._hint = words("", "muted", select=True)
        close = button("Close", self.hide, "link", "Put this message away")
        about = column(self._text, self._hint, gap=2)
        line = row(self._mark, about, close, gap=GAP + 4, margins=GAP + 2)
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
        self.show()
