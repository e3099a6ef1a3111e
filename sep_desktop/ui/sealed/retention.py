"""Keeping one school's record: handing it over, everything held for the headteacher, what happened."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QWidget

from sep_desktop.domain.appraisal.record import Cycle
from sep_desktop.domain.changes import Changed
from sep_desktop.domain.wording import day_and_time
from sep_desktop.errors import SepError
from sep_desktop.services.appraisals import passwords, record_transfer, retention, subject_access
from sep_desktop.services.appraisals.records import RecordDetails
from sep_desktop.services.appraisals.retention import RetentionView
from sep_desktop.services.appraisals.stores import OpenStores
from sep_desktop.ui.context.files import save_as
from sep_desktop.ui.kit.basics import (
    Tick,
    button,
    card,
    clear,
    column,
    form,
    holder,
    row,
    rule,
    scrolling,
    words,
)
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.sealed.context import EditState, SealedContext

_MOST_EVENTS = 60
_ABOUT_TRANSFER = (
    "Every cycle of this school, with its completed papers, as a file that only the next SEP can open. "
    "They give you their receiving code."
)
_ABOUT_REQUEST = (
    "All that is held of a headteacher who asks for it: one encrypted PDF with the papers, "
    "and every draft as plain data, inside it."
)


_SEALED = "Only the holder of that receiving code can open it. It stays here until you remove it."
_WRITTEN = "It opens with the password above; tell that by telephone or on paper."


class RetentionPanel(QWidget):
    """Shown beside the steps. ``removed`` says that the school's papers are gone from here, and which."""

    removed = Signal(str)

    def __init__(self, context: SealedContext) -> None:
        super().__init__()
        self.context = context
        self.cycle: Cycle | None = None
        self.code = QLineEdit()
        self.content = column(gap=GAP * 2)
        self.content.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.setLayout(column(scrolling(holder(self.content)), gap=0))

    def show_record(self, details: RecordDetails, asked: EditState) -> None:
        """Show what is kept of this record."""
        self.cycle = details.record.cycle
        self._refresh()

    def jump_to(self, key: str) -> None:
        """There is nothing to write here."""

    def _refresh(self) -> None:
        cycle = self.cycle
        assert cycle is not None
        number, urn = cycle.id, cycle.urn
        self.context.run(
            self,
            lambda stores: retention.view(sealed=stores.sealed, cycle=number, urn=urn),
            partial(self._show, cycle),
        )

    def _show(self, cycle: Cycle, view: RetentionView) -> None:
        if cycle != self.cycle:
            return
        typed = self.code.text()
        clear(self.content)
        for part in (self._transfer(cycle, typed), self._request(cycle, view), self._events(view)):
            self.content.addWidget(part)
        self.content.addStretch(1)

    def _transfer(self, cycle: Cycle, typed: str) -> QFrame:
        self.code = QLineEdit(typed)
        self.code.setPlaceholderText("Fourteen groups of four, from the next SEP's program")
        self.arrived = Tick("The next SEP has told me that the file arrived and opens.")
        return card(
            words("Hand over to the next SEP", "section"),
            words(_ABOUT_TRANSFER, "muted"),
            form(("Receiving code", self.code)),
            row(None, button("Save the sealed file …", lambda: self._seal(cycle))),
            rule(),
            self.arrived,
            row(None, button("Remove this school's papers from this computer", self._remove)),
        )

    def _seal(self, cycle: Cycle) -> None:
        code, urn, now = self.code.text(), cycle.urn, self.context.now()

        def seal(stores: OpenStores) -> bytes:
            return record_transfer.seal_for(
                store=stores.visits, sealed=stores.sealed, urn=urn, code=code, now=now
            )

        self._save("Seal for the next SEP", f"sealed-{urn}.sealed", "Sealed file (*.sealed)", seal, _SEALED)

    def _remove(self) -> None:
        assert self.cycle is not None
        if not self.arrived.isChecked():
            self.context.say(
                "First hear from the next SEP that the file arrived.",
                "Then tick that, and remove the papers here.",
            )
            return
        urn, now = self.cycle.urn, self.context.now()
        self.context.run(
            self,
            lambda stores: retention.remove_school(
                store=stores.visits, sealed=stores.sealed, urn=urn, now=now
            ),
            self._removed,
        )

    def _removed(self, lines: Changed[list[str]]) -> None:
        self.removed.emit(" ".join(lines.value))

    def _request(self, cycle: Cycle, view: RetentionView) -> QFrame:
        self.headteacher, self.password = QComboBox(), QLineEdit(view.password)
        for name in view.headteachers:
            self.headteacher.addItem(name)
        self.password.textEdited.connect(partial(self._propose, cycle.id))
        return card(
            words("For the headteacher's own request", "section"),
            words(_ABOUT_REQUEST, "muted"),
            form(("Headteacher", self.headteacher), ("Password", self.password)),
            row(None, button("Save everything held …", lambda: self._write(cycle))),
        )

    def _propose(self, cycle: int, typed: str) -> None:
        self.context.run(
            self,
            lambda stores: subject_access.propose_request_password(
                sealed=stores.sealed, cycle=cycle, secret=typed
            ),
        )

    def _write(self, cycle: Cycle) -> None:
        head, password = self.headteacher.currentText(), self.password.text()
        urn, now = cycle.urn, self.context.now()
        try:
            passwords.check_strength(password)
        except SepError as problem:
            self.context.fail(problem)
            return

        def write(stores: OpenStores) -> bytes:
            return subject_access.everything_held(
                store=stores.visits, sealed=stores.sealed, urn=urn, head=head, password=password, now=now
            )

        name = f"everything-held-{urn}.pdf"
        self._save("Everything held", name, "PDF (*.pdf)", write, _WRITTEN)

    def _save(
        self,
        title: str,
        name: str,
        kinds: str,
        make: Callable[[OpenStores], bytes],
        hint: str,
    ) -> None:
        """Both are encrypted for whoever receives them."""
        save_as(
            self,
            self.context.runner,
            self.context.say,
            title,
            name,
            kinds,
            make,
            hint,
            self._refresh,
            private=True,
        )

    def _events(self, view: RetentionView) -> QFrame:
        lines = [
            words(f"{day_and_time(event.at)}: {event.text}", "small", select=True)
            for event in view.events[:_MOST_EVENTS]
        ]
        return card(words("What happened", "section"), *(lines or [words("Nothing yet.", "muted")]))
