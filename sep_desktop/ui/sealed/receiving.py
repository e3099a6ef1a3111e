"""Receiving a school from another SEP: the code they seal for, and a look at their file first."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QWidget

from sep_desktop.domain.changes import Changed
from sep_desktop.domain.wording import day_and_time
from sep_desktop.errors import SepError
from sep_desktop.services.appraisals import record_transfer
from sep_desktop.services.appraisals.record_transfer import TransferredRecord
from sep_desktop.ui.context.files import choose_file, read_bytes
from sep_desktop.ui.kit.basics import button, card, column, row, words
from sep_desktop.ui.sealed.context import SealedContext

_ABOUT = (
    "When another SEP hands a school over to you, send them this code any way you like; it is not secret. "
    "What they seal with it opens only here."
)


class ReceivingPanel(QWidget):
    """The receiving code, and a button for a file. ``opened`` carries the record that a file holds."""

    opened = Signal(object)

    def __init__(self, context: SealedContext) -> None:
        super().__init__()
        self.context = context
        self.code = words("", "code", select=True)
        self.code.hide()
        buttons = row(
            button("Show my receiving code", self._ask_code), button("Open a sealed file …", self._open), None
        )
        title = words("Receive a school from another SEP", "section")
        self.setLayout(column(card(title, words(_ABOUT, "muted"), self.code, buttons), gap=0))

    def _ask_code(self) -> None:
        self.context.run(
            self, lambda stores: record_transfer.receiving_code(sealed=stores.sealed), self._show_code
        )

    def _show_code(self, code: str) -> None:
        self.code.setText(code)
        self.code.show()

    def _open(self) -> None:
        path = choose_file(self, "A sealed file", "Sealed file (*.sealed)", private=True)
        if path is None or self.context.closed:
            return
        try:
            data = read_bytes(path)
        except SepError as problem:
            self.context.fail(problem)
            return
        self.context.run(
            self,
            lambda stores: record_transfer.open_transferred(sealed=stores.sealed, data=data),
            self.opened.emit,
        )


def offer_card(
    parent: QWidget, context: SealedContext, transferred: TransferredRecord, put_back: Callable[[], None]
) -> QFrame:
    """What a file says, before anything of it is taken in; ``put_back`` is called when it is left."""

    def take_in() -> None:
        now = context.now()
        context.run(
            parent,
            lambda stores: record_transfer.take_in(sealed=stores.sealed, transferred=transferred, now=now),
            say,
        )

    def say(lines: Changed[list[str]]) -> None:
        context.say(" ".join(lines.value))

    about = (
        f"{transferred.school}, {', '.join(transferred.years)}. Sealed on {day_and_time(transferred.made)}; "
        f"it says: by {transferred.sender}. Check with them that it was."
    )
    title = words("A school handed over to you", "section")
    return card(
        title,
        words(about),
        row(None, button("Leave it", put_back), button("Take it in", take_in, "primary")),
    )
