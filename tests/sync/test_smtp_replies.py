"""What is no reply is never accepted, and each refusal is told for what it is."""

import pytest

from sep_desktop.domain.outbox import State
from sep_desktop.sync.transport import (
    LoginRefused,
    NoConnection,
    NotPrivate,
    PasswordsRefused,
    SenderRefused,
)
from tests.support.smtp_server import HANG, Script, ScriptedServer, exactly
from tests.support.submitting import PATIENT, PEOPLE, SENDER, A, R, U, X, raw, submit, transport

# --- what is no reply -----------------------------------------------------------------------------------------

NO_REPLIES = {
    "a torn line": exactly(b"250", then_drop=True),
    "a torn line with words": exactly(b"250 2.0.0 queued", then_drop=True),
    "a line that lacks its LF": exactly(b"250 ok\r", then_drop=True),
    "a torn reply": exactly(b"250-2.0.0 queued\r\n", then_drop=True),
    "an end without CR": exactly(b"250 2.0.0 queued\n"),
    "two codes": exactly(b"250-2.0.0 queued\r\n554 no\r\n"),
    "another code of the same kind": exactly(b"250-2.0.0 queued\r\n251 no\r\n"),
    "too few figures": exactly(b"25\r\n"),
    "too many figures": exactly(b"2500 ok\r\n"),
    "words alone": exactly(b"OK queued\r\n"),
    "nothing": exactly(b"\r\n"),
    "figures that no code has": exactly(b"290 ok\r\n"),
    "a code of no kind": exactly(b"199 ok\r\n"),
    "code and words run together": exactly(b"250ok\r\n"),
    "a long line": exactly(b"250 " + b"x" * 5_000 + b"\r\n"),
    "a long line without end": exactly(b"250 " + b"x" * 5_000),
    "too many lines": exactly(b"250-x\r\n" * 200 + b"250 ok\r\n"),
    "bytes": exactly(b"\xff\xfe\x00 ok\r\n"),
}


@pytest.mark.parametrize("answer", NO_REPLIES)
def test_what_is_no_reply_to_the_dot_leaves_it_unknown(authority, ca_file, answer):
    with ScriptedServer(Script({"dot-stored": NO_REPLIES[answer]}), authority=authority) as server:
        states, _, outcomes = submit(server, ca_file)
    assert states == [U, U, U]
    assert "before the server answered" in outcomes[PEOPLE[0]].reply


@pytest.mark.parametrize("answer", NO_REPLIES)
def test_what_is_no_reply_before_the_dot_sends_nothing(authority, ca_file, answer):
    with ScriptedServer(Script({"rcpt3": NO_REPLIES[answer]}), authority=authority) as server:
        states, handed, _ = submit(server, ca_file)
        assert not server.messages
    assert states == [R, R, R]
    assert not handed


def test_a_long_line_is_taken_up_to_its_measure(authority, ca_file):
    at_most = b"250 " + b"x" * (4_096 - 6) + b"\r\n"
    with ScriptedServer(Script({"mail": exactly(at_most)}), authority=authority) as server:
        assert submit(server, ca_file)[0] == [A, A, A]
    with ScriptedServer(Script({"mail": exactly(b"250 x" + at_most[4:])}), authority=authority) as server:
        assert submit(server, ca_file)[0] == [R, R, R]


@pytest.mark.parametrize("early", [b"354 go on\r\n250 2.0.0 queued\r\n", b"354 go on\r\n354 and on\r\n"])
def test_an_acceptance_before_the_dot_is_none(authority, ca_file, early):
    with ScriptedServer(Script({"data": exactly(early)}), authority=authority) as server:
        states, _, _ = submit(server, ca_file)
        assert not server.messages
    assert states == [R, R, R]


@pytest.mark.parametrize(
    ("early", "expected"),
    [(b"552 5.3.4 too big\r\n", X), (b"421 4.3.0 going down\r\n", R), (b"452 full\r\n", R)],
)
def test_a_refusal_before_the_dot_is_heard(authority, ca_file, early, expected):
    with ScriptedServer(Script({"data": exactly(b"354 go on\r\n" + early)}), authority=authority) as server:
        states, handed, outcomes = submit(server, ca_file)
        assert not server.messages
    assert states == [expected] * 3
    assert not handed
    assert early.decode().strip() in outcomes[PEOPLE[0]].reply


def comes(data):
    return lambda stream: stream._unread.extend(data)


def hangs_up(stream):
    stream._ended = True


@pytest.mark.parametrize(
    ("event", "expected", "words"),
    [
        (comes(b"451 4.3.0 going down\r\n"), R, "451 4.3.0 going down"),
        (comes(b"552 5.3.4 too big\r\n"), X, "too large"),
        (comes(b"250 2.0.0 queued\r\n"), R, "no answer"),
        (hangs_up, R, "closed by the server"),
    ],
)
def test_what_happens_while_it_is_written_down_is_heard_before_the_dot(
    authority, ca_file, event, expected, words
):
    """The line was quiet at the end of the body, and not any more when everything was written down."""
    with ScriptedServer(Script(), authority=authority) as server:
        line = transport(server, ca_file)
        outcomes = line.submit(SENDER, PEOPLE, raw(), lambda _: event(line._conversation.stream))
        line.close()
        assert not server.messages
    assert {each.state for each in outcomes.values()} == {expected}
    assert words in outcomes[PEOPLE[0]].reply


