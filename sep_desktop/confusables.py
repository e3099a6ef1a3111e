"""Letters that look alike, by Unicode's table of confusables (UTS 39 §4).

The table comes with ``confusable-homoglyphs`` and is read when it is first asked. To it we add what people
put for letters in an address: figures and pairs of letters.
"""

import unicodedata
from functools import cache

_LIKE_LETTERS = str.maketrans(
    {"0": "o", "1": "l", "i": "l", "|": "l", "3": "e", "4": "a", "5": "s", "8": "b", "m": "rn", "w": "vv"}
)
_IGNORED = {"Cf", "Mn", "Me"}
"""Categories of characters that nobody sees: format characters, and marks over letters."""


def skeleton(text: str) -> str:
    """What ``text`` looks like: two texts with one skeleton may be taken for one another.

    Case, marks and what cannot be seen do not count. It is for comparing, never for showing.
    """
    folded = _without_ignored(text)
    prototypes = "".join(_prototype(letter) for letter in folded)
    return _without_ignored(prototypes).translate(_LIKE_LETTERS)  # a prototype may be a capital


def _without_ignored(text: str) -> str:
    folded = unicodedata.normalize("NFKD", unicodedata.normalize("NFKC", text).casefold())
    return "".join(letter for letter in folded if unicodedata.category(letter) not in _IGNORED)


@cache
def _prototype(letter: str) -> str:
    """What stands for a letter and for everything that looks like it, be it small or a capital."""
    if letter.isascii():
        return letter
    prototypes = [_table_prototype(each) for each in (letter, letter.upper())]
    return next((each for each in prototypes if each.isascii()), prototypes[0])


def _table_prototype(letter: str) -> str:
    alike = _alike(letter)
    if len(alike) != 1:
        return letter  # it is like nothing, or others are like it: it stands for itself
    (other,) = alike
    return other if len(_alike(other)) != 1 else min(letter, other)


def _alike(letters: str) -> list[str]:
    from confusable_homoglyphs.confusables import confusables_data

    return [each["c"] for each in confusables_data.get(letters, ())]
