"""Another passphrase, another recovery code: the same for either store."""

from collections.abc import Callable, Sequence

from PySide6.QtWidgets import QLineEdit, QWidget

from sep_desktop.errors import UserError
from sep_desktop.services import keys
from sep_desktop.ui.context.dialog import FormDialog
from sep_desktop.ui.context.new_passphrase import NewPassphrase
from sep_desktop.ui.context.operations import Opened, Result, Runner
from sep_desktop.ui.context.timers import Timers
from sep_desktop.ui.kit.basics import form, secret_field, words
from sep_desktop.ui.kit.typed_fields import as_secret


def change_passphrase(
    parent: QWidget,
    runner: Runner[Opened],
    timers: Timers,
    title: str,
    change: Callable[[Opened, str, str], Result],
    done: Callable[[Result], None],
    own_words: Sequence[str] = (),
) -> None:
    """Ask for the present passphrase and the new one, twice. ``change`` is given what is open and both.

    ``own_words`` are the owner's name and address, where they are at hand.
    """
    old, chosen, again = secret_field(), NewPassphrase(timers, lambda: own_words), secret_field()

    def read() -> Callable[[Opened], Result]:
        present, wanted = old.text(), chosen.field.text()
        if wanted != again.text():
            raise UserError("The two new passphrases are not the same.", "Type the second one again.")
        return lambda opened: change(opened, present, wanted)

    about = "The recovery code stays the same."
    dialog = FormDialog(parent, runner, title, "Change", read, about, done)
    fields = form(("Present passphrase", old), ("New passphrase", chosen), ("Once more", again))
    dialog.content.addLayout(fields)
    dialog.open()


def replace_code(
    parent: QWidget,
    runner: Runner[Opened],
    title: str,
    replace: Callable[[Opened, str], Result],
    done: Callable[[Result], None],
) -> None:
    """A code counts only once it has been typed back; until then the one before does."""
    code, typed = keys.new_recovery_code(), as_secret(QLineEdit())

    def read() -> Callable[[Opened], Result]:
        keys.assert_same_code(typed.text(), code)
        return lambda opened: replace(opened, code)

    about = "Print it or write it down, then type it back. The code before it opens nothing any more."
    dialog = FormDialog(parent, runner, title, "Use this code", read, about, done)
    dialog.content.addWidget(words(code, "code", select=True))
    dialog.content.addLayout(form(("Recovery code", typed)))
    dialog.first_focus = typed
    dialog.open()
