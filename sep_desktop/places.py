"""Where a store may live: whether a folder can be written, and what keeps it in step or carries it away."""

import errno
import os
from pathlib import Path

READ_ONLY_ERRORS = frozenset({errno.EACCES, errno.EPERM, errno.EROFS})
"""What a system answers to a write where none is allowed."""


def can_write(*paths: Path) -> bool:
    """Whether these may be written, as far as the system says without trying; what is missing counts as so.

    Windows says so of every folder: there the attempt has to tell.
    """
    return all(os.access(path, os.W_OK) for path in paths if path.exists())
