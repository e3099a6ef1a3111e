"""The ways into a store, the same for both: a passphrase, a recovery code, and its one and only showing."""

from collections.abc import Callable
from functools import partial
from typing import Generic

from PySide6.QtCore import Signal
from PySide6.QtGui import QGuiApplication, QShowEvent
from PySide6.QtWidgets import QFrame, QLineEdit, QWidget

from sep_desktop.errors import SepError, UserError
from sep_desktop.files import IN_CLEAR, is_open_to_others, write_out
from sep_desktop.notices import Notice, Tone
from sep_desktop.services import keys
from sep_desktop.services.keys import AnyKeyedStore, Attempt, Guesses, StoreKeys, WayBack
from sep_desktop.ui.context.files import choose_new_file, show_folder
from sep_desktop.ui.context.operations import Opened, Runner
from sep_desktop.ui.context.secret_fields import SecretFields
from sep_desktop.ui.context.session import Surroundings, in_words
from sep_desktop.ui.context.ways_back import WaysBack
from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import button, card, column, form, holder, row, scrolling, set_role, words

_WIDTH = 560
_PRINTED = (
    "SEP Desktop: recovery code\n\n    {code}\n\n"
    "Print this page, keep it apart from the computer, and delete this file.\n"
)


class KeyForm(QWidget, Generic[Opened, AnyKeyedStore]):
    """One field and nothing about what is inside. ``ready`` carries the store that was opened.

    ``keys_of`` gives the store's keys from what ``runner`` runs over. While a store stands open behind a
    cover, ``covered`` is that store, and only who holds its passphrase gets back to it.
    """

    ready = Signal(object)

    def __init__(
        self,
        title: str,
        runner: Runner[Opened],
        surroundings: Surroundings,
        keys_of: Callable[[Opened], StoreKeys[AnyKeyedStore]],
        about: str = "",
    ) -> None:
        super().__init__()
        self._runner, self._clock, self._keys_of = runner, surroundings.clock, keys_of
        self._guesses: Guesses | None = None
        self._attempt = Attempt[AnyKeyedStore]()
        self._wait = surroundings.timers.timer(self, self._allow)
        self.covered: AnyKeyedStore | None = None
        self._tried_code = False
        self.banner = Banner()
        self.ways = WaysBack(
            {
                WayBack.TRY_AGAIN: lambda: self._try_again(False),
                WayBack.GO_ON_WITH_KEY_FILE: lambda: self._try_again(True),
                WayBack.USE_NEWER_KEY_FILE: self._use_newer_key_file,
                WayBack.OPEN_FOLDER: self._open_folder,
            }
        )
        self.fields = SecretFields(surroundings.timers)
        self.passphrase, self.code, self.new = self.fields.passphrase, self.fields.code, self.fields.new
        self.open_button = button("Open", self._try_typed, "primary")
        self.fields.turned.connect(self._name_open_button)
        self.fields.entered.connect(self._try_typed)
        page = holder(column(None, row(None, self._box(title, about), None), None))
        self.setLayout(column(scrolling(page)))

    def _box(self, title: str, about: str) -> QFrame:
        box = card(
            words(title, "title"),
            *([words(about, "muted")] if about else []),
            self.banner,
            self.ways,
            self.fields,
            row(self.fields.turn_button, None, self.open_button),
            gap=16,
        )
        box.setFixedWidth(_WIDTH)
        return box

    def _name_open_button(self) -> None:
        self.open_button.setText("Open with the code" if self.fields.by_code else "Open")

    def _try_typed(self) -> None:
        if self.open_button.isEnabled():
            (self.try_code if self.fields.by_code else self.try_passphrase)()

    def try_passphrase(self, accept_old_keys: bool = False) -> None:
        """Open with what is typed, unless an earlier guess is still being looked at or waited for."""
        passphrase, covered = self.passphrase.text(), self.covered
        self._tried_code = False
        if passphrase and self.open_button.isEnabled():
            unlock = partial(keys.unlock, passphrase=passphrase, accept_old_keys=accept_old_keys)
            self._try(covered, unlock)

    def try_code(self, accept_old_keys: bool = False) -> None:
        """Open with the recovery code, and make what is typed beside it the passphrase."""
        code, new, covered = self.code.text(), self.new.text(), self.covered
        self._tried_code = True
        unlock = partial(keys.unlock_with_code, code=code, new=new, accept_old_keys=accept_old_keys)
        self._try(covered, unlock)

    def _try_again(self, accept_old_keys: bool) -> None:
        if not (self.code if self._tried_code else self.passphrase).text():
            self.banner.show_notice(Notice(Tone.WARN, "Type the passphrase first."))
            self.fields.put_cursor()
            return
        (self.try_code if self._tried_code else self.try_passphrase)(accept_old_keys)

    def _try(self, covered: AnyKeyedStore | None, unlock: Callable[..., AnyKeyedStore]) -> None:
        self._attempt.give_up()
        attempt = self._attempt = Attempt[AnyKeyedStore]()
        self._offer(None)
        self.open_button.setEnabled(False)
        self.open_button.setText("Opening …")
        keys_of, now = self._keys_of, self._clock.now()

        def work(opened: Opened) -> AnyKeyedStore:
            store_keys = keys_of(opened)
            self._guesses = self._guesses or store_keys.guesses
            store = unlock(keys=store_keys, covered=covered, guesses=self._guesses, now=now)
            if store is not covered:
                attempt.hold(store)
            return store

        self._runner.run(self, work, partial(self._opened, attempt), failed=partial(self._failed, attempt))

    def _opened(self, attempt: Attempt[AnyKeyedStore], store: AnyKeyedStore) -> None:
        if attempt is self._attempt:
            attempt.take()
            self.reset()
            self.ready.emit(store)

    def _failed(self, attempt: Attempt[AnyKeyedStore], error: BaseException) -> None:
        if attempt is not self._attempt:
            return
        self._name_open_button()  # first: whatever the error is, the form must not stay stuck
        if wait := keys.seconds_to_wait(error):
            self._wait.start(wait * 1000)
        else:
            self._allow()
        self.show_problem(error)
        self.fields.put_cursor(error)

    def show_problem(self, error: BaseException) -> None:
        """Say why the store does not open, and offer the ways back."""
        self.banner.show_notice(in_words(error))
        self._offer(error)

    def _offer(self, error: BaseException | None) -> None:
        """The ways back from ``error``: one button of the page is what to do now, there or here."""
        self.ways.offer(error)
        set_role(self.open_button, "" if self.ways.leads else "primary")

    def _use_newer_key_file(self) -> None:
        keys_of = self._keys_of
        self._runner.run(
            self,
            lambda opened: keys.use_newer_key_file(keys_of(opened)),
            self._key_file_taken,
            failed=self.show_problem,
        )

    def _key_file_taken(self, sentence: str) -> None:
        self._offer(None)
        self.banner.show_notice(Notice(Tone.INFORM, sentence))

    def _open_folder(self) -> None:
        show_folder(self._keys_of(self._runner.opened).place.root, self.banner.show_notice)

    def _allow(self) -> None:
        self.open_button.setEnabled(True)

    def cancel(self) -> None:
        """Nobody waits any more for a store that is still being opened; what is typed stays."""
        self._attempt.give_up()
        self._attempt = Attempt()
        self._wait.stop()
        self._name_open_button()
        self._allow()

    def reset(self) -> None:
        """Nothing typed stays behind, in the fields or in what they could undo."""
        self.cancel()
        self.fields.forget()
        self.banner.hide()
        self._offer(None)


