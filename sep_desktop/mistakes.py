"""What is said of a mistake of the program: that it made one, that what was saved is safe, and what to do.

The text of an error may quote what somebody typed, and so may that of a warning. Here only its type and the
places in the code are written down, whoever reports it: a thread, a callback, a destructor, a library.
"""

import logging
import sys
import threading
import warnings
from collections.abc import Callable
from pathlib import Path
from types import TracebackType
from typing import TextIO

from sep_desktop import log
from sep_desktop.notices import Notice, NoticeSink, Tone

ExceptHook = Callable[[type[BaseException], BaseException, TracebackType | None], None]

_SAFE = "What was saved is safe."
_LOG = "Details are in the log; Help says where it is."
_REPORT = "Try again; if it comes again, report the lines above: they hold nothing of yours."
_logger = logging.getLogger(__name__)


def write_down(error: BaseException) -> None:
    """Into the log and onto the console: the type of ``error`` and the places it passed, without its text."""
    places = log.places(error)
    _logger.error("unexpected\n%s", places)
    if sys.stderr:  # a window of Windows has no console
        print(places, file=sys.stderr)  # noqa: T201 -- for a terminal; without the words


def notice(error: BaseException) -> Notice:
    """What a window says of an error: that the program made a mistake, and where the details are."""
    return Notice(Tone.FAIL, _sentence(error), f"{_SAFE} {_LOG}")


def _sentence(error: BaseException) -> str:
    return f"The program made a mistake ({type(error).__name__})."


def told(notices: NoticeSink) -> ExceptHook:
    """An ``excepthook`` that writes an error down and says in the window that there was one."""

    def hook(_: type[BaseException], error: BaseException, __: TracebackType | None) -> None:
        write_down(error)
        notices.show(notice(error))

    return hook


def say_on_console(error: BaseException) -> None:
    """The same for a command: on standard error, in three parts."""
    write_down(error)
    print(_sentence(error), _SAFE, _REPORT, file=sys.stderr)  # noqa: T201 -- a command's last words


def keep_words_in() -> None:
    """See that no error of a thread, destructor, library or warning prints its text.

    Where somebody else listens already, a test's runner say, that stays.
    """
    if threading.excepthook is threading.__excepthook__:
        threading.excepthook = _in_thread
    if sys.unraisablehook is sys.__unraisablehook__:
        sys.unraisablehook = _unraisable
        sys.excepthook = lambda _, error, __: write_down(error)
        warnings.showwarning = _warned
        logging.raiseExceptions = False
        logging.lastResort = None  # it prints what libraries warn of


def _in_thread(arguments: threading.ExceptHookArgs) -> None:
    if arguments.exc_value and not isinstance(arguments.exc_value, SystemExit):
        write_down(arguments.exc_value)


def _unraisable(arguments: "sys.UnraisableHookArgs") -> None:
    if arguments.exc_value:
        write_down(arguments.exc_value)


def _warned(
    message: Warning | str,
    category: type[Warning],
    filename: str,
    lineno: int,
    file: TextIO | None = None,
    line: str | None = None,
) -> None:
    _logger.info("%s at %s:%s", category.__name__, Path(filename).name, lineno)
