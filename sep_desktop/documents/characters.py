"""From what somebody typed to what reportlab may be given, with nothing lost on the way without saying so."""

import re
import unicodedata
from collections.abc import Iterable
from xml.sax.saxutils import escape

from sep_desktop.documents import fonts
from sep_desktop.domain.prose import Run
from sep_desktop.domain.wording import clean, listed

_INVISIBLE = re.compile("[\u200b-\u200f\u202a-\u202e\u2060-\u206f\ufe00-\ufe0f\u00ad]")
_RIGHT_TO_LEFT = re.compile("[\u0590-\u08ff\ufb1d-\ufdff\ufe70-\ufefe]")


def printable(text: str) -> str:
    """``clean`` text without marks that have no shape: direction marks, joiners, variation selectors."""
    return _INVISIBLE.sub("", clean(text)).replace("\t", " ")


def unprintable(text: str) -> list[str]:
    """The letters that no face has, each once: they print as U+FFFD, and the user is told which."""
    letters = dict.fromkeys(printable(text))
    return [
        each
        for each in letters
        if each not in "\n\xa0"
        and not fonts.has(fonts.REGULAR, each)
        and unicodedata.category(each) not in {"Mn", "Cf"}
    ]


def remarks_on(text: str) -> list[str]:
    """A sentence that names the letters of ``text`` that will not be printed; none where all will."""
    lost = unprintable(text)
    if not lost:
        return []
    shown = listed([f"“{each}” (U+{ord(each):04X})" for each in lost[:8]])
    return [
        f"The paper's letters lack {shown}; a mark stands in {'its' if len(lost) == 1 else 'their'} place."
    ]


def has_right_to_left(text: str) -> bool:
    """Whether any letter is written from right to left."""
    return _RIGHT_TO_LEFT.search(text) is not None


def shaped(text: str) -> str:
    """Arabic letters in the forms they take beside each other, still in the order in which they are read."""
    if not has_right_to_left(text):
        return text
    import arabic_reshaper

    return str(arabic_reshaper.reshape(text))


def markup(runs: Iterable[Run]) -> str:
    """Runs as reportlab's paragraph markup: escaped, each letter in the first face that has it."""
    return "".join(_in_face(piece, name) for run in runs for name, piece in _pieces(run))


def _in_face(text: str, name: str) -> str:
    body = escape(text).replace("\n", "<br/>")
    return body if name == fonts.REGULAR else f'<font name="{name}">{body}</font>'


def _pieces(run: Run) -> list[tuple[str, str]]:
    """The run cut where the face changes."""
    wanted = fonts.face(run.bold, run.italic)
    pieces: list[tuple[str, str]] = []
    for letter in shaped(printable(run.text)):
        name, letter = _printed(letter, wanted)
        if not letter:
            continue
        if pieces and pieces[-1][0] == name:
            pieces[-1] = (name, pieces[-1][1] + letter)
        else:
            pieces.append((name, letter))
    return pieces


def _printed(letter: str, wanted: str) -> tuple[str, str]:
    if letter in "\n\xa0" or fonts.has(wanted, letter):
        return wanted, letter
    upright = fonts.BOLD if "Bold" in wanted else fonts.REGULAR
    for name in (upright, fonts.REGULAR):
        if fonts.has(name, letter):
            return name, letter
    return wanted, "" if unicodedata.category(letter) in {"Mn", "Cf"} else "\ufffd"
