"""Settings: me, mail, security, appearance. What is changed is saved at once and said so."""

from collections.abc import Callable
from typing import Any

from PySide6.QtWidgets import (
    QApplication,
    QCheckBox,
    QComboBox,
    QFileDialog,
    QFrame,
    QHBoxLayout,
    QLineEdit,
    QSpinBox,
    QWidget,
)

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.people import parse_email
from sep_desktop.domain.settings import SETTINGS, month_and_day
from sep_desktop.errors import EnvironmentProblem, UserError
from sep_desktop.notices import Tone
from sep_desktop.sync import accounts
from sep_desktop.ui.context.page import Page
from sep_desktop.ui.context.sending import EXITS, ask_password
from sep_desktop.ui.keys.dialogs import change_passphrase, replace_code
from sep_desktop.ui.kit import theme
from sep_desktop.ui.kit.basics import button, card, form, inset, row, secret_field, words
from sep_desktop.ui.kit.dialog import FormDialog

_THEMES = {"system": "As the system", "light": "Light", "dark": "Dark"}
_DRAFTING = {"sep": "The SEP", "governors": "The governors (the SEP gives preliminary advice only)"}
_SECURITY = {"starttls": "STARTTLS (port 587)", "tls": "TLS from the start (port 465)"}


class SettingsPage(Page):
    """Each field writes itself when it is left."""

    watches = Changes.NOTHING

    def leave(self) -> bool:
        """A field writes itself when the cursor leaves it."""
        field = QApplication.focusWidget()
        if field and self.isAncestorOf(field):
            field.clearFocus()
        return True

    def load(self) -> dict[str, Any]:
        return {key: self.session.store.settings.get(key) for key in SETTINGS}

    def show_loaded(self, loaded: Any) -> None:
        self.values = loaded
        self.set_head("Settings", "Saved as you leave each field.")
        self.rebuild(
            self._me(), self._mail(), self._performance_management(), self._security(), self._appearance()
        )

    def put(self, key: str, value: str | int | bool) -> None:
        """Write one setting and say so."""
        if value == self.values[key]:
            return
        self.values[key] = value

        def work() -> Changes:
            self.session.store.settings.put(key, value)
            return Changes.SETTINGS

        self.session.act(work, lambda _: self.session.status.emit(f"Saved {self.session.now():%H:%M:%S}"))

    def _text(self, key: str, check: Callable[[str], object] | None = None, hint: str = "") -> QLineEdit:
        field = QLineEdit(str(self.values[key]))
        field.setPlaceholderText(hint)
        field.setToolTip(SETTINGS[key].help)

        def left() -> None:
            try:
                if check and field.text().strip():
                    check(field.text())
            except ValueError as reason:
                self.session.fail(
                    UserError(
                        f"This {reason}." if check is _address else f"It may be {reason}.",
                        "It was not saved.",
                    )
                )
                return
            self.put(key, field.text().strip())

        field.editingFinished.connect(left)
        return field

    def _tick(self, key: str, text: str) -> QCheckBox:
        made = QCheckBox(text)
        made.setChecked(bool(self.values[key]))
        made.toggled.connect(lambda on: self.put(key, on))
        return made

    def _choice(
        self, key: str, choices: dict[str, str], then: Callable[[], None] = lambda: None
    ) -> QComboBox:
        made = QComboBox()
        for value, text in choices.items():
            made.addItem(text, value)
        made.setCurrentIndex(made.findData(self.values[key]))
        made.currentIndexChanged.connect(lambda _: (self.put(key, made.currentData()), then()))
        return made

    def _number(
        self, key: str, low: int, high: int, suffix: str = "", then: Callable[[], None] = lambda: None
    ) -> QSpinBox:
        made = QSpinBox()
        inset(made)
        made.setRange(low, high)
        made.setSuffix(suffix)
        made.setValue(int(self.values[key]))
        made.setMaximumWidth(160)
        made.setAccessibleName(SETTINGS[key].help)
        made.editingFinished.connect(
            lambda: made.value() != self.values[key] and (self.put(key, made.value()), then())
        )
        return made

    def _me(self) -> QFrame:
        name, email = self._text("me.name"), self._text("me.email", _address, "name@council.example")
        return card(
            words("Me", "section"),
            form(("Name", name), ("E-mail", email), ("LA number", self._text("me.la_code"))),
        )

    def _mail(self) -> QFrame:
        way = self._choice("delivery.method", EXITS, self.refresh)
        parts: list[Any] = [
            words("Mail", "section"),
            words("How completed reports leave this computer.", "muted"),
            form(("Way out", way)),
        ]
        if self.values["delivery.method"] == "smtp":
            parts += self._server()
        elif self.values["delivery.method"] in {"eml", "pdf"}:
            parts.append(
                form(("Folder", _with_button(self._text("mail.folder"), "Choose …", self._choose_folder)))
            )
        else:
            parts.append(
                words(
                    "Each message opens in your mail program as a draft; you send it there and confirm it in the Outbox.",
                    "muted",
                )
            )
        return card(*parts)

    def _server(self) -> list[Any]:
        security = self._choice("mail.security", _SECURITY, self._usual_port)
        fields = form(
            ("Server", self._text("mail.host", hint="smtp.council.example")),
            ("Security", security),
            ("Port", self._number("mail.port", 1, 65535)),
            ("Account", self._text("mail.user", hint="Empty where the server asks for none")),
            (
                "Authority's certificate",
                _with_button(
                    self._text("mail.ca_file", hint="Only where your organisation has its own"),
                    "Choose …",
                    self._choose_ca,
                ),
            ),
        )
        keep = self._tick("mail.remember", "Keep the password in this computer's keyring")
        automatic = self._tick(
            "mail.automatic", "Send by itself when a line is there (otherwise it offers to)"
        )
        tools = row(
            button("Set the password …", self._password), button("Test the connection", self._test), None
        )
        note = words("Nothing is ever sent over a connection that cannot be verified.", "small")
        return [fields, keep, automatic, tools, note]

    def _usual_port(self) -> None:
        self.put("mail.port", 465 if self.values["mail.security"] == "tls" else 587)
        self.refresh()

    def _choose_folder(self) -> None:
        path = QFileDialog.getExistingDirectory(self, "Folder for messages and PDFs")
        if path:
            self.put("mail.folder", path)
            self.refresh()

    def _choose_ca(self) -> None:
        path, _ = QFileDialog.getOpenFileName(
            self, "Certificate of your organisation's authority", "", "Certificates (*.pem *.crt *.cer)"
        )
        if path:
            self.put("mail.ca_file", path)
            self.refresh()

    def _password(self) -> None:
        field = secret_field()
        user, host = str(self.values["mail.user"]), str(self.values["mail.host"])

        def work() -> None:
            if not user or not host:
                raise UserError("First enter the server and the account.")
            self.session.mail_passwords[user] = field.text()
            if self.values["mail.remember"]:
                self.session.keyring.write(accounts.password_name(user, host), field.text())
            self.session.status.emit("Password kept")

        dialog = FormDialog(
            self, "Mail password", "Keep", work, "It goes into this computer's keyring, never into the store."
        )
        dialog.content.addLayout(form(("Password", field)))
        dialog.open()

    def _test(self) -> None:
        try:
            found = accounts.account(
                self.session.store, self.session.keyring, lambda user: ask_password(self, self.session, user)
            )
        except (UserError, EnvironmentProblem) as problem:
            self.session.fail(problem)
            return
        self.session.status.emit("Testing the connection …")

        def told(sentence: str) -> None:
            self.session.status.emit("")
            self.session.sink.say(Tone.INFORM, sentence, "Reports can be sent.")

        self.session.read(lambda: accounts.try_connection(found), told, outside=True)

    def _performance_management(self) -> QFrame:
        fields = form(
            ("Statement drafted by", self._choice("appraisal.drafting", _DRAFTING)),
            ("Complete by", self._text("appraisal.deadline", month_and_day, "12-31: month and day")),
            ("Objectives to begin with", self._number("appraisal.objectives", 1, 6)),
            ("Keep records for", self._number("appraisal.retention_years", 1, 25, " years")),
            ("Close after", self._number("sealed.idle_minutes", 1, 30, " minutes")),
        )
        about = "As your local authority has it. The statutory date for maintained schools is 31 December. Nothing confidential stands here."
        return card(words("Performance management", "section"), words(about, "muted"), fields)

    def _security(self) -> QFrame:
        remember = QCheckBox("Open without the passphrase on this computer, with a key in its keyring")
        remember.setChecked(bool(self.values["security.remember"]))
        remember.toggled.connect(lambda on: self._remember(remember, on))
        idle = self._number(
            "security.idle_minutes",
            0,
            240,
            " minutes",
            lambda: self.session.status.emit("Counts from the next start"),
        )
        tools = row(
            button("Change the passphrase …", self._change_passphrase),
            button("New recovery code …", self._new_code),
            button("Lock now  Ctrl+L", self.session.locking.emit),
            None,
        )
        about = words(f"The store is in {self.session.store.locations.root}.", "small", select=True)
        return card(
            words("Security", "section"),
            form(("Lock after", idle)),
            words("0 means never. After locking, the passphrase is always asked for.", "small"),
            self._tick(
                "security.lock_with_screen", "Lock when the screen locks or the computer goes to sleep"
            ),
            remember,
            tools,
            about,
        )

    def _remember(self, tick: QCheckBox, on: bool) -> None:
        store, keyring = self.session.store, self.session.keyring
        try:
            store.remember_here(keyring) if on else store.forget_here(keyring)
        except EnvironmentProblem as problem:
            tick.blockSignals(True)
            tick.setChecked(not on)
            tick.blockSignals(False)
            self.session.fail(problem)
            return
        self.put("security.remember", on)

    def _change_passphrase(self) -> None:
        change_passphrase(
            self,
            "Change the passphrase",
            self.session.store,
            lambda: self.session.status.emit("Passphrase changed"),
            self.session.cost,
        )

    def _new_code(self) -> None:
        def replaced() -> None:
            self.put("security.code_confirmed", True)
            self.session.status.emit("The new recovery code counts from now on")

        replace_code(self, "New recovery code", self.session.store, replaced)

    def _appearance(self) -> QFrame:
        return card(
            words("Appearance", "section"),
            form(
                ("Colours", self._choice("look.theme", _THEMES, self._apply_theme)),
                ("Text size", self._number("look.text", 80, 200, " %", self._apply_theme)),
            ),
        )

    def _apply_theme(self) -> None:
        app = QApplication.instance()
        assert isinstance(app, QApplication)
        theme.apply(app, str(self.values["look.theme"]), int(self.values["look.text"]))
        self.session.theme_changed.emit()


def _address(text: str) -> None:
    try:
        parse_email(text)
    except ValueError as reason:
        raise ValueError(f"address {reason}") from None


def _with_button(field: QLineEdit, text: str, pressed: Callable[[], None]) -> QWidget:
    made = QWidget()
    layout = QHBoxLayout(made)
    layout.setContentsMargins(0, 0, 0, 0)
    layout.addWidget(field)
    layout.addWidget(button(text, pressed))
    made.setFocusProxy(field)
    return made
