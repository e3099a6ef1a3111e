"""Hands queued reports to the mail server and writes down what it said.

A pure loop: no threads, no Qt. ``handing over`` is durable before the final dot; found at start it means that we
were cut off there, and becomes ``unknown``, which is never sent again by itself. One bad report or address does
not stop the others; no line, no privacy or a refused login stops the run.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field

from sep_desktop.clock import Clock
from sep_desktop.domain.outbox import IN_WORDS, SENDABLE, Delivery, State, is_due, next_attempt
from sep_desktop.domain.wording import plural
from sep_desktop.errors import EnvironmentProblem, IllegalTransition
from sep_desktop.storage.outbox import Message
from sep_desktop.storage.store import Store
from sep_desktop.sync.due import due
from sep_desktop.sync.message import Sender, build
from sep_desktop.sync.transport import Outcome, Outcomes, Transport

_running = threading.Lock()


@dataclass
class RunReport:
    """What a run did: how many people reached which state, and what stopped it, if anything."""

    states: Counter[State] = field(default_factory=Counter)
    stopped: EnvironmentProblem | None = None

    def __str__(self) -> str:
        parts = [
            f"{IN_WORDS[state].lower()}: {plural(count, 'person', 'people')}"
            for state, count in self.states.items()
        ]
        done = "; ".join(parts) or "nothing was sent"
        return f"{done[:1].upper()}{done[1:]}." + (f" {self.stopped}" if self.stopped else "")


def drain(
    store: Store,
    transport: Transport,
    sender: Sender,
    clock: Clock,
    *,
    at_once: bool = False,
    only: frozenset[int] = frozenset(),
    progress: Callable[[int, int], None] = lambda done, total: None,
) -> RunReport:
    """Send what is due, oldest completed report first; everything that waits when ``at_once``. Empty ``only`` is all.

    Raises ``EnvironmentProblem`` when another run is under way.
    """
    with alone(transport):
        return _run(store, transport, sender, clock, at_once, only, progress)


@contextmanager
def alone(transport: Transport | None = None) -> Iterator[None]:
    """One run at a time, whose line is closed at its end. Raises ``EnvironmentProblem`` while another is under way."""
    if not _running.acquire(blocking=False):
        raise EnvironmentProblem("Sending is already under way.")
    try:
        yield
    finally:
        if transport:
            transport.close()
        _running.release()


def _run(
    store: Store,
    transport: Transport,
    sender: Sender,
    clock: Clock,
    at_once: bool,
    only: frozenset[int],
    progress: Callable[[int, int], None],
) -> RunReport:
    report = RunReport()
    _drop_replaced(store, clock)
    waiting = [message.id for message in store.outbox.messages(SENDABLE) if not only or message.id in only]
    for done, number in enumerate(waiting):
        progress(done, len(waiting))
        message, waiting_for_it = due(store, clock, number)
        people = [each for each in waiting_for_it if at_once or is_due(each, clock.now())]
        if not people:
            continue
        try:
            _send(store, transport, sender, clock, message, people, report)
        except EnvironmentProblem as problem:
            _put_off(store, clock, waiting[done:], problem, report)
            break
        except IllegalTransition as moved:
            store.journal.add(
                clock.now(), "not sent", str(moved), urn=message.urn, subject=f"report {message.report_id}"
            )
    store.database.checkpoint()
    return report


def _drop_replaced(store: Store, clock: Clock) -> None:
    """What still waits of a version that has been corrected is not sent any more."""
    for message in store.outbox.messages(SENDABLE):
        if message.replaced:
            waiting = [each for each in message.deliveries if each.state in SENDABLE]
            store.outbox.advance(
                waiting,
                State.CANCELLED,
                clock.now(),
                reply=f"Replaced by version {message.newest} before it was sent.",
            )


def _send(
    store: Store,
    transport: Transport,
    sender: Sender,
    clock: Clock,
    message: Message,
    people: Sequence[Delivery],
    report: RunReport,
) -> None:
    transport.open()
    frozen = store.outbox.frozen(message.id)
    meant = [each for each in message.deliveries if each.state is not State.CANCELLED]
    raw = frozen or build(message, store.reports.pdf(message.version_id), sender, clock.now(), meant)
    addresses = list(dict.fromkeys(each.address for each in people))

    def handing(settled: Outcomes) -> None:
        with store.atomic():
            if not frozen:
                store.outbox.freeze(message.id, raw)
            store.outbox.advance(
                [each for each in people if each.address not in settled],
                State.HANDING_OVER,
                clock.now(),
                tried=True,
            )

    outcomes = transport.submit(sender.address, addresses, raw, handing)

    def record() -> None:
        for outcome in dict.fromkeys(outcomes.values()):
            _record(
                store, clock, message, [each for each in people if outcomes[each.address] == outcome], outcome
            )

    store.saving(record)
    report.states.update(outcomes[each.address].state for each in people)


def _record(
    store: Store, clock: Clock, message: Message, deliveries: Sequence[Delivery], outcome: Outcome
) -> None:
    """One outcome of several people, in the outbox and in the journal."""
    now, state, first = clock.now(), outcome.state, store.outbox.delivery(deliveries[0].id)
    later = next_attempt(deliveries[0].attempts + 1, now, random.random()) if state is State.RETRY else None  # noqa: S311 -- spreads load, guards nothing
    store.outbox.advance(
        deliveries,
        state,
        now,
        reply=outcome.reply,
        next_at=later,
        tried=first.state is not State.HANDING_OVER,
    )
    lines = [
        f"version {message.number} to the {each.role}, {each.address}: {outcome.reply}" for each in deliveries
    ]
    store.journal.add_all(
        now, IN_WORDS[state].lower(), lines, urn=message.urn, subject=f"report {message.report_id}"
    )


def _put_off(
    store: Store, clock: Clock, messages: Sequence[int], problem: EnvironmentProblem, report: RunReport
) -> None:
    """The run cannot go on: note why beside everything that waits.

    What had reached ``handing over`` was cut off between the dot and our writing the answer down: it is unknown.
    """
    report.stopped = problem
    with store.atomic():
        for each in (delivery for message in messages for delivery in store.outbox.deliveries(message)):
            if each.state is State.HANDING_OVER:
                store.outbox.advance(
                    [each],
                    State.UNKNOWN,
                    clock.now(),
                    reply=f"The answer could not be written down: {problem.message}",
                )
                report.states[State.UNKNOWN] += 1
            elif each.state in SENDABLE:
                later = next_attempt(each.attempts + 1, clock.now(), random.random())  # noqa: S311
                store.outbox.advance(
                    [each], State.RETRY, clock.now(), reply=problem.message, next_at=later, tried=True
                )
                report.states[State.RETRY] += 1
        store.journal.add(clock.now(), "sending stopped", problem.message)
