"""The C library between the program and the disk, as the tests hold it: see ``native/interposer.c``.

``python -m tests.faults`` compiles it and starts itself again with it; without a compiler, or on another system than
Linux, the cases that need it are left out and say so.
"""

import ctypes
import errno
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from enum import IntEnum
from pathlib import Path

from tests.faults.case import Unavailable

_SOURCE = Path(__file__).parent / "native" / "interposer.c"
_MARK = "SEP_DESKTOP_INTERPOSER"


class Fault(IntEnum):
    """What happens at the n-th step; the order is that of the C file."""

    NONE = 0
    KILL = 1
    TORN = 2
    REFUSE = 3
    REFUSE_ONCE = 4


def start_again() -> None:
    """Start this program anew with the interposer, once; do nothing where it cannot be had."""
    compiler = shutil.which("gcc") or shutil.which("cc")
    if _MARK in os.environ or sys.platform != "linux" or compiler is None:
        os.environ.pop("LD_PRELOAD", None)  # the processes that a round starts are not to be disturbed
        return
    library = Path(tempfile.mkdtemp(prefix="interposer-")) / "interposer.so"
    command = [compiler, "-shared", "-fPIC", "-O1", "-o", str(library), str(_SOURCE), "-ldl", "-lpthread"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode:
        print(f"The interposer cannot be compiled here: {done.stderr}", file=sys.stderr)
        return
    os.environ.update({_MARK: str(library.parent), "LD_PRELOAD": str(library)})
    os.execv(sys.executable, [sys.executable, *sys.orig_argv[1:]])


def clear_away() -> None:
    """Remove the compiled library, which is loaded by now."""
    if folder := os.environ.get(_MARK):
        shutil.rmtree(folder, ignore_errors=True)


def _library() -> ctypes.CDLL:
    library = ctypes.CDLL(None)
    if not hasattr(library, "fault_arm"):
        raise Unavailable("needs a C compiler on Linux, and python -m tests.faults")
    library.fault_steps.restype = library.fault_refused.restype = ctypes.c_long
    library.fault_arm.argtypes = [
        ctypes.c_char_p,
        ctypes.c_int,
        ctypes.c_long,
        ctypes.c_int,
        ctypes.c_char_p,
    ]
    library.fault_shadow.argtypes = [ctypes.c_char_p]
    return library


def require() -> None:
    """Raises ``Unavailable`` where this process runs without the interposer."""
    _library()


class Steps:
    """The steps that were taken since it was armed."""

    def __init__(self, library: ctypes.CDLL) -> None:
        self._library = library

    @property
    def taken(self) -> int:
        """Changes of files and folders; writes and new files alone where they are refused."""
        return self._library.fault_steps()

    @property
    def refused(self) -> int:
        """How many of them were refused."""
        return self._library.fault_refused()


@contextmanager
def armed(folder: Path, fault: Fault = Fault.NONE, at: int = 0, *, lifted_by: str = "") -> Iterator[Steps]:
    """Do ``fault`` at the ``at``-th step below ``folder``, which counts from 1.

    What is refused is refused as on a full disk. Removing a file whose name ends with ``lifted_by`` makes room.
    """
    library = _library()
    library.fault_arm(os.fsencode(folder), int(fault), at, errno.ENOSPC, lifted_by.encode())
    try:
        yield Steps(library)
    finally:
        library.fault_disarm()


@contextmanager
def shadowed(folder: Path, shadow: Path, kill_at: int) -> Iterator[None]:
    """Copy what is flushed below ``folder`` into ``shadow``, and kill this process at a step.

    What is in ``shadow`` then would survive a power cut.
    """
    library = _library()
    library.fault_shadow(os.fsencode(shadow))
    with armed(folder, Fault.KILL, kill_at):
        yield
