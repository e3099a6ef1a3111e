"""A queued report as the message that goes out: one message, one attachment, the three recipients together.

They are meant to know of each other: the distribution list is printed on the report (clause 7.7).
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from email import message_from_bytes, policy
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime

from sep_desktop.domain.outbox import Delivery
from sep_desktop.domain.people import parse_email
from sep_desktop.domain.wording import day, one_line
from sep_desktop.errors import UserError
from sep_desktop.storage.outbox import Parcel

_NOT_IN_NAMES = re.compile(r"[,;:<>@\"()\[\]\\=?]")
_IN_ITS_PLACE = b"the attachment stands here"
"""``email`` writes an attachment line by line, which takes longer than sending it: ours is put in whole."""


@dataclass(frozen=True)
class Sender:
    """Who writes, and where answers go. ``address`` has passed ``parse_email``."""

    name: str
    address: str

    @classmethod
    def of(cls, name: str, address: str) -> "Sender":
        """Raises ``UserError`` for a missing or unusable address."""
        try:
            return cls(one_line(name), parse_email(address))
        except ValueError as reason:
            raise UserError(f"Your own address {reason}." if address else "Your own e-mail address is not entered yet.", "Enter it in Settings, Me.") from None


def filename(parcel: Parcel) -> str:
    """``report-100001-2026-11-04-v1-7.pdf``, the last number the message's own: it says which, and gives nothing away."""
    return f"report-{parcel.urn}-{parcel.completed:%Y-%m-%d}-v{parcel.number}-{parcel.id}.pdf"


def build(parcel: Parcel, pdf: bytes, sender: Sender, now: datetime, people: Sequence[Delivery], unsent: bool = False) -> bytes:
    """The RFC 5322 bytes to ``people`` and nobody else. ``unsent`` marks a draft that a mail program opens (X-Unsent).

    Raises ``RuntimeError`` when the header would read as other addresses than theirs.
    """
    message = EmailMessage(policy=policy.SMTP)
    message["Message-ID"] = parcel.identifier
    message["Date"] = format_datetime(now)
    message["From"] = _address(sender.name, sender.address)
    message["To"] = tuple(_address(each.name, each.address) for each in people)
    message["Reply-To"] = _address(sender.name, sender.address)
    message["Subject"] = one_line(parcel.subject)
    if unsent:
        message["X-Unsent"] = "1"
    message.set_content(_body(parcel, sender))
    message.add_attachment(_IN_ITS_PLACE, maintype="application", subtype="pdf", filename=filename(parcel))
    before, _, after = message.as_bytes().rpartition(base64.b64encode(_IN_ITS_PLACE))
    read = message_from_bytes(before, policy=policy.default)["To"]
    if [each.addr_spec for each in read.addresses] != [each.address for each in people]:
        raise RuntimeError("a name would be read as an address")
    return before + base64.encodebytes(pdf).rstrip().replace(b"\n", b"\r\n") + after


def _address(name: str, address: str) -> Address:
    """A mailbox whose name holds nothing that could be read as another: long quoted names lose their quotes when folded."""
    local, _, domain = address.rpartition("@")
    return Address(" ".join(_NOT_IN_NAMES.sub(" ", one_line(name))[:48].split()), local, domain)


def _body(parcel: Parcel, sender: Sender) -> str:
    version = f"This is version {parcel.number} and takes the place of every earlier one." if parcel.number > 1 else ""
    lines = [
        f"Attached is the report on {one_line(parcel.school)}, completed on {day(parcel.completed.date())}.",
        version,
        "It goes to the headteacher, the Chair of Governors and the Head of School Support & Challenge, and to nobody else. "
        "If it has reached you by mistake, please delete it and tell me.",
        one_line(sender.name),
    ]
    return "\n\n".join(line for line in lines if line) + "\n"
