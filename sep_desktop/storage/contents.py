"""What is in a store, by noun: each thing by an identity that changes when it does, and its history in lines.

So two copies of a store can be laid beside each other, whichever of them is open.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol

from sep_desktop.storage.database import Row, Values
from sep_desktop.storage.rows import read_timestamp

Nouns = Mapping[tuple[str, str], str]
"""What is counted, one and several, and the query of its identities: a column of texts."""


@dataclass(frozen=True)
class Contents:
    """What somebody would count in a store, the query of what happened in it (``at``, ``text``), and more.

    ``rows_in_words`` is what a row of a table is, one and several; ``stand_ins`` are the statements that make
    lost rows of a table anew of which only the name is known.
    """

    nouns: Nouns
    history: str
    rows_in_words: Mapping[str, tuple[str, str]]
    stand_ins: Mapping[str, str] = field(default_factory=dict)


class Readable(Protocol):
    """A database that is open, or lies closed."""

    def rows(self, sql: str, values: Values = ()) -> list[Row]:
        """Every row of a query, by column name."""

    def value(self, sql: str, values: Values = ()) -> Any:
        """The first column of the first row."""


@dataclass(frozen=True)
class HistoryLine:
    """When, and what happened."""

    at: datetime
    text: str = field(repr=False)


def identities(database: Readable, query: str) -> frozenset[str]:
    """Those of one noun."""
    return frozenset(str(row["identity"]) for row in database.rows(query))


def history(database: Readable, query: str) -> list[HistoryLine]:
    """Oldest first."""
    return [HistoryLine(read_timestamp(row["at"]), row["text"]) for row in database.rows(query)]
