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
    if is_open_to_others(path):
        print(IN_CLEAR, file=sys.stderr)
