"""A document before it is typeset: what stands on the paper, without fonts or measures."""

from dataclasses import dataclass, field
from datetime import datetime

from sep_desktop.domain.prose import Block


@dataclass(frozen=True)
class Prose:
    """Written text."""

    blocks: tuple[Block, ...] = field(repr=False)


@dataclass(frozen=True)
class Grid:
    """A table, without a header row where ``headers`` is empty. ``widths`` are shares of the line;
    ``summary`` tells a listener what the table holds.

    ``row_heads`` makes the first column the heading of its row.
    """

    headers: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...] = field(repr=False)
    widths: tuple[float, ...]
    summary: str
    row_heads: bool = False


@dataclass(frozen=True)
class PaperSection:
    """A heading with what stands below it."""

    title: str
    parts: tuple[Prose | Grid, ...]


@dataclass(frozen=True)
class Paper:
    """A whole document. ``made`` is its date for ever: the same paper gives the same bytes."""

    title: str
    subtitle: str
    facts: tuple[tuple[str, str], ...]
    notices: tuple[str, ...]
    sections: tuple[PaperSection, ...]
    running_title: str
    confidentiality: str
    author: str
    made: datetime
