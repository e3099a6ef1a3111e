"""Hands what waits in a queue to the mail server and writes down what it said.

A pure loop: no threads, no Qt, and no knowledge of what kind of message it is. ``handing over`` is durable
before the final dot; found at start it means that we were cut off there, and becomes ``unknown``, which is
never sent again by itself. One bad message or address does not stop the others; no connection, no privacy or
a refused login stops the run.
"""

import random
import threading
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Generic

from sep_desktop.clock import Clock
from sep_desktop.domain.outbox import (
    IN_WORDS,
    NAMED_TO_OTHERS,
    SENDABLE,
    State,
    is_due,
    next_attempt,
    replaced_by,
)
from sep_desktop.domain.wording import plural, sentence
from sep_desktop.errors import EnvironmentProblem, IllegalTransition, SepError
from sep_desktop.sync.message import Sender
from sep_desktop.sync.queue import D, Queue
from sep_desktop.sync.transport import Abandoned, Outcome, Outcomes, Transport

_running = threading.Lock()


@dataclass
class RunReport:
    """What a run did: how many people reached which state, the files it wrote, and what stopped it.

    ``states`` is what the server said, whatever was decided meanwhile; ``decided`` are the sentences of those
    decisions that kept a message back.
    """

    states: Counter[State] = field(default_factory=Counter)
    files: list[Path] = field(default_factory=list)
    decided: list[str] = field(default_factory=list)
    stopped: SepError | None = None

    def __str__(self) -> str:
        parts = [
            f"{IN_WORDS[state].lower()}: {plural(self.states[state], 'person', 'people')}"
            for state in State
            if self.states[state]
        ]
        summary = sentence("; ".join(parts) or "nothing was sent")
        return " ".join([f"{summary}.", *self.decided, *([str(self.stopped)] if self.stopped else [])])


def hand_over(
    queue: Queue[D],
    transport: Transport,
    sender: Sender,
    clock: Clock,
    *,
    at_once: bool,
    only: frozenset[int] = frozenset(),
) -> RunReport:
    """Send what is due, oldest message first; everything that waits when ``at_once``. Empty ``only`` is all.

    Raises ``EnvironmentProblem`` when another run is under way.
    """
    with alone(transport):
        report = RunReport()
        waiting = [number for number in queue.waiting() if not only or number in only]
        for done, number in enumerate(waiting):
            try:
                now = clock.now()
                recipients = [each for each in due(queue, number, now) if at_once or is_due(each, now)]
                if recipients:
                    transport.open()
                    waiting[done], addressed = queue.addressed(number, recipients, now)
                    attempt = _Attempt(queue, clock, waiting[done], addressed)
                    _send(attempt, queue, transport, sender, report)
            except EnvironmentProblem as problem:
                _put_off(queue, clock, waiting[done:], problem, report)
                break
            except IllegalTransition as decided:  # before the dot: somebody decided about it meanwhile
                report.decided.append(str(decided))
                queue.note(waiting[done], (), "not sent", str(decided), clock.now())
        queue.checkpoint()
        return report


@contextmanager
def alone(transport: Transport | None = None) -> Iterator[None]:
    """One run at a time, whose connection is closed at its end.

    Raises ``EnvironmentProblem`` while another is under way.
    """
    if not _running.acquire(blocking=False):
        raise EnvironmentProblem("Sending is already under way.")
    try:
        yield
    finally:
        if transport:
            transport.close()
        _running.release()


def due(queue: Queue[D], message: int, now: datetime) -> list[D]:
    """Who of a message is to have it now: asked anew before each hand-over, by whatever way it leaves.

    What waits of a version that was replaced is cancelled; whoever may not have it any more is held, with the
    reason.
    """
    waiting = [each for each in queue.deliveries(message) if each.state in SENDABLE]
    newest = queue.newest(message)
    if newest:
        queue.advance(waiting, State.CANCELLED, now, reply=replaced_by(newest))
        return []
    held = {each.id: reason for each in waiting if (reason := queue.objection(each))}
    if held:
        with queue.atomic():
            for each in waiting:
                if each.id in held:
                    queue.advance([each], State.HELD, now, reply=held[each.id])
    return [each for each in waiting if each.id not in held]


