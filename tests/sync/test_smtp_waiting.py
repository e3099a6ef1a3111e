"""No server holds a conversation longer than it may take, and it can be abandoned at any moment."""

import itertools
import socket
import sys
import threading
from dataclasses import replace

import pytest

from sep_desktop.sync import sockets
from sep_desktop.sync.connectivity import ServerProbe
from sep_desktop.sync.smtp import Account, Patience, SmtpTransport
from sep_desktop.sync.smtp.conversation import Conversation
from sep_desktop.sync.smtp.stream import Stream
from sep_desktop.sync.sockets import Deadline, Stopped
from sep_desktop.sync.transport import Abandoned, NoConnection
from tests.support.smtp_server import HANG, Script, ScriptedServer, Waiting, endless, reads_slowly
from tests.support.submitting import (
    PATIENT,
    PEOPLE,
    SENDER,
    A,
    R,
    U,
    impatient_at,
    raw,
    submit,
    transport,
)

LONG = 600.0
NEVER_ENDS = Patience(connect=LONG, opening=LONG, command=LONG, floor=LONG, final=LONG, goodbye=LONG)
"""Only who abandons it comes to an end of a wait."""

LOGIN = {"user": "ada", "password": "correct horse"}


def serving(steps, authority, **script):
    return ScriptedServer(Script(steps, **script), authority=authority)


# --- a total time for each part -------------------------------------------------------------------------------


DRIPS = {
    "lines without end": endless(b"250-and more\r\n", 0.02),
    "a line without end": endless(b"2", 0.02),
    "silence": HANG,
}


@pytest.mark.parametrize("drip", DRIPS)
@pytest.mark.parametrize(
    ("step", "expected", "handed"),
    [("mail", R, False), ("rcpt2", R, False), ("data", R, False), ("dot", U, True)],
)
def test_a_reply_has_a_time_however_it_is_drawn_out(authority, ca_file, drip, step, expected, handed):
    with serving({step: DRIPS[drip]}, authority) as server:
        states, was_handed, _ = submit(server, ca_file, patience=impatient_at(step))
    assert states == [expected] * 3
    assert was_handed is handed


@pytest.mark.parametrize(
    ("step", "drip"),
    [("tls", "silence"), *itertools.product(("banner", "ehlo", "starttls", "auth"), DRIPS)],
)
def test_a_server_that_draws_out_the_opening_is_no_line(authority, ca_file, drip, step):
    with (
        serving({step: DRIPS[drip]}, authority, offer_auth=True) as server,
        pytest.raises(NoConnection) as caught,
    ):
        transport(server, ca_file, impatient_at(step), **LOGIN).open()
    assert not isinstance(caught.value, Abandoned)


def test_a_goodbye_that_is_not_answered_is_not_waited_for(authority, ca_file):
    with serving({"quit": HANG}, authority) as server:
        line = transport(server, ca_file, replace(NEVER_ENDS, goodbye=0.2))
        line.open()
        line.close()


BIG = 600_000
"""Forty pieces of sixteen kilobytes."""


@pytest.mark.parametrize(
    ("rate", "expected"), [(20_000.0, A), (1e12, R)], ids=["a slow line", "a server that drips"]
)
def test_a_message_has_the_time_that_its_size_takes(authority, ca_file, rate, expected):
    patience = replace(PATIENT, floor=0.2, rate=rate)
    with serving({"body": reads_slowly(16_384, 0.02)}, authority, receive_buffer=8_192) as server:
        states, _, outcomes = submit(server, ca_file, raw(BIG), patience=patience)
    assert states == [expected] * 3
    assert expected is A or "no answer in time" in outcomes[PEOPLE[0]].reply


def test_a_server_that_takes_no_more_of_a_message_is_given_up(authority, ca_file):
    patience = replace(PATIENT, floor=LONG, command=0.3)
    with serving({"body": HANG}, authority, receive_buffer=8_192) as server:
        states, handed, _ = submit(server, ca_file, raw(BIG), patience=patience)
    assert states == [R, R, R]
    assert not handed


