"""A transport in memory whose server follows a script, for the outbox machine."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Protocol

from sep_desktop.domain.outbox import State
from sep_desktop.sync.transport import HandingOver, NoConnection, Outcome, Outcomes
from tests.faults.counting import Piece, piece
from tests.faults.outbox_model import Delivery

REFUSALS = {"550": Outcome(State.REFUSED, "550 no"), "450": Outcome(State.RETRY, "450 later")}
FINALS = {
    "250": Outcome(State.ACCEPTED, "250 stored"),
    "451": Outcome(State.RETRY, "451 later"),
    "554": Outcome(State.REFUSED, "554 no"),
    "lost": Outcome(State.UNKNOWN, "The line broke."),
    "stored": Outcome(State.UNKNOWN, "The line broke."),
    "abandoned": Outcome(State.UNKNOWN, "Stopped."),
    "killed, lost": Outcome(State.UNKNOWN, ""),
    "killed, stored": Outcome(State.UNKNOWN, ""),
}
"""What becomes of a message after the dot."""

ARRIVES = "250", "stored", "killed, stored"


class Watcher(Protocol):
    """Whoever compares what is submitted with what should be."""

    expected: dict[int, set[str]]

    def concerned(self, one: Piece, submitted: set[int]) -> list[Delivery]:
        """The deliveries that a transaction is for. Raises ``AssertionError`` where one must not leave."""

    def expect(self, deliveries: Sequence[Delivery], outcomes: Outcomes) -> None:
        """What the server said of them."""

    def begin_to_weigh(self, weighed: Sequence[Delivery], header: Sequence[str]) -> None:
        """The dot is on its way, after a header that names these."""

    def arrive(self, one: Piece) -> None:
        """The server has it."""


class Killed(BaseException):
    """The process is gone at this point."""


@dataclass
class Script:
    """What the server says to each address, and to the dot; what is done while it weighs."""

    refused: Mapping[str, str] = field(default_factory=dict)
    final: str = "250"
    at_the_dot: Callable[[], None] | None = None
    is_there: bool = True


class ModelServer:
    """A transport whose server follows a script; whoever it is given is checked against the model first."""

    def __init__(self, machine: Watcher, script: Script) -> None:
        self._machine, self._script = machine, script
        self.submitted: set[int] = set()
        self.is_stopped = not script.is_there

    def open(self) -> None:
        """As the script has it; once abandoned, never again."""
        if self.is_stopped:
            raise NoConnection("Nothing answers.", "Try again later.")

    def close(self) -> None:
        """Nothing to do."""

    def submit(
        self, sender: str, recipients: Sequence[str], raw: bytes, handing_over: HandingOver
    ) -> Outcomes:
        """One message, by the script."""
        script, machine = self._script, self._machine
        one = piece(recipients, raw)
        concerned = machine.concerned(one, self.submitted)
        self.submitted |= {each.number for each in concerned}
        settled = {to: REFUSALS[script.refused[to]] for to in recipients if to in script.refused}
        weighed = [each for each in concerned if each.address not in settled]
        if not weighed:
            machine.expect(concerned, settled)
            return settled
        handing_over(settled)
        machine.begin_to_weigh(weighed, one.header)
        answered = [each for each in concerned if each not in weighed]
        for each in answered:  # what was said to RCPT is written down before the dot
            each.state = settled[each.address].state.value
        if script.final in ARRIVES:
            machine.arrive(replace(one, envelope=tuple(dict.fromkeys(each.address for each in weighed))))
        if script.at_the_dot:
            deed, script.at_the_dot = script.at_the_dot, None
            deed()
        machine.expected.update((each.number, {each.state}) for each in answered)
        if script.final.startswith("killed"):
            raise Killed
        self.is_stopped |= script.final == "abandoned"
        final = FINALS[script.final]
        machine.expect(weighed, {each.address: final for each in weighed})
        return {**dict.fromkeys(recipients, final), **settled}
