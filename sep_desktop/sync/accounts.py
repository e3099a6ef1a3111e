"""The user's mail account from the settings and the keyring, and a test of it in words."""

from collections.abc import Callable
from pathlib import Path

from sep_desktop.errors import EnvironmentProblem, UserError
from sep_desktop.storage.os_keyring import Keyring
from sep_desktop.storage.store import Store
from sep_desktop.sync.connectivity import Connectivity, NoConnectivity, ServerProbe
from sep_desktop.sync.message import Sender
from sep_desktop.sync.smtp import Account, SmtpTransport

AskPassword = Callable[[str], str]
"""Given the account's name, its password; an empty answer means that the user would rather not."""


def password_name(user: str, host: str) -> str:
    return f"mail {user} {host}"


def sender(store: Store) -> Sender:
    return Sender.of(store.settings.text("me.name"), store.settings.text("me.email"))


def account(store: Store, keyring: Keyring, ask: AskPassword) -> Account:
    """The account, its password from the keyring or asked for. Raises ``UserError`` while the settings are unfinished."""
    settings = store.settings
    host, user = settings.text("mail.host"), settings.text("mail.user")
    if not host:
        raise UserError(
            "No mail server is set up.", "Enter it in Settings, Mail, or choose a way out that needs none."
        )
    password = _password(store, keyring, ask, user, host) if user else ""
    return Account(
        host,
        settings.number("mail.port"),
        settings.text("mail.security"),
        user,
        password,
        settings.text("mail.ca_file"),
    )


def _password(store: Store, keyring: Keyring, ask: AskPassword, user: str, host: str) -> str:
    kept = None
    if store.settings.on("mail.remember"):
        try:
            kept = keyring.read(password_name(user, host))
        except EnvironmentProblem:
            kept = None  # locked or not answering: the user is asked instead
    password = kept or ask(user)
    if not password:
        raise UserError("Nothing was sent: the mail password was not given.")
    return password


def connectivity(store: Store) -> Connectivity:
    host = store.settings.text("mail.host")
    return ServerProbe(host, store.settings.number("mail.port")) if host else NoConnectivity()


def try_connection(found: Account) -> str:
    """Connect, verify, log in, say goodbye. The sentence of success, or an ``EnvironmentProblem`` that says what is wrong."""
    transport = SmtpTransport(found)
    transport.open()
    transport.close()
    login = f" and accepted the account {found.user}" if found.user else "; it asks for no account"
    return f"{found.host} answered over verified TLS{login}."


def folder(store: Store) -> Path:
    """The folder for messages and PDFs. Raises ``UserError`` while none is chosen."""
    chosen = store.settings.text("mail.folder")
    if not chosen:
        raise UserError("No folder is chosen for the files.", "Choose one in Settings, Mail.")
    return Path(chosen)
