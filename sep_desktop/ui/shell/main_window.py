"""The shell: navigation, a stack of pages with addresses, messages on top, quiet status below."""

from collections.abc import Callable
from importlib import import_module
from typing import Any

from PySide6.QtCore import QEvent, QObject, QSize, Qt, Signal
from PySide6.QtGui import QKeySequence, QMouseEvent, QResizeEvent, QShortcut
from PySide6.QtWidgets import QFrame, QPushButton, QStackedWidget, QWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.wording import plural
from sep_desktop.ui.context.page import Page
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit import theme
from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import button, column, holder, row, words
from sep_desktop.ui.kit.theme import GAP, icon, tokens

PAGES = {
    "today": ("today.page", "TodayPage"),
    "schools": ("schools.page", "SchoolsPage"),
    "school": ("schools.school", "SchoolPage"),
    "visit": ("visit.page", "VisitPage"),
    "sealed": ("sealed.page", "SealedPage"),
    "outbox": ("outbox.page", "OutboxPage"),
    "settings": ("settings.page", "SettingsPage"),
    "help": ("help.page", "HelpPage"),
}
"""Page names and where their classes live: a page is imported when it is first opened."""

_NAVIGATION = (
    ("today", "Today"),
    ("schools", "Schools"),
    ("outbox", "Outbox"),
    ("sealed", "Sealed"),
    ("settings", "Settings"),
    ("help", "Help"),
)
_BELOW = {"school": "schools", "visit": "schools"}


class MainWindow(QWidget):
    """Navigation at the left, the page at the right."""

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.pages: dict[str, Page] = {}
        self.history: list[str] = []
        self.place = -1
        self.stack, self.banner = QStackedWidget(), Banner()
        self.saved, self.line = words("", "small", wrap=False), words("", "small", wrap=False)
        self.buttons: dict[str, QPushButton] = {}
        self.navigation = self._navigation()
        right = column(holder(row(self.banner, margins=0)), self.stack, self._status(), gap=0)
        right.setStretch(1, 1)
        right.itemAt(0).widget().layout().setContentsMargins(GAP * 3, 0, GAP * 3, 0)
        self.setLayout(row(self.navigation, right, gap=0))
        session.address_requested.connect(self.go)
        session.changed.connect(self._refresh_page)
        session.theme_changed.connect(self.tint)
        session.status.connect(self.saved.setText)
        session.sink.listen(self.banner.show_notice)
        self.tint()
        self._shortcuts()
        self._count()

    def _navigation(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "navigation")
        layout = column(gap=2)
        layout.setContentsMargins(GAP, GAP * 2, GAP, GAP * 2)
        for name, text in _NAVIGATION:
            if name == "settings":
                layout.addStretch(1)
            made = button(text, lambda name=name: self.session.go(name), "navigation")
            made.setCheckable(True)
            made.setAutoExclusive(True)
            made.setIconSize(QSize(20, 20))
            made.setMinimumHeight(theme.CONTROL + 4)
            made.setProperty("words", text)
            made.setAccessibleName(text)
            self.buttons[name] = made
            layout.addWidget(made)
        self.owner = words("", "small", wrap=True)
        layout.addSpacing(GAP)
        self.owner.setContentsMargins(GAP + 4, 0, 0, 0)
        layout.addWidget(self.owner)
        frame.setLayout(layout)
        return frame

    def tint(self) -> None:
        """Draw the icons in the colours in force; pages take theirs when they are shown."""
        for name, made in self.buttons.items():
            made.setIcon(icon(name, tokens().ink))

    def _status(self) -> QFrame:
        frame = QFrame()
        frame.setProperty("role", "status")
        frame.setLayout(row(self.saved, None, self.line, gap=GAP * 2))
        frame.layout().setContentsMargins(GAP * 3, 4, GAP * 3, 6)
        return frame

    def _shortcuts(self) -> None:
        keys: tuple[tuple[str, Callable[[], object]], ...] = (
            ("Alt+Left", lambda: self.step(-1)),
            ("Alt+Right", lambda: self.step(1)),
            ("Ctrl+L", self.session.locking.emit),
            ("F5", lambda: self.page().refresh()),
            *(
                (f"Ctrl+{number}", lambda name=name: self.session.go(name))
                for number, (name, _) in enumerate(_NAVIGATION, 1)
            ),
        )
        for keys_text, pressed in keys:
            QShortcut(QKeySequence(keys_text), self, pressed)

    def page(self) -> Page:
        found = self.stack.currentWidget()
        assert isinstance(found, Page)
        return found

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
        self.banner.hide()
        page = self.pages.get(name) or self._make(name)
        self.stack.setCurrentWidget(page)
        if mine := self.buttons.get(_BELOW.get(name, name)):
            mine.setChecked(True)
        page.open(argument)

    def _make(self, name: str) -> Page:
        module, kind = PAGES[name]
        page: Page = getattr(import_module(f"sep_desktop.ui.{module}"), kind)(self.session)
        self.pages[name] = page
        self.stack.addWidget(page)
        return page

    def _refresh_page(self, changes: Changes) -> None:
        if changes and self.stack.currentWidget() and self.page().watches & changes:
            self.page().refresh()
        self._count()

    def _count(self) -> None:
        def shown(counts: Any) -> None:
            waiting, name = counts
            self.owner.setText(name)
            self.line.setText(
                f"{plural(waiting, 'report')} waiting to be sent"
                if waiting
                else "No report waiting to be sent"
            )
            outbox = self.buttons["outbox"]
            text = f"Outbox   {waiting}" if waiting else "Outbox"
            outbox.setProperty("words", text)
            outbox.setText(text if self.width() >= theme.NARROW else "")
            outbox.setAccessibleName(f"Outbox, {waiting} waiting" if waiting else "Outbox")

        store = self.session.store
        self.session.read(lambda: (store.outbox.waiting(), store.settings.text("me.name")), shown)

    def leave(self) -> bool:
        """Save whatever the open page still holds. Called on every way out; whether it may be left."""
        return self.page().leave() if self.stack.currentWidget() else True

    def resizeEvent(self, event: QResizeEvent) -> None:
        wide = self.width() >= theme.NARROW
        self.navigation.setFixedWidth(theme.NAVIGATION if wide else 64)
        self.owner.setVisible(wide)
        for each in self.buttons.values():
            each.setText(each.property("words") if wide else "")
            each.setToolTip("" if wide else each.property("words"))
        super().resizeEvent(event)

    def mousePressEvent(self, event: QMouseEvent) -> None:
        steps = {Qt.MouseButton.BackButton: -1, Qt.MouseButton.ForwardButton: 1}
        if event.button() in steps:
            self.step(steps[event.button()])
        super().mousePressEvent(event)


class Idleness(QObject):
    """Tells when nobody has touched key or mouse for a while."""

    idle = Signal()

    def __init__(self, minutes: int) -> None:
        super().__init__()
        from PySide6.QtCore import QTimer

        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self.idle)
        self._minutes = minutes
        self._restart()

    def _restart(self) -> None:
        if self._minutes:
            self._timer.start(self._minutes * 60_000)

    def stop(self) -> None:
        self._timer.stop()

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        if event.type() in (
            QEvent.Type.KeyPress,
            QEvent.Type.MouseButtonPress,
            QEvent.Type.Wheel,
            QEvent.Type.MouseMove,
        ):
            self._restart()
        return super().eventFilter(watched, event)
