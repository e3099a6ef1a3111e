"""Servers that take as long as they like: endless replies, drips, a slow line, and somebody who has had enough."""

import socket
import threading
from collections.abc import Callable, Mapping
from contextlib import suppress
from functools import partial

from sep_desktop.domain.outbox import State
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.sync.hand_over import RunReport
from sep_desktop.sync.smtp import Patience, SmtpTransport
from tests.faults.case import Case, Context, Tally, Times
from tests.faults.counting import total
from tests.faults.mail_server import Line, MailServer, raw_server
from tests.faults.mail_verdicts import letters, settled
from tests.faults.mail_world import World, patience_of, world
from tests.support.smtp_server import HANG

LONG_ENOUGH = 20.0
"""Seconds after which a run counts as held up for ever; every patience in here is a small part of that."""

IN_ALL = patience_of(1.0)
PATIENT = Patience(connect=60, command=60, final=60)


def in_background(here: World, transport: SmtpTransport, **options: int) -> Callable[[], RunReport]:
    """A run in a thread of its own; what waits for it raises ``AssertionError`` where it does not end."""
    reports: list[RunReport | BaseException] = []

    def run() -> None:
        try:
            reports.append(here.send(transport, **options))
        except BaseException as problem:  # noqa: BLE001 -- told by whoever waits
            reports.append(problem)

    thread = threading.Thread(target=run, daemon=True)
    thread.start()

    def ended() -> RunReport:
        thread.join(LONG_ENOUGH)
        assert reports, "the run is held up"
        assert isinstance(reports[0], RunReport), f"the run ended with {reports[0]!r}"
        return reports[0]

    return ended


OFFER = b"250-test\r\n250 SIZE 20000000\r\n"
TALK = {b"EHLO": OFFER, b"MAIL": b"250 ok\r\n", b"RCPT": b"250 ok\r\n", b"DATA": b"354 go on\r\n"}


class Dripping:
    """A server that says what is usual, until it comes to one command: there it drips for ever.

    Or it says its piece ``once`` and hangs up.
    """

    def __init__(self, server: MailServer, at: bytes, piece: bytes, *, once: bool = False) -> None:
        self._server, self._at, self._piece, self._once = server, at, piece, once
        self.stopped = threading.Event()

    def _drip(self, connection: socket.socket) -> None:
        """A piece now and then, each well within what one answer may take."""
        with suppress(OSError):
            if self._once:
                connection.sendall(self._piece)
                connection.unwrap()  # type: ignore[attr-defined]
            while not self._once and not self.stopped.wait(0.05):
                connection.sendall(self._piece)
        connection.close()

    def talk(self, connection: socket.socket) -> None:
        """One conversation, all of it under TLS."""
        secure = self._server._context.wrap_socket(connection, server_side=True)
        if self._at == b"":
            self._drip(secure)
        secure.sendall(b"220 test\r\n")
        file = secure.makefile("rb")
        while line := file.readline():
            verb = line[:4].upper()
            if verb == self._at:
                self._drip(secure)
            secure.sendall(TALK.get(verb, b"250 ok\r\n"))
            if verb == b"DATA":
                while file.readline() not in (b".\r\n", b""):
                    pass
                if self._at == b".":
                    self._drip(secure)
                secure.sendall(b"250 stored\r\n")


STEPS = {"greeting": b"", "EHLO": b"EHLO", "MAIL": b"MAIL", "RCPT": b"RCPT", "DATA": b"DATA", "dot": b"."}
PIECES = {
    "lines without end": b"250-and more\r\n",
    "a line without end": b"2" * 7,
    "a letter at a time": b"2",
}


def endless_replies(context: Context) -> Tally:
    """S6: a reply that never ends has its time in all; before the dot it is put off, after it unknown."""
    cases = [(step, piece) for step in STEPS for piece in PIECES]
    context.random.shuffle(cases)
    return total((f"{piece} at {step}", partial(_endless, context, step, piece)) for step, piece in cases)


def _endless(context: Context, step: str, piece: str) -> Tally:
    with world(context) as here, MailServer(tls="tls") as server:
        dripping = Dripping(server, STEPS[step], PIECES[piece])
        with raw_server(dripping.talk) as port:
            account = here.account(port, security="tls")
            ended = in_background(here, SmtpTransport(account, IN_ALL))
            try:
                ended()
            finally:
                dripping.stopped.set()
        assert letters(here) == ("UUU" if step == "dot" else "RRR"), letters(here)
        return settled(here, server)


CUT_OFF = {
    "250 without its end": b"250 2.0.0 stored",
    "250 that goes on": b"250-2.0.0 stored\r\n",
    "a code alone": b"250",
}


