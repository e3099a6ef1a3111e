"""How completed reports leave this computer: the way out, and what it needs to be set up."""

from collections.abc import Callable
from typing import assert_never

from PySide6.QtWidgets import QFrame, QLayout, QWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.services import preferences
from sep_desktop.ui.context.dialog import FormDialog
from sep_desktop.ui.context.files import choose_file, choose_folder
from sep_desktop.ui.context.sending import DeliveryWay, Setup, delivery_ways, keep_password, try_connection
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import button, card, column, form, row, secret_field, words
from sep_desktop.ui.settings.fields import Put, SettingFields, with_button

_SECURITY = {"starttls": "STARTTLS (port 587)", "tls": "TLS from the start (port 465)"}
_DRAFTS = (
    "Each message opens in your mail program as a draft; you send it there and confirm it in the Outbox."
)


class MailCard(QFrame):
    """``put_anew`` writes a setting and shows the page anew, since other fields follow from it."""

    def __init__(
        self,
        session: Session,
        fields: SettingFields,
        way: DeliveryWay,
        put_anew: Put,
        refresh: Callable[[], None],
    ) -> None:
        super().__init__()
        self.session, self.fields, self._put_anew, self._refresh = session, fields, put_anew, refresh
        labels = {each.key.value: each.label for each in delivery_ways()}
        choice = fields.choice("delivery.method", labels, self._put_way)
        self.setLayout(
            column(
                card(
                    words("Mail", "section"),
                    words("How completed reports leave this computer.", "muted"),
                    form(("Way out", choice)),
                    *self._set_up(way),
                )
            )
        )

    def _set_up(self, way: DeliveryWay) -> list[QWidget | QLayout]:
        match way.setup:
            case Setup.SERVER:
                return self._server()
            case Setup.FOLDER:
                folder = with_button(self.fields.text("mail.folder"), "Choose …", self._choose_folder)
                return [form(("Folder", folder))]
            case Setup.NOTHING:
                return [words(_DRAFTS, "muted")]
            case _:
                assert_never(way.setup)

    def _server(self) -> list[QWidget | QLayout]:
        fields = self.fields
        certificate = fields.text("mail.ca_file", hint="Only where your organisation has its own")
        account = fields.text("mail.user", hint="Empty where the server asks for none")
        return [
            form(
                ("Server", fields.text("mail.host", hint="smtp.council.example")),
                ("Security", fields.choice("mail.security", _SECURITY, self._put_security)),
                ("Port", fields.number("mail.port")),
                ("Account", account),
                ("Authority's certificate", with_button(certificate, "Choose …", self._choose_certificate)),
            ),
            fields.tick("mail.remember", "Keep the password in this computer's keyring"),
            fields.tick("mail.automatic", "Send by itself when a line is there (otherwise it offers to)"),
            row(
                button("Set the password …", self.ask_password),
                button("Test the connection", self._test),
                None,
            ),
            words("Nothing is ever sent over a connection that cannot be verified.", "small"),
        ]

    def _put_way(self, method: str) -> None:
        self._put_anew("delivery.method", method)

    def _put_security(self, security: str) -> None:
        self.session.run(
            self, lambda store: preferences.put_security(store=store, security=security), self._changed
        )

    def _changed(self, _: Changes) -> None:
        self._refresh()

    def _choose_folder(self) -> None:
        folder = choose_folder(self, "Folder for messages and PDFs")
        if folder:
            self._put_anew("mail.folder", str(folder))

    def _choose_certificate(self) -> None:
        path = choose_file(
            self, "Certificate of your organisation's authority", "Certificates (*.pem *.crt *.cer)"
        )
        if path:
            self._put_anew("mail.ca_file", str(path))

    def ask_password(self) -> None:
        """Open the dialog for the password of the mail server."""
        field = secret_field()

        def read() -> Callable[[Store], Changes]:
            return keep_password(self.session, field.text())

        about = "It goes into this computer's keyring, never into the store."
        dialog = FormDialog(self, self.session.runner, "Mail password", "Keep", read, about, self._kept)
        dialog.content.addLayout(form(("Password", field)))
        dialog.open()

    def _kept(self, _: Changes) -> None:
        self.session.status.emit("Password kept")

    def _test(self) -> None:
        try_connection(self.window(), self.session)  # this card goes when the way out changes
