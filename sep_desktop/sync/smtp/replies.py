"""What a mail server answers (RFC 5321 §4.2), and what that means at each step (RFC 3463, RFC 4954).

The table has one row a meaning; the first row that fits is taken. Neither codes nor enhanced codes are read
anywhere else.
"""

import re
from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from fnmatch import fnmatchcase

from sep_desktop.domain.wording import one_line
from sep_desktop.sync.smtp.stream import Malformed

MOST_LINES = 128
"""Lines of one reply; none that a server sends to EHLO comes near."""

_LINE = re.compile(rb"([2-5][0-5][0-9])(?:([ -])(.*))?", re.DOTALL)
_ENHANCED = re.compile(r"([245]\.\d{1,3}\.\d{1,3})(?:\s|$)")


@dataclass(frozen=True)
class Reply:
    """A whole reply: its code, its enhanced code (RFC 3463) where it has one, and the lines of its text."""

    code: int
    enhanced: str
    lines: tuple[str, ...]

    @classmethod
    def read(cls, lines: Iterable[bytes]) -> "Reply":
        """Take from ``lines`` what belongs to one reply.

        Raises ``Malformed`` for what is no reply: no code, another code in a later line, too many lines.
        """
        code, texts = b"", list[str]()
        for line in lines:
            parts = _LINE.fullmatch(line)
            if not parts or (texts and parts[1] != code) or len(texts) == MOST_LINES:
                raise Malformed
            code = parts[1]
            texts.append((parts[3] or b"").decode("utf-8", "replace").strip())
            if parts[2] != b"-":
                break
        return cls(int(code), _enhanced(code.decode(), texts[0]), tuple(texts))

    @property
    def text(self) -> str:
        """In one line of at most 500 letters, for people."""
        again = f"{self.enhanced} "
        later = [line.removeprefix(again) if self.enhanced else line for line in self.lines[1:]]
        return one_line(" ".join((str(self.code), self.lines[0], *later)))[:500]


def _enhanced(code: str, text: str) -> str:
    """Empty where there is none, or where it contradicts the code (RFC 2034 §4)."""
    parts = _ENHANCED.match(text)
    return parts[1] if parts and text[0] == code[0] else ""


class Step(StrEnum):
    """What a reply answers."""

    GREETING = "greeting"
    EHLO = "EHLO"
    STARTTLS = "STARTTLS"
    AUTH = "AUTH"
    MAIL = "MAIL"
    RCPT = "RCPT"
    DATA = "DATA"
    DOT = "the final dot"


class Meaning(StrEnum):
    """What a reply says about what was asked."""

    DONE = "it was done"
    GO_ON = "the next part is wanted"
    CLOSING = "the server hangs up: later"
    LATER = "not now: later"
    NO = "never"
    SENDER = "not from this address"
    SIZE = "it is too large"
    LOG_IN = "not without a login"
    WRONG_PASSWORD = "the name or the password is wrong"  # noqa: S105 -- a sentence
    NO_PASSWORDS = "no password will do"
    ANOTHER_PASSWORD = "this needs a password of another kind"  # noqa: S105 -- a sentence
    NOT_ENCRYPTED = "not over a connection that it takes for open"
    NO_MECHANISM = "not in this way of logging in"
    NONSENSE = "no answer to what was asked"


@dataclass(frozen=True)
class _Row:
    steps: frozenset[Step]
    code: str
    enhanced: str
    meaning: Meaning
    words: str = ""
    """A pattern that the text has to have too, where servers use one code for two things."""

    def fits(self, step: Step, reply: Reply) -> bool:
        return (
            step in self.steps
            and fnmatchcase(str(reply.code), self.code)
            and fnmatchcase(reply.enhanced, self.enhanced)
            and (not self.words or re.search(self.words, reply.text, re.IGNORECASE) is not None)
        )


