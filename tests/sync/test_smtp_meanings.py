"""Each reply is read by its code and its enhanced code, for the step that it answers."""

import pytest

from sep_desktop.sync.smtp import Account
from sep_desktop.sync.smtp.in_words import login_refused, too_large
from sep_desktop.sync.smtp.replies import Meaning, Reply, Step, meaning
from sep_desktop.sync.smtp.stream import Malformed
from sep_desktop.sync.transport import LoginRefused

M, S = Meaning, Step


def reply(text):
    return Reply.read(iter(text.encode().split(b"\n")))


SAYS = [
    (S.GREETING, "220 ready", M.DONE),
    (S.GREETING, "554 no service here", M.NO),
    (S.GREETING, "250 ready", M.NONSENSE),
    (S.EHLO, "250 hello", M.DONE),
    (S.EHLO, "251 hello", M.NONSENSE),
    (S.EHLO, "502 what", M.NO),
    (S.STARTTLS, "220 go", M.DONE),
    (S.STARTTLS, "454 4.7.0 not now", M.LATER),
    (S.AUTH, "235 2.7.0 welcome", M.DONE),
    (S.AUTH, "250 welcome", M.NONSENSE),
    (S.AUTH, "334 UGFzc3dvcmQ6", M.GO_ON),
    (S.AUTH, "421 4.3.0 bye", M.CLOSING),
    (S.AUTH, "432 4.7.12 a password transition is needed", M.ANOTHER_PASSWORD),
    (S.AUTH, "454 4.7.0 temporary authentication failure", M.LATER),
    (S.AUTH, "451 4.3.0 later", M.LATER),
    (S.AUTH, "503 5.5.1 not now", M.NO_MECHANISM),
    (S.AUTH, "504 5.7.4 unknown mechanism", M.NO_MECHANISM),
    (S.AUTH, "530 5.7.0 must issue STARTTLS first", M.NOT_ENCRYPTED),
    (S.AUTH, "534 5.7.9 application-specific password required", M.ANOTHER_PASSWORD),
    (S.AUTH, "535 5.7.8 credentials invalid", M.WRONG_PASSWORD),
    (S.AUTH, "535 no", M.WRONG_PASSWORD),
    (S.AUTH, "535 5.7.3 Authentication unsuccessful", M.WRONG_PASSWORD),
    (S.AUTH, "535 5.7.139 SmtpClientAuthentication is disabled for the Tenant", M.NO_PASSWORDS),
    (S.AUTH, "535 5.7.139 the user credentials were incorrect", M.WRONG_PASSWORD),
    (S.AUTH, "535-5.7.139 Authentication unsuccessful,\n535 5.7.139 basic authentication is disabled", M.NO_PASSWORDS),
    (S.AUTH, "550 5.7.30 Basic authentication is not supported", M.NO_PASSWORDS),
    (S.AUTH, "538 5.7.11 encryption required", M.NOT_ENCRYPTED),
    (S.AUTH, "525 5.7.13 account disabled", M.WRONG_PASSWORD),
    (S.MAIL, "250 2.1.0 ok", M.DONE),
    (S.MAIL, "251 ok", M.NONSENSE),
    (S.MAIL, "421 later", M.CLOSING),
    (S.MAIL, "451 4.7.1 greylisted", M.LATER),
    (S.MAIL, "452 4.3.1 full", M.LATER),
    (S.MAIL, "501 5.1.7 bad sender", M.SENDER),
    (S.MAIL, "500 what", M.NO),
    (S.MAIL, "502 what", M.NO),
    (S.MAIL, "503 5.5.1 nested MAIL", M.LATER),
    (S.MAIL, "504 what", M.NO),
    (S.MAIL, "530 5.7.0 authentication required", M.LOG_IN),
    (S.MAIL, "530 5.7.57 client not authenticated", M.LOG_IN),
    (S.MAIL, "550 5.7.57 client not authenticated", M.LOG_IN),
    (S.MAIL, "550 no", M.SENDER),
    (S.MAIL, "550 5.7.1 not yours", M.SENDER),
    (S.MAIL, "550 5.7.30 basic authentication", M.NO_PASSWORDS),
    (S.MAIL, "535 5.7.139 basic authentication", M.NO_PASSWORDS),
    (S.MAIL, "553 not yours", M.SENDER),
    (S.MAIL, "554 no", M.SENDER),
    (S.MAIL, "555 parameters", M.NO),
    (S.MAIL, "552 too big", M.SIZE),
    (S.MAIL, "554 5.3.4 too big", M.SIZE),
    (S.RCPT, "250 ok", M.DONE),
    (S.RCPT, "251 forwards", M.DONE),
    (S.RCPT, "354 what", M.NONSENSE),
    (S.RCPT, "421 closing", M.CLOSING),
    (S.RCPT, "450 4.2.0 greylisted", M.LATER),
    (S.RCPT, "452 4.5.3 too many", M.LATER),
    (S.RCPT, "550 5.1.1 nobody", M.NO),
    (S.RCPT, "552 5.2.2 mailbox full", M.NO),
    (S.RCPT, "552 5.5.3 too many recipients", M.LATER),
    (S.RCPT, "552 5.3.4 too big for this system", M.SIZE),
    (S.RCPT, "553 5.1.3 bad address", M.NO),
    (S.RCPT, "553 5.7.1 not owned by user", M.SENDER),
    (S.RCPT, "550 5.1.8 the sender's domain is unknown", M.SENDER),
    (S.RCPT, "550 5.7.60 SendAsDenied", M.SENDER),
    (S.RCPT, "554 5.7.1 relay access denied", M.NO),
    (S.RCPT, "530 5.7.1 authentication required", M.LOG_IN),
    (S.DATA, "354 go on", M.GO_ON),
    (S.DATA, "250 ok", M.NONSENSE),
    (S.DATA, "451 later", M.LATER),
    (S.DATA, "554 no valid recipients", M.NO),
    (S.DATA, "552 too big", M.SIZE),
    (S.DOT, "250 2.0.0 queued", M.DONE),
    (S.DOT, "200 queued", M.DONE),
    (S.DOT, "354 go on", M.NONSENSE),
    (S.DOT, "421 later", M.CLOSING),
    (S.DOT, "452 full", M.LATER),
    (S.DOT, "552 too big", M.SIZE),
    (S.DOT, "554 no", M.NO),
    (S.DOT, "550 5.7.60 no permission to send as this sender", M.SENDER),
    (S.DOT, "554 5.2.252 SendAsDenied", M.SENDER),
    (S.DOT, "550 5.1.7 sender", M.SENDER),
]  # fmt: skip


