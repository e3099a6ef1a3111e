"""The closed door: making the sealed store, opening it, and nothing about what is inside."""

from collections.abc import Callable

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QStackedWidget, QWidget

from sep_desktop.errors import UserError
from sep_desktop.notices import Notice, Tone
from sep_desktop.storage.key_slots import WrongSecret
from sep_desktop.storage.sealed import store as sealed_store
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store
from sep_desktop.ui.context.session import Session, in_words
from sep_desktop.ui.keys.forms import CodeSheet, KeyForm
from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import button, card, column, form, holder, row, secret_field, words

_ABOUT = "It has a passphrase of its own, and closes by itself."


def assert_another(store: Store, passphrase: str) -> None:
    """Raises ``UserError`` for the passphrase of the program's own store: one secret would then open both."""
    try:
        store.verify(passphrase)
    except WrongSecret:
        return
    raise UserError(
        "This is the program's own passphrase.",
        "Choose another, so that who knows the one still cannot open the other.",
    )


class SealedUnlockPage(QWidget):
    """``opened`` carries the open store. While the room is covered, ``covered`` is the store behind it."""

    opened = Signal(object)

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.covered: SealedStore | None = None
        self.made: SealedStore | None = None
        self.keys = KeyForm(
            "Open the sealed store", session.operations, self._open, self._open_by_code, _ABOUT
        )
        self.keys.ready.connect(self.opened)
        self.keys.late.connect(self._too_late)
        self._attempt = 0
        self.stack = QStackedWidget()
        self.stack.addWidget(self.keys)
        self.stack.addWidget(self._setting_up())
        self.setLayout(column(self.stack))

    def show_again(self) -> None:
        """As it has to be: to be made, or to be opened."""
        there = sealed_store.exists(self.session.store.locations)
        self.keys.cancel()
        self.stack.setCurrentIndex(0 if there else 1)
        if self.covered:
            self.keys.banner.show_notice(
                Notice(
                    Tone.WARN,
                    "Covered, not closed yet: something is still being saved or sent.",
                    "It closes when that is done.",
                )
            )
        (self.keys.passphrase if there else self.first).setFocus()

    def _open(self, secret: str) -> Callable[[], SealedStore]:
        covered, locations = self.covered, self.session.store.locations

        def work() -> SealedStore:
            if covered is None:
                return sealed_store.unlock(locations, secret)
            covered.verify(secret)
            return covered

        return work

    def _open_by_code(self, code: str, new: str) -> Callable[[], SealedStore]:
        covered, store, cost = self.covered, self.session.store, self.session.cost

        def work() -> SealedStore:
            assert_another(store, new)
            if covered is None:
                return sealed_store.unlock_with_code(store.locations, code, new, cost)
            covered.set_passphrase_by_code(code, new, cost)
            return covered

        return work

    def _too_late(self, store: SealedStore) -> None:
        """It opened after the door was left: nobody may walk in through it."""
        if store is not self.covered:
            store.close()

    def _setting_up(self) -> QWidget:
        self.first, self.second, self.banner = secret_field(), secret_field(), Banner()
        self.second.returnPressed.connect(self.make)
        self.sheet = CodeSheet(
            "If this passphrase is lost, this code is the only other way in. The code of the program's own store does not open this one."
        )
        self.sheet.confirmed.connect(self._code_is_kept)
        self.sheet.failed.connect(lambda problem: self.banner.show_notice(in_words(problem)))
        self.sheet.hide()
        about = (
            "What you write about a headteacher's performance management is kept apart from everything else: in a second file with its own key, opened only "
            "by its own passphrase, never from this computer's keyring. It closes when you leave the page, when the screen locks, and after some minutes."
        )
        self.make_button = button("Make the sealed store", self.make, "primary")
        self.choosing = holder(
            column(
                words(about, "muted"),
                words(
                    "At least twelve characters, and another passphrase than the program's: who watches you unlock the program then still cannot open this.",
                    "muted",
                ),
                form(("Passphrase", self.first), ("Once more", self.second)),
                row(None, self.make_button),
                gap=12,
            )
        )
        box = card(words("Make the sealed store", "section"), self.banner, self.choosing, self.sheet, gap=14)
        box.setFixedWidth(620)
        made = QWidget()
        made.setLayout(column(None, row(None, box, None), None))
        return made

    def make(self) -> None:
        """Create the store, then show its recovery code once."""
        if self.first.text() != self.second.text():
            self.banner.show_notice(
                in_words(UserError("The two passphrases are not the same.", "Type the second one again."))
            )
            return
        passphrase, store, cost = self.first.text(), self.session.store, self.session.cost

        def work() -> tuple[SealedStore, str]:
            assert_another(store, passphrase)
            return sealed_store.create(store.locations, passphrase, cost)

        self.make_button.setEnabled(False)
        self._attempt += 1
        attempt = self._attempt
        self.session.operations.run(work, lambda made: self._made(made, attempt), self._not_made)

    def _made(self, made: tuple[SealedStore, str], attempt: int) -> None:
        self.session.store.settings.put("sealed.code_confirmed", False)
        if attempt != self._attempt:
            self._too_late(made[0])  # its code was seen by nobody; inside, one can be made anew
            return
        self.made, code = made
        self.make_button.setEnabled(True)
        self.first.clear()
        self.second.clear()
        self.banner.hide()
        self.choosing.hide()
        self.sheet.show_code(code)
        self.sheet.show()
        self.sheet.typed.setFocus()

    def _not_made(self, error: BaseException) -> None:
        self.make_button.setEnabled(True)
        self.banner.show_notice(in_words(error))

    def _code_is_kept(self) -> None:
        self.session.store.settings.put("sealed.code_confirmed", True)
        made, self.made = self.made, None
        self._forget_code()
        if made:
            self.opened.emit(made)

    def _forget_code(self) -> None:
        self.sheet.forget()
        self.sheet.hide()
        self.choosing.show()
        self.banner.hide()

    def leave(self) -> None:
        """Nothing typed stays, nothing that is still to open is waited for, and a store just made is closed."""
        self._attempt += 1
        self.make_button.setEnabled(True)
        self.keys.reset()
        self.first.clear()
        self.second.clear()
        made, self.made = self.made, None
        self._forget_code()
        if made:
            made.close()
