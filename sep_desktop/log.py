"""The log: identifiers and kinds of event, never a person's words.

A traceback is written as the type of the error and the places it passed, without its text, because the text
of an error may quote what somebody typed (after Electrum's crash reporter, which sends it).
"""

import logging
import os
import traceback
from io import TextIOWrapper
from pathlib import Path
from types import TracebackType

from sep_desktop.files import keep_private, make_private, private_opener

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
    """Log to ``path``, half a megabyte twice over, in place of any other.

    Nothing is logged in a place that cannot be written.
    """
    handler = _handler(path)
    handler.setFormatter(_WithoutWords("%(asctime)s %(levelname)s %(name)s %(message)s"))
    logger = logging.getLogger("sep_desktop")
    stop()
    logger.addHandler(handler)
    logger.setLevel(logging.INFO)
    logger.propagate = False


def stop() -> None:
    """Log nowhere any more, and let go of the file: its folder may be removed."""
    logger = logging.getLogger("sep_desktop")
    for old in logger.handlers[:]:
        logger.removeHandler(old)
        old.close()


def _handler(path: Path) -> logging.Handler:
    from logging.handlers import RotatingFileHandler

    class ForItsOwner(RotatingFileHandler):
        def _open(self) -> TextIOWrapper:
            return open(path, "a", encoding="utf-8", opener=private_opener)

        def handleError(self, record: logging.LogRecord) -> None:
            """A full disk, or a file that is no file: nothing is logged, and nothing is printed."""

    try:
        make_private(path.parent)
        keep_private(path.parent)
        if path.is_file():
            keep_private(path)
    except OSError:
        return logging.NullHandler()
    if not os.access(path.parent, os.W_OK):
        return logging.NullHandler()
    return ForItsOwner(path, maxBytes=500_000, backupCount=1, encoding="utf-8", delay=True)
