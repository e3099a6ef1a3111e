"""A queued message as it goes out: one text, one attachment, its recipients together.

They are meant to know of each other: the text says who may read it. What it carries is the PDF of its own
kind and nothing else (docs/decisions/0011).
"""

import base64
import re
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from email import charset, policy
from email.mime.application import MIMEApplication
from email.mime.multipart import MIMEMultipart
from email.mime.text import MIMEText
from email.utils import format_datetime, getaddresses

from sep_desktop.addresses import parse_email
from sep_desktop.domain.outbox import Message, MessageOf, Pdf, RoleDelivery
from sep_desktop.domain.wording import listed, one_line
from sep_desktop.errors import UserError
from sep_desktop.sync.headers import folded, mailbox_tokens, parameter_tokens, text_tokens

_NOT_IN_NAMES = re.compile(r"[,;:<>@\"()\[\]\\=?]")
_ON_THE_WIRE = policy.compat32.clone(linesep="\r\n", max_line_length=None)
"""Fields come folded. The structured policies take three times as long, and lose quotes when they fold."""

_READABLE = charset.Charset("utf-8")
_READABLE.body_encoding = charset.QP
_IN_ITS_PLACE = b"the attachment stands here"
"""``email`` writes an attachment line by line, which takes longer than sending it: ours is put in whole."""


@dataclass(frozen=True)
class Sender:
    """Who writes, and where answers go. ``address`` has passed ``parse_email``."""

    name: str = field(repr=False)
    address: str = field(repr=False)

    @classmethod
    def of(cls, name: str, address: str) -> "Sender":
        """Raises ``UserError`` for a missing or unusable address."""
        try:
            return cls(one_line(name), parse_email(address))
        except ValueError as reason:
            raise UserError(
                f"Your own address {reason}." if address else "Your own e-mail address is not entered yet.",
                "Enter it in Settings, Me.",
            ) from None


@dataclass(frozen=True)
class Envelope:
    """What stands on the outside: who, what about, and the attachment's name.

    ``mailboxes`` are names with addresses.
    """

    identifier: str
    subject: str
    mailboxes: tuple[tuple[str, str], ...] = field(repr=False)
    attachment: str


def build(
    message: MessageOf[Pdf],
    pdf: Pdf,
    sender: Sender,
    now: datetime,
    people: Sequence[RoleDelivery],
    *,
    unsent: bool = False,
) -> bytes:
    """The RFC 5322 bytes of a message to ``people`` and nobody else. ``unsent`` as for ``assemble``.

    Raises ``TypeError`` for a PDF of any other kind.
    """
    part = message.part
    if not isinstance(pdf, part.carries):
        raise TypeError(f"a {part.kind} carries a {part.carries.__name__}, not a {type(pdf).__name__}")
    envelope = Envelope(
        message.identifier,
        message.subject,
        tuple((each.name, each.address) for each in people),
        message.file_name,
    )
    return assemble(envelope, _body(message, sender), pdf, sender, now, unsent=unsent)


def assemble(
    envelope: Envelope, body: str, pdf: bytes, sender: Sender, now: datetime, *, unsent: bool = False
) -> bytes:
    """One text, one attachment. ``unsent`` marks a draft that a mail program opens (X-Unsent).

    Raises ``RuntimeError`` when the header would read as other addresses than those of the envelope.
    """
    to = _mailboxes("To", envelope.mailboxes)
    if [address for _, address in getaddresses([to])] != [address for _, address in envelope.mailboxes]:
        raise RuntimeError("a name would be read as an address")
    message = MIMEMultipart(policy=_ON_THE_WIRE)
    message["Message-ID"], message["Date"] = envelope.identifier, format_datetime(now)
    for header in ("From", "Reply-To"):
        message[header] = _mailboxes(header, [(sender.name, sender.address)])
    message["To"] = to
    message["Subject"] = folded("Subject", text_tokens(one_line(envelope.subject)))
    if unsent:
        message["X-Unsent"] = "1"
    message.attach(MIMEText(body, "plain", _READABLE))  # type: ignore[arg-type]  # a Charset is what it takes
    paper = MIMEApplication(_IN_ITS_PLACE, "pdf")
    parameters = parameter_tokens("filename", one_line(envelope.attachment))
    paper["Content-Disposition"] = folded(
        "Content-Disposition", ["attachment;", *(f"{each};" for each in parameters[:-1]), parameters[-1]]
    )
    message.attach(paper)
    before, _, after = message.as_bytes().rpartition(base64.b64encode(_IN_ITS_PLACE))
    return before + base64.encodebytes(pdf).rstrip().replace(b"\n", b"\r\n") + after


def _mailboxes(field: str, people: Sequence[tuple[str, str]]) -> str:
    """``Name <address>, …``, each name without anything that could be read as another address."""
    tokens: list[str] = []
    for name, address in people:
        if tokens:
            tokens[-1] += ","
        tokens += mailbox_tokens(" ".join(_NOT_IN_NAMES.sub(" ", one_line(name))[:60].split()), address)
    return folded(field, tokens)


def _body(message: Message, sender: Sender) -> str:
    paragraphs = (
        *message.part.opening(one_line(message.school)),
        f"It goes to {listed([role.in_a_sentence for role in message.readers])}, and to nobody else. "
        "If it has reached you by mistake, please delete it and tell me.",
        one_line(sender.name),
    )
    return "\n\n".join(each for each in paragraphs if each) + "\n"
