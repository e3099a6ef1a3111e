"""The table of SMTP faults again, for messages that are larger than what the network takes at once."""

import pytest

from tests.support.smtp_server import DROP, RESET, Script, ScriptedServer
from tests.support.submitting import FAULTS, PEOPLE, A, R, raw, submit

SIZES = {"400 KB": 400_000, "12 MB": 12_000_000}


@pytest.mark.parametrize("tls", ["tls", "starttls"])
@pytest.mark.parametrize("size", SIZES)
def test_a_large_message_arrives_as_it_was_sent(authority, ca_file, tls, size):
    body = raw(SIZES[size])
    with ScriptedServer(Script(tls=tls), authority=authority) as server:
        assert submit(server, ca_file, body)[0] == [A, A, A]
        assert server.messages == [(list(PEOPLE), body)]


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fault", [name for name in FAULTS if "hang" not in name])
def test_every_fault_has_its_verdict(authority, ca_file, fault, size):
    steps, expected, handing = FAULTS[fault]
    with ScriptedServer(Script(steps), authority=authority) as server:
        states, handed, _ = submit(server, ca_file, raw(SIZES[size]))
    assert states == expected
    assert handed is handing


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("how", [DROP, RESET])
def test_a_line_that_breaks_inside_the_body_is_safe_to_try_again(authority, ca_file, how, size):
    with ScriptedServer(Script({"body": how}), authority=authority) as server:
        states, handed, _ = submit(server, ca_file, raw(SIZES[size]))
    assert states == [R, R, R]
    assert not handed
    assert not server.messages
