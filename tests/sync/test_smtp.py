"""Every row of the table of SMTP faults, against a server that breaks at the chosen step."""

import ssl

import pytest
import truststore

from sep_desktop.sync.smtp import Account, SmtpTransport
from sep_desktop.sync.smtp.account import context
from sep_desktop.sync.transport import LoginRefused, NoConnection, NotPrivate
from tests.support.smtp_server import DROP, HANG, RESET, Script, ScriptedServer
from tests.support.submitting import FAULTS, PATIENT, PEOPLE, SENDER, A, X, raw, submit


@pytest.mark.parametrize("tls", ["tls", "starttls"])
def test_a_message_arrives_as_it_was_sent(authority, ca_file, tls):
    body = raw(40_000)
    with ScriptedServer(Script(tls=tls), authority=authority) as server:
        states, handed, _ = submit(server, ca_file, body)
        assert states == [A, A, A]
        assert handed
        assert server.messages == [(list(PEOPLE), body)]


@pytest.mark.parametrize("fault", FAULTS)
def test_every_fault_has_its_verdict(authority, ca_file, fault):
    steps, expected, handing = FAULTS[fault]
    with ScriptedServer(Script(steps), authority=authority) as server:
        states, handed, _ = submit(server, ca_file)
    assert states == expected
    assert handed is handing


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
    import warnings

    with ScriptedServer(Script(tls="tls"), authority=authority) as server:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            server._context.minimum_version = ssl.TLSVersion.TLSv1
            server._context.maximum_version = ssl.TLSVersion.TLSv1_1
        with pytest.raises((NotPrivate, NoConnection)):
            submit(server, ca_file)


def test_tls_1_2_is_the_least_also_where_the_computer_would_take_less(monkeypatch):
    class Lenient(truststore.SSLContext):
        def __init__(self, protocol):
            super().__init__(protocol)
            self.minimum_version = ssl.TLSVersion.MINIMUM_SUPPORTED

    monkeypatch.setattr(truststore, "SSLContext", Lenient)
    assert context(Account("localhost", 465, "tls")).minimum_version is ssl.TLSVersion.TLSv1_2


def test_the_wrong_kind_of_security_is_said_with_the_other_to_try(authority, ca_file):
    with (
        ScriptedServer(Script(tls="starttls"), authority=authority) as server,
        pytest.raises(NotPrivate, match="did not speak TLS") as caught,
    ):
        submit(server, ca_file, security="tls")
    assert "Try STARTTLS on port 587" in caught.value.hint


def test_a_server_that_speaks_no_tls_after_all_is_to_be_tried_on_the_other_port(authority, ca_file):
    def answers_in_clear(conversation):
        conversation.sock.recv(4_096)
        conversation.sock.sendall(b"500 what\r\n")

    with (
        ScriptedServer(Script({"tls": answers_in_clear}), authority=authority) as server,
        pytest.raises(NotPrivate, match="did not speak TLS") as caught,
    ):
        submit(server, ca_file)
    assert "Try TLS on port 465" in caught.value.hint


@pytest.mark.parametrize("text", [None, "", "no certificate"])
def test_a_certificate_file_that_cannot_be_read_is_said_before_anything_is_sent(authority, tmp_path, text):
    path = tmp_path / "organisation.pem"
    if text is not None:
        path.write_text(text)
    with ScriptedServer(Script(), authority=authority) as server:
        with pytest.raises(NotPrivate, match="certificate file") as caught:
            submit(server, str(path))
        assert not server.seen
    assert "Settings, Mail" in caught.value.hint


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
        assert {each.state for each in transport.submit(SENDER, PEOPLE, raw(), lambda _: None).values()} == {
            X
        }
        server.script.steps.clear()
        assert {each.state for each in transport.submit(SENDER, PEOPLE, raw(), lambda _: None).values()} == {
            A
        }
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
