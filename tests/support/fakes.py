"""Stand-ins with switches for the outside world."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from sep_desktop.domain.outbox import State
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.storage.os_keyring import KeyringLocked
from sep_desktop.storage.store import Store
from sep_desktop.sync.message import Sender
from sep_desktop.sync.transport import Abandoned, HandingOver, Outcome, Outcomes

PASSPHRASE = "correct horse battery"
SENDER = Sender("Ada Penrose", "ada.penrose@sep.example")


@dataclass
class Opened:
    store: Store
    code: str


@dataclass
class FakeKeyring:
    """Keeps secrets in memory; may be locked."""

    secrets: dict[str, str] = field(default_factory=dict)
    locked: bool = False

    def _check(self) -> None:
        if self.locked:
            raise KeyringLocked(
                "The computer's keyring is locked, or refused.", "Unlock it, or type the password when asked."
            )

    def read(self, name: str) -> str | None:
        self._check()
        return self.secrets.get(name)

    def write(self, name: str, secret: str) -> None:
        self._check()
        self.secrets[name] = secret

    def forget(self, name: str) -> None:
        self._check()
        self.secrets.pop(name, None)


@dataclass
class FakeTransport:
    """Answers as it is told; remembers what it was given."""

    answer: State = State.ACCEPTED
    reply: str = "250 ok"
    per_address: dict[str, Outcome] = field(default_factory=dict)
    fails_to_open: EnvironmentProblem | None = None
    sent: list[tuple[tuple[str, ...], bytes]] = field(default_factory=list)
    opened: int = 0
    closed: int = 0
    abandoned: bool = False

    def open(self) -> None:
        self.opened += 1
        if self.abandoned:
            raise Abandoned
        if self.fails_to_open:
            raise self.fails_to_open

    def submit(
        self, sender: str, recipients: Sequence[str], raw: bytes, handing_over: HandingOver
    ) -> Outcomes:
        if self.abandoned:
            raise Abandoned
        refused = {each: outcome for each, outcome in self.per_address.items() if each in recipients}
        handing_over(refused)
        self.sent.append((tuple(each for each in recipients if each not in refused), raw))
        return {**{each: Outcome(self.answer, self.reply) for each in recipients}, **refused}

    def close(self) -> None:
        self.closed += 1

    def abandon(self) -> None:
        self.abandoned = True
