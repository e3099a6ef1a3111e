"""What comes over the line is taken byte by byte for what it is, and nothing is left open or asked for in vain."""

import socket
import ssl
import threading

import pytest

from sep_desktop.errors import EnvironmentProblem
from sep_desktop.sync.smtp import Account, SmtpTransport, opening
from sep_desktop.sync.smtp.account import context
from sep_desktop.sync.smtp.conversation import Conversation
from sep_desktop.sync.smtp.stream import Closed, Malformed, Stream
from sep_desktop.sync.sockets import READ, Deadline, Stopped, wait_for
from sep_desktop.sync.transport import NoConnection, NotPrivate
from tests.support.smtp_server import DROP, RESET, Script, ScriptedServer, exactly
from tests.support.submitting import PATIENT, PEOPLE, SENDER, A, U, raw, submit, transport


def soon():
    return Deadline(10, threading.Event())


def tls_of(ca_file):
    return context(Account("localhost", 465, "tls", ca_file=ca_file))


# --- lines ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("said", [b"\n", b"\n250 ok\r\n", b"250 ok\n", b"250 ok\r \n"])
def test_a_line_with_another_end_is_refused_at_once(pair, said):
    ours, theirs = pair
    theirs.sendall(said)
    with pytest.raises(Malformed):
        Stream(ours).line(soon())


def test_a_line_is_given_without_its_end_and_the_next_is_kept(pair):
    ours, theirs = pair
    stream = Stream(ours)
    theirs.sendall(b"250-one\r\n\r\n250 two\r\n")
    assert [stream.line(soon()) for _ in range(3)] == [b"250-one", b"", b"250 two"]
    stream.expect_silence()
    assert not stream.has_spoken()


def test_what_has_come_is_seen_without_waiting(pair):
    ours, theirs = pair
    stream = Stream(ours)
    theirs.sendall(b"421 bye\r\n")
    wait_for(ours, READ, soon())
    assert stream.has_spoken()
    with pytest.raises(Malformed):
        stream.expect_silence()


def test_a_server_that_hung_up_is_closed_however_often_it_is_asked(pair):
    ours, theirs = pair
    stream = Stream(ours)
    theirs.close()
    for _ in range(2):
        with pytest.raises(Closed):
            stream.line(soon())
        with pytest.raises(Closed):
            stream.has_spoken()


# --- sending --------------------------------------------------------------------------------------------------


class CountedLooks(Deadline):
    """A deadline that counts how often it was asked."""

    looks = 0

    def pulse(self):
        self.looks += 1
        return super().pulse()


def test_a_line_that_takes_no_more_is_waited_for_and_holds_little(pair):
    """What the kernel took is told from what the server took by next to nothing; each look costs a wait."""
    ours, theirs = pair
    stream, deadline = Stream(ours), CountedLooks(0.5, threading.Event())
    with pytest.raises(TimeoutError):
        while True:
            stream.send(b"x" * 16_384, deadline)
    assert deadline.looks < 100
    ours.close()
    taken = 0
    while data := theirs.recv(65_536):
        taken += len(data)
    assert taken < 500_000


def test_a_small_piece_does_not_wait_until_the_one_before_is_acknowledged(pair):
    ours, _ = pair
    Stream(ours)
    assert ours.getsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY)


def test_nothing_leaves_once_it_was_stopped(pair):
    ours, theirs = pair
    stop = threading.Event()
    conversation = Conversation(Stream(ours), PATIENT, stop)
    stop.set()
    with pytest.raises(Stopped):
        conversation.command("MAIL FROM:<me@la.example>")
    ours.close()
    assert theirs.recv(100) == b""


@pytest.mark.parametrize("line", ["NOOP\rQUIT", "NOOP\nQUIT", "NOOP\r\n"])
def test_a_command_that_would_be_two_is_not_sent(pair, line):
    ours, theirs = pair
    with pytest.raises(ValueError, match="one line"):
        Conversation(Stream(ours), PATIENT, threading.Event()).command(line)
    ours.close()
    assert theirs.recv(100) == b""


def test_the_name_in_a_servers_greeting_is_no_offer(authority, ca_file):
    with ScriptedServer(Script({"ehlo": "250-SIZE 10\r\n250 STARTTLS"}), authority=authority) as server:
        assert submit(server, ca_file)[0] == [A, A, A]


# --- TLS ------------------------------------------------------------------------------------------------------


def test_tls_is_not_begun_after_more_was_said_in_clear(pair, ca_file):
    ours, theirs = pair
    stream = Stream(ours)
    theirs.sendall(b"220 go\r\n250 injected\r\n")
    assert stream.line(soon()) == b"220 go"
    theirs.shutdown(socket.SHUT_WR)
    with pytest.raises(Malformed):
        stream.secure(tls_of(ca_file), "localhost", soon())
    ours.close()
    assert theirs.recv(100) == b""


def test_a_server_whose_certificate_is_not_taken_hears_why(ca_file):
    reasons = []

    def told(conversation):
        try:
            conversation.context.wrap_socket(conversation.sock, server_side=True)
        except ssl.SSLError as error:
            reasons.append(error.reason)
            raise

    with ScriptedServer(Script({"tls": told})) as server, pytest.raises(NotPrivate):
        submit(server, ca_file)
    assert reasons == ["TLSV1_ALERT_UNKNOWN_CA"]


