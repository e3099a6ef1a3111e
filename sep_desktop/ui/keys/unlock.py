"""The locked program: its name, one field, and nothing about what is inside."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.paths import Locations
from sep_desktop.services.keys import VisitStoreKeys, WayBack
from sep_desktop.ui.context.key_forms import KeyForm
from sep_desktop.ui.context.operations import Operations, Runner
from sep_desktop.ui.context.session import Store, Surroundings
from sep_desktop.ui.kit.basics import column


class UnlockPage(QWidget):
    """Opens the store with the passphrase, or with the recovery code and a new passphrase."""

    ready = Signal(object)
    restore_requested = Signal()
    salvage_requested = Signal()

    def __init__(self, locations: Locations, surroundings: Surroundings, in_caller: bool = False) -> None:
        super().__init__()
        store_keys = VisitStoreKeys(locations, surroundings.cost)
        runner = Runner(Operations(self, in_caller), store_keys, self._changed, self.show_problem)
        self.form = KeyForm[VisitStoreKeys, Store]("SEP Desktop", runner, surroundings, _itself)
        self.form.ready.connect(self.ready)
        self.form.ways.handlers |= {
            WayBack.QUIT: self._quit,
            WayBack.RESTORE: self.restore_requested.emit,
            WayBack.SALVAGE: self.salvage_requested.emit,
        }
        self.banner, self.passphrase = self.form.banner, self.form.passphrase
        self.code, self.new = self.form.code, self.form.new
        self.setLayout(column(self.form))
        self.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)

    def try_passphrase(self) -> None:
        """As ``KeyForm.try_passphrase``."""
        self.form.try_passphrase()

    def show_problem(self, error: BaseException) -> None:
        """As ``KeyForm.show_problem``."""
        self.form.show_problem(error)

    def _quit(self) -> None:
        self.window().close()

    def _changed(self, changes: Changes) -> None:
        """Nobody looks at the store before it is open."""


def _itself(store_keys: VisitStoreKeys) -> VisitStoreKeys:
    return store_keys
