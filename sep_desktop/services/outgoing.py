"""Messages that were opened in the user's own mail program, removed when they are needed no more.

Nothing waits here for a file that is held: whoever locks has a second, and tries again later.
"""

import shutil
from pathlib import Path


def left_in(folder: Path) -> list[Path]:
    """What lies in ``folder``; nothing where it cannot be looked into."""
    try:
        return list(folder.iterdir())
    except OSError:
        return []


def remove(paths: list[Path]) -> list[Path]:
    """Remove files, and folders with all that is in them. Which another program still holds."""
    return [path for path in paths if not _removed(path)]


def _removed(path: Path) -> bool:
    try:
        if path.is_dir() and not path.is_symlink():
            shutil.rmtree(path)
        else:
            path.unlink(missing_ok=True)
    except OSError:
        return False
    return True
