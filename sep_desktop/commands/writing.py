"""Files that commands write where the user says."""

import sys
from pathlib import Path

from sep_desktop.files import IN_CLEAR, is_open_to_others, write_out


def write_and_say(path: Path, data: bytes, about: str = "") -> None:
    """Write a file and say so, with what there is to say ``about`` it.

    Where others can read it there, that is said on standard error. Raises ``EnvironmentProblem``.
    """
    write_out(path, data)
    print(f"Written: {path}{about}")
    warn_of_readers(path)


def warn_of_readers(path: Path) -> None:
    """Say on standard error that others can read a file that was written, where they can."""
    if is_open_to_others(path):
        print(IN_CLEAR, file=sys.stderr)
