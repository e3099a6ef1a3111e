"""Who may read a paper of performance management: the headteacher and the nominated governors, and nobody
else (7.4).

``Reader`` is not ``Role``: no value of it stands for the local authority, and the Chair of Governors has none
either. The chair reads as a nominated governor or not at all.
"""

import json
from collections.abc import Callable, Iterable, Sequence
from dataclasses import asdict, dataclass, field, replace
from enum import StrEnum

from sep_desktop.addresses import PERSONAL_MAIL, mail_domain, parse_email
from sep_desktop.domain.likeness import Likeness, address_likeness, name_likeness
from sep_desktop.domain.people import Contact, Role
from sep_desktop.domain.wording import one_line
from sep_desktop.errors import UserError

FEWEST, MOST = 2, 3
_SHARED = frozenset(
    {"office", "admin", "clerk", "info", "enquiries", "reception", "governors", "secretary", "school", "mail"}
)


class Reader(StrEnum):
    HEADTEACHER = "headteacher"
    GOVERNOR = "nominated governor"


CEILING = frozenset({Reader.HEADTEACHER, Reader.GOVERNOR})
"""Who may ever read a paper, beside the SEP who writes it (7.4). A policy may name fewer, never more."""

READER_NAMES = {Reader.HEADTEACHER: "Headteacher", Reader.GOVERNOR: "Nominated governor"}


@dataclass(frozen=True)
class Person:
    """Somebody on the panel. ``chair`` says that this nominated governor is the Chair of Governors too."""

    reader: Reader
    name: str = field(default="", repr=False)
    email: str = field(default="", repr=False)
    chair: bool = False


def panel_of(text: str) -> tuple[Person, ...]:
    """The panel from its stored text."""
    rows = json.loads(text or "[]")
    return tuple(
        Person(
            Reader(each["reader"]),
            str(each.get("name", "")),
            str(each.get("email", "")),
            bool(each.get("chair")),
        )
        for each in rows
    )


def store_panel(panel: Iterable[Person]) -> str:
    """The stored text of a panel, each name and address on one line."""
    return json.dumps(
        [{**asdict(each), "name": one_line(each.name), "email": one_line(each.email)} for each in panel],
        ensure_ascii=False,
    )


def trouble_with(panel: Sequence[Person]) -> list[str]:
    """What the panel itself lacks, as sentences."""
    heads = [each for each in panel if each.reader is Reader.HEADTEACHER and each.name.strip()]
    governors = [each for each in panel if each.reader is Reader.GOVERNOR and each.name.strip()]
    lacking = [] if len(heads) == 1 else ["The headteacher is not entered."]
    if not FEWEST <= len(governors) <= MOST:
        entered = f"{len(governors)} {'is' if len(governors) == 1 else 'are'} entered"
        lacking.append(f"There have to be {FEWEST} or {MOST} nominated governors; {entered}.")
    return lacking


def readers(
    panel: Sequence[Person], contacts: Iterable[Contact], allowed: frozenset[Reader] = CEILING
) -> tuple[Person, ...]:
    """Those of the panel who are ``allowed``, each with a usable address of their own, the headteacher first.

    Nobody but those of ``CEILING`` is ever among them, whoever is allowed.

    Raises ``UserError`` that names everything that stands in the way: above all an address of the local
    authority, or of a chair who is not a nominated governor.
    """
    known = tuple(contacts)
    troubles = trouble_with(panel) + [trouble for each in panel if (trouble := objection(each, panel, known))]
    if troubles:
        raise UserError(" ".join(troubles), "Put it right under People.")
    usable = [Person(each.reader, each.name, parse_email(each.email), each.chair) for each in panel]
    may_read = [each for each in usable if each.reader in allowed & CEILING]
    return tuple(sorted(may_read, key=lambda each: each.reader is not Reader.HEADTEACHER))