class _Attempt(Generic[D]):
    """One message to those who are to have it now, and what is written down of the answers.

    Whoever was refused or put off before the dot is written down before it: somebody may decide about them
    while the server weighs the rest, and the answer for the rest is written down whatever was decided.
    """

    def __init__(self, queue: Queue[D], clock: Clock, message: int, recipients: Sequence[D]) -> None:
        self._queue, self._clock = queue, clock
        self.message, self.recipients = message, recipients
        self.states: Counter[State] = Counter()
        self._frozen = queue.frozen(message)
        self._under_way: frozenset[int] = frozenset()

    @property
    def addresses(self) -> list[str]:
        """Each once, in the order of the distribution list."""
        return list(dict.fromkeys(each.address for each in self.recipients))

    def raw(self, sender: Sender) -> bytes:
        """The bytes of the first attempt; at the first to those who are to have it or have it already."""
        queue, message = self._queue, self.message
        named = [each for each in queue.deliveries(message) if each.state in NAMED_TO_OTHERS]
        return self._frozen or queue.build(message, named, sender, self._clock.now())

    def hand_over(self, raw: bytes, settled: Outcomes) -> None:
        """Before the dot. Raises ``IllegalTransition`` for who may not have it any more: nothing was sent."""
        queue, clock = self._queue, self._clock
        under_way = [each for each in self.recipients if each.address not in settled]
        with queue.atomic():
            if reasons := [reason for each in under_way if (reason := queue.objection(each))]:
                raise IllegalTransition(" ".join(reasons))
            if not self._frozen:
                queue.freeze(self.message, raw)
            queue.advance(under_way, State.HANDING_OVER, clock.now(), tried=True)
            states = self._write_down(settled)
            queue.begin_epoch(clock.now())
        self._under_way = frozenset(each.id for each in under_way)
        self.states.update(states)
        self.recipients = under_way
        _remember(queue, clock, under_way)

    def write_down(self, outcomes: Outcomes) -> None:
        """What the server said of everybody of whom it is not written down yet."""
        self.states.update(self._write_down(outcomes))

    def _write_down(self, outcomes: Outcomes) -> Counter[State]:
        """Of those who are still on their way: of the others it was decided before anything had gone."""
        states: Counter[State] = Counter()
        groups: dict[tuple[Outcome, bool], list[D]] = {}
        on_their_way = SENDABLE | {State.HANDING_OVER}
        now = {each.id: each.state for each in self._queue.deliveries(self.message)}
        for each in self.recipients:
            if each.address in outcomes and now[each.id] in on_their_way:
                groups.setdefault((outcomes[each.address], each.id in self._under_way), []).append(each)
        for (outcome, is_counted), concerned in groups.items():
            _write_down(self._queue, self._clock, self.message, concerned, outcome, tried=not is_counted)
            states[outcome.state] += len(concerned)
        return states


def _send(
    attempt: _Attempt[D], queue: Queue[D], transport: Transport, sender: Sender, report: RunReport
) -> None:
    raw = attempt.raw(sender)
    try:
        outcomes = transport.submit(
            sender.address, attempt.addresses, raw, lambda settled: attempt.hand_over(raw, settled)
        )
        queue.saving(lambda: attempt.write_down(outcomes))
    finally:
        report.states.update(attempt.states)


def _remember(queue: Queue[D], clock: Clock, under_way: Sequence[D]) -> None:
    """Before the dot: a copy that is put back later is known by what it lacks.

    What this computer cannot remember is not sent. Raises ``EnvironmentProblem``.
    """
    try:
        queue.remember_epoch()
    except EnvironmentProblem as problem:
        queue.advance(under_way, State.RETRY, clock.now(), reply=problem.message)
        raise


def _write_down(
    queue: Queue[D], clock: Clock, message: int, concerned: Sequence[D], outcome: Outcome, tried: bool
) -> None:
    """One outcome of several people. ``tried`` where the attempt was not counted before the dot."""
    now, state = clock.now(), outcome.state
    later = _later(concerned[0], now) if state is State.RETRY else None
    queue.advance(concerned, state, now, reply=outcome.reply, next_at=later, tried=tried)
    queue.note(message, concerned, IN_WORDS[state].lower(), outcome.reply, now)


def _put_off(
    queue: Queue[D], clock: Clock, messages: Sequence[int], problem: EnvironmentProblem, report: RunReport
) -> None:
    """The run cannot go on: note why beside everything that waits.

    What had reached ``handing over`` was cut off between the dot and our writing the answer down: it is
    unknown. What was stopped before its turn was not tried.
    """
    report.stopped = problem
    now = clock.now()
    with queue.atomic():
        for delivery in (each for message in messages for each in queue.deliveries(message)):
            if delivery.state is State.HANDING_OVER:
                words = f"The answer could not be written down: {problem.message}"
                queue.advance([delivery], State.UNKNOWN, now, reply=words)
                report.states[State.UNKNOWN] += 1
            elif delivery.state in SENDABLE:
                if not isinstance(problem, Abandoned):
                    later = _later(delivery, now)
                    queue.advance([delivery], State.RETRY, now, problem.message, later, tried=True)
                report.states[State.RETRY] += 1
        queue.note(messages[0], (), "sending stopped", problem.message, now)


def _later(delivery: D, now: datetime) -> datetime:
    return next_attempt(delivery.attempts + 1, now, random.random())  # noqa: S311 -- it spreads load