def replies_cut_off(context: Context) -> Tally:
    """S7: a reply whose line was not finished when the server hung up is none: put off, or after the dot unknown."""
    cases = [(step, piece) for step in STEPS if step not in ("greeting", "DATA") for piece in CUT_OFF]
    return total((f"{piece} at {step}", partial(_cut_off, context, step, piece)) for step, piece in cases)


def _cut_off(context: Context, step: str, piece: str) -> Tally:
    with world(context) as here, MailServer(tls="tls") as server:
        ending = Dripping(server, STEPS[step], CUT_OFF[piece], once=True)
        with raw_server(ending.talk) as port:
            in_background(here, SmtpTransport(here.account(port, security="tls"), PATIENT))()
        assert letters(here) == ("UUU" if step == "dot" else "RRR"), letters(here)
        return settled(here, server)


def larger_than_is_taken(context: Context) -> Tally:
    """S7: a message larger than the server takes is refused before it is begun, with both sizes in words."""
    little = "250-test\r\n250-8BITMIME\r\n250 SIZE 2000"
    with world(context) as here, MailServer({"ehlo": little}, tls="tls") as server:
        here.send(server)
        assert letters(here) == "XXX", letters(here)
        assert "DATA" not in [line.upper() for line in server.seen]
        reply = here.deliveries()[0].reply
        assert any(unit in reply for unit in ("MB", "kB", "KB", "bytes")), reply
        return here.counts(server.pieces)


def a_slow_line(context: Context) -> Tally:
    """S6: a body that leaves slowly and steadily arrives, though it takes longer than any command may."""
    patience = Patience(connect=20, command=0.7, final=20)
    with world(context) as here, MailServer() as server, Line(server.port, pause=0.05) as line:
        in_background(here, SmtpTransport(here.account(line.port), patience), size=1_000_000)()
        assert letters(here) == "AAA", f"{letters(here)}: {here.deliveries()[0].reply}"
        return settled(here, server, 1_000_000)


ABANDONED: Mapping[str, str] = {
    "banner": "qqq",  # not begun: no attempt is counted
    "ehlo": "qqq",
    "mail": "RRR",
    "rcpt2": "RRR",
    "data": "RRR",
    "dot": "UUU",
    "dot-stored": "UUU",
    "quit": "AAA",
}


def abandoned(context: Context) -> Tally:
    """S6: somebody has had enough while a server is silent: the run ends at once, and what is told is so."""
    steps = list(ABANDONED)
    context.random.shuffle(steps)
    return total((step, partial(_abandoned, context, step)) for step in steps)


def _abandoned(context: Context, step: str) -> Tally:
    reached = threading.Event()
    with world(context) as here, MailServer({step: HANG}, {step: reached.set}) as server:
        transport = here.transport(server, PATIENT)
        assert hasattr(transport, "abandon"), "a conversation cannot be abandoned"
        ended = in_background(here, transport)
        assert reached.wait(LONG_ENOUGH)
        transport.abandon()
        report = ended()
        assert letters(here) == ABANDONED[step], letters(here)
        assert report.states[State.ACCEPTED] == ABANDONED[step].count("A")
        try:
            transport.open()
        except EnvironmentProblem:
            pass
        else:
            raise AssertionError("an abandoned transport opened again")
        return settled(here, server)


def abandoned_at_any_moment(context: Context) -> Tally:
    """S6: the same at a moment that chance decides, with a server that is only slow."""
    delay = context.random.uniform(0, 0.15)
    with world(context) as here, MailServer() as server, Line(server.port, pause=0.002) as line:
        transport = SmtpTransport(here.account(line.port), PATIENT)
        assert hasattr(transport, "abandon"), "a conversation cannot be abandoned"
        ended = in_background(here, transport, size=400_000)
        threading.Event().wait(delay)
        transport.abandon()
        ended()
        states = letters(here)
        assert states in ("qqq", "RRR", "UUU", "AAA"), states
        if states == "AAA":
            assert server.messages, "told as accepted, and nothing arrived"
        here.restart()
        for _ in range(2):
            here.send(server, size=400_000)
        assert letters(here) == states.replace("R", "A").replace("q", "A")
        return here.counts(server.pieces, sized=True)


CASES = (
    Case("S6", "A reply that never ends has its time in all", endless_replies, slow=True),
    Case("S7-torn", "A reply whose line was not finished is none", replies_cut_off),
    Case("S7-size", "A message larger than the server takes is not begun", larger_than_is_taken),
    Case("S6-slow", "A body that leaves slowly and steadily arrives", a_slow_line, slow=True),
    Case("S6-abandon", "A conversation is abandoned at each step", abandoned),
    Case(
        "S6-any", "A conversation is abandoned at a moment of chance", abandoned_at_any_moment, Times.CHANCE
    ),
)
