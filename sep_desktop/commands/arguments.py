"""What the arguments of several commands are read by."""

import argparse
from datetime import date
from pathlib import Path

_MOST_DIGITS = 9
"""Of the number of a visit or report: nobody has more, and SQLite has no room for some."""


def day(text: str) -> date:
    """A day as 2027-01-04. Raises ``ArgumentTypeError`` with how a day is written."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise argparse.ArgumentTypeError(f"“{text}” is no day; write it as 2027-01-04") from None


def number(text: str) -> int:
    """The number of a visit or report. Raises ``ArgumentTypeError`` for what cannot be one."""
    if not (text.isascii() and text.isdigit() and len(text) <= _MOST_DIGITS):
        raise argparse.ArgumentTypeError(f"“{text}” is no number; write it as 12")
    return int(text)


def named_path(text: str) -> Path:
    """A file or folder, by its whole name.

    Raises ``ArgumentTypeError`` for an empty one, which a script writes for a variable that it never set: it
    would be the folder in which the command was started.
    """
    if not text:
        raise argparse.ArgumentTypeError("nothing is named; write the name of a file or folder")
    return Path(text).absolute()
