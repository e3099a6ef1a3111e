"""Names and passwords go to the server once, in the form in which servers compare them, and nowhere else."""

import base64
from pathlib import Path

import pytest

from sep_desktop.sync.accounts import MailSettings
from sep_desktop.sync.delivery_methods.mail_server import MailServer
from sep_desktop.sync.smtp import Account, SmtpTransport
from sep_desktop.sync.smtp.credentials import saslprep
from sep_desktop.sync.transport import LoginRefused
from tests.support.smtp_server import Script, ScriptedServer
from tests.support.submitting import A, submit


@pytest.mark.parametrize(
    ("typed", "prepared"),
    [
        # RFC 4013 §3
        ("I\u00adX", "IX"),
        ("user", "user"),
        ("USER", "USER"),
        ("\u00aa", "a"),
        ("\u2168", "IX"),
        # what a British keyboard and a careful person type
        ("£20 note", "£20 note"),
        ("Zoe\u0308", "Zoë"),
        ("a\u00a0b\u3000c", "a b c"),
        ("  two  spaces ", "  two  spaces "),
        ("🙂", "🙂"),
        ("", ""),
        ("أحمد", "أحمد"),
        ("\u0627", "\u0627"),
    ],
)
def test_a_password_has_one_form_on_whatever_keyboard(typed, prepared):
    assert saslprep(typed) == prepared


@pytest.mark.parametrize(
    "typed",
    ["\u0007", "a\x00b", "a\nb", "a\x85b", "\u0627\u0031", "\u0627a\u0627", "1\u0627", "\ufffd", "\ue000", "\u200e", "\U000e0001", "\u2ff0", "\ufdd0"],
)  # fmt: skip
def test_what_no_server_may_accept_is_not_sent(typed):
    with pytest.raises(ValueError, match=r"letter"):
        saslprep(typed)


LOGIN = {"user": "Zoë£", "password": "p£nd\u00a0Ω"}
SENT = ("Zoë£", "p£nd Ω")


def test_plain_carries_both_in_utf8(authority, ca_file):
    with ScriptedServer(Script(offer_auth=True), authority=authority) as server:
        assert submit(server, ca_file, **LOGIN)[0] == [A, A, A]
        (command,) = [each for each in server.seen if each.startswith("AUTH")]
    assert command.split()[:2] == ["AUTH", "PLAIN"]
    assert base64.b64decode(command.split()[2]).decode() == "\0" + "\0".join(SENT)


def test_login_answers_each_question_in_utf8(authority, ca_file):
    script = Script(offer_auth=True, mechanisms="CRAM-MD5 LOGIN")
    with ScriptedServer(script, authority=authority) as server:
        assert submit(server, ca_file, **LOGIN)[0] == [A, A, A]
        place = server.seen.index("AUTH LOGIN")
        answers = [base64.b64decode(each).decode() for each in server.seen[place + 1 : place + 3]]
    assert answers == list(SENT)
    assert server.auths == 1


def test_the_old_form_of_the_offer_is_read_too(authority, ca_file):
    with ScriptedServer(Script(offers=("AUTH=LOGIN PLAIN",)), authority=authority) as server:
        assert submit(server, ca_file, **LOGIN)[0] == [A, A, A]
        assert server.auths == 1


@pytest.mark.parametrize("steps", [{"auth": "535 no"}, {"password": "535 no"}, {"login": "535 5.7.8 no"}])
def test_a_login_that_is_refused_anywhere_is_not_tried_in_another_way(authority, ca_file, steps):
    script = Script(steps, offer_auth=True, mechanisms="LOGIN")
    with ScriptedServer(script, authority=authority) as server:
        with pytest.raises(LoginRefused, match="535"):
            submit(server, ca_file, **LOGIN)
        assert server.auths == 1


def test_without_an_account_nobody_logs_in(authority, ca_file):
    with ScriptedServer(Script(offer_auth=True), authority=authority) as server:
        assert submit(server, ca_file)[0] == [A, A, A]
        assert server.auths == 0


@pytest.mark.parametrize(
    ("login", "what"),
    [({"user": "ada", "password": "se\x07cret"}, "The mail password"), ({"user": "a\x00b", "password": "x"}, "The name")],
)  # fmt: skip
def test_a_letter_that_cannot_be_sent_is_a_sentence_without_the_secret(authority, ca_file, login, what):
    with ScriptedServer(Script(offer_auth=True), authority=authority) as server:
        with pytest.raises(LoginRefused, match=what) as caught:
            submit(server, ca_file, **login)
        assert server.auths == 0
    assert "cret" not in str(caught.value)
    assert "Settings, Mail" in caught.value.hint


def test_no_repr_shows_the_password():
    account = Account("smtp.council.example", 465, "tls", "ada", "correct horse battery")
    mail = MailSettings(
        "Ada", "ada@la.example", *("smtp.council.example", 465, "tls", "ada", ""), True, "", Path()
    )
    holders = (account, MailServer().ready(mail, account.password), SmtpTransport(account))
    assert not any("correct horse" in f"{each!r} {each}" for each in holders)
    assert "ada" in repr(account)
