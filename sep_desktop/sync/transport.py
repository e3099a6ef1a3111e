"""What a connection to a mail server has to offer, and what it may answer."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Protocol

from sep_desktop.domain.outbox import State
from sep_desktop.errors import EnvironmentProblem


class NoConnection(EnvironmentProblem):
    """The server cannot be reached now. Try again later."""


class NotPrivate(EnvironmentProblem):
    """The connection cannot be verified; nothing was sent and nothing will be until it can."""


class LoginRefused(EnvironmentProblem):
    """The server refused the name or password.

    The run stops after one attempt: more would lock the account.
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
        """Raises ``NoConnection``, ``NotPrivate`` or ``LoginRefused``."""

    def submit(
        self, sender: str, recipients: Sequence[str], raw: bytes, handing_over: HandingOver
    ) -> Outcomes:
        """Hand one message over; an outcome for every recipient. Never raises for what the server does."""

    def close(self) -> None:
        """Say goodbye; what the server answers to it changes nothing."""
