"""What is true of a school from which day on: the facts that decide its entitlement."""

from collections.abc import Iterable
from dataclasses import dataclass, field
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
    value: str = field(repr=False)
    since: date
    source: str = ""


@dataclass(frozen=True)
class Vocabulary:
    """The words Ofsted used between two dates. One vocabulary is never translated into another."""

    first: date
    last: date
    judgements: tuple[str, ...]
    concerns: tuple[str, ...]


@dataclass(frozen=True)
class Scales:
    """The words that facts may take: Ofsted's, oldest first, and the authority's categories."""

    vocabularies: tuple[Vocabulary, ...]
    categories: tuple[str, ...]

    def on(self, day: date) -> Vocabulary:
        """Ofsted's words in use on ``day``; before the first of them the first, after the last the last."""
        begun = [each for each in self.vocabularies if each.first <= day]
        return begun[-1] if begun else self.vocabularies[0]


def in_force(history: Iterable[Circumstance], fact: Fact, day: date) -> Circumstance | None:
    """The newest statement of ``fact`` that had begun by ``day``.

    Of two from one day the one recorded later.
    """
    newest = None
    for each in history:
        if each.fact is fact and each.since <= day and (newest is None or each.since >= newest.since):
            newest = each
    return newest
