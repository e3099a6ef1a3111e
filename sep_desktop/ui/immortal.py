"""Keep ``True`` alive where PySide6 takes it apart.

PySide6 6.12 gives one reference to ``True`` too many back with every ``emit``. Python 3.12 and newer never count it
(PEP 683); on 3.11 the count reaches nought after some thousand emits, one for each key typed, and the process is aborted.
"""

import sys

_MORE_THAN_EVER_LOST = 1 << 40


def keep_true_alive() -> None:
    """Give ``True`` references that nobody holds, as Python 3.12 does. Does nothing where it is not needed, or done."""
    if sys.implementation.name != "cpython" or sys.version_info >= (3, 12):
        return
    import ctypes

    count = ctypes.c_ssize_t.from_address(id(True))
    if count.value < _MORE_THAN_EVER_LOST:
        count.value += _MORE_THAN_EVER_LOST
