"""People around a school, their roles and their addresses."""

import re
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

PERSONAL_MAIL = frozenset(
    {
        "gmail.com", "googlemail.com", "hotmail.com", "hotmail.co.uk", "outlook.com", "live.com",
        "live.co.uk", "yahoo.com", "yahoo.co.uk", "ymail.com", "icloud.com", "me.com", "mac.com",
        "aol.com", "aol.co.uk", "btinternet.com", "talktalk.net", "sky.com", "virginmedia.com",
        "ntlworld.com", "blueyonder.co.uk", "proton.me", "protonmail.com", "gmx.com", "gmx.co.uk",
        "mail.com", "msn.com",
    }
)  # fmt: skip

_LOCAL = re.compile(r"[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+(\.[A-Za-z0-9!#$%&'*+/=?^_`{|}~-]+)*")
_LABEL = re.compile(r"(?!-)[A-Za-z0-9-]{1,63}(?<!-)")


@dataclass(frozen=True)
class Contact:
    """A person in a role at a school; ``urn`` is empty for the LA's own people."""

    role: Role
    name: str
    email: str
    urn: str = ""
    since: date | None = None
    confirmed: date | None = None


def parse_email(text: str) -> str:
    """One plain address (RFC 5321 without quoted local parts), its domain lower-cased and in ASCII (IDNA).

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
    if not _LOCAL.fullmatch(local) or len(local) > 64:
        raise ValueError("is not written as name@domain before the @")
    try:
        ascii_domain = domain.encode("idna").decode().lower()
    except UnicodeError:
        raise ValueError("has a domain that cannot exist") from None
    labels = ascii_domain.split(".")
    if (len(labels) < 2 and ascii_domain != "localhost") or not all(
        _LABEL.fullmatch(label) for label in labels
    ):
        raise ValueError("has a domain that cannot exist")
    return f"{local}@{ascii_domain}"


def mail_domain(address: str) -> str:
    """What stands behind the @, in lower case."""
    return address.rpartition("@")[2].lower()
