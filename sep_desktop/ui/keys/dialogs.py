"""Another passphrase, another recovery code: the same for either store."""

from collections.abc import Callable

from PySide6.QtWidgets import QLineEdit, QWidget

from sep_desktop.errors import UserError
from sep_desktop.storage.encrypted_store import EncryptedStore
from sep_desktop.storage.key_slots import Cost, check_passphrase, new_recovery_code, normal_code
from sep_desktop.ui.kit.basics import form, secret_field, words
from sep_desktop.ui.kit.dialog import FormDialog


def change_passphrase(
    parent: QWidget,
    title: str,
    box: EncryptedStore,
    changed: Callable[[], object],
    cost: Cost | None = None,
    check: Callable[[str], object] = check_passphrase,
) -> None:
    """Ask for the present passphrase and the new one, twice. ``check`` raises ``UserError`` for one that will not do."""
    old, new, again = secret_field(), secret_field(), secret_field()

    def work() -> None:
        if new.text() != again.text():
            raise UserError("The two new passphrases are not the same.", "Type the second one again.")
        check(new.text())
        box.change_passphrase(old.text(), new.text(), cost)
        changed()

    dialog = FormDialog(parent, title, "Change", work, "The recovery code stays the same.")
    dialog.content.addLayout(form(("Present passphrase", old), ("New passphrase", new), ("Once more", again)))
    dialog.open()


def replace_code(parent: QWidget, title: str, box: EncryptedStore, replaced: Callable[[], object]) -> None:
    """A code counts only once it has been typed back; until then the one before does."""
    code, typed = new_recovery_code(), QLineEdit()

    def work() -> None:
        if normal_code(typed.text()) != normal_code(code):
            raise UserError("That is not the code shown above.", "Compare it group by group.")
        box.replace_recovery_code(code)
        replaced()

    dialog = FormDialog(
        parent,
        title,
        "Use this code",
        work,
        "Print it or write it down, then type it back. The code before it opens nothing any more.",
    )
    dialog.content.addWidget(words(code, "code", select=True))
    dialog.content.addLayout(form(("Recovery code", typed)))
    dialog.open()
