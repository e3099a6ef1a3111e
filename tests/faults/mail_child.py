"""A process that sends what waits in a store, so that it can be killed or stopped from outside.

``python -m tests.faults.mail_child STORE PORT AUTHORITY SIZE FINAL POINT``. A ``POINT`` that lies in the program itself is where it kills
itself; the server of the round sees to the others. It prints the run in words.
"""

import os
import signal
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path
from typing import Any

from sep_desktop.paths import Locations
from sep_desktop.services import guard
from sep_desktop.storage import store as stores
from sep_desktop.storage.epochs import Epochs
from sep_desktop.sync.hand_over import hand_over
from sep_desktop.sync.smtp import Account, Patience, SmtpTransport
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.faults.mail_world import MORNING, Sized
from tests.support.clocks import FixedClock
from tests.support.fakes import PASSPHRASE, SENDER

FREEZING, REMEMBERED, ANSWERED, WRITTEN = "freezing", "remembered", "answered", "written"
"""The points inside of the program: the bytes are being fixed; the dot is next; the answer is there; and kept."""


def die(*_: object, **__: object) -> None:
    """Now, without a chance to do anything about it."""
    os.kill(os.getpid(), signal.SIGTERM if os.name == "nt" else signal.SIGKILL)


def _then_die(work: Callable[..., Any]) -> Callable[..., Any]:
    def patched(*arguments: object, **options: object) -> None:
        work(*arguments, **options)
        die()

    return patched


def main(root: str, port: str, authority: str, size: str, final: str, point: str) -> None:
    """Open, look, send, close."""
    clock = FixedClock(MORNING + timedelta(minutes=20))
    store = stores.unlock(Locations(Path(root)), PASSPHRASE)
    guard.begin(store=store, now=clock.now())
    queue = Sized(store, int(size))
    if point == FREEZING:
        VisitsQueue.freeze = die  # type: ignore[method-assign]
    if point == REMEMBERED:
        Epochs.remember = _then_die(Epochs.remember)  # type: ignore[method-assign]
    if point == ANSWERED:
        VisitsQueue.saving = die  # type: ignore[method-assign]
    if point == WRITTEN:
        VisitsQueue.saving = _then_die(VisitsQueue.saving)  # type: ignore[method-assign]
    account = Account("localhost", int(port), "starttls", ca_file=authority)
    transport = SmtpTransport(account, Patience(connect=20, command=20, final=float(final)))
    print(hand_over(queue, transport, SENDER, clock, at_once=True), flush=True)
    store.close()


if __name__ == "__main__":
    main(*sys.argv[1:])
