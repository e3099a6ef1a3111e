"""People around a school, and their roles."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum


class Role(StrEnum):
    HEADTEACHER = "headteacher"
    CHAIR = "chair of governors"
    HEAD_OF_SUPPORT = "head of school support & challenge"


ROLE_NAMES = {
    Role.HEADTEACHER: "Headteacher",
    Role.CHAIR: "Chair of Governors",
    Role.HEAD_OF_SUPPORT: "Head of School Support & Challenge",
}

DISTRIBUTION = (Role.HEADTEACHER, Role.CHAIR, Role.HEAD_OF_SUPPORT)
"""Who receives a completed report (clause 7.7): these three and nobody else."""


@dataclass(frozen=True)
class Contact:
    """A person in a role at a school; ``urn`` is empty for the LA's own people.

    ``uid`` is the person's identity on every computer (RFC 9562); it stays when the address changes.
    """

    role: Role
    name: str
    email: str
    urn: str = ""
    since: date | None = None
    confirmed: date | None = None
    uid: str = ""


def same_person(name: str, other: str) -> bool:
    """Whether two names are one, however they are spaced and in whatever case."""
    return name.casefold().split() == other.casefold().split()
