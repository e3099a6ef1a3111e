"""What an operation changed, so that every page knows whether to read again."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import Flag, auto
from typing import Generic, Never, TypeVar

Value = TypeVar("Value", covariant=True)
Opened = TypeVar("Opened", contravariant=True)


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
class Undo(Generic[Opened]):
    """How to take an operation back in one step.

    ``sentence`` says what it did and ``remark`` what speaks against that; ``undone`` says what is true again.
    ``work`` is given what is open and the moment; it raises ``UserError`` where things have moved on
    meanwhile. It is offered until another operation changes one of ``of``.
    """

    sentence: str
    work: Callable[[Opened, datetime], Changes]
    undone: str
    of: Changes
    remark: str = ""


@dataclass(frozen=True)
class Changed(Generic[Value]):
    """What an operation gave beside what it changed, and how it is taken back, where it can be."""

    value: Value
    changes: Changes
    undo: Undo[Never] | None = None


def changes_in(result: object) -> Changes:
    """What the result of an operation says was changed: nothing, for one that only read."""
    if isinstance(result, Changes):
        return result
    return result.changes if isinstance(result, Changed) else Changes.NOTHING


def undo_in(result: object) -> Undo[Never] | None:
    """How the operation with this result is taken back; ``None`` where it cannot be, or only read."""
    return result.undo if isinstance(result, Changed) else None
