"""Keeping one school's record: handing it over, giving the headteacher everything held, and what happened to it."""

from pathlib import Path

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QFrame, QLineEdit, QWidget

from sep_desktop.domain.appraisal.record import Record
from sep_desktop.domain.wording import day_and_time
from sep_desktop.errors import SepError
from sep_desktop.services.appraisals import papers
from sep_desktop.services.appraisals import retention as keeping
from sep_desktop.storage.key_slots import check_passphrase
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
from sep_desktop.ui.sealed import files
from sep_desktop.ui.sealed.context import EditState, SealedContext


class RetentionPanel(QWidget):
    """Shown beside the steps. ``removed`` says that the school's papers are gone from here, and which."""

    removed = Signal(str)

    def __init__(self, context: SealedContext) -> None:
        super().__init__()
        self.context = context
        self.record: Record | None = None
        self.code: QLineEdit | None = None
        self.content = column(gap=GAP * 2)
        self.content.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.setLayout(column(scrolling(holder(self.content)), gap=0))

    def show_record(self, record: Record, asked: EditState) -> None:
        self.record = record
        clear(self.content)
        for part in (self._hand_over(record), self._for_the_head(record), self._events(record)):
            self.content.addWidget(part)
        self.content.addStretch(1)

    def jump_to(self, key: str) -> None:
        """There is nothing to write here."""

    def _hand_over(self, record: Record) -> QFrame:
        code = self.code = QLineEdit(self.code.text() if self.code else "")
        code.setPlaceholderText("Fourteen groups of four, from the next SEP's program")
        arrived = self.arrived = Tick("The next SEP has told me that the file arrived and opens.")
        urn, name = record.cycle.urn, f"sealed-{record.cycle.urn}.sealed"

        def seal() -> None:
            typed = code.text()
            make = lambda: keeping.seal_for(
                store=self.context.store,
                sealed=self.context.sealed,
                urn=urn,
                code=typed,
                now=self.context.now(),
            )  # noqa: E731
            files.save(
                self,
                self.context,
                "Seal for the next SEP",
                name,
                "Sealed file (*.sealed)",
                make,
                self._sealed,
            )

        about = "Every cycle of this school, with its completed papers, as a file that only the next SEP can open. They give you their receiving code."
        return card(
            words("Hand over to the next SEP", "section"),
            words(about, "muted"),
            form(("Receiving code", code)),
            row(None, button("Save the sealed file …", seal)),
            rule(),
            arrived,
            row(None, button("Remove this school's papers from this computer", self._remove)),
        )

    def _sealed(self, path: Path) -> None:
        self.context.say(
            f"Sealed: {path}",
            "Only the holder of that receiving code can open it. It stays here until you remove it.",
        )

    def _remove(self) -> None:
        assert self.record is not None
        if not self.arrived.isChecked():
            self.context.say(
                "First hear from the next SEP that the file arrived.",
                "Then tick that, and remove the papers here.",
            )
            return
        urn = self.record.cycle.urn
        work = lambda: keeping.remove_school(sealed=self.context.sealed, urn=urn, now=self.context.now())  # noqa: E731
        self.context.read(work, lambda lines: self.removed.emit(" ".join(lines)))

    def _for_the_head(self, record: Record) -> QFrame:
        who, secret = (
            QComboBox(),
            QLineEdit(keeping.request_password(sealed=self.context.sealed, cycle=record.cycle.id)),
        )
        for name in keeping.heads(sealed=self.context.sealed, urn=record.cycle.urn):
            who.addItem(name)
        secret.textEdited.connect(
            lambda typed: papers.propose(
                sealed=self.context.sealed, cycle=record.cycle.id, address=keeping.REQUEST, secret=typed
            )
        )
        urn = record.cycle.urn

        def write() -> None:
            head, password = who.currentText(), secret.text()
            try:
                check_passphrase(password)
            except SepError as problem:
                self.context.fail(problem)
                return
            make = lambda: keeping.everything_held(  # noqa: E731
                store=self.context.store,
                sealed=self.context.sealed,
                urn=urn,
                head=head,
                password=password,
                now=self.context.now(),
            )
            noticed = lambda path: self.context.say(
                f"Written: {path}", "It opens with the password above; tell that by telephone or on paper."
            )  # noqa: E731
            files.save(
                self,
                self.context,
                "Everything held",
                f"everything-held-{urn}.pdf",
                "PDF (*.pdf)",
                make,
                noticed,
            )

        about = "All that is held of a headteacher who asks for it: one encrypted PDF with the papers, and every draft as plain data, inside it."
        return card(
            words("For the headteacher's own request", "section"),
            words(about, "muted"),
            form(("Headteacher", who), ("Password", secret)),
            row(None, button("Save everything held …", write)),
        )

    def _events(self, record: Record) -> QFrame:
        found = self.context.sealed.appraisals.events(record.cycle.urn)
        lines = [words(f"{day_and_time(each.at)}: {each.text}", "small", select=True) for each in found[:60]]
        return card(words("What happened", "section"), *(lines or [words("Nothing yet.", "muted")]))
