"""kill -9 while a report is handed over: nothing is sent twice by itself."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from sep_desktop.domain.outbox import State
from sep_desktop.services import outbox
from sep_desktop.storage import store as stores
from sep_desktop.sync.hand_over import hand_over
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.support.fakes import PASSPHRASE, SENDER, FakeTransport

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(os.name != "posix", reason="kill -9 is a signal of POSIX systems"),
]

HEAD = """
import sys
from datetime import datetime, timedelta
from pathlib import Path
from sep_desktop.paths import Locations
from sep_desktop.services import reports
from sep_desktop.storage import store as stores
store = stores.unlock(Locations(Path(sys.argv[1])), sys.argv[2])
visit, now = int(sys.argv[3]), datetime(2026, 11, 24, 10).astimezone()
"""
HANDING = (
    HEAD
    + """
from tests.support.clocks import FixedClock
from sep_desktop.domain.outbox import State
from sep_desktop.sync.hand_over import hand_over
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.support.fakes import SENDER, FakeTransport
import os
class Dying(FakeTransport):
    def submit(self, sender, recipients, raw, handing):
        if sys.argv[4] == "before":
            os.kill(os.getpid(), 9)
        handing({})
        os.kill(os.getpid(), 9)
hand_over(VisitsQueue(store), Dying(), SENDER, FixedClock(now), at_once=True)
"""
)


def start(code, locations, visit, extra):
    command = [sys.executable, "-c", code, str(locations.root), PASSPHRASE, str(visit), str(extra)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, cwd=Path.cwd())


@pytest.mark.parametrize(("moment", "state"), [("before", State.QUEUED), ("after", State.HANDING_OVER)])
def test_killed_while_handing_over(store, queued, written, locations, clock, moment, state):
    store.close()
    process = start(HANDING, locations, written, moment)
    process.stdout.read()
    process.stdout.close()
    assert process.wait() == -signal.SIGKILL
    again = stores.unlock(locations, PASSPHRASE)
    assert {each.state for each in again.outbox.deliveries(queued)} == {state}
    outbox.recover(store=again, now=clock.now())
    transport = FakeTransport()
    hand_over(VisitsQueue(again), transport, SENDER, clock, at_once=True)
    assert len(transport.sent) == (1 if moment == "before" else 0)
    again.close()