@pytest.mark.parametrize("step", ["mail", "rcpt2", "data"])
def test_an_answer_to_another_question_is_none(authority, ca_file, step):
    with ScriptedServer(Script({step: "334 what"}), authority=authority) as server:
        states, handed, _ = submit(server, ca_file)
        assert not server.messages
    assert states == [R, R, R]
    assert not handed


def test_two_answers_to_one_command_break_the_line(authority, ca_file):
    with ScriptedServer(Script({"mail": exactly(b"250 ok\r\n250 ok\r\n")}), authority=authority) as server:
        states, _, _ = submit(server, ca_file)
    assert states == [R, R, R]
    assert not any(each.startswith("RCPT") for each in server.seen)


def test_what_is_said_in_clear_before_tls_is_not_taken_for_private(authority, ca_file):
    script = Script({"starttls": exactly(b"220 go\r\n250 injected\r\n")}, offer_auth=True)
    with ScriptedServer(script, authority=authority) as server:
        with pytest.raises(NoConnection, match="no answer"):
            submit(server, ca_file, user="ada", password="secret")
        assert server.auths == 0


def test_what_was_offered_in_clear_is_forgotten_under_tls(authority, ca_file):
    """AUTH that stands in the first EHLO alone could be anybody's (RFC 3207 §4.2)."""
    script = Script(offers=("AUTH PLAIN",))
    with ScriptedServer(script, authority=authority) as server:
        script.steps["starttls"] = lambda conversation: (
            script.__setattr__("offers", ()),
            conversation.sock.sendall(b"220 go\r\n"),
        )
        with pytest.raises(NotPrivate, match="log in"):
            submit(server, ca_file, user="ada", password="secret")
        assert server.auths == 0


# --- a login, in words ----------------------------------------------------------------------------------------

LOGINS = [
    ("454 4.7.0 Temporary authentication failure", NoConnection, "cannot check the password now", "later"),
    ("421 4.7.0 too many logins", NoConnection, "cannot check the password now", "later"),
    ("535 5.7.8 no", LoginRefused, "refused the name or password", "again"),
    ("535 5.7.139 basic authentication is disabled", PasswordsRefused, "takes no passwords", "another way out"),
    ("550 5.7.30 Basic authentication is not supported", PasswordsRefused, "takes no passwords", "another way out"),
    ("534 5.7.9 Application-specific password required", LoginRefused, "another kind", "app password"),
    ("432 4.7.12 A password transition is needed", LoginRefused, "another kind", "app password"),
    ("538 5.7.11 Encryption required", NotPrivate, "private", "kind of security"),
    ("530 5.7.0 Must issue a STARTTLS command first", NotPrivate, "private", "kind of security"),
    ("504 5.7.4 Unrecognized authentication type", LoginRefused, "in this way", "another way out"),
    ("250 hello", NoConnection, "something else", "later"),
]  # fmt: skip


@pytest.mark.parametrize(("text", "kind", "says", "hint"), LOGINS)
def test_each_answer_to_a_login_is_told_for_what_it_is(authority, ca_file, text, kind, says, hint):
    with ScriptedServer(Script({"auth": text}, offer_auth=True), authority=authority) as server:
        with pytest.raises(kind) as caught:
            submit(server, ca_file, user="ada", password="secret")
        assert server.auths == 1
    assert type(caught.value) is kind
    assert says in caught.value.message
    assert text in caught.value.message
    assert hint in caught.value.hint
    assert "secret" not in str(caught.value)


@pytest.mark.parametrize("mechanisms", ["XOAUTH2", "XOAUTH2 OAUTHBEARER NTLM"])
def test_an_organisation_that_offers_no_password_is_named(authority, ca_file, mechanisms):
    script = Script(offer_auth=True, mechanisms=mechanisms)
    with ScriptedServer(script, authority=authority) as server:
        with pytest.raises(PasswordsRefused, match="takes no passwords") as caught:
            submit(server, ca_file, user="ada", password="secret")
        assert server.auths == 0
    assert mechanisms.replace(" ", ", ") in caught.value.message
    assert "mail program" in caught.value.hint


# --- the sender -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "steps",
    [
        {"mail": "550 5.7.1 not you"},
        {"mail": "553 not yours"},
        {"rcpt1": "553 5.7.1 <me@la.example>: Sender address rejected: not owned by user ada"},
        {"rcpt3": "550 5.1.8 Domain not found"},
        {"data": "550 5.7.60 SendAsDenied"},
    ],
)
def test_a_refused_sender_is_nobody_elses_fault(authority, ca_file, steps):
    with (
        ScriptedServer(Script(steps), authority=authority) as server,
        pytest.raises(SenderRefused, match="your own address me@la") as caught,
    ):
        submit(server, ca_file)
    assert next(iter(steps.values())) in caught.value.message
    assert "Settings, Me" in caught.value.hint
    assert not server.messages


