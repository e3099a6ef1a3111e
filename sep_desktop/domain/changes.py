"""What an operation changed, so that every page knows whether to read again."""

from dataclasses import dataclass
from enum import Flag, auto
from typing import Generic, TypeVar

Value = TypeVar("Value", covariant=True)


class Changes(Flag):
    """Parts of what the stores hold.

    ``SEALED`` is told inside the sealed page alone, and so is not in ``EVERYTHING``; nor is ``BACKUPS``: one
    is made by itself, and changes nothing that anybody wrote.
    """

    NOTHING = 0
    SCHOOLS = auto()
    PEOPLE = auto()
    ENTITLEMENT = auto()
    VISITS = auto()
    REPORTS = auto()
    OUTBOX = auto()
    SETTINGS = auto()
    BACKUPS = auto()
    SEALED = auto()
    EVERYTHING = SCHOOLS | PEOPLE | ENTITLEMENT | VISITS | REPORTS | OUTBOX | SETTINGS


@dataclass(frozen=True)
class Changed(Generic[Value]):
    """What an operation gave beside what it changed."""

    value: Value
    changes: Changes


def changes_in(result: object) -> Changes:
    """What the result of an operation says was changed: nothing, for one that only read."""
    if isinstance(result, Changes):
        return result
    return result.changes if isinstance(result, Changed) else Changes.NOTHING
