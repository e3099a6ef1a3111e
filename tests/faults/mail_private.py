"""What a server or somebody on the line gets to hear: F27 to F29, and what is said of logins."""

import re
import socket
import ssl
import warnings
from base64 import b64decode
from collections.abc import Callable, Mapping
from datetime import UTC, datetime
from functools import partial

import trustme

from sep_desktop.domain.outbox import State
from sep_desktop.errors import SepError
from sep_desktop.sync.smtp import SmtpTransport
from sep_desktop.sync.transport import LoginRefused
from tests.faults.case import Case, Context, Tally
from tests.faults.counting import total
from tests.faults.mail_server import MailServer, as_sent, raw_server
from tests.faults.mail_verdicts import letters, settled
from tests.faults.mail_world import HASTY, PATIENT, World, world

PASSWORD = "wren-tern-gannet"
SECRETS = (PASSWORD, "harbourlights", "Harbour Lights", "council.example", "penrose", "%PDF", "visit report")
"""What nobody on the line may hear: the password, addresses, the subject, the paper."""

LOGIN = {"user": "ada", "password": PASSWORD}


def _old_tls() -> MailServer:
    server = MailServer(tls="tls", offer_auth=True)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")
        server._context.minimum_version = ssl.TLSVersion.TLSv1
        server._context.maximum_version = ssl.TLSVersion.TLSv1_1
    return server


EXPIRED = {"not_after": datetime(2020, 1, 1, tzinfo=UTC)}
FALSE: Mapping[str, Callable[[], MailServer]] = {
    "STARTTLS stripped": lambda: MailServer(offer_starttls=False, offer_auth=True),
    "nobody known vouches for it": lambda: MailServer(authority=trustme.CA(), offer_auth=True),
    "nobody known, from the start": lambda: MailServer(authority=trustme.CA(), tls="tls", offer_auth=True),
    "expired": lambda: MailServer(cert=EXPIRED, offer_auth=True),
    "expired, from the start": lambda: MailServer(cert=EXPIRED, tls="tls", offer_auth=True),
    "of another host": lambda: MailServer(host="other.example", offer_auth=True),
    "of another host, from the start": lambda: MailServer(host="other.example", tls="tls", offer_auth=True),
    "TLS 1.1": _old_tls,
    "plain where TLS belongs": lambda: MailServer(offer_starttls=False, offer_auth=True),
}
"""Servers that are not, or not certainly, the one that is meant."""


def false_servers(context: Context) -> Tally:
    """F27: to whoever is not verified nothing is said: no password, no address, no byte of a paper."""
    return total((name, partial(_false, context, name)) for name in FALSE)


def _false(context: Context, name: str) -> Tally:
    with world(context) as here, FALSE[name]() as server, MailServer(offer_auth=True) as true:
        security = "tls" if name == "plain where TLS belongs" else server.script.tls
        account = here.account(server.line.port, **LOGIN, security=security)
        patience = PATIENT if security == server.script.tls else HASTY
        report = here.send(SmtpTransport(account, patience))
        assert report.stopped, "the run went on"
        assert report.stopped.hint, "nothing says what to do"
        assert letters(here) == "RRR", letters(here)
        leaked = (
            server.heard(*SECRETS)
            + server.auths
            + len(server.messages)
            + ("MAIL" in str(server.seen).upper())
        )
        here.send(here.transport(true, **LOGIN))
        assert letters(here) == "AAA", letters(here)
        return here.counts(true.pieces) + Tally(leaked=leaked)


GREETING = b"220 test ready\r\n"
OFFER = b"250-test\r\n250-AUTH PLAIN LOGIN\r\n250 STARTTLS\r\n"
ANSWERS = {
    "refused": b"454 4.7.0 not now\r\n",
    "refused for good": b"502 5.5.1 not here\r\n",
    "followed by an answer of the line's own": b"220 go\r\n250-test\r\n250 AUTH PLAIN LOGIN\r\n235 welcome\r\n",
    "and never begun": b"220 go\r\n" + OFFER * 3,
}


def starttls_is_meddled_with(context: Context) -> Tally:
    """F27: whatever somebody on the line makes of STARTTLS, nothing is said in clear."""
    return total((name, partial(_meddled, context, answer)) for name, answer in ANSWERS.items())


def _meddled(context: Context, answer: bytes) -> Tally:
    heard = bytearray()

    def talk(connection: socket.socket) -> None:
        connection.sendall(GREETING)
        while data := connection.recv(4096):
            heard.extend(data)
            connection.sendall(answer if b"STARTTLS" in data.upper() else OFFER)

    with world(context) as here, raw_server(talk) as port, MailServer(offer_auth=True) as true:
        report = here.send(SmtpTransport(here.account(port, **LOGIN), HASTY))
        assert report.stopped
        assert letters(here) == "RRR", letters(here)
        leaked = sum(as_sent(secret, bytes(heard)) for secret in SECRETS) + (b"AUTH" in bytes(heard).upper())
        return settled(here, true) + Tally(leaked=leaked)


def a_listener_hears_nothing(context: Context) -> Tally:
    """To the right server too: what goes over the line in clear names nobody, nor this computer."""
    return total((tls, partial(_listened, context, tls)) for tls in ("tls", "starttls"))


def _listened(context: Context, tls: str) -> Tally:
    with world(context) as here, MailServer(tls=tls, offer_auth=True) as server:
        here.send(SmtpTransport(here.account(server.line.port, **LOGIN, security=tls), PATIENT))
        assert letters(here) == "AAA"
        assert server.auths == 1
        own_names = {socket.gethostname(), socket.getfqdn()} - {"localhost"}
        greetings = [line for line in server.seen if line.upper().startswith("EHLO")]
        named = sum(name in line for name in own_names for line in greetings)
        return here.counts(server.pieces) + Tally(leaked=server.heard(*SECRETS) + named)


