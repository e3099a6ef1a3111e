"""Header fields in ASCII and in lines that every mail server takes.

Encoded words of at most 75 letters on lines of at most 76 (RFC 2047 §2), and parameters in parts (RFC 2231).
What a mail program shows is the very text that was given.
"""

import re
from collections.abc import Sequence
from email.charset import Charset
from email.utils import quote
from itertools import repeat
from urllib.parse import quote as percent

_LINE = 76
_WORD = _LINE - len("Reply-To: ")
"""Letters of an encoded word, so that the first fits a line with the longest name of a field."""

_PART = 48
"""Letters of a parameter's value in one part, so that the part fits a line with its name."""

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
    """A parameter of a MIME header: quoted where it is short and ASCII, else encoded (RFC 2231 §3, §4)."""
    if value.isascii() and value.isprintable() and len(value) <= _PART:
        return [f'{name}="{quote(value)}"']
    charset, parts = "utf-8''", [""]
    for letter in value:
        escaped = percent(letter, safe="")
        if len(parts[-1]) + len(escaped) > _PART:
            parts.append("")
        parts[-1] += escaped
    return [f"{name}*{place}*={'' if place else charset}{part}" for place, part in enumerate(parts)]


def folded(field: str, tokens: Sequence[str]) -> str:
    """The value of ``field``: its tokens, at least one, on lines of at most 76 letters where they fit."""
    lines, used = [tokens[0]], len(field) + 2 + len(tokens[0])
    for token in tokens[1:]:
        if used + 1 + len(token) > _LINE:
            lines.append(f" {token}")
            used = len(token) + 1
        else:
            lines[-1] += f" {token}"
            used += len(token) + 1
    return "\n".join(lines)


def _encoded_words(text: str) -> list[str]:
    return [word for word in _NAMES.header_encode_lines(text, repeat(_WORD)) if word]
