"""Header fields in ASCII and in lines that every mail server takes.

Encoded words of at most 75 letters (RFC 2047 §2), parameters in parts (RFC 2231), and lines folded before 78
(RFC 5322 §2.1.1). What a mail program shows is the very text that was given.
"""

import re
from collections.abc import Iterator, Sequence
from email.charset import Charset
from email.utils import quote
from itertools import repeat
from urllib.parse import quote as percent

_WORD, _LINE = 75, 78
_PART = 48
"""Bytes of a parameter's value in one part, so that the part fits a line with its name when all are escaped."""

_NAMES, _UNPLAIN = Charset("utf-8"), re.compile(r"=\?|[^ -~]|\S{60}")
_ATOMS = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~ -]*")


def text_tokens(text: str) -> list[str]:
    """``text``, which has one line and single spaces, as tokens that may stand on lines of their own."""
    return _encoded_words(text) if _UNPLAIN.search(text) else text.split(" ")


def mailbox_tokens(name: str, address: str) -> list[str]:
    """``Name <address>`` (RFC 5322 §3.4); the address alone for an empty name."""
    if not name:
        return [address]
    if not name.isascii():
        return [*_encoded_words(name), f"<{address}>"]
    return [name if _ATOMS.fullmatch(name) else f'"{quote(name)}"', f"<{address}>"]


def parameter_tokens(name: str, value: str) -> list[str]:
    """A parameter of a MIME header: quoted where it is short and ASCII, otherwise encoded (RFC 2231 §3, §4)."""
    if value.isascii() and value.isprintable() and len(value) <= _PART:
        return [f'{name}="{quote(value)}"']
    raw = value.encode("utf-8")
    pieces = [percent(piece, safe="") for piece in _pieces(raw)]
    return [f"{name}*{place}*={'' if place else "utf-8''"}{piece}" for place, piece in enumerate(pieces)]


def folded(field: str, tokens: Sequence[str], between: str = "") -> str:
    """The value of ``field``: tokens with spaces, and line ends before those that would pass 78 letters."""
    lines, used = [""], len(field) + 2
    for token in tokens:
        if lines[-1] and used + 1 + len(token) > _LINE:
            lines.append(f" {token}")
            used = len(token) + 1
        else:
            lines[-1] += f" {token}" if lines[-1] else token
            used += len(token) + 1
    return "\n".join(lines)


def _encoded_words(text: str) -> list[str]:
    return [word for word in _NAMES.header_encode_lines(text, repeat(_WORD)) if word]


def _pieces(raw: bytes) -> Iterator[bytes]:
    for start in range(0, len(raw), _PART // 3):
        yield raw[start : start + _PART // 3]
