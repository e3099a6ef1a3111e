"""The ways into a store, as both doors offer them: a passphrase, a recovery code, and the code's first and only showing."""

from collections.abc import Callable
from pathlib import Path
from time import monotonic
from typing import Any

from PySide6.QtCore import QTimer, Signal
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from sep_desktop.errors import SepError, UserError
from sep_desktop.notices import Notice, Tone
from sep_desktop.paths import write_durably
from sep_desktop.storage.key_slots import WrongSecret, normal_code, patience
from sep_desktop.ui.context.operations import Operations, Work
from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import button, card, column, form, holder, row, secret_field, words


class KeyForm(QWidget):
    """One field and nothing about what is inside. ``ready`` carries what was opened, ``late`` what nobody waits for any more.

    ``open_with`` and ``open_by_code`` are asked on the window's thread for the work that opens.
    """

    ready = Signal(object)
    late = Signal(object)

    def __init__(
        self,
        title: str,
        operations: Operations,
        open_with: Callable[[str], Work],
        open_by_code: Callable[[str, str], Work],
        about: str = "",
    ) -> None:
        super().__init__()
        self._operations, self._open_with, self._open_by_code = operations, open_with, open_by_code
        self.failures = self._attempt = 0
        self._not_before = 0.0
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
        lost = button(
            "I have lost the passphrase",
            lambda: self.by_code.setVisible(not self.by_code.isVisible()),
            "link",
        )
        lines = [words(about, "muted")] if about else []
        box = card(
            words(title, "title"),
            *lines,
            self.banner,
            form(("Passphrase", self.passphrase)),
            row(lost, None, self.open_button),
            self.by_code,
            gap=16,
        )
        box.setFixedWidth(560)
        self.setLayout(column(None, row(None, box, None), None))

    def try_passphrase(self) -> None:
        secret = self.passphrase.text()
        if secret and self.open_button.isEnabled():
            self._try(self._open_with(secret))

    def try_code(self) -> None:
        code, new = self.code.text(), self.new.text()
        self._try(self._open_by_code(code, new))

    def _try(self, work: Work) -> None:
        wait = round(self._not_before - monotonic() + 0.5)
        if wait > 0:
            self.banner.show_notice(
                Notice(
                    Tone.WARN,
                    f"Wait {wait} more seconds.",
                    "After some wrong guesses each next one has to wait longer.",
                )
            )
            return
        self._attempt += 1
        attempt = self._attempt
        self.open_button.setEnabled(False)
        self.open_button.setText("Opening …")
        self._operations.run(
            work, lambda opened: self._opened(opened, attempt), lambda error: self._failed(error, attempt)
        )

    def _opened(self, opened: Any, attempt: int) -> None:
        if attempt != self._attempt:
            self.late.emit(opened)
            return
        self.failures = 0
        self.reset()
        self.ready.emit(opened)

    def cancel(self) -> None:
        """Nobody waits any more for an answer that is still to come; what is typed stays."""
        self._attempt += 1
        self.open_button.setText("Open")
        self.open_button.setEnabled(True)

    def reset(self) -> None:
        """Nothing typed stays behind, in the fields or in what they could undo."""
        self.cancel()
        for field in (self.passphrase, self.code, self.new):
            field.setText("")  # clear() could be undone
        self.banner.hide()
        self.by_code.hide()

    def _failed(self, error: BaseException, attempt: int) -> None:
        if isinstance(error, WrongSecret):
            self.failures += 1
            self._not_before = monotonic() + patience(self.failures)
        if attempt != self._attempt:
            return
        if not isinstance(error, SepError):
            raise error
        hint = error.hint
        wait = 0
        if isinstance(error, WrongSecret):
            wait = patience(self.failures)
            hint = f"Wait {wait} seconds before you try again. {hint}" if wait else hint
        self.banner.show_notice(Notice(Tone.FAIL, error.message, hint))
        self.open_button.setText("Open")
        QTimer.singleShot(wait * 1000, self, lambda: self.open_button.setEnabled(True))
        self.passphrase.selectAll()
        self.passphrase.setFocus()


class CodeSheet(QWidget):
    """A recovery code, to be printed or written down and typed back; it is kept nowhere."""

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
                row(
                    button("Save to print …", self.save),
                    button("Copy", lambda: QGuiApplication.clipboard().setText(self.code)),
                    None,
                ),
                form(("Recovery code", self.typed)),
                row(None, button("Continue", self.check, "primary")),
                None,
                gap=12,
            )
        )

    def show_code(self, code: str) -> None:
        self.code = code
        self.shown.setText(code)

    def forget(self) -> None:
        if self.code and QGuiApplication.clipboard().text() == self.code:
            QGuiApplication.clipboard().clear()
        self.show_code("")
        self.typed.setText("")  # clear() could be undone

    def check(self) -> None:
        """Go on when what was typed is the code."""
        try:
            if normal_code(self.typed.text()) != normal_code(self.code):
                raise UserError("That is not the code shown above.", "Compare it group by group.")
        except SepError as problem:
            self.failed.emit(problem)
            return
        self.confirmed.emit()

    def save(self) -> None:
        path, _ = QFileDialog.getSaveFileName(
            self, "Save the recovery code to print it", "recovery-code.txt", "Text (*.txt)"
        )
        if path:
            text = f"SEP Desktop: recovery code\n\n    {self.code}\n\nPrint this page, keep it apart from the computer, and delete this file.\n"
            try:
                write_durably(Path(path), text.encode())
            except OSError as problem:
                self.failed.emit(problem)
