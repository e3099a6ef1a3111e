"""Schools as the national register holds them, and the numbers that name them."""

import re
from dataclasses import dataclass, field, fields
from datetime import date

_URN = re.compile(r"\d{5,6}")
_LAESTAB = re.compile(r"(\d{3})\s*/?\s*(\d{4})")

LABELS = {
    "name": "name",
    "la_code": "LA number",
    "la_name": "LA",
    "establishment_number": "establishment number",
    "phase": "phase",
    "kind": "type",
    "status": "status",
    "opened": "opened",
    "closed": "closed",
    "low_age": "lowest age",
    "high_age": "highest age",
    "street": "street",
    "locality": "locality",
    "town": "town",
    "county": "county",
    "postcode": "postcode",
    "website": "website",
    "telephone": "telephone",
    "ukprn": "UKPRN",
    "head": "headteacher in the register",
    "head_post": "title of the head's post",
}
"""What each field is called in front of a person. A field without a label is not compared."""


@dataclass(frozen=True)
class School:
    """One entry of the register (GIAS). Texts as served, trimmed; empty where the register is silent."""

    urn: str
    name: str = field(repr=False)
    la_code: str = ""
    la_name: str = ""
    establishment_number: str = ""
    phase: str = ""
    kind: str = ""
    status: str = ""
    opened: date | None = None
    closed: date | None = None
    low_age: str = ""
    high_age: str = ""
    street: str = ""
    locality: str = ""
    town: str = ""
    county: str = ""
    postcode: str = ""
    website: str = ""
    telephone: str = ""
    ukprn: str = ""
    head: str = field(default="", repr=False)
    head_post: str = ""

    @property
    def laestab(self) -> str:
        """``880/2439``; empty where either half is missing."""
        return (
            f"{self.la_code}/{self.establishment_number}"
            if self.la_code and self.establishment_number
            else ""
        )

    @property
    def is_closed(self) -> bool:
        """Whether the register says so."""
        return self.status.lower() == "closed"


@dataclass(frozen=True)
class FieldChange:
    """What one field was and what it becomes."""

    label: str
    old: str = field(repr=False)
    new: str = field(repr=False)


def changes_between(old: School, new: School) -> tuple[FieldChange, ...]:
    """The labelled fields that differ."""
    pairs = [
        (LABELS[field.name], getattr(old, field.name), getattr(new, field.name))
        for field in fields(School)
        if field.name in LABELS
    ]
    return tuple(
        FieldChange(label, str(was or ""), str(now or "")) for label, was, now in pairs if was != now
    )


def parse_urn(text: str) -> str:
    """A URN from ``text``. Raises ``ValueError`` when it is not five or six digits."""
    cleaned = text.strip().removesuffix(".0")
    if not _URN.fullmatch(cleaned):
        raise ValueError(text)
    return cleaned


def parse_laestab(text: str) -> str:
    """``8802439`` or ``880/2439`` as ``880/2439``. Raises ``ValueError`` otherwise."""
    match = _LAESTAB.fullmatch(text.strip().removesuffix(".0"))
    if not match:
        raise ValueError(text)
    return f"{match[1]}/{match[2]}"


def same_name(text: str) -> str:
    """``text`` in the form in which names are compared.

    Case, doubled spaces, ``&`` and stops do not count.
    """
    words = re.sub(r"[^\w\s]", "", text.casefold().replace("&", " and ").replace("saint ", "st "))
    return " ".join(words.split())
