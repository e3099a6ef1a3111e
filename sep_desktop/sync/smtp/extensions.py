"""What a message needs of the server: room (RFC 1870), eight bits (RFC 6152), other letters (RFC 6531)."""

import re

from sep_desktop.sync.smtp.conversation import Conversation
from sep_desktop.sync.smtp.in_words import too_large

_BREAKS_A_COMMAND = re.compile(r"[\x00-\x20<>\x7f]")


def size_of(raw: bytes) -> int:
    """Bytes as RFC 1870 §3 counts them: with every line's end, without the dots that are only for the way."""
    return len(raw) if raw.endswith(b"\r\n") else len(raw) + 2


def objection_to_message(conversation: Conversation, raw: bytes) -> str:
    """Why the server could not take ``raw``, as a sentence with what to do; empty where it could."""
    size, limit = size_of(raw), _limit(conversation)
    if 0 < limit < size:
        return too_large(size, limit)
    if not _header(raw).isascii() and not conversation.offers("SMTPUTF8"):
        return (
            "The message has a name or a subject with letters that this mail server cannot carry: correct it."
        )
    if not raw.isascii() and not conversation.offers("8BITMIME"):
        return "The message has letters that this mail server cannot carry: hand it over in another way."
    return ""


def objection_to_address(conversation: Conversation, address: str) -> str:
    """Why the server could not be given ``address``, as a sentence with what to do; empty where it could."""
    if not address or _BREAKS_A_COMMAND.search(address):
        return f"{address!r} is no address that a mail server could be given: correct it."
    if not address.isascii() and not conversation.offers("SMTPUTF8"):
        return f"{address} has letters that this mail server does not take in an address: ask for another."
    return ""


def mail_parameters(conversation: Conversation, raw: bytes, addresses: tuple[str, ...]) -> str:
    """What follows the sender in MAIL: each parameter where it is offered and, but for SIZE, needed."""
    parameters = [f"SIZE={size_of(raw)}"] if conversation.offers("SIZE") else []
    if not raw.isascii():
        parameters.append("BODY=8BITMIME")
    if not _header(raw).isascii() or not "".join(addresses).isascii():
        parameters.append("SMTPUTF8")
    return "".join(f" {each}" for each in parameters)


def _limit(conversation: Conversation) -> int:
    """Bytes of the largest message; 0 where none is named (RFC 1870 §4)."""
    limit = next(iter(conversation.parameters("SIZE")), "")
    return int(limit) if limit.isascii() and limit.isdigit() else 0


def _header(raw: bytes) -> bytes:
    return raw.partition(b"\r\n\r\n")[0]