# --- abandoning -----------------------------------------------------------------------------------------------


def abandoned_at(server, ca_file, reached, deed, **account):
    """What ``deed`` gave or raised, on a thread that was abandoned once ``reached`` was set."""
    line = transport(server, ca_file, NEVER_ENDS, **account)
    results = []

    def run():
        try:
            results.append(deed(line))
        except Exception as error:  # noqa: BLE001 -- handed to the test
            results.append(error)

    thread = threading.Thread(target=run)
    thread.start()
    assert reached.wait(10)
    line.abandon()
    thread.join(5)
    assert not thread.is_alive(), "abandoned, and still waiting"
    line.close()
    return results[0], line


def sending(line, handed=None):
    return line.submit(SENDER, PEOPLE, raw(BIG), (lambda _: None) if handed is None else handed.append)


@pytest.mark.parametrize("tls", ["tls", "starttls"])
@pytest.mark.parametrize("step", ["tls", "banner", "ehlo", "auth"])
def test_opening_can_be_abandoned(authority, ca_file, step, tls):
    waiting = Waiting()
    with serving({step: waiting}, authority, tls=tls, offer_auth=True) as server:
        error, _ = abandoned_at(server, ca_file, waiting.reached, sending, **LOGIN)
        assert not server.messages
    assert isinstance(error, Abandoned)


@pytest.mark.parametrize("step", ["mail", "rcpt3", "data", "body"])
def test_what_is_abandoned_before_the_dot_was_not_sent(authority, ca_file, step):
    waiting, handed = Waiting(), []
    with serving({step: waiting}, authority, receive_buffer=8_192) as server:
        outcomes, _ = abandoned_at(server, ca_file, waiting.reached, lambda line: sending(line, handed))
        assert not server.messages
    assert {each.state for each in outcomes.values()} == {R}
    assert "stopped" in outcomes[PEOPLE[0]].reply
    assert not handed


def test_what_is_abandoned_while_it_is_written_down_was_not_sent(authority, ca_file):
    with serving({}, authority) as server:
        line = transport(server, ca_file)
        outcomes = line.submit(SENDER, PEOPLE, raw(), lambda _: line.abandon())
        line.close()
    assert [outcomes[each].state for each in PEOPLE] == [R, R, R]
    assert not server.messages


def test_what_is_abandoned_after_the_dot_is_unknown(authority, ca_file):
    waiting = Waiting()
    with serving({"dot": waiting}, authority) as server:
        outcomes, _ = abandoned_at(server, ca_file, waiting.reached, sending)
    assert {each.state for each in outcomes.values()} == {U}


def test_who_was_refused_before_stays_refused(authority, ca_file):
    waiting = Waiting()
    with serving({"rcpt2": "550 nobody", "dot": waiting}, authority) as server:
        outcomes, _ = abandoned_at(server, ca_file, waiting.reached, sending)
    assert [outcomes[each].state.value for each in PEOPLE] == ["unknown", "refused", "unknown"]


def test_what_was_answered_before_it_was_abandoned_stays_so(authority, ca_file):
    waiting = Waiting()

    def send_and_close(line):
        outcomes = sending(line)
        line.close()
        return outcomes

    with serving({"quit": waiting}, authority) as server:
        outcomes, _ = abandoned_at(server, ca_file, waiting.reached, send_and_close)
        assert len(server.messages) == 1
    assert {each.state for each in outcomes.values()} == {A}


def test_an_answer_that_has_come_is_read_before_the_stop_is_noticed(pair):
    ours, theirs = pair
    stop = threading.Event()
    conversation = Conversation(Stream(ours), PATIENT, stop)
    theirs.sendall(b"250-2.0.0 queued\r\n250 as 1\r\n")
    stop.set()
    deadline = conversation.deadline(10)
    assert conversation.reply(deadline).text == "250 2.0.0 queued as 1"
    with pytest.raises(Stopped):
        conversation.reply(deadline)


