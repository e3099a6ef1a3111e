"""Every setting, one row each: key, default, what it is for. A setting's type is its default's."""

import re
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sep_desktop.addresses import parse_email


class DeliveryMethodKey(StrEnum):
    """Which delivery method is chosen."""

    SMTP = "smtp"
    EML = "eml"
    PROGRAM = "program"
    PDF = "pdf"


class Security(StrEnum):
    """How a connection to the mail server is made private (RFC 8314)."""

    TLS = "tls"
    STARTTLS = "starttls"


class ThemeChoice(StrEnum):
    """Which colours the window wears."""

    SYSTEM = "system"
    LIGHT = "light"
    DARK = "dark"


class Drafting(StrEnum):
    """Who drafts the statement of performance management; it differs between authorities."""

    SEP = "sep"
    GOVERNORS = "governors"


@dataclass(frozen=True)
class Setting:
    """One setting; ``choices`` are all it may be, and a number lies between ``least`` and ``most``."""

    key: str
    default: str | int | bool
    help: str
    choices: type[StrEnum] | None = None
    least: int = 0
    most: int = 65_535
    check: Callable[[str], object] | None = None
    is_kept_by_program: bool = False
    """Whether it is no wish of the user's, but something that the program remembers."""

    @property
    def about(self) -> str:
        """What it is for, and all that it may be."""
        return f"{self.help} One of: {', '.join(self.choices)}." if self.choices else self.help


def month_and_day(text: str) -> tuple[int, int]:
    """``12-31`` as two numbers. Raises ``ValueError`` with what it may be."""
    try:
        deadline = date.fromisoformat(f"2027-{text.strip()}")
    except ValueError:
        raise ValueError("a month and a day, such as 12-31") from None
    return deadline.month, deadline.day


def _authority_number(text: str) -> None:
    """Three digits, as the register has them."""
    if not re.fullmatch("[0-9]{3}", text):
        raise ValueError("three digits, such as 880")


def _address(text: str) -> None:
    """An address, or none yet."""
    if text:
        parse_email(text)


SETTINGS = {
    row.key: row
    for row in (
        Setting("me.name", "", "Your name, as it stands on reports and messages."),
        Setting(
            "me.email", "", "Your e-mail address: messages come from it and answers go to it.", check=_address
        ),
        Setting(
            "me.la_code", "880", "The number of the local authority you work for.", check=_authority_number
        ),
        Setting(
            "delivery.method",
            DeliveryMethodKey.SMTP,
            "How reports leave.",
            DeliveryMethodKey,
        ),
        Setting("mail.host", "", "The mail server that accepts your messages."),
        Setting("mail.port", 587, "465 for TLS from the start, 587 for STARTTLS.", least=1),
        Setting(
            "mail.security",
            Security.STARTTLS,
            "How the connection is made private; nothing is ever sent without.",
            Security,
        ),
        Setting("mail.user", "", "The account name; empty for a server that asks for none."),
        Setting("mail.remember", True, "Keep the mail password in this computer's keyring."),
        Setting(
            "mail.ca_file", "", "A certificate file of your organisation's own authority, where it has one."
        ),
        Setting("mail.folder", "", "The folder for message files and PDFs."),
        Setting("mail.automatic", False, "Send by itself when a line is there."),
        Setting(
            "mail.rests",
            False,
            "Sending by itself rests: the mail server refused the name or password.",
            is_kept_by_program=True,
        ),
        Setting(
            "security.idle_minutes",
            10,
            "Lock after so many minutes without a key or a mouse; 0 for never.",
            most=240,
        ),
        Setting(
            "security.lock_with_screen", True, "Lock when the screen locks or the computer goes to sleep."
        ),
        Setting(
            "security.code_confirmed",
            True,
            "The recovery code has been typed back from paper.",
            is_kept_by_program=True,
        ),
        Setting(
            "security.passphrase_judged",
            False,
            "The passphrase has been judged; its owner knows if it is weak.",
            is_kept_by_program=True,
        ),
        Setting("security.remember", False, "Open the store with a key kept in this computer's keyring."),
        Setting(
            "sealed.idle_minutes",
            5,
            "Close the sealed store after so many minutes without a key or a mouse.",
            least=1,
            most=30,
        ),
        Setting(
            "sealed.code_confirmed",
            True,
            "The recovery code of the sealed store has been typed back from paper.",
            is_kept_by_program=True,
        ),
        Setting(
            "sealed.passphrase_judged",
            False,
            "As security.passphrase_judged, for the sealed store.",
            is_kept_by_program=True,
        ),
        Setting(
            "appraisal.drafting",
            Drafting.SEP,
            "Who drafts the performance-management statement.",
            Drafting,
        ),
        Setting(
            "appraisal.deadline",
            "12-31",
            "Month and day by which a cycle is to be complete: 31 December for maintained schools.",
            check=month_and_day,
        ),
        Setting("appraisal.objectives", 3, "How many objectives a new cycle begins with.", least=1, most=6),
        Setting(
            "appraisal.retention_years",
            6,
            "How many years after its end a cycle's record is kept.",
            least=1,
            most=25,
        ),
        Setting(
            "backup.place",
            "",
            "A second place for backups: a stick, or a folder; empty for none.",
            is_kept_by_program=True,
        ),
        Setting("look.theme", ThemeChoice.SYSTEM, "system, light or dark.", ThemeChoice),
        Setting("look.text", 100, "Size of text in per cent.", least=80, most=200),
        Setting("sample", False, "The store holds invented sample data.", is_kept_by_program=True),
    )
}


LOGIN_KEYS = frozenset({"mail.host", "mail.port", "mail.security", "mail.user"})
"""Where one of these is changed, a login that was refused may be tried again."""

FORMER_KEYS = {"mail.exit": "delivery.method"}
"""What settings were called before, for people who type an old name at the command line."""


_DIGITS = re.compile("-?[0-9]+")


def parse(key: str, text: str) -> str | int | bool:
    """The value of a stored setting; its default where the stored text does not fit. Raises ``KeyError``."""
    default = SETTINGS[key].default
    if isinstance(default, bool):
        return text == "1"
    if isinstance(default, int):
        return int(text) if _DIGITS.fullmatch(text) else default
    choices = SETTINGS[key].choices
    return text if choices is None or text in list(choices) else default


def as_text(value: str | int | bool) -> str:
    """A value as it is stored."""
    return str(int(value)) if isinstance(value, bool) else str(value)


_TRUTH = {
    "1": True,
    "yes": True,
    "on": True,
    "true": True,
    "0": False,
    "no": False,
    "off": False,
    "false": False,
}


def read(key: str, text: str) -> str | int | bool:
    """A value that somebody typed.

    Raises ``ValueError`` with what it may be, ``KeyError`` for no such setting.
    """
    row, text = SETTINGS[key], text.strip()
    if isinstance(row.default, bool):
        if text.lower() not in _TRUTH:
            raise ValueError("yes or no")
        return _TRUTH[text.lower()]
    if isinstance(row.default, int):
        if not _DIGITS.fullmatch(text) or not row.least <= int(text) <= row.most:
            raise ValueError(f"a number from {row.least} to {row.most}")
        return int(text)
    if row.choices and text not in list(row.choices):
        raise ValueError(f"one of {', '.join(row.choices)}")
    if row.check:
        row.check(text)
    return text
