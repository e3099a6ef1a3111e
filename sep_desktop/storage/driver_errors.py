"""The driver's errors in words: translated here and nowhere else."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlcipher3 import dbapi2 as driver

from sep_desktop.errors import Cancelled, EnvironmentProblem
from sep_desktop.storage.store_problems import DamagedStore, DiskFull, StoreInUse


@contextmanager
def translated() -> Iterator[None]:
    """Driver errors as ours; ``Cancelled`` for a statement that was broken off.

    What is not of the environment is a bug and passes as it is.
    """
    try:
        yield
    except driver.Error as error:
        if getattr(error, "sqlite_errorname", "") == "SQLITE_INTERRUPT" or str(error) == "interrupted":
            raise Cancelled from None
        ours = _ours_of(error)
        if ours is None:
            raise
        raise ours from error


def is_damage(error: driver.Error) -> bool:
    """Whether the driver found bytes that are not what was written."""
    return isinstance(_ours_of(error), DamagedStore)


def in_use() -> StoreInUse:
    """What to say of a store that somebody holds."""
    return StoreInUse("The store is open in another window or program.", "Close that one first.")


def _ours_of(error: driver.Error) -> EnvironmentProblem | None:
    return _ours(getattr(error, "sqlite_errorname", "") or "", str(error))


def _ours(name: str, text: str) -> EnvironmentProblem | None:
    """The online backup raises without a name: there the text alone says what it was."""
    if name.startswith("SQLITE_FULL") or "disk is full" in text:
        return DiskFull(
            "The disk is full.", "Free some space; what you see on the screen is kept until it can be saved."
        )
    if (
        name.startswith(("SQLITE_CORRUPT", "SQLITE_NOTADB"))
        or "malformed" in text
        or "not a database" in text
    ):
        return DamagedStore(
            "The store is damaged.",
            "Nothing of it was changed. Restore a backup, or save what can be read.",
        )
    if name.startswith(("SQLITE_BUSY", "SQLITE_LOCKED")):
        return in_use()
    if (
        name.startswith(("SQLITE_READONLY", "SQLITE_CANTOPEN", "SQLITE_IOERR", "SQLITE_PERM"))
        or "disk I/O error" in text
    ):
        return EnvironmentProblem(
            "The store cannot be read or written.",
            "Check that its folder can be written and that the disk is connected.",
        )
    return None