REFUSALS: Mapping[str, tuple[str, type[SepError] | None, str]] = {
    "wrong password": ("535 5.7.8 bad credentials", LoginRefused, "password"),
    "no passwords here": (
        "535 5.7.139 basic authentication is disabled",
        None,
        "no(t take| longer takes?)? passwords",
    ),
    "none at all": (
        "550 5.7.30 basic authentication is not supported",
        None,
        "no(t take| longer takes?)? passwords",
    ),
    "not now": ("454 4.7.0 temporary failure", None, ""),
}


def one_attempt(context: Context) -> Tally:
    """F28: a login that is refused stops the run after exactly one AUTH, and is told as what it is."""
    return total((name, partial(_refused, context, name)) for name in REFUSALS)


def _refused(context: Context, name: str) -> Tally:
    answer, family, words = REFUSALS[name]
    with world(context, waiting=2) as here, MailServer({"auth": answer}, offer_auth=True) as server:
        report = here.send(here.transport(server, **LOGIN))
        assert server.auths == 1, f"{server.auths} attempts"
        assert letters(here) == "RRRRRR", letters(here)
        assert report.stopped
        if family:
            assert isinstance(report.stopped, family)
        if name == "not now":
            assert not isinstance(report.stopped, LoginRefused), "told as a wrong password"
        assert re.search(words, str(report.stopped)), str(report.stopped)
        assert PASSWORD not in f"{report.stopped}{report.stopped!r}{here.deliveries()}"
        return settled(here, server)


def only_tokens(context: Context) -> Tally:
    """F29: there are no tokens in this program; a server that takes nothing else is told as such, untried."""
    only = "250-test\r\n250-AUTH XOAUTH2\r\n250 SIZE 20000000"
    with world(context) as here, MailServer({"ehlo": only}, tls="tls") as server:
        report = here.send(here.transport(server, **LOGIN))
        assert server.auths == 0
        assert letters(here) == "RRR"
        told = str(report.stopped)
        assert "passwords" in told, told
        assert re.search("way|mail program|folder", told), f"no way out is named: {told}"
        return here.counts(server.pieces) + Tally(leaked=server.heard(*SECRETS))


ACCOUNTS: Mapping[str, tuple[str, str, str, str]] = {
    "a pound sign": ("ada", "pound £ sign", "ada", "pound £ sign"),
    "an account beyond ASCII": ("zoë@sep.example", "plain", "zoë@sep.example", "plain"),
    "a no-break space": ("ada", "no\u00a0break", "ada", "no break"),
    "a soft hyphen": ("ada", "soft\u00adhyphen", "ada", "softhyphen"),
    "a decomposed letter": ("ada", "e\u0301t\u00e9", "ada", "\u00e9t\u00e9"),
}
"""An account and a password as they are typed, and as they reach the server (SASLprep, RFC 4013)."""


def credentials(context: Context) -> Tally:
    """What is typed with letters beyond ASCII reaches the server in the one form that servers compare."""
    return total((name, partial(_credentials, context, name)) for name in ACCOUNTS)


def _credentials(context: Context, name: str) -> Tally:
    user, password, *expected = ACCOUNTS[name]
    with world(context) as here, MailServer(offer_auth=True) as server:
        report = tried(here, SmtpTransport(here.account(server.port, user=user, password=password), PATIENT))
        assert report == "Accepted by the mail server: 3 people.", report
        (given,) = [line.split()[-1] for line in server.seen if line.upper().startswith("AUTH PLAIN ")]
        assert b64decode(given).decode().split("\0")[1:] == expected
        return here.counts(server.pieces)


def tried(here: World, transport: SmtpTransport) -> str:
    """A run in words, where a bug of the program is a wrong outcome and not the end of the round."""
    try:
        return str(here.send(transport))
    except Exception as bug:
        raise AssertionError(f"told as a mistake of the program: {bug!r}") from bug


HOSTS = (
    "smtp..example",
    "faß.invalid",
    f"{'a' * 80}.invalid",
    "smtp.example.",
    "-.invalid",
    "sm tp.invalid",
    "\u202esmtp.invalid",
)


def names_of_servers(context: Context) -> Tally:
    """A server's name that cannot be is a sentence, never a mistake of the program; nothing is lost."""
    return total((host, partial(_host, context, host)) for host in HOSTS)


def _host(context: Context, host: str) -> Tally:
    with world(context) as here, MailServer() as server:
        account = here.account(server.port)
        told = tried(here, SmtpTransport(type(account)(host, server.port, "starttls"), HASTY))
        assert "mistake" not in told
        assert set(here.states()) == {State.RETRY}, told
        return settled(here, server)


CASES = (
    Case(
        "F27",
        "Whoever is not verified hears neither password nor address nor paper",
        false_servers,
        slow=True,
    ),
    Case(
        "F27-line", "Whatever the line makes of STARTTLS, nothing is said in clear", starttls_is_meddled_with
    ),
    Case(
        "F27-heard", "Somebody on the line hears no name, not even this computer's", a_listener_hears_nothing
    ),
    Case("F28", "A refused login stops the run after one AUTH, told as what it is", one_attempt),
    Case("F29", "No tokens here: a server that takes nothing else is told as such", only_tokens),
    Case("S7-login", "Accounts and passwords beyond ASCII reach the server", credentials),
    Case("S7-host", "A server's name that cannot be is a sentence", names_of_servers),
)
