"""A quiet line that says how soon something closes by itself; it goes as soon as somebody is there."""

from PySide6.QtGui import QAccessible, QAccessibleAnnouncementEvent
from PySide6.QtWidgets import QLabel

from sep_desktop.domain.wording import plural

_ANNOUNCED = (60, 30, 10)
"""Seconds at which a screen reader is told; at each second it would say nothing else."""


class IdleNotice(QLabel):
    """``what`` names what closes, as the beginning of a sentence: “SEP Desktop locks”."""

    def __init__(self, what: str) -> None:
        super().__init__()
        self._what = what
        self.setProperty("role", "notice")
        self.setWordWrap(True)
        self.hide()

    def show_seconds(self, seconds: int) -> None:
        """Say that so many seconds are left; with none, somebody is there and nothing is said."""
        if not seconds:
            self.hide()
            return
        is_first = self.isHidden()
        text = f"{self._what} in {plural(seconds, 'second')}. Any key or the mouse keeps it open."
        self.setText(text)
        self.setAccessibleName(text)
        self.show()
        if is_first or seconds in _ANNOUNCED:
            QAccessible.updateAccessibility(QAccessibleAnnouncementEvent(self, text))
