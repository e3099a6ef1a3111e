"""SMTP submission (RFC 6409) that always knows how far it came.

``smtplib`` speaks the protocol; the steps are taken one by one, because its one-call ``sendmail`` cannot tell
a line that broke before the final dot from one that broke after it. TLS is verified or nothing is sent.
"""

import re
import smtplib
import socket
import ssl
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, field

from sep_desktop.domain.outbox import State
from sep_desktop.domain.wording import one_line
from sep_desktop.sync.transport import HandingOver, LoginRefused, NoConnection, NotPrivate, Outcome, Outcomes

CONNECT, COMMAND, FINAL = 20.0, 60.0, 600.0
"""Seconds to wait. RFC 5321 §4.5.3.2.6 asks for ten minutes after the final dot."""

_SEND_BUFFER = 32_768  # a small one keeps "handed to the kernel" near to "handed to the server"
_LOST = (OSError, smtplib.SMTPServerDisconnected, smtplib.SMTPResponseException, ValueError, UnicodeError)


@dataclass(frozen=True)
class Account:
    """Where and how to submit.

    ``security`` is ``tls`` (465) or ``starttls`` (587); an empty user logs in nowhere.
    """

    host: str
    port: int
    security: str
    user: str = ""
    password: str = field(default="", repr=False)
    ca_file: str = ""


@dataclass(frozen=True)
class Patience:
    """Seconds to wait for a connection, a command and the answer to the final dot."""

    connect: float = CONNECT
    command: float = COMMAND
    final: float = FINAL


class _Plain(smtplib.SMTP):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return _small_buffered(super()._get_socket(host, port, timeout))  # type: ignore[misc]


class _Tls(smtplib.SMTP_SSL):
    def _get_socket(self, host: str, port: int, timeout: float) -> socket.socket:
        return _small_buffered(super()._get_socket(host, port, timeout))  # type: ignore[misc]


def _small_buffered(sock: socket.socket) -> socket.socket:
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, _SEND_BUFFER)
    sock.setsockopt(
        socket.IPPROTO_TCP, socket.TCP_NODELAY, 1
    )  # the dot goes by itself, and must not wait for an ACK (40 ms each)
    return sock


class SmtpTransport:
    """One account; one connection a run, opened anew when a message broke it."""

    def __init__(self, account: Account, patience: Patience = Patience()) -> None:
        self._account, self._patience = account, patience
        self._smtp: smtplib.SMTP | None = None

    def open(self) -> None:
        """Connect and log in, unless that was done. Raises as ``Transport.open``."""
        if self._smtp is None:
            self._smtp = _connected(self._account, self._patience)

    def close(self) -> None:
        """Say goodbye; what the server answers to it changes nothing."""
        smtp, self._smtp = self._smtp, None
        if smtp:
            with suppress(*_LOST):
                smtp.quit()
            smtp.close()

    def _break(self) -> None:
        if self._smtp:
            self._smtp.close()
        self._smtp = None

    def submit(
        self, sender: str, recipients: Sequence[str], raw: bytes, handing_over: HandingOver
    ) -> Outcomes:
        """Steps of one transaction. Raises what ``open`` raises when the line has to be opened again."""
        self.open()
        assert self._smtp is not None  # noqa: S101 -- open() has just connected it
        envelope = _Envelope(self._smtp, self._patience, sender, tuple(dict.fromkeys(recipients)))
        try:
            return envelope.send(raw, handing_over)
        finally:
            if envelope.broken:
                self._break()


