"""Every row of the table of SMTP faults, against a server that breaks at the chosen step."""

import pytest
import trustme

from sep_desktop.domain.outbox import State
from sep_desktop.sync.smtp import Account, Patience, SmtpTransport
from sep_desktop.sync.transport import LoginRefused, NoConnection, NotPrivate
from tests.support.smtp_server import DROP, HANG, LATE, RESET, Script, ScriptedServer

PEOPLE = ("a@s.example", "b@s.example", "c@s.example")
SIZES = {"1 KB": 1_000, "400 KB": 400_000, "12 MB": 12_000_000}
PATIENT = Patience(connect=10, command=10, final=10)
"""Longer than any busy machine takes: what does not hang is never taken for a hang."""

IMPATIENT = Patience(connect=0.3, command=0.3, final=0.3)
A, R, X, U = State.ACCEPTED, State.RETRY, State.REFUSED, State.UNKNOWN


def raw(size: int = 1_000) -> bytes:
    return b"Subject: x\r\n\r\n" + (b".dot at the start\r\n" + b"y" * 70 + b"\r\n") * (size // 91 + 1)


@pytest.fixture(scope="module")
def authority():
    return trustme.CA()


@pytest.fixture
def ca_file(authority, tmp_path):
    path = tmp_path / "ca.pem"
    authority.cert_pem.write_to_path(path)
    return str(path)


def hangs(script):
    return HANG in script.steps.values()


def submit(server, ca_file, body=None, people=PEOPLE, **account):
    """The states of the people, and whether ``handing over`` was written down first."""
    wanted = {
        "host": "localhost",
        "port": server.port,
        "security": server.script.tls,
        "ca_file": ca_file,
        **account,
    }
    patience = IMPATIENT if hangs(server.script) else PATIENT
    transport = SmtpTransport(Account(**wanted), patience)
    handed = []
    try:
        outcomes = transport.submit("me@la.example", people, body or raw(), handed.append)
    finally:
        transport.close()
    return [outcomes[each].state for each in people], bool(handed), outcomes


@pytest.mark.parametrize("tls", ["tls", "starttls"])
@pytest.mark.parametrize("size", SIZES)
def test_a_message_arrives_as_it_was_sent(authority, ca_file, tls, size):
    body = raw(SIZES[size])
    with ScriptedServer(Script(tls=tls), authority=authority) as server:
        states, handed, _ = submit(server, ca_file, body)
        assert states == [A, A, A]
        assert handed
        assert server.messages == [(list(PEOPLE), body)]


FAULTS = {
    "MAIL 550": ({"mail": "550 no"}, [X, X, X], False),
    "MAIL 421": ({"mail": "421 later"}, [R, R, R], False),
    "MAIL SIZE 552": ({"mail": "552 too big"}, [X, X, X], False),
    "MAIL drop": ({"mail": DROP}, [R, R, R], False),
    "MAIL reset": ({"mail": RESET}, [R, R, R], False),
    "MAIL hang": ({"mail": HANG}, [R, R, R], False),
    "RCPT 3 drop": ({"rcpt3": DROP}, [R, R, R], False),
    "RCPT 3 550": ({"rcpt3": "550 nobody"}, [A, A, X], True),
    "RCPT 3 450": ({"rcpt3": "450 later"}, [A, A, R], True),
    "RCPT 3 421": ({"rcpt3": "421 closing"}, [R, R, R], False),
    "RCPT all 550": ({"rcpt1": "550 no", "rcpt2": "550 no", "rcpt3": "550 no"}, [X, X, X], False),
    "DATA drop": ({"data": DROP}, [R, R, R], False),
    "DATA 451": ({"data": "451 later"}, [R, R, R], False),
    "DATA 554": ({"data": "554 no"}, [X, X, X], False),
    "dot drop, lost": ({"dot": DROP}, [U, U, U], True),
    "dot reset, lost": ({"dot": RESET}, [U, U, U], True),
    "dot hang": ({"dot": HANG}, [U, U, U], True),
    "dot drop, stored": ({"dot-stored": DROP}, [U, U, U], True),
    "dot answered in half": ({"dot-stored": "25"}, [U, U, U], True),
    "dot answered with garbage": ({"dot-stored": "OK queued"}, [U, U, U], True),
    "dot 452": ({"dot": "452 full"}, [R, R, R], True),
    "dot 554": ({"dot": "554 no"}, [X, X, X], True),
    "dot answered late": ({"dot": f"{LATE}0.05"}, [A, A, A], True),
    "accepted, then drop": ({"after": DROP}, [A, A, A], True),
    "QUIT 421": ({"quit": "421 bye"}, [A, A, A], True),
    "QUIT drop": ({"quit": DROP}, [A, A, A], True),
}


@pytest.mark.parametrize("size", SIZES)
@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_its_verdict(authority, ca_file, fault, size):
    if size == "12 MB" and "hang" in fault:
        pytest.skip("a hang is the same at every size, and costs its waiting time each time")
    steps, expected, handing = FAULTS[fault]
    with ScriptedServer(Script(steps), authority=authority) as server:
        states, handed, _ = submit(server, ca_file, raw(SIZES[size]))
    assert states == expected
    assert handed is handing


@pytest.mark.parametrize("size", ["400 KB", "12 MB"])
@pytest.mark.parametrize("how", [DROP, RESET])
def test_a_line_that_breaks_inside_the_body_is_safe_to_try_again(authority, ca_file, how, size):
    with ScriptedServer(Script({"body": how}), authority=authority) as server:
        states, handed, _ = submit(server, ca_file, raw(SIZES[size]))
    assert states == [R, R, R]
    assert not handed
    assert not server.messages


@pytest.mark.parametrize("step", ["banner", "ehlo"])
@pytest.mark.parametrize("how", [DROP, RESET, HANG, "421 not now"])
def test_a_server_that_turns_us_away_is_no_line(authority, ca_file, step, how):
    with (
        ScriptedServer(Script({step: how}), authority=authority) as server,
        pytest.raises(NoConnection) as caught,
    ):
        submit(server, ca_file)
    assert caught.value.hint


def test_no_server_at_all_is_no_line(ca_file):
    with pytest.raises(NoConnection, match="Nothing answers"):
        SmtpTransport(Account("localhost", 1, "tls", ca_file=ca_file), PATIENT).open()
    with pytest.raises(NoConnection, match="can be found"):
        SmtpTransport(Account("no-such-host.invalid", 465, "tls", ca_file=ca_file), PATIENT).open()


def test_stripped_starttls_sends_nothing(authority, ca_file):
    with ScriptedServer(Script(offer_starttls=False, offer_auth=True), authority=authority) as server:
        with pytest.raises(NotPrivate, match="STARTTLS"):
            submit(server, ca_file, user="ada", password="secret")
        assert server.auths == 0
        assert not any("MAIL" in line or "c2VjcmV0" in line for line in server.seen)


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_an_unknown_authority_sends_nothing(ca_file, tls):
    with ScriptedServer(Script(tls=tls, offer_auth=True)) as server:
        with pytest.raises(NotPrivate, match="not private"):
            submit(server, ca_file, user="ada", password="secret")
        assert server.auths == 0


def test_a_certificate_of_another_host_sends_nothing(authority, ca_file):
    with (
        ScriptedServer(Script(), host="other.example", authority=authority) as server,
        pytest.raises(NotPrivate, match="not private"),
    ):
        submit(server, ca_file)


def test_an_expired_certificate_sends_nothing(authority, ca_file):
    from datetime import UTC, datetime

    with (
        ScriptedServer(Script(), authority=authority, not_after=datetime(2020, 1, 1, tzinfo=UTC)) as server,
        pytest.raises(NotPrivate, match="expired"),
    ):
        submit(server, ca_file)


def test_an_old_tls_is_not_spoken(authority, ca_file):
    import ssl
    import warnings

    with ScriptedServer(Script(tls="tls"), authority=authority) as server:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server._context.minimum_version = ssl.TLSVersion.TLSv1
            server._context.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises((NotPrivate, NoConnection)):
            submit(server, ca_file)


def test_the_wrong_kind_of_security_is_said(authority, ca_file):
    with (
        ScriptedServer(Script(tls="starttls"), authority=authority) as server,
        pytest.raises(NotPrivate, match="did not speak TLS"),
    ):
        submit(server, ca_file, security="tls")


def test_a_refused_login_is_tried_once(authority, ca_file):
    with ScriptedServer(Script({"auth": "535 5.7.8 no"}, offer_auth=True), authority=authority) as server:
        with pytest.raises(LoginRefused, match="535"):
            submit(server, ca_file, user="ada", password="wrong")
        assert server.auths == 1


def test_a_login_that_cannot_be_made_is_said(authority, ca_file):
    with ScriptedServer(Script(), authority=authority) as server, pytest.raises(NotPrivate, match="log in"):
        submit(server, ca_file, user="ada", password="x")


def test_one_connection_carries_many_messages_and_survives_a_bad_one(authority, ca_file):
    with ScriptedServer(
        Script({"rcpt1": "550 no", "rcpt2": "550 no", "rcpt3": "550 no"}), authority=authority
    ) as server:
        transport = SmtpTransport(Account("localhost", server.port, "starttls", ca_file=ca_file), PATIENT)
        assert {
            each.state for each in transport.submit("me@la.example", PEOPLE, raw(), lambda _: None).values()
        } == {X}
        server.script.steps.clear()
        assert {
            each.state for each in transport.submit("me@la.example", PEOPLE, raw(), lambda _: None).values()
        } == {A}
        transport.close()
        assert sum(line.startswith(("EHLO", "ehlo")) for line in server.seen) == 2, (
            "once in clear, once under TLS"
        )


def test_the_servers_words_are_kept(authority, ca_file):
    with ScriptedServer(Script({"rcpt2": "550 5.1.1 No such user here"}), authority=authority) as server:
        _, _, outcomes = submit(server, ca_file)
    assert outcomes["b@s.example"].reply == "550 5.1.1 No such user here"


def test_a_recipient_named_twice_is_given_once(authority, ca_file):
    with ScriptedServer(Script(), authority=authority) as server:
        submit(server, ca_file, people=("a@s.example", "a@s.example"))
        assert server.messages[0][0] == ["a@s.example"]
