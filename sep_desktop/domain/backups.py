"""When and why backups are made."""

from enum import StrEnum


class Why(StrEnum):
    """What made the program, or somebody, take a backup; it is part of its name."""

    BY_HAND = "by-hand"
    CLOSE = "close"
    WORKING = "while-working"
    BEFORE_UPDATE = "before-update"
    BEFORE_IMPORT = "before-import"
    BEFORE_REMOVAL = "before-removal"
    BEFORE_RESTORE = "before-restore"
