"""Keep ``True`` and ``None`` alive where PySide6 takes them apart.

PySide6 6.12 gives one reference to ``True`` too many back with every ``emit``, and one to ``None`` with every
``processEvents`` that Python asks for. Python 3.12 and newer never count it (PEP 683); on 3.11 the count
reaches nought after some thousand emits, one for each key typed, and the process is aborted.
"""

import sys

_MORE_THAN_EVER_LOST = 1 << 40


def keep_true_alive() -> None:
    """Give both references that nobody holds, as Python 3.12 does.

    Does nothing where it is not needed, or done.
    """
    if sys.implementation.name != "cpython" or sys.version_info >= (3, 12):
        return
    import ctypes

    for each in (True, None):
        count = ctypes.c_ssize_t.from_address(id(each))
        if count.value < _MORE_THAN_EVER_LOST:
            count.value += _MORE_THAN_EVER_LOST
