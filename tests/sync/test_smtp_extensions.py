"""What the server offers is honoured, and it is told nothing about this computer."""

import socket
import threading

import pytest

from sep_desktop.errors import UserError
from sep_desktop.sync import sockets
from sep_desktop.sync.message import Envelope, Sender, assemble
from sep_desktop.sync.smtp import Account, SmtpTransport
from sep_desktop.sync.smtp.conversation import Conversation
from sep_desktop.sync.smtp.stream import Stream
from sep_desktop.sync.transport import NoConnection, SenderRefused
from tests.support.smtp_server import Script, ScriptedServer
from tests.support.submitting import PATIENT, PEOPLE, SENDER, A, X, raw, submit, transport

EIGHT_BIT = b"Subject: x\r\n\r\nZo\xc3\xab\r\n"
UTF8_HEADER = "Subject: Zoë\r\n\r\nplain\r\n".encode()


def mail_command(server):
    return next(each for each in server.seen if each.startswith("MAIL"))


def offering(authority, *offers):
    return ScriptedServer(Script(offers=offers), authority=authority)


@pytest.mark.parametrize(
    ("offers", "body", "parameters"),
    [
        ((), raw(), ""),
        (("SIZE 20000000",), b"a: b\r\n\r\n.c\r\n", " SIZE=12"),
        (("SIZE",), b"a: b\r\n\r\nc", " SIZE=11"),
        (("size 0",), b"a: b\r\n\r\nc\r\n", " SIZE=11"),
        (("SIZE much",), b"a: b\r\n\r\nc\r\n", " SIZE=11"),
        (("8BITMIME", "SMTPUTF8"), raw(), ""),
        (("8BITMIME",), EIGHT_BIT, " BODY=8BITMIME"),
        (("8BITMIME", "SMTPUTF8"), EIGHT_BIT, " BODY=8BITMIME"),
        (("8BITMIME", "SMTPUTF8"), UTF8_HEADER, " BODY=8BITMIME SMTPUTF8"),
    ],
)
def test_what_a_message_needs_is_asked_for_where_it_is_offered(authority, ca_file, offers, body, parameters):
    with offering(authority, *offers) as server:
        states, _, _ = submit(server, ca_file, body)
        assert states == [A, A, A]
        assert mail_command(server) == f"MAIL FROM:<{SENDER}>{parameters}"


def test_a_message_larger_than_announced_is_refused_before_it_is_begun(authority, ca_file):
    size = len(raw(1_400_000))
    for limit, expected in ((size, A), (size - 1, X)):
        with offering(authority, f"SIZE {limit}") as server:
            states, handed, outcomes = submit(server, ca_file, raw(1_400_000))
        assert states == [expected] * 3
        assert handed is (expected is A)
        assert any(each.startswith("MAIL") for each in server.seen) is (expected is A)
    words = outcomes[PEOPLE[0]].reply
    assert "too large" in words
    assert "it has 1.4 MB" in words
    assert "at most 1.4 MB" in words
    assert "folder" in words


def test_a_message_that_is_too_large_does_not_break_the_line(authority, ca_file):
    with offering(authority, "SIZE 1000") as server:
        line = transport(server, ca_file)
        assert line.submit(SENDER, PEOPLE, raw(2_000), lambda _: None)[PEOPLE[0]].state is X
        assert line.submit(SENDER, PEOPLE, b"a: b\r\n\r\nc\r\n", lambda _: None)[PEOPLE[0]].state is A
        line.close()
        assert sum(each.startswith("EHLO") for each in server.seen) == 2


@pytest.mark.parametrize(
    ("offers", "body", "words"),
    [
        ((), EIGHT_BIT, "cannot carry"),
        (("SMTPUTF8",), EIGHT_BIT, "cannot carry"),
        (("8BITMIME",), UTF8_HEADER, "a name or a subject"),
    ],
)
def test_what_the_server_cannot_carry_is_said(authority, ca_file, offers, body, words):
    with offering(authority, *offers) as server:
        states, handed, outcomes = submit(server, ca_file, body)
        assert not any(each.startswith("MAIL") for each in server.seen)
    assert states == [X, X, X]
    assert not handed
    assert words in outcomes[PEOPLE[0]].reply


def test_an_address_beyond_ascii_is_named_and_stops_nobody_else(authority, ca_file):
    people = ("zoë@s.example", "b@s.example")
    with offering(authority) as server:
        states, _, outcomes = submit(server, ca_file, people=people)
        assert [to for to, _ in server.messages] == [["b@s.example"]]
        assert mail_command(server) == f"MAIL FROM:<{SENDER}>"
    assert states == [X, A]
    assert people[0] in outcomes[people[0]].reply
    with offering(authority, "SMTPUTF8") as server:
        states, _, _ = submit(server, ca_file, people=people)
        assert states == [A, A]
        assert mail_command(server).endswith(" SMTPUTF8")


def test_an_own_address_beyond_ascii_is_named(authority, ca_file):
    with offering(authority) as server, pytest.raises(SenderRefused, match="zoë@la"):
        submit(server, ca_file, sender="zoë@la.example")
    with offering(authority, "SMTPUTF8") as server:
        assert submit(server, ca_file, sender="zoë@la.example")[0] == [A, A, A]


