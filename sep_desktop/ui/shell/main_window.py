"""The shell: navigation, a stack of pages with addresses, messages on top, quiet status below."""

from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QKeySequence, QMouseEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QPushButton, QStackedWidget, QWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.outbox import waiting_in_words
from sep_desktop.services import today
from sep_desktop.ui.context.idle_notice import IdleNotice
from sep_desktop.ui.context.page import Page, PageSpec
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit import theme
from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import button, column, holder, row, words
from sep_desktop.ui.kit.overlay import Overlay
from sep_desktop.ui.kit.panes import as_pane, go_to_pane
from sep_desktop.ui.kit.plain import as_tip
from sep_desktop.ui.kit.theme import GAP, icon, tokens
from sep_desktop.ui.shell.pages import FOOT, NAVIGATION, PAGES
from sep_desktop.ui.shell.shortcuts import SHORTCUTS

_SPECS = {spec.address: spec for spec in PAGES}
_ICONS_ALONE = 64  # pixels of the navigation without its words


class MainWindow(QWidget):
    """Navigation at the left, the page at the right."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session: Session = session
        self.pages: dict[str, Page] = {}
        self.history: list[str] = []
        self.place = -1
        self.stack, self.banner = QStackedWidget(), Banner()
        self.saved, self.waiting = words("", "small", wrap=False), words("", "small", wrap=False)
        self.buttons: dict[str, QPushButton] = {}
        self.navigation = self._navigation()
        self.idle_notice = IdleNotice("SEP Desktop locks")
        Overlay(self.idle_notice, self.stack)
        messages = column(self.banner)
        messages.setContentsMargins(GAP * 3, 0, GAP * 3, 0)
        right = column(holder(messages), self.stack, self._status(), gap=0)
        right.setStretch(1, 1)
        self.setLayout(row(self.navigation, right, gap=0))
        session.address_requested.connect(self.go)
        session.changed.connect(self._refresh_page)
        session.theme_changed.connect(self.tint)
        session.status.connect(self.saved.setText)
        session.notices.listen(self.banner.show_notice)
        session.undoing.gone.connect(self.banner.withdraw_undo)
        self.tint()
        self._answer_keys()
        self._count()

    def _navigation(self) -> QFrame:
        frame = as_pane(QFrame())
        frame.setProperty("role", "navigation")
        layout = column(gap=2)
        layout.setContentsMargins(GAP, GAP * 2, GAP, GAP * 2)
        for spec in NAVIGATION:
            if spec.address == FOOT:
                layout.addStretch(1)
            layout.addWidget(self._navigation_button(spec))
        self.owner = words("", "small", wrap=True)
        layout.addSpacing(GAP)
        self.owner.setContentsMargins(GAP + 4, 0, 0, 0)
        layout.addWidget(self.owner)
        frame.setLayout(layout)
        return frame

    def _navigation_button(self, spec: PageSpec) -> QPushButton:
        navigate = button(spec.title, partial(self.session.go, spec.address), "navigation")
        navigate.setCheckable(True)
        navigate.setAutoExclusive(True)
        navigate.setIconSize(QSize(20, 20))
        navigate.setMinimumHeight(theme.CONTROL + 4)
        navigate.setProperty("words", spec.title)
        navigate.setAccessibleName(spec.title)
        self.buttons[spec.address] = navigate
        return navigate

    def tint(self) -> None:
        """Draw the icons in the colours in force; pages take theirs when they are shown."""
        for address, navigate in self.buttons.items():
            navigate.setIcon(icon(_SPECS[address].icon, tokens().ink))

    def _status(self) -> QFrame:
        hand_overs = self.session.hand_overs
        self.stop_sending = button("Stop", hand_overs.stop, "link", "Stop sending; what has not gone waits")
        self.stop_sending.hide()
        hand_overs.changed.connect(self._show_stop)
        frame, line = QFrame(), row(self.saved, self.stop_sending, None, self.waiting, gap=GAP * 2)
        frame.setProperty("role", "status")
        line.setContentsMargins(GAP * 3, 4, GAP * 3, 6)
        frame.setLayout(line)
        return frame

    def _show_stop(self) -> None:
        """Beside “Sending …”, as long as that stands there."""
        hand_overs = self.session.hand_overs
        self.stop_sending.setVisible(hand_overs.is_under_way and not hand_overs.is_stopping)
        if hand_overs.is_stopping:
            self.saved.setText("Stopping …")

    def _answer_keys(self) -> None:
        for shortcut in SHORTCUTS:
            for keys, action in shortcut.actions:
                QShortcut(QKeySequence(keys), self, partial(action, self))

    def page(self) -> Page:
        """The page that is open."""
        page = self.stack.currentWidget()
        assert isinstance(page, Page)
        return page

    def go(self, address: str) -> None:
        """Open an address and remember it, as a browser does."""
        if self.history and self.history[self.place] == address:
            self.page().refresh()
            return
        if not self.leave():
            return
        self.history = [*self.history[: self.place + 1], address]
        self.place = len(self.history) - 1
        self._show(address)

    def step(self, by: int) -> None:
        """Back (-1) or forward (1)."""
        if 0 <= self.place + by < len(self.history) and self.leave():
            self.place += by
            self._show(self.history[self.place])

    def _show(self, address: str) -> None:
        name, _, argument = address.partition("/")
        self.banner.leave_page()
        self.session.address = address
        spec = _SPECS[name]
        page = self.pages.get(name) or self._make(spec)
        self.stack.setCurrentWidget(page)
        if marked := self.buttons.get(spec.under or name):
            marked.setChecked(True)
        page.open(argument)

    def undo(self) -> None:
        """Take back what the message at the top says."""
        if not self.page().undo():
            self.banner.undo()

    def go_to_pane(self, forward: bool) -> None:
        """Put the cursor into the next part of the window, where it was there last, or the one before."""
        go_to_pane(self, forward)

    def _make(self, spec: PageSpec) -> Page:
        page = self.pages[spec.address] = spec.make(self.session)
        self.stack.addWidget(page)
        return page

    def _refresh_page(self, changes: Changes) -> None:
        if changes and self.stack.currentWidget() and self.page().watches & changes:
            self.page().refresh()
        self._count()

    def _count(self) -> None:
        self.session.run(self, lambda store: today.footer(store=store), self._show_count)

    def _show_count(self, footer: today.Footer) -> None:
        waiting = sum(footer.waiting.values()) + footer.to_send
        self.owner.setText(footer.owner)
        self.waiting.setText(_waiting(footer))
        outbox = self.buttons["outbox"]
        text = f"Outbox   {waiting}" if waiting else "Outbox"
        outbox.setProperty("words", text)
        outbox.setText(text if self.width() >= theme.NARROW else "")
        outbox.setAccessibleName(f"Outbox, {waiting} waiting" if waiting else "Outbox")

    def is_meeting_running(self) -> bool:
        """Whether the open page is that of a meeting which goes on just now: nobody types then for long."""
        return self.stack.currentWidget() is not None and self.page().is_meeting_running()

    def leave(self) -> bool:
        """Save whatever the open page still holds. Called on every way out; whether it may be left."""
        return self.page().leave() if self.stack.currentWidget() else True

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = self.width() >= theme.NARROW
        self.navigation.setFixedWidth(theme.NAVIGATION if wide else _ICONS_ALONE)
        self.owner.setVisible(wide)
        for navigate in self.buttons.values():
            navigate.setText(navigate.property("words") if wide else "")
            navigate.setToolTip(as_tip("" if wide else navigate.property("words")))
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        steps = {Qt.MouseButton.BackButton: -1, Qt.MouseButton.ForwardButton: 1}
        if event.button() in steps:
            self.step(steps[event.button()])
        super().mousePressEvent(event)


def _waiting(footer: today.Footer) -> str:
    """What waits for the mail server, and what for the user."""
    by_itself = waiting_in_words(footer.waiting)
    to_send = f"{footer.to_send} for you to send" if footer.to_send else ""
    parts = [f"{by_itself or 'Nothing'} waiting to be sent"] if by_itself or not to_send else []
    return " · ".join([*parts, *([to_send] if to_send else [])])
