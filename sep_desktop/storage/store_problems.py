"""Why a store does not open or cannot be written: each in a class of its own, with the ways back from it.

The sentence says what happened, the hint what is whole and what to do.
"""

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sep_desktop.domain.wording import day
from sep_desktop.errors import EnvironmentProblem, UserError


class WayBack(StrEnum):
    """What somebody can do about a store that does not open; the unlock page has a button for each."""

    RESTORE = "restore a backup"
    SALVAGE = "save what can be read"
    TRY_AGAIN = "try again"
    OPEN_FOLDER = "open the folder"
    USE_NEWER_KEY_FILE = "use a newer key file"
    GO_ON_WITH_KEY_FILE = "go on with this key file"
    QUIT = "quit"


class StoreProblem(EnvironmentProblem):
    """A store does not open, or not as it should. Nothing was created, migrated or overwritten."""

    ways_back: ClassVar[tuple[WayBack, ...]] = (WayBack.TRY_AGAIN, WayBack.OPEN_FOLDER, WayBack.QUIT)


class DiskFull(StoreProblem):
    """There is no space left; nothing that was saved is lost, what is new is not saved."""


class StoreInUse(StoreProblem):
    """Another process holds the store."""

    ways_back = (WayBack.TRY_AGAIN, WayBack.QUIT)


class StoreMoved(StoreProblem):
    """The file was moved or replaced while it was open: what is written now would go astray."""


class UnsafePlace(StoreProblem):
    """The store lies where something copies it while it is written, or where two computers reach it."""


class ReadOnlyStore(StoreProblem):
    """The place cannot be written: the store opens for reading, and takes nothing new."""


class DamagedStore(StoreProblem):
    """The database's own checks found bytes that are not what was written."""

    ways_back = (WayBack.RESTORE, WayBack.SALVAGE, *StoreProblem.ways_back)


class MissingDatabase(DamagedStore):
    """The keys are there and the database is not."""

    ways_back = (WayBack.RESTORE, *StoreProblem.ways_back)


class ShortenedDatabase(DamagedStore):
    """The database is empty, or an end of it is missing."""


class NotThisStore(DamagedStore):
    """The database is another store's, or no store at all: not one page of it fits these keys."""

    ways_back = (WayBack.RESTORE, *StoreProblem.ways_back)


class DamagedKeyFile(StoreProblem):
    """Neither copy of the key file can be used."""

    ways_back = (WayBack.USE_NEWER_KEY_FILE, WayBack.RESTORE, *StoreProblem.ways_back)


class OldKeyFile(StoreProblem):
    """The key file is older than what the store last saw: an old passphrase may open it."""

    ways_back = (WayBack.USE_NEWER_KEY_FILE, WayBack.GO_ON_WITH_KEY_FILE, WayBack.OPEN_FOLDER, WayBack.QUIT)


class WrongPurpose(UserError):
    """One store was opened as the other."""


class MigrationFailed(StoreProblem):
    """The store could not be brought up to date, and is as it was."""

    ways_back = (WayBack.RESTORE, *StoreProblem.ways_back)


def old_key_file(changed: str) -> OldKeyFile:
    """What to say of a key file that was last ``changed`` at a moment in ISO 8601, if that is known."""
    since = "An earlier version wrote it"
    if changed:
        since = f"It is from {day(datetime.fromisoformat(changed).date())}"
    return OldKeyFile(
        f"The key file is older than the store. {since}; passphrase or recovery code were changed since.",
        "The store is whole, and nothing was changed. Use the newer key file, from a backup, or go on with "
        "this one and the secret you just typed.",
    )