@pytest.mark.parametrize(
    "address",
    [
        "",
        "a@s.example\r\nRCPT TO:<x@y.example>",
        "a@s.example> SIZE=1",
        "a b@s.example",
        "<a@b.c",
        "a\x7f@b.c",
    ],
)
def test_an_address_that_would_be_another_command_is_given_to_no_server(authority, ca_file, address):
    with offering(authority) as server:
        states, _, outcomes = submit(server, ca_file, people=(address, "b@s.example"))
        assert [to for to, _ in server.messages] == [["b@s.example"]]
    assert states == [X, A]
    assert "correct it" in outcomes[address].reply


def test_our_own_messages_are_seven_bit_with_every_kind_of_letter(authority, ca_file, now):
    letters = "Zoë Łukasz أحمد 🙂"
    envelope = Envelope("<x@la.example>", letters, ((letters, PEOPLE[0]),), f"{letters}.pdf")
    body = assemble(envelope, f"{letters}\n.\n", b"%PDF\xff", Sender(letters, SENDER), now)
    assert body.isascii()
    with offering(authority) as server:
        assert submit(server, ca_file, body, people=PEOPLE[:1])[0] == [A]
        assert server.messages == [([PEOPLE[0]], body)]


@pytest.mark.parametrize("end", [b"", b"\r\n", b"\r\n.", b"\r\n.\r\n", b"\r\n..\r\n\r\n"])
def test_dots_and_ends_of_lines_arrive_as_they_were(authority, ca_file, end):
    body = b"a: b\r\n\r\n.\r\n..x" + end
    with offering(authority) as server:
        assert submit(server, ca_file, body)[0] == [A, A, A]
        assert server.messages[0][1] == (body if body.endswith(b"\r\n") else body + b"\r\n")


# --- what the server is told ----------------------------------------------------------------------------------


def test_the_greeting_tells_nothing_about_this_computer(authority, ca_file, monkeypatch):
    for name in ("getfqdn", "gethostname", "gethostbyaddr", "gethostbyname"):
        monkeypatch.setattr(
            sockets.socket, name, lambda *_: pytest.fail("this computer's name was asked for")
        )
    with offering(authority) as server:
        assert submit(server, ca_file)[0] == [A, A, A]
        assert [each for each in server.seen if each.upper().startswith(("EHLO", "HELO"))] == [
            "EHLO [127.0.0.1]"
        ] * 2


@pytest.mark.skipif(not socket.has_ipv6, reason="there is no IPv6 here")
def test_over_ipv6_the_greeting_has_an_address_of_ipv6():
    try:
        server = socket.create_server(("::1", 0), family=socket.AF_INET6)
    except OSError:
        pytest.skip("there is no IPv6 here")
    with server, socket.create_connection(server.getsockname()[:2]) as ours:
        theirs, _ = server.accept()
        ours.setblocking(False)
        conversation = Conversation(Stream(ours), PATIENT, threading.Event())
        theirs.sendall(b"250 hello\r\n")
        assert conversation.ehlo().code == 250
        assert theirs.recv(100) == b"EHLO [IPv6:::1]\r\n"
        theirs.close()


# --- the name of the server -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "name"),
    [
        ("smtp.council.example", "smtp.council.example"),
        (" Smtp.Council.example. ", "Smtp.Council.example"),
        ("localhost", "localhost"),
        ("mail_1.council.example", "mail_1.council.example"),
        ("faß.example", "xn--fa-hia.example"),
        ("FAẞ.example", "xn--fa-hia.example"),
        ("xn--fa-hia.example", "xn--fa-hia.example"),
        ("127.0.0.1", "127.0.0.1"),
        ("::1", "::1"),
        ("[2001:DB8::1]", "2001:db8::1"),
        ("a" * 63 + ".example", "a" * 63 + ".example"),
        (".".join(["a" * 63] * 3 + ["a" * 61]), ".".join(["a" * 63] * 3 + ["a" * 61])),
    ],
)
def test_a_servers_name_is_looked_up_in_ascii(text, name):
    assert sockets.host_name(text) == name


NO_NAMES = [
    "", ".", "smtp..example", "smtp council.example", "-smtp.example", "smtp-.example", "a" * 64 + ".example",
    ".".join(["a" * 63] * 3 + ["a" * 62]), "smtp.example:25", "smtp.example/x", "a\x00b", "☃️.example", "a\nb", "faß..example",
]  # fmt: skip


@pytest.mark.parametrize("text", NO_NAMES)
def test_what_can_be_no_servers_name_is_a_sentence(text):
    with pytest.raises(ValueError, match=r"."):
        sockets.host_name(text)
    with pytest.raises(NoConnection, match="cannot be the name of a mail server") as caught:
        SmtpTransport(Account(text, 465, "tls")).open()
    assert "Settings, Mail" in caught.value.hint
    assert not isinstance(caught.value, UserError)


def test_of_a_long_name_that_is_none_eighty_letters_are_shown():
    with pytest.raises(NoConnection) as caught:
        SmtpTransport(Account("x" * 79 + "yz", 465, "tls")).open()
    assert caught.value.message.startswith(f"“{'x' * 79}y” cannot")
