"""The user's mail account as the settings and the keyring have it, and a test of it in words."""

from dataclasses import dataclass, field
from pathlib import Path

from sep_desktop.errors import EnvironmentProblem, UserError
from sep_desktop.storage.os_keyring import Keyring, name_of_mail_password
from sep_desktop.storage.store import Store
from sep_desktop.sync.connectivity import Connectivity, NoConnectivity, ServerProbe
from sep_desktop.sync.message import Sender
from sep_desktop.sync.smtp import Account, SmtpTransport


@dataclass(frozen=True)
class MailSettings:
    """What the settings say of how messages leave.

    ``outgoing`` is where drafts for a mail program are laid.
    """

    name: str = field(repr=False)
    address: str = field(repr=False)
    host: str
    port: int
    security: str
    user: str
    ca_file: str
    remember: bool
    folder: str
    outgoing: Path

    def sender(self) -> Sender:
        """Who writes. Raises ``UserError`` for a missing or unusable address."""
        return Sender.of(self.name, self.address)

    def account(self, password: str) -> Account:
        """Where and how to submit.

        Raises ``UserError`` while no server is set up, or for a password not given.
        """
        if not self.host:
            raise UserError(
                "No mail server is set up.",
                "Enter it in Settings, Mail, or choose a way out that needs none.",
            )
        if self.user and not password:
            raise UserError("Nothing was sent: the mail password was not given.")
        return Account(self.host, self.port, self.security, self.user, password, self.ca_file)

    @property
    def needs_password(self) -> bool:
        """Whether a password is needed to submit: a server is set up, and it asks for an account."""
        return bool(self.host and self.user)

    def chosen_folder(self) -> Path:
        """The folder for messages and PDFs. Raises ``UserError`` while none is chosen."""
        if not self.folder:
            raise UserError("No folder is chosen for the files.", "Choose one in Settings, Mail.")
        return Path(self.folder)


def mail_settings(store: Store) -> MailSettings:
    """As they stand now."""
    settings = store.settings
    return MailSettings(
        name=settings.text("me.name"),
        address=settings.text("me.email"),
        host=settings.text("mail.host"),
        port=settings.number("mail.port"),
        security=settings.text("mail.security"),
        user=settings.text("mail.user"),
        ca_file=settings.text("mail.ca_file"),
        remember=settings.on("mail.remember"),
        folder=settings.text("mail.folder"),
        outgoing=store.locations.outgoing,
    )


def _entry(mail: MailSettings) -> str:
    return name_of_mail_password(mail.user, mail.host)


def kept_password(mail: MailSettings, keyring: Keyring) -> str:
    """The password that the keyring has; empty where it has none, is locked, or is not to be asked."""
    if not mail.user or not mail.remember:
        return ""
    try:
        return keyring.read(_entry(mail)) or ""
    except EnvironmentProblem:
        return ""  # locked or not answering: the user is asked instead


def keep_password(mail: MailSettings, keyring: Keyring, password: str) -> None:
    """Keep the password where the settings say so.

    Raises ``UserError`` without an account, ``EnvironmentProblem``.
    """
    if not mail.user or not mail.host:
        raise UserError("First enter the server and the account.")
    if mail.remember:
        keyring.write(_entry(mail), password)


def connectivity(mail: MailSettings) -> Connectivity:
    """How to find out whether the server can be reached."""
    return ServerProbe(mail.host, mail.port) if mail.host else NoConnectivity()


def try_connection(account: Account) -> str:
    """Connect, verify, log in, say goodbye. The sentence of success.

    Raises an ``EnvironmentProblem`` that says what is wrong.
    """
    transport = SmtpTransport(account)
    transport.open()
    transport.close()
    login = f" and accepted the account {account.user}" if account.user else "; it asks for no account"
    return f"{account.host} answered over verified TLS{login}."