def test_what_comes_with_the_end_of_the_handshake_is_read(pair, authority, ca_file):
    """A greeting may lie in the very bytes that end a handshake of TLS 1.2; nothing else follows then."""
    ours, theirs = pair
    thread = threading.Thread(target=greet_in_one, args=(theirs, tls_1_2_server(authority)))
    thread.start()
    stream = Stream(ours)
    stream.secure(tls_of(ca_file), "localhost", soon())
    assert stream.line(soon()) == b"220 ready"
    thread.join()


class VerifiedBySystem:
    """As on Windows and macOS: OpenSSL is content, and the system refuses the certificate after it."""

    def __init__(self, trusting):
        self._trusting = trusting

    def wrap_bio(self, *buffers, **names):
        tls = self._trusting.wrap_bio(*buffers, **names)
        shake_hands = tls.do_handshake

        def refuse():
            shake_hands()
            raise ssl.SSLCertVerificationError("the system does not know it")

        tls.do_handshake = refuse
        return tls


def test_a_certificate_that_the_system_refuses_after_the_handshake_is_refused(pair, authority, ca_file):
    ours, theirs = pair
    thread = threading.Thread(target=greet_in_one, args=(theirs, tls_1_2_server(authority)))
    thread.start()
    with pytest.raises(ssl.SSLCertVerificationError):
        Stream(ours).secure(VerifiedBySystem(tls_of(ca_file)), "localhost", soon())
    thread.join()


def tls_1_2_server(authority):
    serving = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    serving.maximum_version = ssl.TLSVersion.TLSv1_2
    authority.issue_cert("localhost").configure_cert(serving)
    return serving


def greet_in_one(sock, serving):
    """Send the last part of the handshake and the greeting together."""
    incoming, outgoing = ssl.MemoryBIO(), ssl.MemoryBIO()
    tls = serving.wrap_bio(incoming, outgoing, server_side=True)
    while True:
        try:
            tls.do_handshake()
            break
        except ssl.SSLWantReadError:
            sock.sendall(outgoing.read())
            incoming.write(sock.recv(65_536))
    tls.write(b"220 ready\r\n")
    sock.sendall(outgoing.read())


def test_a_server_that_takes_its_leave_under_tls_is_closed(authority, ca_file):
    with ScriptedServer(
        Script({"dot": lambda conversation: conversation.sock.unwrap()}), authority=authority
    ) as server:
        states, _, outcomes = submit(server, ca_file)
    assert states == [U, U, U]
    assert "closed by the server" in outcomes[PEOPLE[0]].reply


def test_a_server_that_hangs_up_in_the_handshake_is_told_from_one_that_is_silent(authority, ca_file):
    with (
        ScriptedServer(Script({"tls": DROP}, tls="tls"), authority=authority) as server,
        pytest.raises(NoConnection, match="closed by the server"),
    ):
        submit(server, ca_file)


# --- hanging up -----------------------------------------------------------------------------------------------


@pytest.fixture
def sockets_opened(monkeypatch):
    """The sockets on which conversations were begun."""
    opened = []
    connect = opening.connect
    monkeypatch.setattr(opening, "connect", lambda *place: opened.append(connect(*place)) or opened[-1])
    return opened


@pytest.mark.parametrize("greeting", ["421 not now", "what?", exactly(b"", then_drop=True)])
def test_a_line_that_could_not_be_opened_is_hung_up(authority, ca_file, sockets_opened, greeting):
    with (
        ScriptedServer(Script({"banner": greeting}), authority=authority) as server,
        pytest.raises(EnvironmentProblem),
    ):
        transport(server, ca_file).open()
    assert [each.fileno() for each in sockets_opened] == [-1]


@pytest.mark.parametrize(
    ("steps", "lines"),
    [({}, 1), ({"mail": "421 later"}, 2), ({"rcpt2": DROP}, 2), ({"dot": RESET}, 2), ({"dot": "554 no"}, 1)],
)
def test_a_line_is_hung_up_when_it_breaks_and_at_the_end(authority, ca_file, sockets_opened, steps, lines):
    with ScriptedServer(Script(dict(steps), tls="tls"), authority=authority) as server:
        line = transport(server, ca_file)
        line.submit(SENDER, PEOPLE, raw(), lambda _: None)
        assert [each.fileno() == -1 for each in sockets_opened] == [lines == 2]
        server.script.steps.clear()
        outcomes = line.submit(SENDER, PEOPLE, raw(), lambda _: None)
        line.close()
        assert {each.state for each in outcomes.values()} == {A}
        assert len(sockets_opened) == lines
    assert [each.fileno() for each in sockets_opened] == [-1] * lines
    assert server.seen[-1] == "QUIT"


def test_a_line_that_was_never_opened_is_closed_in_silence(authority, ca_file):
    SmtpTransport(Account("localhost", 1, "tls", ca_file=ca_file), PATIENT).close()
