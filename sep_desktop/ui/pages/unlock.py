"""The locked program: its name, one field, and nothing about what is inside."""

from typing import Any

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QLineEdit, QWidget

from sep_desktop.errors import SepError
from sep_desktop.messages import Message, Tone
from sep_desktop.paths import Locations
from sep_desktop.storage import store as stores
from sep_desktop.storage.store import Store
from sep_desktop.storage.vault import Cost, SlotKind, WrongSecret, check_passphrase, patience
from sep_desktop.ui.operations import Operations
from sep_desktop.ui.widgets.banner import Banner
from sep_desktop.ui.widgets.basics import button, card, column, form, holder, row, secret_field, words


class UnlockPage(QWidget):
    """Opens the store with the passphrase, or with the recovery code and a new passphrase."""

    ready = Signal(object)

    def __init__(self, locations: Locations, at_once: bool = False, cost: Cost | None = None, covered: Store | None = None) -> None:
        """With ``covered`` the store is open behind the page, and only who holds the passphrase gets back to it."""
        super().__init__()
        self.covered = covered
        self.locations, self.cost = locations, cost
        self.operations = Operations(self, at_once)
        self.failures = 0
        self.banner = Banner()
        self.passphrase, self.code, self.new = secret_field(), QLineEdit(), secret_field()
        self.code.setPlaceholderText("ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2345")
        self.open_button = button("Open", self.try_passphrase, "primary")
        self.passphrase.returnPressed.connect(self.try_passphrase)
        self.by_code = holder(
            column(
                words("Type the code from the printed sheet, and choose a new passphrase.", "muted"),
                form(("Recovery code", self.code), ("New passphrase", self.new)),
                row(None, button("Open with the code", self.try_code, "primary")),
            )
        )
        self.by_code.hide()
        lost = button("I have lost the passphrase", lambda: self.by_code.setVisible(not self.by_code.isVisible()), "link")
        box = card(words("SEP Desktop", "title"), self.banner, form(("Passphrase", self.passphrase)), row(lost, None, self.open_button), self.by_code, gap=16)
        box.setFixedWidth(560)
        self.setLayout(column(None, row(None, box, None), None))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def try_passphrase(self) -> None:
        secret = self.passphrase.text()
        if secret and self.open_button.isEnabled():
            self._try(lambda: self._open(secret))

    def _open(self, secret: str) -> Store:
        if self.covered is None:
            return stores.unlock(self.locations, secret)
        self.covered.verify(secret)
        return self.covered

    def try_code(self) -> None:
        code, new = self.code.text(), self.new.text()

        def work() -> Store:
            check_passphrase(new)
            store = self.covered or stores.unlock(self.locations, code, SlotKind.RECOVERY)
            store.set_passphrase_by_code(code, new, self.cost)
            return store

        self._try(work)

    def _try(self, work: Any) -> None:
        self.open_button.setEnabled(False)
        self.open_button.setText("Opening …")
        self.operations.run(work, self._opened, self._failed)

    def _opened(self, store: Store) -> None:
        self.passphrase.clear()
        self.code.clear()
        self.new.clear()
        self.ready.emit(store)

    def _failed(self, error: BaseException) -> None:
        if not isinstance(error, SepError):
            raise error
        hint = error.hint
        wait = 0
        if isinstance(error, WrongSecret):
            self.failures += 1
            wait = patience(self.failures)
            hint = f"Wait {wait} seconds before you try again. {hint}" if wait else hint
        self.banner.show_message(Message(Tone.FAIL, error.message, hint))
        self.open_button.setText("Open")
        QTimer.singleShot(wait * 1000, self, lambda: self.open_button.setEnabled(True))
        self.passphrase.selectAll()
        self.passphrase.setFocus()
