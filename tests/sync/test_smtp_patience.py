"""A silent server is given the time that the standard or a person's patience asks for, and not a second more."""

import threading

import pytest

from sep_desktop.domain.outbox import State
from sep_desktop.sync.smtp import Account, Patience, SmtpTransport
from sep_desktop.sync.smtp.conversation import Conversation
from sep_desktop.sync.transport import NoConnection
from tests.support.smtp_server import Script, ScriptedServer, Waiting
from tests.support.submitting import PEOPLE, SENDER, raw, transport


@pytest.fixture
def line_to(authority, ca_file, stop_watch):
    """A transport with the program's own patience; time passes once its server falls silent at a step."""
    servers = []

    def begin(step):
        waiting = Waiting()
        stop_watch.runs = waiting.reached
        servers.append(ScriptedServer(Script({step: waiting}), authority=authority))
        return transport(servers[0], ca_file, Patience())

    yield begin
    servers[0].__exit__()


@pytest.mark.parametrize("step", ["banner", "ehlo", "tls"])
def test_a_server_that_is_silent_at_the_opening_is_given_up_after_a_minute(line_to, stop_watch, step):
    with pytest.raises(NoConnection, match="does not answer"):
        line_to(step).open()
    assert stop_watch.now == 60


@pytest.mark.parametrize(
    ("step", "seconds", "becomes"),
    [
        ("mail", 60, State.RETRY),
        ("rcpt2", 60, State.RETRY),
        ("data", 60, State.RETRY),
        ("dot", 600, State.UNKNOWN),  # RFC 5321 §4.5.3.2.6
    ],
)
def test_a_command_has_a_minute_and_the_dot_has_ten(line_to, stop_watch, step, seconds, becomes):
    outcomes = line_to(step).submit(SENDER, PEOPLE, raw(), lambda _: None)
    assert stop_watch.now == seconds
    assert {each.state for each in outcomes.values()} == {becomes}


def test_nobody_waits_more_than_five_seconds_for_a_goodbye(line_to, stop_watch):
    line = line_to("quit")
    line.open()
    line.close()
    assert stop_watch.now == 5


def test_a_look_up_has_twenty_seconds(no_answer, stop_watch):
    stop_watch.runs = no_answer
    with pytest.raises(NoConnection, match="does not answer"):
        SmtpTransport(Account("smtp.council.example", 465, "tls")).open()
    assert stop_watch.now == 20


class SlowLine:
    """Stands for a line on which each piece of a message takes forty seconds."""

    def __init__(self, watch):
        self._watch, self.pieces, self.times = watch, [], []

    def send(self, data, deadline):
        self.times.append(round(deadline.left(), 3))
        self.pieces.append(len(data))
        self._watch.now += 40
        deadline.pulse()


def test_a_message_has_a_minute_and_a_second_more_for_each_thousand_bytes_that_left(stop_watch):
    line = SlowLine(stop_watch)
    with pytest.raises(TimeoutError):
        Conversation(line, Patience(), threading.Event()).body(b"x" * 100_000)
    assert line.pieces == [16_384] * 3, "one record of TLS at a time"
    assert line.times == [60, 52.768, 29.152], "no piece has more than a command"


def test_the_end_of_the_last_line_has_the_time_of_a_command(stop_watch):
    line = SlowLine(stop_watch)
    Conversation(line, Patience(), threading.Event()).body(b"a: b")
    assert (line.pieces, line.times) == ([4, 2], [60, 60])
