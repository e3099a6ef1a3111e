"""What opens a store, to be typed: its passphrase or, in place of that, the recovery code and a new one."""

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFormLayout, QLineEdit, QWidget

from sep_desktop.services.keys import TooSoon, WrongSecret
from sep_desktop.ui.context.new_passphrase import NewPassphrase
from sep_desktop.ui.context.timers import Timers
from sep_desktop.ui.kit.basics import button, column, form, secret_field, words

_LOST, _NOT_LOST = "I have lost the passphrase", "I have the passphrase after all"


class SecretFields(QWidget):
    """``turn_button``, which its owner puts beside the deciding one, goes from the one to the other.

    ``turned`` says that it did, ``entered`` that somebody pressed Enter in the last field.
    """

    turned = Signal()
    entered = Signal()

    def __init__(self, timers: Timers) -> None:
        super().__init__()
        self.by_code = False
        self._chosen = NewPassphrase(timers)
        self.passphrase, self.code, self.new = secret_field(), QLineEdit(), self._chosen.field
        self.code.setPlaceholderText("ABCD-EFGH-JKMN-PQRS-TVWX-YZ01-2345")
        self.turn_button = button(_LOST, self._turn, "link")
        self._about = words("Type the code from the printed sheet, and choose a new passphrase.", "muted")
        self._form: QFormLayout = form(
            ("Passphrase", self.passphrase), ("Recovery code", self.code), ("New passphrase", self._chosen)
        )
        self.setLayout(column(self._about, self._form))
        self.passphrase.returnPressed.connect(self.entered)
        self.code.returnPressed.connect(self.new.setFocus)
        self.new.returnPressed.connect(self.entered)
        self.ask_for_code(False)

    def _turn(self) -> None:
        self.ask_for_code(not self.by_code)
        self.put_cursor()

    def ask_for_code(self, by_code: bool) -> None:
        """Ask for the recovery code and a new passphrase, or for the passphrase that there is."""
        self.by_code = by_code
        self._about.setVisible(by_code)
        self._form.setRowVisible(self.passphrase, not by_code)
        self._form.setRowVisible(self.code, by_code)
        self._form.setRowVisible(self._chosen, by_code)
        self.turn_button.setText(_NOT_LOST if by_code else _LOST)
        self.turned.emit()

    def put_cursor(self, error: BaseException | None = None) -> None:
        """Where somebody goes on: in the field that ``error`` is about, or in the first."""
        field = self.code if self.by_code else self.passphrase
        if self.by_code and error and not isinstance(error, WrongSecret | TooSoon):
            field = self.new
        field.selectAll()
        field.setFocus()

    def forget(self) -> None:
        """Nothing typed stays behind, in the fields or in what they could undo."""
        for field in (self.passphrase, self.code, self.new):
            field.setText("")  # clear() could be undone
        self.ask_for_code(False)
