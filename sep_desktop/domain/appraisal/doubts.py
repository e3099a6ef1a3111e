"""Doubts: that a reader of a paper may be somebody who must not read it (7.4), by a likeness of both.

Nobody is refused for a likeness: namesakes exist. Somebody looks, and says so, before the paper goes.
"""

from collections.abc import Collection, Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from enum import StrEnum

from sep_desktop.addresses import PERSONAL_MAIL, mail_domain
from sep_desktop.domain.appraisal.panel import Person, may_read
from sep_desktop.domain.likeness import Likeness, address_likeness, domain_likeness, name_likeness
from sep_desktop.domain.people import Contact, Role
from sep_desktop.errors import UserError


class Matter(StrEnum):
    """What of two people is alike."""

    NAME = "name"
    ADDRESS = "address"
    DOMAIN = "domain"


@dataclass(frozen=True)
class Doubt:
    """``name`` at ``address`` is to read a paper; ``other`` in ``role`` must not, and is like them."""

    name: str = field(repr=False)
    address: str = field(repr=False)
    role: Role
    other: str = field(repr=False)
    other_address: str = field(repr=False)
    matter: Matter
    likeness: Likeness

    @property
    def sentence(self) -> str:
        """What somebody says who answers it: that the two are not one."""
        return _ANSWERS[self.matter].format(**{**vars(self), "role": self.role.in_a_sentence})

    def is_about(self, person: Person) -> bool:
        """Whether it is this reader, at this address, who is in doubt."""
        return (self.name, self.address) == (person.name, person.email)


_ANSWERS = {
    Matter.NAME: (
        "{name}, {address}, is not {other}, {role}, who must not read this. Their names are {likeness}."
    ),
    Matter.ADDRESS: (
        "{address} is read by {name} alone, and not by {other}, {role}, at {other_address}. "
        "The addresses are {likeness}."
    ),
    Matter.DOMAIN: (
        "Nobody but {name} reads {address}. Its mail domain and that of {other}, {role}, at {other_address} "
        "are {likeness}."
    ),
}


def doubts_about(people: Iterable[Person], contacts: Sequence[Contact]) -> tuple[Doubt, ...]:
    """Every doubt about these readers beside everybody known around the school, in their order.

    Whoever is the same as somebody who must not read is refused by ``panel.readers`` and in no doubt.
    """
    outside = [each for each in contacts if _is_outside_the_school(each, contacts)]
    return tuple(
        dict.fromkeys(
            doubt
            for person in people
            for contact in contacts
            if not may_read(person, contact)
            for doubt in _doubts(person, contact, contact in outside)
        )
    )


def unanswered(
    people: Iterable[Person], contacts: Sequence[Contact], answered: Collection[Doubt]
) -> tuple[Doubt, ...]:
    """The doubts about these readers to which nobody has said anything."""
    return tuple(doubt for doubt in doubts_about(people, contacts) if doubt not in answered)


def assert_answered(
    people: Iterable[Person], contacts: Sequence[Contact], answered: Collection[Doubt]
) -> tuple[Doubt, ...]:
    """The doubts about these readers, all of them answered. Raises ``UserError`` with those that are not."""
    people = tuple(people)
    if left := unanswered(people, contacts, answered):
        raise UserError(
            "Who reads this is not certain yet. " + " ".join(doubt.sentence for doubt in left),
            "Tick each of these sentences when it is true, or correct the address under People.",
        )
    return doubts_about(people, contacts)


def _is_outside_the_school(contact: Contact, contacts: Sequence[Contact]) -> bool:
    """The authority's own, and a role nobody decided about unless it has mail where the headteacher has."""
    if contact.role in (Role.HEADTEACHER, Role.CHAIR):
        return False
    at_school = {mail_domain(each.email) for each in contacts if each.role == Role.HEADTEACHER}
    is_authority = not contact.urn or contact.role == Role.HEAD_OF_SUPPORT
    return is_authority or mail_domain(contact.email) not in at_school


def _doubts(person: Person, contact: Contact, is_outside: bool) -> Iterator[Doubt]:
    by_address = address_likeness(person.email, contact.email)
    matters = {
        Matter.NAME: name_likeness(person.name, contact.name),
        Matter.ADDRESS: by_address,
        Matter.DOMAIN: _domain_likeness(person, contact) if is_outside and not by_address else None,
    }
    for matter, likeness in matters.items():
        if likeness:
            yield Doubt(
                person.name, person.email, contact.role, contact.name, contact.email, matter, likeness
            )


def _domain_likeness(person: Person, contact: Contact) -> Likeness | None:
    domain = mail_domain(person.email)
    return None if domain in PERSONAL_MAIL else domain_likeness(domain, mail_domain(contact.email))
