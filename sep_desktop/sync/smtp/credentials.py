"""The account's name and password as they go over the wire."""

import stringprep
import unicodedata
from base64 import b64encode
from collections.abc import Sequence

from sep_desktop.sync.smtp.account import Account
from sep_desktop.sync.transport import LoginRefused

MECHANISMS = ("PLAIN", "LOGIN")
"""Those that can be used, the better first. Both give the server the password, under verified TLS alone."""

_PROHIBITED = (
    stringprep.in_table_c12, stringprep.in_table_c21_c22, stringprep.in_table_c3, stringprep.in_table_c4,
    stringprep.in_table_c5, stringprep.in_table_c6, stringprep.in_table_c7, stringprep.in_table_c8,
    stringprep.in_table_c9,
)  # fmt: skip


def saslprep(text: str) -> str:
    """``text`` in the one form in which servers compare names and passwords (RFC 4013, as a query).

    Raises ``ValueError`` for what no server may accept: controls, and letters of both directions mixed
    (RFC 3454 §6). Letters that are newer than Unicode 3.2 stay as they are.
    """
    mapped = "".join(
        " " if stringprep.in_table_c12(letter) else letter
        for letter in text
        if not stringprep.in_table_b1(letter)
    )
    prepared = unicodedata.ucd_3_2_0.normalize("NFKC", mapped)
    if any(is_prohibited(letter) for letter in prepared for is_prohibited in _PROHIBITED):
        raise ValueError("a letter that no server may accept")
    if any(map(stringprep.in_table_d1, prepared)):
        at_the_ends = stringprep.in_table_d1(prepared[0]) and stringprep.in_table_d1(prepared[-1])
        if not at_the_ends or any(map(stringprep.in_table_d2, prepared)):
            raise ValueError("letters of both directions")
    return prepared


def answers(account: Account, mechanism: str) -> tuple[str, Sequence[str]]:
    """What follows AUTH in its command, and what each challenge is answered with (RFC 4616; LOGIN).

    Raises ``LoginRefused`` for a name or password that cannot be sent.
    """
    user = _prepared("The name of the mail account", account.user)
    password = _prepared("The mail password", account.password)
    if mechanism == "PLAIN":
        return f"PLAIN {_encoded(f'{chr(0)}{user}{chr(0)}{password}')}", ()
    return mechanism, (_encoded(user), _encoded(password))


def _prepared(what: str, text: str) -> str:
    try:
        return saslprep(text)
    except ValueError:
        raise LoginRefused(
            f"{what} has a letter that no mail server accepts.", "Enter it again in Settings, Mail."
        ) from None


def _encoded(text: str) -> str:
    return b64encode(text.encode("utf-8")).decode("ascii")
