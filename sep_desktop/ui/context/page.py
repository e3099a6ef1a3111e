"""What all pages share: title, one muted line, actions at the right, and the content that scrolls."""

from abc import abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import Generic, TypeVar

from PySide6.QtWidgets import QLayout, QPushButton, QScrollArea, QWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.storage.store import Store
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import clear, column, holder, row, rule, scrolling, words
from sep_desktop.ui.kit.panes import as_pane
from sep_desktop.ui.kit.theme import GAP

Loaded = TypeVar("Loaded")
Query = Callable[[Store], Loaded]
"""What a page reads, given the store: it runs away from the window's thread, and there is no widget in it."""


class Page(QWidget):
    """A page.

    ``watches`` says which changes make it read again; ``leave`` is called on every way out of it.
    """

    watches = Changes.EVERYTHING
    scrolls = True

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.argument = ""
        self.title = words("", "title")
        self.about = words("", "muted")
        self.action_row = row()
        self.body = column(gap=GAP * 2, margins=0)
        self.body.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        top = row(column(self.title, self.about, gap=4), self.action_row, gap=GAP * 2)
        top.setStretch(0, 1)
        head = column(top)
        head.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP)
        self.content = scrolling(holder(self.body)) if self.scrolls else holder(self.body)
        self.setLayout(column(as_pane(holder(head)), rule(), self.content, gap=0))

    def open(self, argument: str) -> None:
        """Show what the address names after the page's own name."""
        self.argument = argument
        self.refresh()

    def refresh(self) -> None:
        """Show what is true now."""

    def leave(self) -> bool:
        """Save what is not saved yet.

        Whether the page may be left: never with words that could not be saved.
        """
        return True

    def is_meeting_running(self) -> bool:
        """Whether the page belongs to a meeting that goes on just now."""
        return False

    def return_address(self, address: str) -> str:
        """The address under which the page opens as it is now, which was opened as ``address``."""
        return address

    def lock(self) -> None:
        """The program locks: write what no autosave keeps, without asking anything."""
        self.leave()

    def undo(self) -> bool:
        """Take back what a message of the page's own says. Whether there was something."""
        return False

    def set_head(self, title: str, about: str = "") -> None:
        """The title, and the muted line below it."""
        self.title.setText(title)
        self.about.setText(about)
        self.about.setVisible(bool(about))

    def set_actions(self, *buttons: QWidget) -> None:
        """Put these at the right of the title."""
        clear(self.action_row)
        for each in buttons:
            self.action_row.addWidget(each)

    def rebuild(self, *parts: QWidget | QLayout) -> None:
        """Put these in place of the content; a button that had the focus has it again by its name."""
        had_focus = self._focused_button()
        clear(self.body)
        for part in parts:
            self.body.addWidget(part) if isinstance(part, QWidget) else self.body.addLayout(part)
        self.body.addStretch(1)
        if had_focus:
            again = (each for each in self.content.findChildren(QPushButton) if _name(each) == had_focus)
            if anew := next(again, None):
                anew.setFocus()

    def _focused_button(self) -> str:
        focused = self.focusWidget()
        if isinstance(focused, QPushButton) and self.content.isAncestorOf(focused):
            return _name(focused)
        return ""


def _name(pressed: QPushButton) -> str:
    return pressed.accessibleName() or pressed.text()


class LoadingPage(Page, Generic[Loaded]):
    """A page that shows what it reads from the store; an answer about an earlier address is not shown."""

    _shown: str | None = None

    @abstractmethod
    def query(self) -> Query[Loaded]:
        """What to read for the address that is open."""

    @abstractmethod
    def show_loaded(self, loaded: Loaded) -> None:
        """Put what was read on the screen."""

    def refresh(self) -> None:
        """Read again."""
        self.session.run(
            self,
            self.query(),
            partial(self._show, self.argument),
            failed=partial(self._not_loaded, self.argument),
        )

    def _show(self, asked: str, loaded: Loaded) -> None:
        if self.argument == asked:
            if asked != self._shown and isinstance(self.content, QScrollArea):
                self.content.verticalScrollBar().setValue(0)  # another school is read from its top
            self._shown = asked
            self.show_loaded(loaded)

    def _not_loaded(self, asked: str, error: BaseException) -> None:
        if self.argument == asked != self._shown:
            self.show_nothing()
        self.session.fail(error)

    def show_nothing(self) -> None:
        """Take away what belongs to another address: its buttons would change what nobody looks at."""


@dataclass(frozen=True)
class PageSpec:
    """One page: the first word of its address, its title, its icon and what makes it.

    A page ``under`` another is not in the navigation: the other is marked there instead.
    """

    address: str
    title: str
    make: Callable[[Session], Page]
    icon: str = ""
    under: str = ""