@pytest.mark.parametrize("text", ["554 5.2.252 SendAsDenied", "550 5.7.60 not as this sender"])
def test_a_sender_that_is_refused_at_the_dot_can_be_sent_again(authority, ca_file, text):
    with ScriptedServer(Script({"dot": text}), authority=authority) as server:
        states, _, outcomes = submit(server, ca_file)
    assert states == [R, R, R]
    assert "your own address" in outcomes[PEOPLE[0]].reply
    assert text in outcomes[PEOPLE[0]].reply


@pytest.mark.parametrize("step", ["mail", "rcpt1", "data"])
@pytest.mark.parametrize(
    ("text", "kind"),
    [
        ("530 5.7.0 Authentication required", LoginRefused),
        ("550 5.7.57 Client not authenticated", LoginRefused),
        ("550 5.7.30 Basic authentication is not supported", PasswordsRefused),
    ],
)
def test_a_login_that_is_missing_is_said(authority, ca_file, step, text, kind):
    with ScriptedServer(Script({step: text}), authority=authority) as server, pytest.raises(kind) as caught:
        submit(server, ca_file)
    assert type(caught.value) is kind
    assert text in caught.value.message
    assert caught.value.hint


def test_a_message_that_is_too_large_for_the_server_says_so(authority, ca_file):
    with ScriptedServer(Script({"mail": "552 5.3.4 too big"}), authority=authority) as server:
        states, _, outcomes = submit(server, ca_file, raw(2_000_000))
    assert states == [X, X, X]
    assert "it has 2.0 MB, and the mail server takes only smaller ones" in outcomes[PEOPLE[0]].reply
    assert "552 5.3.4 too big" in outcomes[PEOPLE[0]].reply


@pytest.mark.parametrize(
    ("steps", "expected", "commands"),
    [
        ({"rcpt1": "550 no", "rcpt2": "550 no", "rcpt3": "450 no"}, [X, X, R], 1),
        ({"data": "451 later"}, [R, R, R], 1),
        ({"mail": "451 later"}, [R, R, R], 1),
        ({"dot": "554 no"}, [X, X, X], 1),
        ({"mail": "421 later"}, [R, R, R], 2),
        ({"rcpt2": "421 later"}, [R, R, R], 2),
        ({"data": "421 later"}, [R, R, R], 2),
        ({"dot": "421 later"}, [R, R, R], 2),
        ({"mail": "451 later", "rset": "421 later"}, [R, R, R], 2),
        ({"mail": "451 later", "rset": exactly(b"", then_drop=True)}, [R, R, R], 2),
        ({"dot": "354 what"}, [U, U, U], 2),
    ],
)
def test_a_line_is_used_again_where_it_holds_and_opened_anew_where_not(
    authority, ca_file, steps, expected, commands
):
    with ScriptedServer(Script(dict(steps), tls="tls"), authority=authority) as server:
        line = transport(server, ca_file, PATIENT)
        outcomes = line.submit(SENDER, PEOPLE, raw(), lambda _: None)
        server.script.steps.clear()
        again = line.submit(SENDER, PEOPLE, raw(), lambda _: None)
        line.close()
        assert [outcomes[each].state for each in PEOPLE] == expected
        assert [again[each].state for each in PEOPLE] == [A, A, A]
        assert sum(each.startswith("EHLO") for each in server.seen) == commands


def test_what_the_caller_raises_before_the_dot_stops_the_message(authority, ca_file):
    def handing_over(_):
        raise RuntimeError("the disk is full")

    with ScriptedServer(Script(tls="tls"), authority=authority) as server:
        line = transport(server, ca_file)
        with pytest.raises(RuntimeError):
            line.submit(SENDER, PEOPLE, raw(), handing_over)
        assert not server.messages
        outcomes = line.submit(SENDER, PEOPLE, raw(), lambda _: None)
        line.close()
        assert outcomes[PEOPLE[0]].state is State.ACCEPTED
        assert len(server.messages) == 1


def test_who_is_refused_or_put_off_is_known_before_the_dot(authority, ca_file):
    settled = []
    with ScriptedServer(Script({"rcpt1": "550 no", "rcpt2": "450 no"}), authority=authority) as server:
        line = transport(server, ca_file)
        line.submit(SENDER, PEOPLE, raw(), settled.append)
        line.close()
    ((first, second),) = [each.values() for each in settled]
    assert (first.state, second.state) == (X, R)


def test_a_server_that_hangs_is_not_confused_with_one_that_hangs_up(authority, ca_file):
    for how, words in ((HANG, "no answer in time"), (exactly(b"", then_drop=True), "closed by the server")):
        with ScriptedServer(Script({"dot": how}), authority=authority) as server:
            _, _, outcomes = submit(server, ca_file)
        assert words in outcomes[PEOPLE[0]].reply
