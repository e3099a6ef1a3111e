"""The passwords that open papers of performance management: proposed, agreed with each reader, checked."""

import unicodedata
from collections.abc import Mapping, Sequence

from sep_desktop.domain import codes
from sep_desktop.domain.appraisal.panel import Person
from sep_desktop.domain.changes import Changes
from sep_desktop.errors import UserError
from sep_desktop.storage import passphrases
from sep_desktop.storage.sealed.store import SealedStore

_LONGEST = 127  # bytes of a password (ISO 32000-2 §7.6.4.3.3)


def normal_password(typed: str) -> str:
    """A password as a viewer makes it of what is typed (SASLprep, RFC 4013): kept and used in this form.

    Raises ``UserError`` for one with a letter that cannot be typed.
    """
    password = unicodedata.normalize("NFKC", typed.strip())
    if not password.isprintable():
        raise UserError(
            "A password has letters in it that nobody can type.", "Use letters, figures and spaces."
        )
    return password


def new_password() -> str:
    """Sixty random bits in three groups of four: short enough to read out on the telephone."""
    return codes.grouped(codes.new(12))


def suggested(*, sealed: SealedStore, cycle: int, address: str) -> tuple[str, bool]:
    """The password for a reader, and whether it was agreed before.

    A suggestion is written down, so that it stays what was read out.
    """
    password, agreed = sealed.appraisals.password(cycle, address)
    if not password:
        password = new_password()
        sealed.appraisals.put_password(cycle, address, password, agreed=False)
    return password, agreed


def propose(*, sealed: SealedStore, cycle: int, address: str, secret: str) -> Changes:
    """Another password for a reader, as it is being typed: nothing else that is on the screen shows it."""
    sealed.appraisals.put_password(cycle, address, secret, agreed=False)
    return Changes.NOTHING


def check_strength(password: str, own_words: Sequence[str] = ()) -> None:
    """Raises ``UserError`` for one that protects nobody. ``own_words`` are its reader's name and address."""
    passphrases.check(password, own_words)


def check_password(
    person: Person, password: str, people: Sequence[Person], passwords: Mapping[str, str]
) -> None:
    """Raises ``UserError`` for one that is weak, too long for a PDF, or another reader's too (by address)."""
    try:
        check_strength(password, (person.name, person.email))
        if len(password.encode()) > _LONGEST:
            raise UserError(f"It is longer than {_LONGEST} bytes.")
    except UserError as problem:
        raise UserError(
            f"The password for {person.name}: {problem.message}", "A proposed one may be used as it is."
        ) from None
    if sum(passwords.get(other.email) == password for other in people) > 1:
        raise UserError(
            f"The password for {person.name} is somebody else's too.", "Each person has one of their own."
        )
