"""What all pages share: title, one muted line, actions at the right, and the content that scrolls."""

from typing import Any

from PySide6.QtWidgets import QWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import clear, column, holder, row, rule, scrolling, words
from sep_desktop.ui.kit.theme import GAP


class Page(QWidget):
    """A page. ``watches`` says which changes make it look again; ``leave`` is called on every way out of it."""

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
        content = holder(self.body)
        self.setLayout(column(head, rule(), scrolling(content) if self.scrolls else content, gap=0))

    def open(self, argument: str) -> None:
        """Show what the address names after the page's own name."""
        self.argument = argument
        self.refresh()

    def refresh(self) -> None:
        """Look at the store again."""
        asked = self.argument
        self.session.read(
            self.load, lambda loaded: self.show_loaded(loaded) if self.argument == asked else None
        )

    def load(self) -> Any:
        """Read what the page shows. Runs away from the window's thread."""

    def show_loaded(self, loaded: Any) -> None:
        """Put what was read on the screen."""

    def leave(self) -> bool:
        """Save what is not saved yet. Whether the page may be left: never with words that could not be saved."""
        return True

    def set_head(self, title: str, about: str = "") -> None:
        self.title.setText(title)
        self.about.setText(about)
        self.about.setVisible(bool(about))

    def set_actions(self, *buttons: QWidget) -> None:
        clear(self.action_row)
        for each in buttons:
            self.action_row.addWidget(each)

    def rebuild(self, *parts: Any) -> None:
        """Put these in place of the content."""
        clear(self.body)
        for part in parts:
            self.body.addWidget(part) if isinstance(part, QWidget) else self.body.addLayout(part)
        self.body.addStretch(1)
