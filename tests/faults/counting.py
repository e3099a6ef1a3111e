"""What a round of a case counts: what was acknowledged, and what came of it where the mail arrived."""

from collections import Counter
from collections.abc import Callable, Collection, Iterable
from dataclasses import dataclass
from email import message_from_bytes
from email.utils import getaddresses
from hashlib import sha256


@dataclass(frozen=True)
class Counts:
    """``acknowledged`` writes and deliveries of a round; of those ``lost``, ``duplicated``, ``leaked``.

    A delivery is acknowledged when the store says that it was accepted, and lost when no server has it. It is
    duplicated when a server has it more often than somebody chose, and leaked when an address, a byte of a
    paper or a password reached somebody who should not have it.
    """

    acknowledged: int = 0
    lost: int = 0
    duplicated: int = 0
    leaked: int = 0

    def __add__(self, other: "Counts") -> "Counts":
        return Counts(
            self.acknowledged + other.acknowledged,
            self.lost + other.lost,
            self.duplicated + other.duplicated,
            self.leaked + other.leaked,
        )

    def assert_nothing_wrong(self, about: str) -> "Counts":
        """The counts themselves. Raises ``AssertionError`` naming ``about`` for any but acknowledged."""
        assert (self.lost, self.duplicated, self.leaked) == (0, 0, 0), f"{about}: {self}"
        return self


NOTHING = Counts()


def total(rounds: Iterable[tuple[str, Callable[[], Counts]]]) -> Counts:
    """All of them together, each by its name. Raises ``AssertionError`` with everything that went wrong."""
    counts, wrong = NOTHING, []
    for name, work in rounds:
        try:
            counts += work().assert_nothing_wrong("counted")
        except AssertionError as problem:
            wrong.append(f"{name}: {problem}")
    assert not wrong, "\n".join(["", *wrong])
    return counts


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
