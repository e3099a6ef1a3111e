"""Whether a passphrase protects anybody, and what to do where it does not.

``zxcvbn`` (Wheeler, USENIX Security 2016) counts how many guesses somebody needs who knows common passwords,
words, names, dates and rows of keys. Its lists are large: it is imported when a passphrase is first judged.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass

from sep_desktop.errors import UserError

SHORTEST = 12

_JUDGED = 40
"""Letters that are judged: time grows with more than their square, and the rest can only add guesses."""

_ENOUGH = 3
"""The score that will do: more than 100 million guesses, each of which costs half a second of Argon2id."""

_PROGRAM = ("sep desktop", "sepdesktop", "self evaluation partner", "torbay")
"""What somebody who guesses at this program's passphrase tries first."""

_MANY_WORDS = "Three or four uncommon words in a row are easy to remember."
_EASY = "That passphrase is easy to guess."

WARNINGS = {
    "Straight rows of keys are easy to guess.": "A straight row of keys is easy to guess.",
    "Short keyboard patterns are easy to guess.": "A short pattern of keys is easy to guess.",
    'Repeats like "aaa" are easy to guess.': "A character that repeats, as in “aaa”, is easy to guess.",
    'Repeats like "abcabcabc" are only slightly harder to guess than "abc".': (
        "What repeats, as “abcabcabc” does, is hardly harder to guess than “abc”."
    ),
    'Sequences like "abc" or "6543" are easy to guess.': (
        "A sequence, such as “abc” or “6543”, is easy to guess."
    ),
    "Recent years are easy to guess.": "A year of our time is easy to guess.",
    "Dates are often easy to guess.": "A date is easy to guess.",
    "This is a top-10 common password.": "That is one of the ten passwords that are used most.",
    "This is a top-100 common password.": "That is one of the hundred passwords that are used most.",
    "This is a very common password.": "Very many people use that password.",
    "This is similar to a commonly used password.": "That is much like a password that many people use.",
    "A word by itself is easy to guess.": "One word by itself is easy to guess.",
    "Names and surnames by themselves are easy to guess.": "A name by itself is easy to guess.",
    "Common names and surnames are easy to guess.": "Common names are easy to guess.",
}
"""What ``zxcvbn`` finds wrong, in the program's words."""

SUGGESTIONS = {
    "Use a few words, avoid common phrases.": "Use a few words that do not belong together.",
    "No need for symbols, digits, or uppercase letters.": "It needs no signs, figures or capital letters.",
    "Add another word or two. Uncommon words are better.": "Add one or two more words, uncommon ones.",
    "Use a longer keyboard pattern with more turns.": "Use words in place of neighbouring keys.",
    "Avoid repeated words and characters.": "Leave out what repeats.",
    "Avoid sequences.": "Leave out the sequence.",
    "Avoid recent years.": "Leave out the year.",
    "Avoid years that are associated with you.": "Leave out years that have to do with you.",
    "Avoid dates and years that are associated with you.": (
        "Leave out dates and years that have to do with you."
    ),
    "Capitalization doesn't help very much.": "A capital at the beginning hardly helps.",
    "All-uppercase is almost as easy to guess as all-lowercase.": "Capitals throughout hardly help.",
    "Reversed words aren't much harder to guess.": "A word written backwards is hardly harder to guess.",
    "Predictable substitutions like '@' instead of 'a' don't help very much.": (
        "Signs in place of letters, such as “@” for “a”, hardly help."
    ),
}
"""What ``zxcvbn`` advises, in the program's words."""


@dataclass(frozen=True)
class Weakness:
    """Why a passphrase will not do, and what to do about it."""

    reason: str
    remedy: str

    def __str__(self) -> str:
        return f"{self.reason} {self.remedy}"


def weakness(passphrase: str, own_words: Iterable[str] = ()) -> Weakness | None:
    """Why a new passphrase will not do; ``None`` where it will.

    ``own_words`` are its owner's name and address: what somebody who knows them tries first.
    """
    if len(passphrase) < SHORTEST:
        return Weakness(f"A passphrase needs at least {SHORTEST} characters.", _MANY_WORDS)
    from zxcvbn import zxcvbn

    judgement = zxcvbn(passphrase[:_JUDGED], _penalised(own_words))
    if judgement["score"] >= _ENOUGH:
        return None
    feedback = judgement["feedback"]
    advice = [SUGGESTIONS[text] for text in feedback["suggestions"] if text in SUGGESTIONS]
    return Weakness(WARNINGS.get(feedback["warning"], _EASY), " ".join(advice[:2]) or _MANY_WORDS)


def check(passphrase: str, own_words: Iterable[str] = ()) -> None:
    """Raises ``UserError`` for a new passphrase that protects nobody. ``own_words`` as for ``weakness``."""
    if weak := weakness(passphrase, own_words):
        raise UserError(weak.reason, weak.remedy)


def _penalised(own_words: Iterable[str]) -> list[str]:
    """What is told to ``zxcvbn`` as easy to guess: each text whole, closed up, and word by word."""
    texts = [text.lower() for text in (*own_words, *_PROGRAM)]
    parts = [part for text in texts for part in re.split(r"[\W_]+", text)]
    closed_up = [re.sub(r"\W", "", text) for text in texts]
    return [text for text in dict.fromkeys((*texts, *closed_up, *parts)) if text]
