"""The categories 1–4 of Appendix 2, and the catalogue of sources of support (3.3, 8.5)."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Factor:
    """Something the evidence may show, ticked by the SEP."""

    key: str
    text: str


@dataclass(frozen=True)
class Category:
    """One category: in short, what follows, and its factors."""

    number: int
    short: str
    follows: str
    factors: tuple[Factor, ...]


@dataclass(frozen=True)
class SupportSource:
    """Where support may be commissioned."""

    key: str
    name: str
