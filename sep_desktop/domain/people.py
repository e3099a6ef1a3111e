"""People around a school, and their roles."""

from dataclasses import dataclass, field
from datetime import date
from typing import ClassVar


class Role(str):
    """A role at a school or its authority, in small letters. A policy may name more than these."""

    __slots__ = ()
    HEADTEACHER: ClassVar["Role"]
    CHAIR: ClassVar["Role"]
    HEAD_OF_SUPPORT: ClassVar["Role"]

    @property
    def in_words(self) -> str:
        """As it stands on a report."""
        return _NAMES.get(self, self[:1].upper() + self[1:])

    @property
    def in_a_sentence(self) -> str:
        """With its article: a title keeps its capitals, “headteacher” is an ordinary word."""
        words = self.in_words
        return f"the {words if ' ' in words else words.lower()}"


Role.HEADTEACHER = Role("headteacher")
Role.CHAIR = Role("chair of governors")
Role.HEAD_OF_SUPPORT = Role("head of school support & challenge")

ROLES = (Role.HEADTEACHER, Role.CHAIR, Role.HEAD_OF_SUPPORT)
"""The roles that the program itself works with: each school's page asks for them."""

_NAMES = {
    Role.CHAIR: "Chair of Governors",
    Role.HEAD_OF_SUPPORT: "Head of School Support & Challenge",
}


@dataclass(frozen=True)
class Contact:
    """A person in a role at a school; ``urn`` is empty for the LA's own people.

    ``uid`` is the person's identity on every computer (RFC 9562); it stays when the address changes.
    """

    role: Role
    name: str = field(repr=False)
    email: str = field(repr=False)
    urn: str = ""
    since: date | None = None
    confirmed: date | None = None
    uid: str = ""


def same_person(name: str, other: str) -> bool:
    """Whether two names are one, however they are spaced and in whatever case."""
    return name.casefold().split() == other.casefold().split()
