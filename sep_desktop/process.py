"""What the system keeps of this process when it dies, and who may look into it while it lives."""

import ctypes
import sys
from contextlib import suppress

_PR_SET_DUMPABLE = 4  # prctl(2)
_NO_BOXES = 0x0001 | 0x0002 | 0x8000
"""SEM_FAILCRITICALERRORS, SEM_NOGPFAULTERRORBOX, SEM_NOOPENFILEERRORBOX of SetErrorMode."""
_NO_HEAP = 1  # WER_FAULT_REPORTING_FLAG_NOHEAP of WerSetFlags


def leave_no_image() -> None:
    """No image of memory, should the process die: it would hold keys, and all that was on the screen.

    What the system does not offer is left out. Who may debug any process of the computer still may.
    """
    if sys.platform == "win32":
        _tell_error_reporting()
    else:
        import resource

        resource.setrlimit(resource.RLIMIT_CORE, (0, resource.getrlimit(resource.RLIMIT_CORE)[1]))


def keep_others_out() -> None:
    """Linux: nobody else of the same user reads the memory, and a crash handler behind a pipe gets nothing.

    For a process of one's own alone: its files in proc(5) belong to root afterwards.
    """
    if sys.platform == "linux":
        with suppress(OSError, AttributeError):
            ctypes.CDLL(None, use_errno=True).prctl(_PR_SET_DUMPABLE, 0, 0, 0, 0)


def _tell_error_reporting() -> None:
    """Windows Error Reporting: no heap in a report, and no report of the bundled program at all."""
    if sys.platform == "win32":
        with suppress(OSError, AttributeError):
            ctypes.windll.kernel32.SetErrorMode(_NO_BOXES)
            ctypes.windll.kernel32.WerSetFlags(_NO_HEAP)
        if getattr(sys, "frozen", False):  # else it would be said of every program in Python
            with suppress(OSError, AttributeError):
                name = sys.executable.rpartition("\\")[2]
                ctypes.WinDLL("wer").WerAddExcludedApplication(ctypes.c_wchar_p(name), False)
