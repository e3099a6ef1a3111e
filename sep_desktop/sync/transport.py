"""What a connection to a mail server has to offer, and what it may answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sep_desktop.domain.outbox import State
from sep_desktop.errors import EnvironmentProblem


class NoConnection(EnvironmentProblem):
    """The server cannot be reached now. Try again later."""


class Abandoned(NoConnection):
    """Sending was stopped from here, by ``Transport.abandon``."""

    def __init__(self) -> None:
        super().__init__("Sending was stopped.", "What had not gone waits to be sent.")


class NotPrivate(EnvironmentProblem):
    """The connection cannot be verified; nothing was sent and nothing will be until it can."""


class LoginRefused(EnvironmentProblem):
    """The server refused the name or password, or wants some.

    The run stops after one attempt: more would lock the account.
    """


class PasswordsRefused(LoginRefused):
    """The organisation lets no program log in with a password: no other password will help."""


class SenderRefused(EnvironmentProblem):
    """The server takes no mail from the user's own address.

    It is no fault of the recipients, and would be the same for every message: the run stops, nothing was
    sent, and all that waits can be sent once the address or the account is corrected.
    """


@dataclass(frozen=True)
class Outcome:
    """What became of one address, with the server's own words."""

    state: State
    reply: str = field(repr=False)


Outcomes = Mapping[str, Outcome]
HandingOver = Callable[[Outcomes], None]
"""Called before the final dot with the addresses already refused or put off.

From here on nothing may be sent twice. What it raises stops the message before the dot.
"""


class Transport(Protocol):
    """Opened once a run, used for every message of it, closed at the end."""

    def open(self) -> None:
        """Raises ``NoConnection``, ``NotPrivate`` or ``LoginRefused``; ``Abandoned`` after ``abandon``."""

    def submit(
        self, sender: str, recipients: Sequence[str], raw: bytes, handing_over: HandingOver
    ) -> Outcomes:
        """Hand one message over; an outcome for every recipient.

        Raises before the final dot alone, and then nothing was sent: what ``open`` raises where the line has
        to be opened, ``SenderRefused`` or ``LoginRefused`` for what concerns every message, and whatever
        ``handing_over`` raises. After ``abandon`` it raises ``Abandoned``.
        """

    def close(self) -> None:
        """Say goodbye; what the server answers to it changes nothing."""

    def abandon(self) -> None:
        """Give up, for good. May be called from any thread, at any moment, more than once; returns at once.

        The conversation under way ends within a second. What ``submit`` then gives is the truth: ``retry``
        for whom the final dot was not sent, ``unknown`` where it was and nothing had been answered, and what
        was answered where it had. ``open`` and ``submit`` raise ``Abandoned`` from then on.
        """
