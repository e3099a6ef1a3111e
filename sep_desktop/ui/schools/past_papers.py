"""Papers of visits that are past their years: a line for each visit, and removing them once it was read."""

from collections.abc import Callable

from PySide6.QtWidgets import QPlainTextEdit, QWidget

from sep_desktop.domain.changes import Changed
from sep_desktop.domain.wording import sentence
from sep_desktop.services import retention
from sep_desktop.services.retention import PastPapers
from sep_desktop.ui.context.dialog import OperationDialog
from sep_desktop.ui.context.page import LoadingPage, Query
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import Tick, button, card, empty, row, words

_ABOUT = (
    "How long papers are kept is a policy of your authority. What is removed goes for good, with every copy "
    "of it that can be reached; that a visit was held stays."
)
_GOES = "This goes for good and cannot be undone:"
_STAYS = "That each visit was held stays, with its day and its kind."
_COPIES = (
    "The backups in reach are cleaned of it too. Those that are not connected are named afterwards, and "
    "cleaned at the first backup that is made while they are connected."
)
_MOST_LINES = 10


class PastPapersPage(LoadingPage[PastPapers]):
    """What may no longer be kept."""

    def query(self) -> Query[PastPapers]:
        """As it stands today."""
        today = self.session.today()
        return lambda store: retention.past_papers(store=store, today=today)

    def show_loaded(self, loaded: PastPapers) -> None:
        """The visits and the messages, or that there are none."""
        self.set_head("Papers past their years", _ABOUT)
        policy = button("Look at the policy", lambda: self.session.go("policies"), "link")
        if not loaded.in_lines:
            self.rebuild(empty("Nothing is past its years."), row(policy, None))
            return
        lines = [words(f"•  {line}") for line in loaded.in_lines]
        remove = button(f"Remove {loaded.subject} …", lambda: self.ask(loaded))
        self.rebuild(card(words("No longer to be kept", "section"), *lines, row(policy, None, remove)))

    def ask(self, past: PastPapers) -> None:
        """Remove what is shown once somebody says that the list was read."""
        RemovePastPapersDialog(self, self.session, past).open()


class RemovePastPapersDialog(OperationDialog[Store]):
    """Says what goes and what stays; removes it when the list was looked at, and never by Enter alone."""

    def __init__(self, parent: QWidget, session: Session, past: PastPapers) -> None:
        super().__init__(parent, session.runner, f"Remove {past.subject}", "Remove for good", _GOES)
        self.session = session
        self.list = QPlainTextEdit("\n".join(f"•  {line}" for line in past.in_lines))
        self.list.setReadOnly(True)
        self.list.setTabChangesFocus(True)
        self.list.setAccessibleName("What is removed")
        lines = min(2 * len(past.in_lines), _MOST_LINES)
        self.list.setFixedHeight(lines * self.list.fontMetrics().lineSpacing() + 20)
        self.looked = Tick("I have looked at the list")
        self.looked.toggled.connect(self.primary.setEnabled)
        self.primary.setEnabled(False)
        for part in (self.list, words(_STAYS), words(_COPIES), self.looked):
            self.content.addWidget(part)
        self.content.addStretch(1)
        self.resize(680, self.sizeHint().height())

    def operation(self) -> Callable[[Store], Changed[PastPapers]]:
        """Remove what is past its years today."""
        now = self.session.now()
        return lambda store: retention.remove_past_papers(store=store, today=now.date(), now=now)

    def succeeded(self, result: object) -> None:
        """Say what went, and which copies still hold it."""
        assert isinstance(result, Changed)
        removed = result.value
        self.session.say(f"{sentence(removed.subject)} were removed.", removed.copies)
