"""What came of a round where the mail arrived: what somebody has there, how often, and who is told of it."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.utils import getaddresses
from hashlib import sha256

from tests.faults.case import Tally


def total(rounds: Iterable[tuple[str, Callable[[], Tally]]]) -> Tally:
    """All of them together, each by its name. Raises ``AssertionError`` with everything that went otherwise."""
    tally, wrong = Tally(), []
    for name, work in rounds:
        try:
            one = work()
        except AssertionError as problem:
            wrong.append(f"{name}: {problem}")
            continue
        tally += one
        if not one.is_clean:
            tally += Tally(also=Counter({f"wrong at {name}": 1}))
    assert not wrong, "\n".join(["", *wrong, *tally.also])
    return tally


@dataclass(frozen=True)
class Piece:
    """One message as a server or a folder has it: for whom by the envelope, for whom by the header, and what."""

    envelope: tuple[str, ...]
    header: tuple[str, ...]
    paper: str
    identifier: str
    date: str
    sha256: str


def piece(recipients: Iterable[str], raw: bytes) -> Piece:
    """A message read by the standard library alone; ``paper`` is a digest of what is attached."""
    message = message_from_bytes(raw)
    named = [str(value) for head in ("To", "Cc", "Bcc", "Resent-To") for value in message.get_all(head, [])]
    attached = [part.get_payload(decode=True) for part in message.walk() if part.get_filename()]
    return Piece(
        tuple(recipients),
        tuple(address for _, address in getaddresses(named)),
        sha256(b"".join(attached)).hexdigest(),
        str(message["Message-ID"]),
        str(message["Date"]),
        sha256(raw).hexdigest(),
    )


def copies(pieces: Iterable[Piece]) -> Counter[tuple[str, str]]:
    """How often each address has each paper."""
    return Counter((address, each.paper) for each in pieces for address in each.envelope)


def twice(pieces: Iterable[Piece], chosen: int = 0) -> int:
    """How many copies are one too many, where ``chosen`` were asked for by somebody."""
    return max(0, sum(count - 1 for count in copies(pieces).values()) - chosen)


def strangers(pieces: Iterable[Piece], allowed: Collection[str]) -> int:
    """How many addresses have, or are told in a header of, something that is not for them."""
    reached = [address for each in pieces for address in {*each.envelope, *each.header}]
    return sum(address not in allowed for address in reached)