_ALL = frozenset(Step)
_AUTH, _MAIL, _DOT = frozenset({Step.AUTH}), frozenset({Step.MAIL}), frozenset({Step.DOT})
_ENVELOPE = frozenset({Step.MAIL, Step.RCPT, Step.DATA, Step.DOT})
_FROM = frozenset({Step.RCPT, Step.DATA, Step.DOT})  # Postfix judges the sender at RCPT, Exchange at the dot
_LONG = frozenset({Step.MAIL, Step.DATA, Step.DOT})
_ROWS = (
    _Row(_ALL, "421", "*", Meaning.CLOSING),
    _Row(frozenset({Step.GREETING, Step.STARTTLS}), "220", "*", Meaning.DONE),
    _Row(frozenset({Step.EHLO}), "250", "*", Meaning.DONE),
    # RFC 4954 §4 and §6. 454 and 432 are no wrong password; Microsoft's 5.7.139 is one for some causes alone.
    _Row(_AUTH, "235", "*", Meaning.DONE),
    _Row(_AUTH, "334", "*", Meaning.GO_ON),
    _Row(_AUTH, "432", "*", Meaning.ANOTHER_PASSWORD),
    _Row(_AUTH, "4??", "*", Meaning.LATER),
    _Row(_AUTH, "5??", "5.7.139", Meaning.WRONG_PASSWORD, words="credentials were incorrect"),
    _Row(_AUTH, "5??", "5.7.139", Meaning.NO_PASSWORDS),
    _Row(_AUTH, "5??", "5.7.30", Meaning.NO_PASSWORDS),
    _Row(_AUTH, "534", "*", Meaning.ANOTHER_PASSWORD),
    _Row(_AUTH, "538", "*", Meaning.NOT_ENCRYPTED),
    _Row(_AUTH, "530", "*", Meaning.NOT_ENCRYPTED),
    _Row(_AUTH, "50?", "*", Meaning.NO_MECHANISM),
    _Row(_AUTH, "5??", "*", Meaning.WRONG_PASSWORD),
    # Some servers refuse a password when it is used, not when it is given.
    _Row(_ENVELOPE, "5??", "5.7.30", Meaning.NO_PASSWORDS),
    _Row(_ENVELOPE, "5??", "5.7.139", Meaning.NO_PASSWORDS),
    _Row(_ENVELOPE, "530", "*", Meaning.LOG_IN),
    _Row(_ENVELOPE, "5??", "5.7.57", Meaning.LOG_IN),
    # RFC 1870 §6; 552 says at RCPT that a mailbox is full.
    _Row(_ENVELOPE, "5??", "5.3.4", Meaning.SIZE),
    _Row(_LONG, "552", "*", Meaning.SIZE),
    # RFC 5321 §4.5.3.1.10: too many at once is no fault of the last.
    _Row(frozenset({Step.RCPT}), "5??", "5.5.3", Meaning.LATER),
    # RFC 5321 §4.2.2: out of order, and parameters that the server does not know, are not about the address.
    _Row(_MAIL, "503", "*", Meaning.LATER),
    _Row(_MAIL, "50[024]", "*", Meaning.NO),
    _Row(_MAIL, "555", "*", Meaning.NO),
    _Row(_MAIL, "5??", "*", Meaning.SENDER),
    _Row(_FROM, "5??", "5.1.[78]", Meaning.SENDER),
    _Row(_FROM, "5??", "5.7.60", Meaning.SENDER),
    _Row(_FROM, "5??", "5.2.252", Meaning.SENDER),
    _Row(frozenset({Step.RCPT}), "553", "5.7.1", Meaning.SENDER),
    _Row(_MAIL, "250", "*", Meaning.DONE),
    _Row(frozenset({Step.RCPT}), "2??", "*", Meaning.DONE),
    _Row(frozenset({Step.DATA}), "354", "*", Meaning.GO_ON),
    _Row(_DOT, "2??", "*", Meaning.DONE),
    _Row(_ALL, "4??", "*", Meaning.LATER),
    _Row(_ALL, "5??", "*", Meaning.NO),
    _Row(_ALL, "*", "*", Meaning.NONSENSE),
)


def meaning(step: Step, reply: Reply) -> Meaning:
    """What ``reply`` says at ``step``."""
    return next(row.meaning for row in _ROWS if row.fits(step, reply))