def objection(person: Person, panel: Sequence[Person], known: Sequence[Contact]) -> str:
    """Why this person cannot be sent to, as a sentence; empty when nothing speaks against it."""
    if not person.email.strip():
        return f"{person.name or 'Somebody'} has no e-mail address."
    try:
        address = parse_email(person.email)
    except ValueError as reason:
        return f"The address of {person.name} {reason}."
    if sum(address_likeness(address, each.email) is Likeness.SAME for each in panel) > 1:
        return f"{address} stands for two people; each paper is for one named person."
    return _not_theirs(person, address, known)


def on_panel(panel: Iterable[Person], reader: Reader, name: str, address: str) -> Person | None:
    """Who was written to as ``reader``, at the address as it was used; ``None`` where nobody is."""
    same = (each for each in panel if (each.reader, each.name) == (reader, name) and _is_at(each, address))
    return next((replace(each, email=address) for each in same), None)


def _is_at(person: Person, address: str) -> bool:
    """Whether this is the person's own address, however it was typed."""
    try:
        return parse_email(person.email) == address
    except ValueError:
        return False


def _anybody(person: Person) -> bool:  # noqa: ARG001 -- one signature for all rules
    return True


def _is_chair_on_the_panel(person: Person) -> bool:
    return person.reader is Reader.GOVERNOR and person.chair


def _nobody(person: Person) -> bool:  # noqa: ARG001
    return False


@dataclass(frozen=True)
class _Rule:
    """When somebody who holds a role outside may read, and what is said of them when they may not."""

    may_read: Callable[[Person], bool]
    refusal: str


_MAY_READ = {
    Role.HEADTEACHER: _Rule(_anybody, ""),
    Role.CHAIR: _Rule(
        _is_chair_on_the_panel,
        "is the Chair of Governors, who reads this only as a nominated governor; tick that, or correct the "
        "address.",
    ),
    Role.HEAD_OF_SUPPORT: _Rule(_nobody, "is the local authority's {name}; nothing of this goes there."),
}
"""Whether somebody in a role may be a reader. A role that is not here may not (7.4)."""

_NOBODY_DECIDED = _Rule(_nobody, "holds the role of {role}, which reads nothing of this.")


def may_read(person: Person, contact: Contact) -> bool:
    """Whether somebody on the panel may read if they are this contact.

    A role that nobody decided about may not."""
    return _MAY_READ.get(contact.role, _NOBODY_DECIDED).may_read(person)


def _not_theirs(person: Person, address: str, known: Sequence[Contact]) -> str:
    """Whether the name or address is that of somebody who must not read it."""
    for contact in known:
        if _is_same(person, address, contact) and not may_read(person, contact):
            rule = _MAY_READ.get(contact.role, _NOBODY_DECIDED)
            refusal = rule.refusal.format(name=contact.name, role=contact.role)
            return f"{person.name}, {address}, {refusal}"
    return ""


def _is_same(person: Person, address: str, contact: Contact) -> bool:
    same_address = address_likeness(address, contact.email) is Likeness.SAME
    return same_address or name_likeness(person.name, contact.name) is Likeness.SAME


def remarks(people: Sequence[Person], contacts: Iterable[Contact], own: str) -> list[str]:
    """Sentences to read before sending.

    Shared mailboxes, personal mail, addresses of two readers that are alike, one's own, and an address that
    differs from People.
    """
    known = {each.role: each for each in contacts}
    sentences: list[str] = []
    for at, each in enumerate(people):
        if each.email.partition("@")[0].lower() in _SHARED:
            sentences.append(f"{each.email} looks like a mailbox that several people read.")
        if mail_domain(each.email) in PERSONAL_MAIL:
            sentences.append(f"{each.email} is a personal mail account.")
        if address_likeness(each.email, own):
            sentences.append(f"{each.email} is your own address, or like it.")
        sentences += [
            f"{each.email} and {other.email} are alike ({likeness}); each paper is for one person."
            for other in people[at + 1 :]
            if (likeness := address_likeness(each.email, other.email))
        ]
    head = known.get(Role.HEADTEACHER)
    entered = next((each for each in people if each.reader is Reader.HEADTEACHER), None)
    if head and entered and head.email and address_likeness(head.email, entered.email) is not Likeness.SAME:
        sentences.append(f"The school's page has another address for the headteacher: {head.email}.")
    return sentences
