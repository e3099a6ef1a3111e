"""The line below a report: its words, whether it is closed, and what can be done with it as a whole."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame

from sep_desktop.services.reports import ReportView
from sep_desktop.ui.kit.basics import button, row, words
from sep_desktop.ui.kit.panes import as_pane
from sep_desktop.ui.kit.theme import GAP


class ReportFoot(QFrame):
    """The three buttons call what they are given."""

    def __init__(
        self, correct: Callable[[], None], drop: Callable[[], None], complete: Callable[[], None]
    ) -> None:
        super().__init__()
        as_pane(self)
        self.setProperty("role", "status")
        self.words_line, self.locked = words("", "small", wrap=False), words("", "muted")
        about = "Write a new version; the completed one stays as it is"
        self.correct = button("Correct this report", correct, "", about)
        self.drop = button("Drop the correction", drop)
        self.to_send = button("Complete …", complete, "primary")
        line = row(self.words_line, self.locked, None, self.drop, self.correct, self.to_send, gap=GAP)
        line.setContentsMargins(GAP * 3, GAP, GAP * 3, GAP)
        self.setLayout(line)

    def show_state(self, report: ReportView, locked: bool) -> None:
        """Say whether a completed version stands, and offer what can be done now."""
        number = report.versions[-1].number if report.versions else 0
        correction = f"A correction of version {number}." if number else ""
        complete = f"Version {number} is complete; its words no longer change."
        self.locked.setText(complete if locked else correction)
        self.correct.setVisible(locked)
        self.drop.setVisible(bool(number) and not locked)
        self.to_send.setVisible(not locked)
