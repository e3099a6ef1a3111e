"""Which passphrases will do, and what is said of those that will not."""

import ast
import inspect
from dataclasses import FrozenInstanceError

import pytest
import zxcvbn
from zxcvbn import feedback

from sep_desktop.errors import UserError
from sep_desktop.services import sample
from sep_desktop.storage import passphrases
from tests.support.appraisals import SEALED
from tests.support.fakes import PASSPHRASE

OWNER = ("Ada Penrose", "ada.penrose@sep.example")


@pytest.mark.parametrize(
    "passphrase", [PASSPHRASE, SEALED, sample.PASSPHRASE, "orchard lantern velvet", "žluťoučký kůň úpěl"]
)
def test_some_words_in_a_row_will_do(passphrase):
    passphrases.check(passphrase, OWNER)


@pytest.mark.parametrize(
    ("passphrase", "told"),
    [
        ("a shorter 1", "at least 12 characters"),
        ("aaaaaaaaaaaaaaaa", "repeats"),
        ("abcabcabcabcabc", "repeats"),
        ("qwertyuiop[]asdf", "row of keys"),
        ("Password12345!", "many people use"),
        ("Ada Penrose 1961", "easy to guess"),
        ("adapenrose2026", "easy to guess"),
        ("selfevaluationpartner", "easy to guess"),
    ],
)
def test_what_is_easy_to_guess_is_refused_with_the_reason_and_a_remedy(passphrase, told):
    with pytest.raises(UserError, match=told) as caught:
        passphrases.check(passphrase, OWNER)
    assert caught.value.hint


def test_the_name_of_its_owner_weighs_only_where_it_is_known():
    passphrases.check("penrose hartley oakes")
    with pytest.raises(UserError):
        passphrases.check("penrose hartley oakes", ("Penrose Hartley Oakes",))


def test_a_passphrase_longer_than_what_is_judged_is_worth_at_least_its_beginning():
    passphrases.check("orchard lantern velvet " * 40)
    with pytest.raises(UserError):
        passphrases.check("a" * 5000)


def _messages_of_the_library():
    """Every text that it may answer with, read from its source."""
    calls = [node for node in ast.walk(ast.parse(inspect.getsource(feedback))) if isinstance(node, ast.Call)]
    texts = [node.args[0] for node in calls if isinstance(node.func, ast.Name) and node.func.id == "_"]
    return {ast.literal_eval(text) for text in texts}


def test_every_message_of_the_library_has_words_of_ours():
    assert set(passphrases.WARNINGS) | set(passphrases.SUGGESTIONS) == _messages_of_the_library()
    assert not set(passphrases.WARNINGS) & set(passphrases.SUGGESTIONS)


def test_a_message_that_nobody_knows_yet_is_said_in_general_words(monkeypatch):
    monkeypatch.setattr(passphrases, "WARNINGS", {})
    monkeypatch.setattr(passphrases, "SUGGESTIONS", {})
    with pytest.raises(UserError, match=r"easy to guess\. Three or four uncommon words"):
        passphrases.check("Password12345!")


def judged(monkeypatch, score, suggestions=()):
    """Let the library answer so; what it was asked."""
    asked = []

    def answer(text, own):
        asked.append((text, own))
        return {"score": score, "feedback": {"warning": "", "suggestions": list(suggestions)}}

    monkeypatch.setattr(zxcvbn, "zxcvbn", answer)
    return asked


@pytest.mark.parametrize(("score", "will_do"), [(0, False), (2, False), (3, True), (4, True)])
def test_a_score_of_three_will_do_and_one_of_two_will_not(monkeypatch, score, will_do):
    judged(monkeypatch, score)
    assert (passphrases.weakness("some words of mine") is None) is will_do


def test_twelve_characters_are_judged_and_eleven_are_not(monkeypatch):
    asked = judged(monkeypatch, 4)
    assert passphrases.weakness("x" * 12) is None
    assert "12 characters" in str(passphrases.weakness("x" * 11))
    assert len(asked) == 1


def test_forty_characters_of_a_passphrase_are_judged(monkeypatch):
    asked = judged(monkeypatch, 4)
    passphrases.weakness("0123456789" * 9)
    assert asked[0][0] == "0123456789" * 4


def test_no_more_than_two_pieces_of_advice_are_given(monkeypatch):
    first, second, third, *_ = passphrases.SUGGESTIONS
    judged(monkeypatch, 0, ["of a later version", first, second, third])
    weak = passphrases.weakness("some words of mine")
    assert weak.remedy == f"{passphrases.SUGGESTIONS[first]} {passphrases.SUGGESTIONS[second]}"
    with pytest.raises(FrozenInstanceError):
        weak.reason = ""
