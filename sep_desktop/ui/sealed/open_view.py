"""The sealed page while it is open: the band that says so, the messages, the list or one record."""

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QFrame, QStackedWidget

from sep_desktop.domain.wording import plural
from sep_desktop.notices import Tone
from sep_desktop.ui.context.idle_notice import IdleNotice
from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import button, column, holder, row, words
from sep_desktop.ui.kit.overlay import Overlay
from sep_desktop.ui.kit.panes import as_pane
from sep_desktop.ui.kit.theme import GAP, icon, tokens
from sep_desktop.ui.sealed.context import SealedContext
from sep_desktop.ui.sealed.overview import OverviewPanel
from sep_desktop.ui.sealed.record import RecordView


class OpenView(QFrame):
    """``idle_minutes`` is after how many unused minutes it closes.

    ``list.shown`` says that the list is on the screen.
    """

    def __init__(self, context: SealedContext, idle_minutes: int) -> None:
        super().__init__()
        self.context = context
        self.list, self.record = OverviewPanel(context), RecordView(context)
        self.banner, self.stack = Banner(), QStackedWidget()
        for view in (self.list, self.record):
            self.stack.addWidget(view)
        self.list.chosen.connect(self.show_record)
        self.record.gone.connect(self._gone)
        self.record.went.connect(self._settled)
        context.noticed.connect(self.banner.show_notice)
        context.undoing.gone.connect(self.banner.withdraw_undo)
        context.changed.connect(self._settled)
        context.changed.connect(self.refresh)
        self.idle_notice = IdleNotice("Performance management closes")
        Overlay(self.idle_notice, self)
        banner_row = column(self.banner)
        banner_row.setContentsMargins(GAP * 3, 0, GAP * 3, 0)
        self.close_button = button("Close now", _nothing)
        layout = column(self._band(idle_minutes), holder(banner_row), self.stack, gap=0)
        layout.setStretch(2, 1)
        self.setLayout(layout)
        self.setFocusPolicy(
            Qt.FocusPolicy.StrongFocus
        )  # so that opening leaves no button under the Enter key
        self.setAccessibleName("Performance management, open")

    def _band(self, idle_minutes: int) -> QFrame:
        band, mark = as_pane(QFrame()), words("", wrap=False)
        band.setProperty("role", "band")
        mark.setPixmap(icon("lock", tokens().sealed_ground).pixmap(20, 20))
        minutes = plural(idle_minutes, "minute")
        about = f"Confidential and open. Closes when you leave this page, or after {minutes} unused."
        line = row(mark, words(about), self.close_button, gap=GAP + 4)
        line.setStretch(1, 1)
        line.setContentsMargins(GAP * 3, GAP, GAP * 3, GAP)
        band.setLayout(line)
        return band

    @property
    def shows_record(self) -> bool:
        """Whether one record is on the screen, and not the list."""
        return self.stack.currentWidget() is self.record

    @property
    def place(self) -> str:
        """The URN of the school on the screen; empty for the list."""
        return self.record.record.cycle.urn if self.shows_record and self.record.record else ""

    def _settled(self) -> None:
        """Something was done: what could not be done before it is no news any more."""
        if self.banner.property("tone") == Tone.FAIL.value:
            self.banner.hide()

    def refresh(self) -> None:
        """Read the list again, where it is on the screen; a record reads itself again."""
        if not self.shows_record:
            self.list.refresh()

    def show_list(self) -> None:
        """Every school, once what was typed is saved."""
        if self.context.autosave.flush():
            self.record.leave()
            self._settled()
            self.stack.setCurrentWidget(self.list)
            self.list.refresh()
            self.list.shown.emit()

    def _gone(self, lines: str) -> None:
        self.show_list()
        self.context.say("Removed.", lines)

    def show_record(self, cycle: int) -> None:
        """One school's record."""
        self._settled()
        self.stack.setCurrentWidget(self.record)
        self.record.open(cycle)


def _nothing() -> None:
    """The page says what the button does."""
