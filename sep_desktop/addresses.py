"""Mail addresses, read by ``email-validator``, which is imported when the first address is read."""

import re
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from publicsuffixlist import PublicSuffixList

PERSONAL_MAIL = frozenset(
    {
        "gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "outlook.com", "live.com",
        "live.co.uk", "yahoo.com", "yahoo.co.uk", "ymail.com", "icloud.com", "me.com", "mac.com",
        "aol.com", "aol.co.uk", "btinternet.com", "talktalk.net", "sky.com", "virginmedia.com",
        "ntlworld.com", "blueyonder.co.uk", "proton.me", "protonmail.com", "gmx.com", "gmx.co.uk",
        "mail.com", "msn.com",
    }
)  # fmt: skip
"""Where people have mail of their own rather than a school's or a council's."""

_ANY_DOMAIN, _ANY_LOCAL = "sep.example", "somebody"
_THIS_COMPUTER = "localhost"


def parse_email(text: str) -> str:
    """One plain address (RFC 5321, no quoted local part), its domain in lower case and ASCII (IDNA 2008).

    Raises ``ValueError`` with the reason, a clause that completes "the address …".
    """
    address = text.strip()
    if re.search(r"\s|[\x00-\x1f]", address):
        raise ValueError("has a space or a line break in it")
    local, at, domain = address.rpartition("@")
    if not at:
        raise ValueError("has no @")
    if not local.isascii():
        raise ValueError("has a letter before the @ that mail servers do not accept")
    if not _domain_of(f"{local}@{_ANY_DOMAIN}"):
        raise ValueError("is not written as name@domain before the @")
    ascii_domain = domain if domain == _THIS_COMPUTER else _domain_of(f"{_ANY_LOCAL}@{domain}")
    if ascii_domain != _THIS_COMPUTER and not re.search(r"\.[^.]*[a-z][^.]*$", ascii_domain):
        raise ValueError("has a domain that cannot exist")
    return f"{local}@{ascii_domain}"


def _domain_of(address: str) -> str:
    """The domain in ASCII; empty for what is no address."""
    from email_validator import EmailNotValidError, validate_email

    try:
        parsed = validate_email(
            address,
            allow_smtputf8=False,
            allow_quoted_local=False,
            check_deliverability=False,  # without a network, and nobody is asked who is written to
            globally_deliverable=False,
        )
    except EmailNotValidError:
        return ""
    return str(parsed.ascii_domain).lower()


def mail_domain(address: str) -> str:
    """What stands behind the @, in lower case."""
    return address.rpartition("@")[2].lower()


@cache
def registered_domain(domain: str) -> str:
    """The part of a domain that one owner registered: ``council.gov.uk`` of ``mail.council.gov.uk``.

    Empty for what has many owners, as ``gov.uk`` and each ``*.sch.uk``, by the Public Suffix List.
    """
    return _public_suffixes().privatesuffix(domain.strip(".").lower()) or ""


@cache
def _public_suffixes() -> "PublicSuffixList":
    from publicsuffixlist import PublicSuffixList

    return PublicSuffixList()
