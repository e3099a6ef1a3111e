"""Where a store may live: whether a folder can be written, and what keeps it in step or carries it away."""

import errno
import os
from pathlib import Path

from sep_desktop.places.facts import facts_of
from sep_desktop.places.hazards import Hazard, PlaceKind, hazard_in, package_that_owns

__all__ = ["READ_ONLY_ERRORS", "Hazard", "PlaceKind", "can_write", "hazard_of", "owning_package"]

READ_ONLY_ERRORS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""What a system answers to a write where none is allowed."""


def can_write(*paths: Path) -> bool:
    """Whether these may be written, as far as the system says without trying; what is missing counts as so.

    Windows says so of every folder: there the attempt has to tell.
    """
    return all(os.access(path, os.W_OK) for path in paths if path.exists())


def hazard_of(folder: Path) -> Hazard | None:
    """Why a store that is written to should not lie in ``folder``; ``None`` where it may."""
    return hazard_in(facts_of(folder.expanduser().resolve()))


def owning_package(folder: Path) -> str:
    """The program of the Microsoft Store whose removal takes ``folder`` with it; empty for none.

    Windows redirects what such a program writes into the user's data folder (Python's own documentation,
    “Using Python on Windows”, says so of itself).
    """
    return package_that_owns(folder.expanduser().resolve())
