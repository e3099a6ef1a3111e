"""The guard at each opening: whether this is the store that this computer last saw.

From a copy that was put back or carried here, everything that waits may have gone already: it is sent only
once somebody has said so.
"""

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime

from sep_desktop.domain.epoch import Cause, in_words
from sep_desktop.domain.outbox import MAY_HAVE_GONE, State, gone_elsewhere
from sep_desktop.domain.wording import day_and_time, plural
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.notices import Notice, Tone
from sep_desktop.services import outbox
from sep_desktop.storage.encrypted_store import EncryptedStore
from sep_desktop.storage.store import Store


@dataclass(frozen=True)
class Guarded:
    """What the guard saw. ``reason`` is empty for the store that this computer last saw.

    ``held`` is how many deliveries or letters may have gone from another copy, ``problem`` what stood in the
    way of writing that down: until then nothing is sent.
    """

    reason: str = field(default="", repr=False)
    held: int = 0
    problem: EnvironmentProblem | None = None

    def notice(self, kind: tuple[str, str], where: str) -> Notice | None:
        """What somebody must hear. ``kind`` is what is held, one and several; ``where`` it is decided."""
        if self.problem:
            return Notice(Tone.FAIL, self.problem.message, self.problem.hint)
        if not self.reason:
            return None
        if not self.held:
            return Notice(Tone.WARN, self.reason, "What was done since in the other copy is not in this one.")
        held = f"{plural(self.held, *kind)} may have been sent since: none is sent until you decide."
        return Notice(Tone.WARN, self.reason, f"{held} {where}")


@dataclass(frozen=True)
class Beginning:
    """What an opening settled: ``cut_off`` deliveries could not be confirmed, and what the guard saw."""

    cut_off: int
    guarded: Guarded

    @property
    def notices(self) -> list[Notice]:
        """What somebody must hear before anything else."""
        cut_off = Notice(
            Tone.WARN,
            "The program ended while a report was being handed over.",
            "Whether it arrived could not be confirmed: see the Outbox.",
        )
        guarded = self.guarded.notice(("delivery", "deliveries"), "Decide about each in the Outbox.")
        return [cut_off] * bool(self.cut_off) + ([guarded] if guarded else [])


def begin(*, store: Store, now: datetime) -> Beginning:
    """At each opening of the store of visits, before anything can leave."""
    cut_off = outbox.recover(store=store, now=now)
    lost = "" if store.read_only else lost_memory(store)
    if lost:
        store.journal.add(now, "memory lost", lost)

    def hold(reason: str) -> int:
        deliveries = store.outbox.in_state(*MAY_HAVE_GONE)
        for state in MAY_HAVE_GONE:
            concerned = [each for each in deliveries if each.state is state]
            store.outbox.advance(concerned, State.UNKNOWN, now, reply=gone_elsewhere(reason, state))
        count = plural(len(deliveries), "delivery", "deliveries")
        store.journal.add(now, "held", f"{reason} {count} may have been sent since.")
        return len(deliveries)

    return Beginning(cut_off, look(store=store, hold=hold, now=now))


def lost_memory(store: Store) -> str:
    """What is known of a store that this computer knew and does not remember; empty where it does."""
    newest = store.epochs.newest()
    if newest is None or store.epochs.memory():
        return ""
    return (
        "This computer does not remember what it last saw of this store: a copy put back would not be seen. "
        f"The store was last opened on {day_and_time(newest.at)}."
    )


def look(*, store: EncryptedStore, hold: Callable[[str], int], now: datetime) -> Guarded:
    """Begin an epoch of either store, after everything that may have gone elsewhere was held.

    ``hold`` is given the reason, inside the transaction; it writes down what it held, and says how many.
    Nothing leaves from a store that cannot be written.
    """
    if store.read_only:
        return Guarded()
    epochs = store.epochs
    reason = in_words(epochs.standing(), epochs.newest(), epochs.memory())

    def work() -> int:
        held = hold(reason) if reason else 0
        if reason:
            epochs.begin(Cause.SETTLED, now)
        epochs.begin(Cause.OPENED, now)
        return held

    try:
        held = store.saving(work)
        epochs.remember()
    except EnvironmentProblem as problem:
        return Guarded(reason, problem=problem)
    return Guarded(reason, held)
