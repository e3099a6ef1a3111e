"""The three families of error.

``UserError`` is something the person can put right in what they gave us, ``EnvironmentProblem`` something
of the machine (disk, keyring, line, damaged file). Everything else is a bug. The sentence is written where
the error is raised; ``hint`` says what to do.
"""

import errno
import sys
from pathlib import PurePath

DONE, INPUT, USE, ENVIRONMENT, MISTAKE = range(5)
"""Exit codes of the command line: the last is the program's own mistake."""

_BUSY = {5, 32, 33}
"""ERROR_ACCESS_DENIED, ERROR_SHARING_VIOLATION, ERROR_LOCK_VIOLATION: Windows says each of a file in use."""


class SepError(Exception):
    """A failure with a sentence for a person and, where one helps, what to do about it."""

    def __init__(self, message: str, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint

    def __str__(self) -> str:
        return f"{self.message} {self.hint}".strip()


class UserError(SepError):
    """What was given cannot be used as it is."""


class EnvironmentProblem(SepError):
    """The machine or the outside world stands in the way."""


class IllegalTransition(SepError):
    """A state was asked to become one that its table of moves does not list."""


class Cancelled(SepError):
    """The user stopped a long piece of work; nothing of it was kept."""

    def __init__(self) -> None:
        super().__init__("Stopped. Nothing was changed.")


class WrongUse(Exception):
    """The command was given in a way that it cannot be carried out."""


def in_family(error: BaseException) -> SepError | None:
    """``error`` as one of ours: itself, or what the system refused in words; ``None`` for a bug."""
    if isinstance(error, SepError):
        return error
    if isinstance(error, MemoryError):
        return EnvironmentProblem(
            "There is not enough memory for this.", "Close other programs, and try again."
        )
    if isinstance(error, OSError):
        where, why = error.filename or "The computer refused", error.strerror or type(error).__name__
        return in_words(error, f"{where}: {why}.", "Check the folder, and that its disk is connected.")
    return None


def is_busy(error: OSError) -> bool:
    """Whether another program has the file open, so that it may be free in a moment (Windows)."""
    denied = sys.platform == "win32" and error.errno == errno.EACCES  # what ``open`` says, without a number
    return denied or getattr(error, "winerror", None) in _BUSY


def in_words(error: OSError, sentence: str, hint: str) -> EnvironmentProblem:
    """What the system refused: ``sentence`` and ``hint``, or which file is open in another program."""
    if is_busy(error) and error.filename:
        return EnvironmentProblem(
            f"{PurePath(error.filename).name} is open in another program, or may not be changed.",
            f"Close it there, and try again. It is {error.filename}.",
        )
    return EnvironmentProblem(sentence, hint)
