"""What a user's action changed, so that every page knows whether to look again."""

from enum import Flag, auto


class Changes(Flag):
    NOTHING = 0
    SCHOOLS = auto()
    PEOPLE = auto()
    ENTITLEMENT = auto()
    VISITS = auto()
    REPORTS = auto()
    OUTBOX = auto()
    SETTINGS = auto()
    EVERYTHING = SCHOOLS | PEOPLE | ENTITLEMENT | VISITS | REPORTS | OUTBOX | SETTINGS
