"""The files of a batch where the user wants them: papers and messages, and the list that goes with papers.

Who was killed half-way through tries again: what lies there already, byte for byte, is not written twice.
"""

import codecs
import os
import stat
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from sep_desktop.domain.sheet import as_csv
from sep_desktop.errors import EnvironmentProblem, in_words
from sep_desktop.files import assert_replaceable, clear_away, keep_private, write_out
from sep_desktop.sync.queue import AddressList


class LaidDown:
    """One file among those of the folder: its ``path``, and whether it was written now."""

    def __init__(self, path: Path, is_new: bool) -> None:
        self.path, self.is_new = path, is_new

    def take_back(self) -> None:
        """Remove it, unless it lay there before."""
        if self.is_new:
            clear_away(self.path)


def lay_down(path: Path, data: bytes) -> LaidDown:
    """Write ``data`` as ``path``, or under the first of its name with a number that is free.

    What was written for others stays; the same bytes are the same file. Raises ``EnvironmentProblem``.
    """
    candidates = (path if number == 1 else path.with_stem(f"{path.stem}-{number}") for number in count(1))
    for each in candidates:
        if _holds(each, data):
            return LaidDown(each, is_new=False)
        if not each.exists() and not each.is_symlink():
            write_out(each, data)
            return LaidDown(each, is_new=True)
    raise AssertionError("the numbers ran out")


def _holds(path: Path, data: bytes) -> bool:
    """Whether it is ours already, and private from now on: no link, and nobody else's file."""
    try:
        there = path.stat(follow_symlinks=False)
        ours = stat.S_ISREG(there.st_mode) and (os.name != "posix" or there.st_uid == os.geteuid())
        holds = ours and there.st_size == len(data) and path.read_bytes() == data
        if holds:
            keep_private(path)
    except OSError:
        return False
    return holds


def assert_can_grow(folder: Path, address_list: AddressList) -> None:
    """That the list could be written now, asked before the paper is: no half of the pair stays.

    Raises as ``add_rows``.
    """
    path = folder / address_list.file
    assert_replaceable(path)
    _earlier(path, b"")


def add_rows(folder: Path, address_list: AddressList, rows: Sequence[Sequence[str]]) -> None:
    """The list of addresses grows: what an earlier batch wrote stays, byte for byte, and no row comes twice.

    Raises ``EnvironmentProblem`` for a list that cannot be read or written, or was saved in other letters.
    """
    path = folder / address_list.file
    earlier = _earlier(path, (",".join(address_list.columns) + "\n").encode("utf-8-sig"))
    there = set(earlier.replace(b"\r\n", b"\n").split(b"\n"))
    try:
        lines = [line for row in rows if (line := _line(row, _encoding(earlier))) not in there]
    except UnicodeEncodeError:
        raise _foreign(path) from None
    if lines:
        between = b"" if earlier.endswith(b"\n") else b"\n"  # a person's editor may have taken the last end
        write_out(path, earlier + between + b"".join(line + b"\n" for line in lines))


def _earlier(path: Path, heading: bytes) -> bytes:
    """The list as it is; ``heading`` where there is none yet. Raises as ``add_rows``."""
    try:
        earlier = path.read_bytes() if path.exists() else heading
    except OSError as error:
        raise in_words(
            error,
            f"{path} cannot be read ({type(error).__name__}).",
            "Close the program that has it open.",
        ) from None
    if earlier.startswith((codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)):
        raise _foreign(path)
    return earlier


def _encoding(earlier: bytes) -> str:
    """Excel writes a CSV in the letters of Windows unless it is asked for UTF-8."""
    try:
        earlier.decode("utf-8")
    except UnicodeDecodeError:
        return "cp1252"
    return "utf-8"


def _foreign(path: Path) -> EnvironmentProblem:
    return EnvironmentProblem(
        f"{path} was saved in another encoding than UTF-8: what is added would not be readable in it.",
        "Give it another name, or save it in Excel as “CSV UTF-8”.",
    )


def _line(row: Sequence[str], encoding: str) -> bytes:
    return as_csv([row], line_end="").encode(encoding)
