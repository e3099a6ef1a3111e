"""Hands queued reports to the mail server and writes down what it said.

A pure loop: no threads, no Qt. ``handing over`` is durable before the final dot; found at start it means that we
were cut off there, and becomes ``unknown``, which is never sent again by itself. One bad report or address does
not stop the others; no line, no privacy or a refused login stops the run.
"""

import random
import threading
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from sep_desktop.clock import Clock
from sep_desktop.domain.outbox import IN_WORDS, Delivery, State, is_due, next_attempt
from sep_desktop.domain.wording import plural
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.storage.outbox import Parcel
from sep_desktop.storage.store import Store
from sep_desktop.sync.message import Sender, build
from sep_desktop.sync.transport import Outcomes, Transport

_running = threading.Lock()


@dataclass
class RunReport:
    """What a run did: how many people reached which state, and what stopped it, if anything."""

    states: Counter[State] = field(default_factory=Counter)
    stopped: EnvironmentProblem | None = None

    def __str__(self) -> str:
        parts = [f"{IN_WORDS[state].lower()}: {plural(count, 'person', 'people')}" for state, count in self.states.items()]
        done = "; ".join(parts) or "nothing was sent"
        return f"{done[:1].upper()}{done[1:]}." + (f" {self.stopped}" if self.stopped else "")


def recover(store: Store, clock: Clock) -> int:
    """At start: what was being handed over when the program ended is unknown. How many."""
    cut_off = store.outbox.in_state(State.HANDING_OVER)
    if cut_off:
        with store.atomic():
            words = "The program ended before the server's answer was written down."
            store.outbox.move(cut_off, State.UNKNOWN, clock.now(), reply=words)
            store.journal.add(clock.now(), "could not confirm", f"{plural(len(cut_off), 'delivery', 'deliveries')} cut off. {words}")
    return len(cut_off)


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
    if not _running.acquire(blocking=False):
        raise EnvironmentProblem("Sending is already under way.")
    try:
        return _run(store, transport, sender, clock, at_once, only, progress)
    finally:
        transport.close()
        _running.release()


def _run(
    store: Store, transport: Transport, sender: Sender, clock: Clock, at_once: bool, only: frozenset[int], progress: Callable[[int, int], None]
) -> RunReport:
    report = RunReport()
    parcels = [parcel for parcel in store.outbox.parcels(frozenset({State.QUEUED, State.RETRY})) if not only or parcel.id in only]
    for done, parcel in enumerate(parcels):
        progress(done, len(parcels))
        due = [each for each in parcel.deliveries if each.state in (State.QUEUED, State.RETRY) and (at_once or is_due(each, clock.now()))]
        if not due:
            continue
        try:
            _send(store, transport, sender, clock, parcel, due, report)
        except EnvironmentProblem as problem:
            _put_off(store, clock, parcels[done:], problem, report)
            break
    store.database.checkpoint()
    return report


def _send(store: Store, transport: Transport, sender: Sender, clock: Clock, parcel: Parcel, due: Sequence[Delivery], report: RunReport) -> None:
    transport.open()
    raw = store.outbox.frozen(parcel.id) or store.outbox.freeze(parcel.id, build(parcel, store.reports.pdf(parcel.version_id), sender, clock.now()))
    by_address: dict[str, list[Delivery]] = {}
    for each in due:
        by_address.setdefault(each.address, []).append(each)

    def handing(settled: Outcomes) -> None:
        going = [each for each in due if each.address not in settled]
        with store.atomic():
            store.outbox.move(going, State.HANDING_OVER, clock.now(), tried=True)

    outcomes = transport.submit(sender.address, list(by_address), raw, handing)
    with store.atomic():
        for address, outcome in outcomes.items():
            for delivery in by_address[address]:
                _record(store, clock, parcel, delivery, outcome.state, outcome.reply)
                report.states[outcome.state] += 1


def _record(store: Store, clock: Clock, parcel: Parcel, delivery: Delivery, state: State, reply: str) -> None:
    """One person's outcome, in the outbox and in the journal."""
    now, current = clock.now(), store.outbox.delivery(delivery.id)
    later = next_attempt(delivery.attempts + 1, now, random.random()) if state is State.RETRY else None  # noqa: S311 -- spreads load, guards nothing
    store.outbox.move([delivery], state, now, reply=reply, next_at=later, tried=current.state is not State.HANDING_OVER)
    text = f"version {parcel.number} to the {delivery.role}, {delivery.address}: {reply}"
    store.journal.add(now, IN_WORDS[state].lower(), text, urn=parcel.urn, subject=f"report {parcel.report_id}")


def _put_off(store: Store, clock: Clock, parcels: Sequence[Parcel], problem: EnvironmentProblem, report: RunReport) -> None:
    """The run cannot go on: note why beside everything that waits."""
    report.stopped = problem
    with store.atomic():
        for parcel in parcels:
            for each in parcel.deliveries:
                if each.state in (State.QUEUED, State.RETRY):
                    later = next_attempt(each.attempts + 1, clock.now(), random.random())  # noqa: S311
                    store.outbox.move([each], State.RETRY, clock.now(), reply=problem.message, next_at=later, tried=True)
                    report.states[State.RETRY] += 1
        store.journal.add(clock.now(), "sending stopped", problem.message)