class _Envelope:
    """One message on its way: who is accepted so far, who is not, and whether the line still holds."""

    def __init__(
        self, smtp: smtplib.SMTP, patience: Patience, sender: str, recipients: tuple[str, ...]
    ) -> None:
        self.smtp, self.patience, self.sender, self.recipients = smtp, patience, sender, recipients
        self.outcomes: dict[str, Outcome] = {}
        self.broken = False

    def send(self, raw: bytes, handing_over: HandingOver) -> Outcomes:
        try:
            ready = self._address(len(raw)) and self._begin_data()
            if ready:
                self._send_body(raw)
        except _LOST as error:
            return self._lost(
                State.RETRY, f"The line broke before the message was handed over ({_words(error)})."
            )
        if not ready:
            return self.outcomes
        try:
            handing_over(dict(self.outcomes))
        except BaseException:
            self.broken = (
                True  # inside DATA nothing but the dot may follow: the line is given up, and nothing was sent
            )
            self.smtp.close()
            raise
        return self._finish()

    @property
    def open_addresses(self) -> list[str]:
        return [each for each in self.recipients if each not in self.outcomes]

    def _address(self, size: int) -> bool:
        """MAIL and every RCPT. Whether somebody was accepted."""
        self._wait(self.patience.command)
        options = [f"SIZE={size}"] if self.smtp.has_extn("size") else []
        code, reply = self.smtp.mail(self.sender, options)
        if code != 250:
            self._judge_all(code, reply)
            return False
        for address in self.recipients:
            code, reply = self.smtp.rcpt(address)
            if code == 421:
                self._lost(State.RETRY, _text(code, reply))
                return False
            if not 200 <= code < 300:
                self.outcomes[address] = Outcome(_verdict(code), _text(code, reply))
        if not self.open_addresses:
            self._reset()
        return bool(self.open_addresses)

    def _begin_data(self) -> bool:
        self.smtp.putcmd("data")
        code, reply = self.smtp.getreply()
        if code != 354:
            self._judge_all(code, reply)
        return code == 354

    def _send_body(self, raw: bytes) -> None:
        body = re.sub(rb"(?m)^\.", b"..", raw)
        self.smtp.send(body if body.endswith(b"\r\n") else body + b"\r\n")

    def _finish(self) -> Outcomes:
        """The dot and its answer: the only step after which the outcome may be unknown."""
        try:
            self._wait(self.patience.final)
            self.smtp.send(b".\r\n")
            code, reply = self.smtp.getreply()
        except _LOST as error:
            return self._lost(State.UNKNOWN, f"The line broke before the server answered ({_words(error)}).")
        state = (
            State.ACCEPTED if 200 <= code < 300 else _verdict(code) if 400 <= code < 600 else State.UNKNOWN
        )
        for address in self.open_addresses:
            self.outcomes[address] = Outcome(state, _text(code, reply))
        self.broken = state is State.UNKNOWN or code == 421
        return self.outcomes

    def _judge_all(self, code: int, reply: bytes) -> None:
        for address in self.open_addresses:
            self.outcomes[address] = Outcome(_verdict(code), _text(code, reply))
        self._reset()

    def _reset(self) -> None:
        """Make the connection ready for the next message, or give it up."""
        try:
            self.broken = self.smtp.rset()[0] != 250
        except _LOST:
            self.broken = True

    def _lost(self, state: State, why: str) -> Outcomes:
        """The line is gone: everybody not yet answered gets ``state``.

        A 421 puts off all, accepted RCPTs too.
        """
        self.broken = True
        for address in self.open_addresses:
            self.outcomes[address] = Outcome(state, why)
        return self.outcomes

    def _wait(self, seconds: float) -> None:
        if self.smtp.sock:
            self.smtp.sock.settimeout(seconds)


def _verdict(code: int) -> State:
    """5xx is final; anything else before the dot may be tried again."""
    return State.REFUSED if 500 <= code < 600 else State.RETRY


def _text(code: int, reply: bytes | str) -> str:
    words = reply.decode("utf-8", "replace") if isinstance(reply, bytes) else reply
    return one_line(f"{code} {words}")[:500]


def _words(error: BaseException) -> str:
    return {"TimeoutError": "no answer in time", "SMTPServerDisconnected": "closed by the server"}.get(
        type(error).__name__, type(error).__name__
    )


def context(account: Account) -> ssl.SSLContext:
    """TLS 1.2 or newer, certificate and host name verified against the roots that this computer trusts.

    A Python from python.org has no roots on macOS, and a bundle keeps the paths of the machine that built it;
    the system's own also hold a council's (``truststore``). Raises ``NotPrivate`` for an unusable CA file.
    """
    from truststore import SSLContext  # here: it is for who sends, and costs the start

    verifying = SSLContext(ssl.PROTOCOL_TLS_CLIENT)
    verifying.minimum_version = ssl.TLSVersion.TLSv1_2
    if account.ca_file:
        try:
            verifying.load_verify_locations(cafile=account.ca_file)
        except (OSError, ssl.SSLError):
            raise NotPrivate(
                "The certificate file of your organisation cannot be read.",
                "Choose it again in Settings, Mail.",
            ) from None
    return verifying


