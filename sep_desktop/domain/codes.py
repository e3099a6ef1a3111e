"""Secrets that people read out, write down and type.

Groups of four letters that are not mistaken for each other.
"""

import hashlib
import secrets

ALPHABET = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
"""Crockford's base 32: no I, L, O, U."""

_FORGIVEN = str.maketrans("OIL", "011", "- \t\n")


def grouped(text: str) -> str:
    """``ABCD-EFGH-…``."""
    return "-".join(text[at : at + 4] for at in range(0, len(text), 4))


def plain(text: str) -> str:
    """What somebody typed, without its groups and with O, I and L read as the digits they look like."""
    return text.upper().translate(_FORGIVEN)


def is_written_right(code: str) -> bool:
    """Whether every letter is one of the alphabet."""
    return not set(code) - set(ALPHABET)


def new(letters: int) -> str:
    """So many random letters, five bits each."""
    return "".join(secrets.choice(ALPHABET) for _ in range(letters))


def check(body: str, letters: int = 2) -> str:
    """Letters that a slip of the pen does not fit."""
    digest = hashlib.sha256(body.encode()).digest()
    return "".join(ALPHABET[each % 32] for each in digest[:letters])


def encode(data: bytes, letters: int) -> str:
    """``data`` as so many letters, five bits each, the last ones padded with noughts."""
    number = int.from_bytes(data) << (5 * letters - 8 * len(data))
    return "".join(ALPHABET[number >> 5 * (letters - 1 - at) & 31] for at in range(letters))


def decode(code: str, size: int) -> bytes:
    """The bytes behind ``encode``d letters. Raises ``ValueError`` for letters that are not ours."""
    number = 0
    for letter in code:
        number = number << 5 | ALPHABET.index(letter)
    return (number >> (5 * len(code) - 8 * size)).to_bytes(size)
