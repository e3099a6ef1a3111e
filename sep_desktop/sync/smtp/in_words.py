"""What went wrong, as sentences about what is wrong and what to do."""

import socket
import ssl

from sep_desktop.domain.wording import one_line
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.sync.smtp.account import Account
from sep_desktop.sync.smtp.replies import Meaning, Reply, Step, meaning
from sep_desktop.sync.smtp.stream import Closed, Malformed
from sep_desktop.sync.sockets import Stopped
from sep_desktop.sync.transport import (
    Abandoned,
    LoginRefused,
    NoConnection,
    NotPrivate,
    PasswordsRefused,
    SenderRefused,
)

_WAYS_OUT = (
    "Choose another way out in Settings, Mail: your own mail program, or files in a folder. "
    "Or ask who looks after the mail to allow this account to send with a password."
)
_ENTER_AGAIN = "Enter the name and the password again in Settings, Mail."
_LATER = "Try again later."


def why_lost(error: BaseException) -> str:
    """Why a line was lost, in a few words that fit into brackets."""
    match error:
        case TimeoutError():
            return "no answer in time"
        case Stopped():
            return "stopped"
        case Closed():
            return "closed by the server"
        case Malformed():
            return "what came was no answer"
        case _:
            return type(error).__name__


def no_name(account: Account) -> NoConnection:
    """The account's server is called what no server can be."""
    return NoConnection(
        f"“{one_line(account.host)[:80]}” cannot be the name of a mail server.",
        "Correct the server's name in Settings, Mail.",
    )


def turned_away(reply: Reply, account: Account) -> NoConnection:
    """The server does not want to talk now."""
    return NoConnection(f"{account.place} turned us away ({reply.text}).", _LATER)


def no_starttls(account: Account) -> NotPrivate:
    """The server would have everything in clear."""
    return NotPrivate(
        f"{account.place} does not offer STARTTLS, so nothing could be sent in private.",
        "Check the port and the kind of security in Settings, Mail.",
    )


def no_login(account: Account) -> NotPrivate:
    """An account is set up, and the server knows none."""
    return NotPrivate(
        f"{account.place} does not offer a way to log in that can be used.",
        "Check the port and the kind of security in Settings, Mail.",
    )


def no_passwords(account: Account, why: str) -> PasswordsRefused:
    """The organisation lets no program in with a password. ``why`` is what the server said."""
    return PasswordsRefused(f"This organisation takes no passwords at {account.place} ({why}).", _WAYS_OUT)


def login_refused(reply: Reply, account: Account) -> EnvironmentProblem:
    """What a reply to AUTH says, other than that it was accepted."""
    match meaning(Step.AUTH, reply):
        case Meaning.CLOSING | Meaning.LATER:
            return NoConnection(f"{account.place} cannot check the password now ({reply.text}).", _LATER)
        case Meaning.NO_PASSWORDS:
            return no_passwords(account, reply.text)
        case Meaning.ANOTHER_PASSWORD:
            return LoginRefused(
                f"The mail server wants a password of another kind ({reply.text}).",
                "Many services give out an app password for programs such as this one: enter it in Settings, "
                f"Mail. {_WAYS_OUT}",
            )
        case Meaning.NOT_ENCRYPTED:
            return NotPrivate(
                f"{account.place} does not take the connection for a private one ({reply.text}).",
                "Check the port and the kind of security in Settings, Mail.",
            )
        case Meaning.NO_MECHANISM:
            return LoginRefused(f"The mail server lets nobody log in in this way ({reply.text}).", _WAYS_OUT)
        case Meaning.WRONG_PASSWORD:
            return LoginRefused(
                f"The mail server refused the name or password ({reply.text}).",
                f"{_ENTER_AGAIN} Some organisations no longer allow passwords here: use one of the "
                "other ways out.",
            )
        case _:
            return NoConnection(
                f"{account.place} answered the login with something else ({reply.text}).", _LATER
            )


def sender_refused(sender: str, reply: str) -> SenderRefused:
    """The server takes no mail from the user's own address. ``reply`` is what it said."""
    return SenderRefused(
        f"The mail server takes no mail from your own address {sender} ({reply}).",
        "Nothing was sent. Check your address in Settings, Me, and the account in Settings, Mail: "
        "most servers want them to belong together.",
    )


def must_log_in(reply: Reply) -> LoginRefused:
    """The server takes mail only from those who log in."""
    return LoginRefused(f"The mail server wants you to log in ({reply.text}).", _ENTER_AGAIN)


def too_large(size: int, limit: int) -> str:
    """``size`` and ``limit`` are bytes; a limit of 0 is not known."""
    takes = f"at most {limit / 1e6:,.1f} MB" if limit else "only smaller ones"
    return (
        f"The message is too large: it has {size / 1e6:,.1f} MB, and the mail server takes {takes}. "
        "Write it to a folder in place of sending it, and hand it over in another way."
    )


def broken(error: BaseException, account: Account) -> EnvironmentProblem:
    """A connection that could not be opened, or broke before anybody had logged in."""
    match error:
        case Stopped():
            return Abandoned()
        case ssl.SSLCertVerificationError():
            return NotPrivate(
                f"The connection to {account.place} is not private: {one_line(error.verify_message)}.",
                "Nothing was sent. Ask the mail service which name and certificate are right.",
            )
        case ssl.SSLError():
            other = "STARTTLS on port 587" if account.security == "tls" else "TLS on port 465"
            return NotPrivate(
                f"{account.place} did not speak TLS as expected.",
                f"Nothing was sent. Try {other} in Settings, Mail.",
            )
        case socket.gaierror():
            return NoConnection(
                f"No server called {account.host} can be found.",
                "Check the line, then the server's name in Settings, Mail.",
            )
        case ConnectionRefusedError():
            return NoConnection(
                f"Nothing answers at {account.place}.",
                "Check the port in Settings, Mail; the network may also block it.",
            )
        case TimeoutError():
            return NoConnection(
                f"{account.place} does not answer.", "Check the line; the network may block this port."
            )
        case _:
            return NoConnection(f"The connection to {account.place} broke ({why_lost(error)}).", _LATER)
