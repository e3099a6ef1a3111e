"""The entry point: arguments, exit codes, and whether the window or a command does the work.

The commands and the window are imported when they are asked for: a window should not wait for what only the
command line needs, nor a command for Qt. Exit codes: 0 done, 1 problems in the input, 2 wrong use, 3 the
environment stands in the way, 4 the program made a mistake.
"""

import argparse
import gc
import os
import sys
from collections.abc import Sequence
from contextlib import suppress
from pathlib import Path

from sep_desktop import __version__, mistakes, process
from sep_desktop.commands import COMMANDS, CommandSpec
from sep_desktop.errors import (
    DONE,
    ENVIRONMENT,
    INPUT,
    MISTAKE,
    USE,
    EnvironmentProblem,
    SepError,
    UserError,
    WrongUse,
    in_family,
)
from sep_desktop.paths import Locations


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one command; its exit code. Sentences go to standard output, problems to standard error."""
    process.leave_no_image()
    mistakes.keep_words_in()
    if arguments is None:
        process.keep_others_out()
    _write_any_letter()
    given = sys.argv[1:] if arguments is None else arguments
    if unreadable := next((each for each in given if not _is_text(each)), None):
        return _complain(f"“{unreadable}” is no text in UTF-8. Write it, or name the file, in UTF-8.", USE)
    options = _parser().parse_args(given)
    try:
        code = int(options.run(options) or DONE)
        _flush()
        return code
    except BrokenPipeError:  # whoever read the output has seen enough
        return _close_output()
    except WrongUse as error:
        return _complain(str(error), USE)
    except UserError as error:
        return _complain(str(error), INPUT)
    except (SepError, OSError, MemoryError) as error:
        return _complain(str(in_family(error)), ENVIRONMENT)
    except KeyboardInterrupt:
        return _complain("Stopped.", INPUT)
    except Exception as error:  # noqa: BLE001 -- its own text may quote what somebody wrote
        mistakes.say_on_console(error)
        return MISTAKE


def _is_text(argument: str) -> bool:
    """Whether a store could hold it: Python keeps bytes that are no text as half letters."""
    try:
        argument.encode()
    except UnicodeEncodeError:
        return False
    return True


def _flush() -> None:
    if sys.stdout:  # a window of Windows has no console
        sys.stdout.flush()


def _close_output() -> int:
    """Nothing more can be said on standard output, nor at the end of the interpreter (Python, ``signal``)."""
    with suppress(OSError, ValueError), Path(os.devnull).open("wb") as nowhere:
        os.dup2(nowhere.fileno(), sys.stdout.fileno())
    return DONE


def _write_any_letter() -> None:
    """A console of another code page shows a mark for a letter it lacks instead of stopping."""
    for stream in (sys.stdout, sys.stderr):
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _complain(sentence: str, code: int) -> int:
    print(sentence, file=sys.stderr)
    return code


class _CommandParser(argparse.ArgumentParser):
    """The parser of one command, which learns its arguments when the command is asked for."""

    spec: CommandSpec

    def parse_known_args(  # type: ignore[no-untyped-def]  # noqa: ANN202 -- overloaded for any namespace
        self,
        args=None,  # noqa: ANN001
        namespace=None,  # noqa: ANN001
    ):
        """What ``argparse`` calls once it has read the command's name."""
        self.spec.add_arguments(self)
        return super().parse_known_args(args, namespace)


def _parser() -> argparse.ArgumentParser:
    common = _common_options()
    parser = argparse.ArgumentParser(
        "sep-desktop",
        description="Schools, visits and reports of a Self Evaluation Partner.",
        parents=[common],
    )
    parser.add_argument("--version", action="version", version=__version__)
    parser.set_defaults(run=_window)
    commands = parser.add_subparsers(title="commands", metavar="COMMAND", parser_class=_CommandParser)
    for spec in COMMANDS:
        command = commands.add_parser(spec.name, help=spec.help, description=spec.help, parents=[common])
        command.spec = spec
        command.set_defaults(run=_demo if spec.name == "demo" else spec.run)
    return parser


def _common_options() -> _CommandParser:
    """What stands before or behind any command."""
    common = _CommandParser(add_help=False)
    common.add_argument(
        "--store", type=_named_path, metavar="DIR", default=argparse.SUPPRESS, help="the folder of the store"
    )
    common.add_argument(
        "--passphrase-file",
        type=_named_path,
        metavar="FILE",
        default=argparse.SUPPRESS,
        help="a file whose first line is the passphrase",
    )
    return common


def _named_path(text: str) -> Path:
    from sep_desktop.commands.arguments import named_path

    return named_path(text)


def _window(options: argparse.Namespace) -> int:
    if not _has_display():
        return _complain(
            "There is no display for the window. “sep-desktop --help” lists what works without one.",
            ENVIRONMENT,
        )
    try:
        return _open_window(options)
    except Exception as error:  # noqa: BLE001 -- there is no window yet in which anybody could say it
        return _complain_in_a_box(error)


def _open_window(options: argparse.Namespace) -> int:
    gc.disable()  # the window collects on its own thread; nothing of its start is garbage
    # PySide's import hook reads the source of every module imported after it: what needs no Qt comes first.
    import sep_desktop.services.guard
    import sep_desktop.services.today
    import sep_desktop.storage.os_keyring  # noqa: F401
    from sep_desktop.ui.shell.application import run

    return run(Locations.at(getattr(options, "store", None)))


def _complain_in_a_box(error: Exception) -> int:
    """Say why there is no window: in a box, for somebody who sees no console, and on the console."""
    problem = in_family(error) or _cannot_start(error)
    print(problem, file=sys.stderr)
    try:
        from sep_desktop.ui.shell.start_problem import show_box
    except ImportError:  # Qt itself is what is missing
        return ENVIRONMENT
    show_box(problem)
    return ENVIRONMENT


def _cannot_start(error: Exception) -> EnvironmentProblem:
    if isinstance(error, ImportError):
        return EnvironmentProblem(f"A part of the program is missing: {error}.", "Install the program again.")
    return EnvironmentProblem(
        f"The program made a mistake while it started ({type(error).__name__}).",
        "What was saved is safe. Start it again; if that does not help, install it again.",
    )


def _has_display() -> bool:
    if sys.platform in {"win32", "darwin"} or os.environ.get("QT_QPA_PLATFORM"):
        return True
    return bool(os.environ.get("DISPLAY") or os.environ.get("WAYLAND_DISPLAY"))


def _demo(options: argparse.Namespace) -> int:
    """The sample in the window where there is a display, else the whole journey without one."""
    if not options.headless and _has_display():
        from sep_desktop.ui.shell.application import run_sample

        return run_sample()
    if not options.headless:
        print("There is no display, so the whole journey runs without the window.\n")
    from sep_desktop.commands.demo import demo

    return demo(options)