class CodeSheet(QWidget):
    """A recovery code, to be printed or written down and typed back; it is kept nowhere.

    ``failed`` carries what went wrong, as an error.
    """

    confirmed = Signal()
    failed = Signal(object)

    def __init__(self, about: str) -> None:
        super().__init__()
        self.code = ""
        self.shown, self.typed = words("", "code", select=True), QLineEdit()
        self.shown.setAccessibleName("Recovery code")
        self.typed.setPlaceholderText("Type it back, from the paper")
        self.typed.returnPressed.connect(self.check)
        self.setLayout(
            column(
                words("The recovery code", "section"),
                words(about, "muted"),
                self.shown,
                row(button("Save to print …", self.save), button("Copy", self._copy), None),
                form(("Recovery code", self.typed)),
                row(None, button("Continue", self.check, "primary")),
                None,
                gap=12,
            )
        )

    def showEvent(self, event: QShowEvent) -> None:
        """The cursor is where the code is typed back."""
        super().showEvent(event)
        self.typed.setFocus()

    def show_code(self, code: str) -> None:
        """Show ``code``, for the first and only time."""
        self.code = code
        self.shown.setText(code)

    def _copy(self) -> None:
        QGuiApplication.clipboard().setText(self.code)

    def forget(self) -> None:
        """Show it no more, not even in the clipboard."""
        if self.code and QGuiApplication.clipboard().text() == self.code:
            QGuiApplication.clipboard().clear()
        self.show_code("")
        self.typed.setText("")  # clear() could be undone

    def check(self) -> None:
        """Go on when what was typed is the code."""
        try:
            keys.assert_same_code(self.typed.text(), self.code)
        except SepError as problem:
            self.failed.emit(problem)
            return
        self.confirmed.emit()

    def save(self) -> None:
        """Write it where the user says, to be printed."""
        title = "Save the recovery code to print it"
        path = choose_new_file(self, title, "recovery-code.txt", "Text (*.txt)")
        if path is None:
            return
        try:
            write_out(path, _PRINTED.format(code=self.code).encode(), "Choose another place.")
            if is_open_to_others(path):
                raise UserError(IN_CLEAR, "Print it from there, and then remove the file.")
        except SepError as problem:
            self.failed.emit(problem)