@pytest.mark.parametrize(("step", "text", "says"), SAYS)
def test_each_reply_has_its_meaning_at_its_step(step, text, says):
    assert meaning(step, reply(text)) is says


@pytest.mark.parametrize(
    ("text", "enhanced", "words"),
    [
        ("250", "", "250"),
        ("250 ", "", "250"),
        ("250 ok", "", "250 ok"),
        ("550 5.1.1 No such user here", "5.1.1", "550 5.1.1 No such user here"),
        ("550 5.1.1", "5.1.1", "550 5.1.1"),
        ("550 4.1.1 contradicts itself", "", "550 4.1.1 contradicts itself"),
        ("250 2.0.0x is no code", "", "250 2.0.0x is no code"),
        ("550-5.7.26 not\n550-5.7.26 authenticated\n550 5.7.26 yet", "5.7.26", "550 5.7.26 not authenticated yet"),
        ("250-one\n250 two", "", "250 one two"),
        ("550-5.7.26 not\n550 this time", "5.7.26", "550 5.7.26 not this time"),
        ("550 naïve\u202e", "", "550 naïve"),
    ],
)  # fmt: skip
def test_a_reply_is_read_with_its_enhanced_code_and_its_words(text, enhanced, words):
    assert (reply(text).enhanced, reply(text).text) == (enhanced, words)


@pytest.mark.parametrize(
    "text", ["ok", "", "25", "2500 x", "250ok", "190 x", "260 x", "250-a\nok", "250-a\n251 b"]
)
def test_what_is_no_reply_is_not_read_as_one(text):
    with pytest.raises(Malformed):
        reply(text)


def test_what_a_server_says_at_length_is_cut():
    assert len(reply("550 " + "word " * 400).text) == 500


def test_a_reply_ends_where_it_says_and_may_have_128_lines():
    lines = iter([b"250-x"] * 127 + [b"250 last", b"554 the next reply"])
    assert Reply.read(lines).lines[-1] == "last"
    assert Reply.read(lines).code == 554
    with pytest.raises(Malformed):
        Reply.read(iter([b"250-x"] * 128 + [b"250 last"]))


def test_a_megabyte_is_a_million_bytes_of_the_message_and_of_what_is_taken():
    assert "it has 3,000,000.0 MB, and the mail server takes at most 2,000,000.0 MB" in too_large(
        3 * 10**12, 2 * 10**12
    )


def test_a_wrong_password_and_one_that_cannot_be_checked_now_are_not_the_same():
    account = Account("smtp.council.example", 465, "tls")
    assert isinstance(login_refused(reply("535 5.7.8 no"), account), LoginRefused)
    assert not isinstance(login_refused(reply("454 4.7.0 no"), account), LoginRefused)
