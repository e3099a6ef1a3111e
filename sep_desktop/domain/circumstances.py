"""What is true of a school from which day on: the facts that decide its entitlement."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Fact(StrEnum):
    JUDGEMENT = "judgement"
    CONCERN = "category of concern"
    FLOOR = "below floor standard"
    HEAD_SINCE = "headteacher in post since"
    CATEGORY = "LA category"


YES, NO, NONE = "yes", "no", "none"


@dataclass(frozen=True)
class Circumstance:
    """``fact`` has ``value`` from ``since`` on. A start date is its own value, in ISO form."""

    fact: Fact
    value: str
    since: date
    source: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """The words Ofsted used between two dates. One vocabulary is never translated into another."""

    first: date
    last: date
    judgements: tuple[str, ...]
    concerns: tuple[str, ...]


VOCABULARIES = (
    Vocabulary(
        date(1992, 9, 1),
        date(2012, 8, 31),
        ("outstanding", "good", "satisfactory", "inadequate"),
        ("notice to improve", "special measures"),
    ),
    Vocabulary(
        date(2012, 9, 1),
        date(2024, 8, 31),
        ("outstanding", "good", "requires improvement", "inadequate"),
        ("serious weaknesses", "special measures"),
    ),
    Vocabulary(date(2024, 9, 1), date(2025, 11, 9), (), ("serious weaknesses", "special measures")),
    Vocabulary(
        date(2025, 11, 10),
        date(9999, 12, 31),
        ("exceptional", "strong standard", "expected standard", "needs attention", "urgent improvement"),
        ("requires significant improvement", "special measures"),
    ),
)
"""Overall grades ended in September 2024.

Report cards grade areas from 10 November 2025.
"""


def vocabulary_of(day: date) -> Vocabulary:
    """The words in use on ``day``."""
    return next(each for each in VOCABULARIES if each.first <= day <= each.last)


def in_force(history: Iterable[Circumstance], fact: Fact, day: date) -> Circumstance | None:
    """The newest statement of ``fact`` that had begun by ``day``.

    Of two from one day the one recorded later.
    """
    newest = None
    for each in history:
        if each.fact is fact and each.since <= day and (newest is None or each.since >= newest.since):
            newest = each
    return newest