def _connected(account: Account, patience: Patience) -> smtplib.SMTP:
    """A verified, logged-in connection. Raises ``NoConnection``, ``NotPrivate`` or ``LoginRefused``."""
    secure = context(account)
    smtp: smtplib.SMTP | None = None
    try:
        smtp = _greeted(account, patience, secure)
        if account.security != "tls":
            smtp.starttls(context=secure)
            smtp.ehlo()
        if account.user:
            _log_in(smtp, account)
    except BaseException as error:
        if smtp:
            smtp.close()
        raise _in_words(error, account) from error
    return smtp


def _greeted(account: Account, patience: Patience, secure: ssl.SSLContext) -> smtplib.SMTP:
    smtp: smtplib.SMTP = (
        _Tls(timeout=patience.connect, context=secure)
        if account.security == "tls"
        else _Plain(timeout=patience.connect)
    )
    try:
        # What TLS verifies, however connect() is called.
        smtp._host = account.host  # type: ignore[attr-defined]
        code, reply = smtp.connect(account.host, account.port)
        if code != 220:
            raise smtplib.SMTPConnectError(code, reply)
        if smtp.sock:
            smtp.sock.settimeout(patience.command)
        code, reply = smtp.ehlo()
        if code != 250:
            raise smtplib.SMTPConnectError(code, reply)
    except BaseException:
        smtp.close()
        raise
    return smtp


def _log_in(smtp: smtplib.SMTP, account: Account) -> None:
    """One AUTH, by the first mechanism that both sides know; ``smtplib.login`` would try them all."""
    offered = smtp.esmtp_features.get("auth", "").upper().split()
    smtp.user, smtp.password = account.user, account.password
    for mechanism, answer in (("PLAIN", smtp.auth_plain), ("LOGIN", smtp.auth_login)):
        if mechanism in offered:
            smtp.auth(mechanism, answer)
            return
    raise smtplib.SMTPNotSupportedError("no AUTH mechanism in common")


def _in_words(error: BaseException, account: Account) -> BaseException:
    """A failed connection as a sentence about what is wrong and what to do."""
    where = f"{account.host}, port {account.port}"
    if isinstance(error, smtplib.SMTPAuthenticationError):
        return LoginRefused(
            f"The mail server refused the name or password ({_text(error.smtp_code, error.smtp_error)}).",
            "Enter the password again in Settings, Mail. Some organisations no longer allow passwords here: "
            "use one of the other ways out.",
        )
    if isinstance(error, ssl.SSLCertVerificationError):
        return NotPrivate(
            f"The connection to {where} is not private: {one_line(error.verify_message)}.",
            "Nothing was sent. Ask the mail service which name and certificate are right.",
        )
    if isinstance(error, ssl.SSLError):
        other = "STARTTLS on port 587" if account.security == "tls" else "TLS on port 465"
        return NotPrivate(
            f"{where} did not speak TLS as expected.", f"Nothing was sent. Try {other} in Settings, Mail."
        )
    if isinstance(error, smtplib.SMTPNotSupportedError):
        what = (
            "a way to log in that can be used"
            if account.user and "AUTH" in str(error)
            else "STARTTLS, so nothing could be sent in private"
        )
        return NotPrivate(
            f"{where} does not offer {what}.", "Check the port and the kind of security in Settings, Mail."
        )
    if isinstance(error, socket.gaierror):
        return NoConnection(
            f"No server called {account.host} can be found.",
            "Check the line, then the server's name in Settings, Mail.",
        )
    if isinstance(error, ConnectionRefusedError):
        return NoConnection(
            f"Nothing answers at {where}.", "Check the port in Settings, Mail; the network may also block it."
        )
    if isinstance(error, TimeoutError):
        return NoConnection(f"{where} does not answer.", "Check the line; the network may block this port.")
    if isinstance(error, smtplib.SMTPResponseException):
        return NoConnection(
            f"{where} turned us away ({_text(error.smtp_code, error.smtp_error)}).", "Try again later."
        )
    if isinstance(error, (OSError, smtplib.SMTPException)):
        return NoConnection(f"The connection to {where} broke ({_words(error)}).", "Try again later.")
    return error
