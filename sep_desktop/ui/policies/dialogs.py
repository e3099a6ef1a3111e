"""What a policy would change for the schools, and whether it is to be so."""

from collections.abc import Callable
from datetime import date
from functools import partial

from PySide6.QtWidgets import QWidget

from sep_desktop.notices import Notice, Tone
from sep_desktop.services import policy_changes
from sep_desktop.services.policy_changes import PolicyPreview
from sep_desktop.ui.context.import_dialog import ImportDialog
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import form
from sep_desktop.ui.kit.dates import date_field, date_of

Look = Callable[[Store], PolicyPreview]
"""What gives the preview."""

_SOMEBODY_NEW = Notice(
    Tone.WARN, "Others than now would receive reports.", "Who they are stands first below."
)


class PolicyDialog(ImportDialog[PolicyPreview]):
    """A preview; accepted, what it showed is done."""

    def look(self, look: Look) -> None:
        """Show what would change."""
        self.work(lambda store, _: look(store), self.show_effects)

    def show_effects(self, preview: PolicyPreview) -> None:
        """Line by line, with a warning where reports would go to somebody new."""
        self.show_preview(preview, list(preview.lines))
        if preview.recipients:
            self.banner.show_notice(_SOMEBODY_NEW)

    def try_finish(self) -> None:
        """Do what was shown."""
        preview, now = self.preview, self.session.now()
        if preview:
            self.apply(lambda store, _: policy_changes.apply(store=store, preview=preview, now=now))


class NewerDialog(PolicyDialog):
    """What the program brings, from a day; looked at anew for every other day."""

    def __init__(self, parent: QWidget, session: Session) -> None:
        about = "What was begun under an older version keeps it. Nothing is changed until you accept."
        super().__init__(parent, session, "Newer policies", about)
        self.first = date_field(session.today(), "In force from")
        self.first.dateChanged.connect(self.look_again)
        self.content.insertLayout(0, form(("In force from", self.first)))
        self.content.addWidget(self.bar)
        for part in (self.bar, self.primary):  # nothing jumps while the day is typed
            policy = part.sizePolicy()
            policy.setRetainSizeWhenHidden(True)
            part.setSizePolicy(policy)
        self.look_again()

    def look_again(self) -> None:
        """What is shown is about another day: it cannot be accepted any more."""
        self.preview = None
        self.banner.hide()
        self.primary.hide()
        first, today = date_of(self.first), self.session.today()
        self.work(
            lambda store, _: policy_changes.preview_newer(store=store, first=first, today=today),
            partial(self._show_from, first),
        )

    def _show_from(self, first: date, preview: PolicyPreview) -> None:
        if first == date_of(self.first):
            self.show_effects(preview)
