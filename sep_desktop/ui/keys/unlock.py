"""The locked program: its name, one field, and nothing about what is inside."""

from collections.abc import Callable

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from sep_desktop.paths import Locations
from sep_desktop.storage import store as stores
from sep_desktop.storage.key_slots import Cost, SlotKind, check_passphrase
from sep_desktop.storage.store import Store
from sep_desktop.ui.context.operations import Operations
from sep_desktop.ui.keys.forms import KeyForm
from sep_desktop.ui.kit.basics import column


class UnlockPage(QWidget):
    """Opens the store with the passphrase, or with the recovery code and a new passphrase."""

    ready = Signal(object)

    def __init__(
        self,
        locations: Locations,
        at_once: bool = False,
        cost: Cost | None = None,
        covered: Store | None = None,
    ) -> None:
        """With ``covered`` the store is open behind the page, and only who holds the passphrase gets back to it."""
        super().__init__()
        self.covered = covered
        self.locations, self.cost = locations, cost
        self.operations = Operations(self, at_once)
        self.form = KeyForm("SEP Desktop", self.operations, self._open, self._open_by_code)
        self.form.ready.connect(self.ready)
        self.banner, self.passphrase, self.code, self.new = (
            self.form.banner,
            self.form.passphrase,
            self.form.code,
            self.form.new,
        )
        self.setLayout(column(self.form))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def try_passphrase(self) -> None:
        self.form.try_passphrase()

    def _open(self, secret: str) -> Callable[[], Store]:
        def work() -> Store:
            if self.covered is None:
                return stores.unlock(self.locations, secret)
            self.covered.verify(secret)
            return self.covered

        return work

    def _open_by_code(self, code: str, new: str) -> Callable[[], Store]:
        def work() -> Store:
            check_passphrase(new)
            store = self.covered or stores.unlock(self.locations, code, SlotKind.RECOVERY)
            store.set_passphrase_by_code(code, new, self.cost)
            return store

        return work
