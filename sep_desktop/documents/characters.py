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
    """The characters that no face has, each once: they print as U+FFFD, and the user is told which."""
    return [
        character
        for character in dict.fromkeys(printable(text))
        if character not in "\n\xa0"
        and not fonts.has(fonts.REGULAR, character)
        and unicodedata.category(character) not in {"Mn", "Cf"}
    ]


def remarks_on(text: str) -> list[str]:
    """A sentence that names the characters of ``text`` that will not be printed; none where all will."""
    lost = unprintable(text)
    if not lost:
        return []
    shown = listed([f"“{character}” (U+{ord(character):04X})" for character in lost[:8]])
    return [
        f"The paper's letters lack {shown}; a mark stands in {'its' if len(lost) == 1 else 'their'} place."
    ]


def has_right_to_left(text: str) -> bool:
    """Whether a character of it is Hebrew, Arabic or of another script that runs to the left."""
    return _RIGHT_TO_LEFT.search(text) is not None


def shaped(text: str) -> str:
    """Arabic characters in the forms they take beside each other, still in reading order."""
    if not has_right_to_left(text):
        return text
    import arabic_reshaper

    return str(arabic_reshaper.reshape(text))


def markup(runs: Iterable[Run]) -> str:
    """Runs as reportlab's paragraph markup: escaped, each character in the first face that has it."""
    return "".join(_in_face(piece, name) for run in runs for name, piece in _pieces(run))


def _in_face(text: str, name: str) -> str:
    body = escape(text).replace("\n", "<br/>")
    return body if name == fonts.REGULAR else f'<font name="{name}">{body}</font>'


def _pieces(run: Run) -> list[tuple[str, str]]:
    """The run cut where the face changes."""
    wanted = fonts.face(run.bold, run.italic)
    pieces: list[tuple[str, str]] = []
    for character in shaped(printable(run.text)):
        name, shape = _printed(character, wanted)
        if not shape:
            continue
        if pieces and pieces[-1][0] == name:
            pieces[-1] = (name, pieces[-1][1] + shape)
        else:
            pieces.append((name, shape))
    return pieces


def _printed(character: str, wanted: str) -> tuple[str, str]:
    """The face that prints a character, and what it prints: U+FFFD where none has it, nothing for a mark."""
    if character in "\n\xa0" or fonts.has(wanted, character):
        return wanted, character
    upright = fonts.BOLD if "Bold" in wanted else fonts.REGULAR
    for name in (upright, fonts.REGULAR):
        if fonts.has(name, character):
            return name, character
    return wanted, "" if unicodedata.category(character) in {"Mn", "Cf"} else "\ufffd"
