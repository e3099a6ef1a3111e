"""The distribution list of a report, and what to look at twice before it is sent."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime

from sep_desktop.addresses import PERSONAL_MAIL, mail_domain, parse_email
from sep_desktop.domain.academic_year import Calendar
from sep_desktop.domain.likeness import Likeness, address_likeness, domain_likeness
from sep_desktop.domain.people import Contact, Role
from sep_desktop.domain.wording import day
from sep_desktop.errors import UserError


@dataclass(frozen=True)
class Recipient:
    """One person of the list. ``address`` has passed ``parse_email``."""

    role: Role
    name: str = field(repr=False)
    address: str = field(repr=False)

    @property
    def role_name(self) -> str:
        """The role as it stands on a report."""
        return self.role.in_words


def distribution_list(
    roles: Sequence[Role], contacts: Iterable[Contact], school: str
) -> tuple[Recipient, ...]:
    """Exactly those who hold the roles that the authority's policy names (7.7), in its order.

    Raises ``UserError`` that names every role which has nobody, or no usable address.
    """
    by_role = {contact.role: contact for contact in contacts}
    missing = [trouble for role in roles if (trouble := _trouble(role, by_role.get(role)))]
    if missing:
        raise UserError(
            f"The report on {school} cannot be addressed: {'; '.join(missing)}.",
            "Put it right under People on the school's page.",
        )
    return tuple(Recipient(role, by_role[role].name, parse_email(by_role[role].email)) for role in roles)


def _trouble(role: Role, contact: Contact | None) -> str:
    if contact is None or not contact.name.strip():
        return f"no {role.in_words} is known"
    if not contact.email.strip():
        return f"the {role.in_words}, {contact.name}, has no e-mail address"
    try:
        parse_email(contact.email)
    except ValueError as reason:
        return f"the {role.in_words}'s address {reason}"
    return ""


def remarks(
    recipients: Sequence[Recipient], used_before: frozenset[str], now: datetime, calendar: Calendar
) -> list[str]:
    """Sentences to read before sending: new address, personal mail, two people at one address, the hour."""
    sentences = [
        f"{each.address} has not been used for this school before."
        for each in recipients
        if each.address not in used_before
    ]
    sentences += [
        f"{each.address} is a personal mail account, not one of a school or council."
        for each in recipients
        if mail_domain(each.address) in PERSONAL_MAIL
    ]
    addresses = [each.address.lower() for each in recipients]
    sentences += [
        f"{address} stands for more than one person."
        for address in dict.fromkeys(addresses)
        if addresses.count(address) > 1
    ]
    return sentences + _about_the_hour(now, calendar)


def remarks_on_likeness(
    recipients: Sequence[Recipient], contacts: Iterable[Contact], used_before: frozenset[str], website: str
) -> list[str]:
    """Sentences about addresses that are like another role's, one used before, or the school's own domain.

    Each pair is spoken of once. ``website`` as the register has it; empty where it is silent.
    """
    known = [(contact.email, f"that of {contact.role.in_a_sentence}") for contact in contacts]
    known += [(address, "one used for this school before") for address in sorted(used_before)]
    own = [each.address for each in recipients]
    sentences: dict[frozenset[str], str] = {}
    for address in own:
        for other, whose in known:
            likeness = address_likeness(address, other)
            if likeness is None:
                likeness = _slip_of_domain(mail_domain(address), mail_domain(other))
            if likeness and likeness is not Likeness.SAME:
                said = f"{address} is like {other}, {whose}: they are {likeness}. One may be a slip."
                sentences.setdefault(frozenset((address, other)), said)
    site = _host(website)
    slips = {each: _slip_of_domain(mail_domain(each), site) for each in own}
    return [
        *sentences.values(),
        *(
            f"{address} is at a domain like that of the school's website, {site}: they are {likeness}."
            for address, likeness in slips.items()
            if likeness
        ),
    ]


def _slip_of_domain(domain: str, other: str) -> Likeness | None:
    """How a domain may be mistaken for another. One below the other is no mistake."""
    likeness = domain_likeness(domain, other)
    return likeness if likeness in (Likeness.LOOKS_ALIKE, Likeness.ONE_LETTER) else None


def _host(website: str) -> str:
    """The domain of a website, as the register writes it: with or without a scheme and ``www``."""
    return (
        website.strip()
        .lower()
        .partition("://")[2 if "://" in website else 0]
        .split("/")[0]
        .removeprefix("www.")
    )


def _about_the_hour(now: datetime, calendar: Calendar) -> list[str]:
    today = now.date()
    if calendar.in_holiday(today):
        return [
            f"{day(today)} is in the school holidays; the report may lie unread, or worry somebody on leave."
        ]
    if name := calendar.bank_holiday(today):
        return [f"{day(today)} is a bank holiday ({name}); nobody at the school may be there to talk to."]
    if now.weekday() == 4 and now.hour >= 12:
        return ["It is Friday afternoon; on Monday morning somebody will be there to talk to."]
    if calendar.last_days_of_term(today):
        return ["These are the last days of term; the report may lie unread until the next one."]
    return ["It is the weekend; nobody at the school may be there to talk to."] if now.weekday() > 4 else []
