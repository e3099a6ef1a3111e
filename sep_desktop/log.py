"""The log: identifiers and kinds of event, never a person's words.

A traceback is written as the type of the error and the places it passed, without its text, because the text
of an error may quote what somebody typed (after Electrum's crash reporter, which sends it).
"""

import logging
import os
import sys
import traceback
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType

_ExcInfo = tuple[type[BaseException], BaseException, TracebackType | None] | tuple[None, None, None]


class _WithoutWords(logging.Formatter):
    def formatException(self, ei: _ExcInfo) -> str:
        return places(ei[1]) if ei[1] else ""


def places(error: BaseException) -> str:
    """The type of ``error`` and the lines of code it passed through, without its text."""
    frames = traceback.extract_tb(error.__traceback__)
    lines = [f"  {Path(frame.filename).name}:{frame.lineno} {frame.name}" for frame in frames]
    return "\n".join([type(error).__name__, *lines])


def start(path: Path) -> None:
    """Log to ``path``, half a megabyte twice over; and leave no image of memory, should the process die.

    Nothing is logged in a place that cannot be written.
    """
    _leave_no_core()
    handler = _handler(path)
    handler.setFormatter(_WithoutWords("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("sep_desktop")
    for old in logger.handlers[:]:
        logger.removeHandler(old)
        old.close()
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def _handler(path: Path) -> logging.Handler:
    from logging.handlers import RotatingFileHandler

    class ForItsOwner(RotatingFileHandler):
        def _open(self) -> TextIOWrapper:
            stream = super()._open()
            if os.name == "posix":
                path.chmod(0o600)
            return stream

    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        if os.name == "posix":
            path.parent.chmod(0o700)
    except OSError:
        return logging.NullHandler()
    if not os.access(path.parent, os.W_OK):
        return logging.NullHandler()
    return ForItsOwner(path, maxBytes=500_000, backupCount=1, encoding="utf-8", delay=True)


def _leave_no_core() -> None:
    """No core dump, which would hold all that was on the screen. Windows leaves it to the administrator."""
    if sys.platform != "win32":
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))
