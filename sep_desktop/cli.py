"""The front door: arguments, exit codes, and which room does the work.

The commands and the window are imported when they are asked for: a window should not wait for what only the
command line needs, nor a command for Qt. Exit codes: 0 done, 1 problems in the input, 2 wrong use, 3 the
environment stands in the way.
"""

import argparse
import gc
import os
import sys
from collections.abc import Callable, Sequence
from importlib import import_module
from pathlib import Path

from sep_desktop import __version__
from sep_desktop.errors import DONE, ENVIRONMENT, INPUT, USE, SepError, UserError, WrongUse
from sep_desktop.paths import Locations

Command = Callable[[argparse.Namespace], int | None]


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Sentences go to standard output, problems to standard error."""
    _write_any_letter()
    options = _parser().parse_args(arguments)
    try:
        return int(options.run(options) or DONE)
    except WrongUse as error:
        return _complain(str(error), USE)
    except UserError as error:
        return _complain(str(error), INPUT)
    except (SepError, OSError) as error:
        return _complain(
            str(error)
            if isinstance(error, SepError)
            else f"{error.filename or 'A file'}: {error.strerror or type(error).__name__}. Check the folder.",
            ENVIRONMENT,
        )
    except KeyboardInterrupt:
        return _complain("Stopped.", INPUT)


def _write_any_letter() -> None:
    """A console of another code page shows a mark for a letter it lacks instead of stopping."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _complain(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


def _later(name: str) -> Command:
    """A command by its name in ``commands``, which is imported when it runs."""
    return lambda options: getattr(import_module("sep_desktop.commands"), name)(options)


def _parser() -> argparse.ArgumentParser:
    common = argparse.ArgumentParser(add_help=False)
    common.add_argument(
        "--store", type=Path, metavar="DIR", default=argparse.SUPPRESS, help="the folder of the store"
    )
    common.add_argument(
        "--passphrase-file",
        type=Path,
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="a file whose first line is the passphrase",
    )
    parser = argparse.ArgumentParser(
        "sep-desktop",
        description="Schools, visits and reports of a Self Evaluation Partner.",
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND")

    def add(name: str, run: str | Command, about: str) -> argparse.ArgumentParser:
        command = commands.add_parser(name, help=about, description=about, parents=[common])
        command.set_defaults(run=_later(run) if isinstance(run, str) else run)
        return command

    demo = add("demo", _demo, "Show the program with invented sample data.")
    demo.add_argument("--headless", action="store_true", help="do the whole journey without a window")
    demo.add_argument(
        "--out",
        type=Path,
        default=Path("sep-demo"),
        metavar="DIR",
        help="where the headless journey writes (default: sep-demo)",
    )
    command = add(
        "import-schools", "import_schools", "Import the national register of schools (GIAS, .csv or .zip)."
    )
    command.add_argument("file", type=Path)
    command.add_argument(
        "--la",
        default="",
        metavar="NUMBER",
        help="the local authority's number, or “all” (default: the one in the settings)",
    )
    command.add_argument("--yes", action="store_true", help="accept the preview")
    command = add(
        "import-allocation", "import_allocation", "Import the LA's allocation workbook (.xlsx or .csv)."
    )
    command.add_argument("file", type=Path)
    command.add_argument(
        "--sep", default="", metavar="NAME", help="whose schools (default: the store's owner)"
    )
    command.add_argument("--yes", action="store_true", help="accept the preview")
    add("allocation-template", "template", "Write an empty allocation workbook.").add_argument(
        "file", type=Path
    )
    add("due", "due", "Say which visits are due, by when and why.").add_argument(
        "--year", metavar="2026-27", help="the academic year (default: this one)"
    )
    command = add("time-log", "time_log", "Write the hours given to each school as CSV.")
    command.add_argument("file", type=Path)
    command.add_argument("--year", metavar="2026-27", help="the academic year (default: this one)")
    command = add("send", "send", "Send what waits in the outbox.")
    command.add_argument(
        "--folder", type=Path, metavar="DIR", help="write message files there instead of sending"
    )
    add("outbox", "outbox", "Say what waits, what was sent and what needs you.").add_argument(
        "--journal", type=Path, metavar="FILE", help="write the journal as CSV"
    )
    add("export-pdf", "export", "Write every completed report as PDF.").add_argument("folder", type=Path)
    add("doctor", "doctor", "Check store, keys, keyring, mail, fonts and disk.")
    command = add("settings", "settings", "Show the settings, or change one.")
    command.add_argument("key", nargs="?", metavar="KEY")
    command.add_argument("value", nargs="?")
    return parser


def _window(options: argparse.Namespace) -> int:
    if not _has_display():
        return _complain(
            "There is no display for the window. “sep-desktop --help” lists what works without one.",
            ENVIRONMENT,
        )
    gc.disable()  # the window collects on its own thread; nothing of its start is garbage
    from sep_desktop.ui.shell.application import run

    return run(Locations.at(getattr(options, "store", None)))


def _has_display() -> bool:
    if sys.platform in {"win32", "darwin"} or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _demo(options: argparse.Namespace) -> int:
    if not options.headless and _has_display():
        from sep_desktop.ui.shell.application import run_sample

        return run_sample()
    if not options.headless:
        print("There is no display, so the whole journey runs without the window.\n")
    return _later("headless_demo")(options) or DONE