def test_nothing_is_begun_once_it_was_abandoned(authority, ca_file):
    with serving({}, authority) as server:
        line = transport(server, ca_file)
        line.abandon()
        line.abandon()
        for deed in (line.open, lambda: sending(line)):
            with pytest.raises(Abandoned, match="stopped"):
                deed()
        line.close()
        assert not server.seen


def test_an_open_line_that_is_abandoned_is_closed_without_a_goodbye(authority, ca_file):
    with serving({}, authority) as server:
        line = transport(server, ca_file, NEVER_ENDS)
        line.open()
        line.abandon()
        with pytest.raises(Abandoned):
            sending(line)
        line.close()
    assert "QUIT" not in server.seen


def test_at_whatever_moment_it_is_abandoned_the_outcome_is_true(authority, ca_file):
    """Accepted or unknown where the server has it, never put off; put off only where it has it not."""
    for moment in range(25):
        with serving({}, authority) as server:
            line = transport(server, ca_file, NEVER_ENDS)
            timer = threading.Timer(moment / 1_000, line.abandon)
            timer.start()
            try:
                states = {each.state for each in line.submit(SENDER, PEOPLE, raw(), lambda _: None).values()}
            except Abandoned:
                states = {R}
            timer.join()
            line.close()
        assert states in ([{A}, {U}] if server.messages else [{R}, {U}]), moment


# --- looking up and connecting --------------------------------------------------------------------------------


def test_a_look_up_that_hangs_has_an_end(no_answer):
    with pytest.raises(NoConnection, match="does not answer"):
        SmtpTransport(Account("smtp.council.example", 465, "tls"), replace(PATIENT, connect=0.2)).open()
    assert not ServerProbe("smtp.council.example", 465, seconds=0.2).is_up()


def test_a_look_up_that_hangs_can_be_abandoned(no_answer, authority, ca_file):
    with serving({}, authority) as server:
        error, _ = abandoned_at(server, ca_file, no_answer, sending)
    assert isinstance(error, Abandoned)


@pytest.fixture
def full():
    """A port that takes no more connections, and refuses none."""
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        listening.listen(0)
        waiting = [socket.socket() for _ in range(4)]
        for each in waiting:
            each.setblocking(False)
            each.connect_ex(listening.getsockname())
        yield listening.getsockname()[1]
        for each in waiting:
            each.close()


@pytest.mark.skipif(
    sys.platform != "linux", reason="elsewhere a full port refuses, or takes more than it says"
)
def test_a_connection_that_is_not_answered_has_an_end_and_can_be_abandoned(full):
    with pytest.raises(NoConnection, match="does not answer"):
        SmtpTransport(Account("127.0.0.1", full, "tls"), replace(PATIENT, connect=0.2)).open()
    assert not ServerProbe("127.0.0.1", full, seconds=0.2).is_up()
    line = SmtpTransport(Account("127.0.0.1", full, "tls"), NEVER_ENDS)
    timer = threading.Timer(0.1, line.abandon)
    timer.start()
    with pytest.raises(Abandoned):
        line.open()
    timer.join()


def test_an_address_that_does_not_answer_leaves_time_for_the_next(monkeypatch, authority):
    listening = socket.create_server(("127.0.0.1", 0))
    closed = socket.create_server(("127.0.0.1", 0))
    places = [("127.0.0.1", each.getsockname()[1]) for each in (closed, listening)]
    closed.close()
    known = [(socket.AF_INET, socket.SOCK_STREAM, 0, "", place) for place in places]
    monkeypatch.setattr(sockets.socket, "getaddrinfo", lambda *_, **__: known)
    connection = sockets.connect("x.example", 1, Deadline(10, threading.Event()))
    assert connection.getpeername() == places[1]
    connection.close()
    listening.close()


def test_a_server_that_can_be_reached_is_up_and_one_with_an_impossible_name_is_not(authority):
    with serving({}, authority) as server:
        assert ServerProbe("127.0.0.1", server.port).is_up()
    assert not ServerProbe("127.0.0.1", server.port).is_up()
    assert not ServerProbe("smtp..example", 25).is_up()
