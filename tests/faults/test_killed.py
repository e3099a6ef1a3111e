"""kill -9 at any moment: nothing acknowledged is lost, nothing is sent twice by itself."""

import os
import random
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest

from sep_desktop.domain.outbox import State
from sep_desktop.services import outbox, reports
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
AUTOSAVE = (
    HEAD
    + """
report = reports.open_report(store=store, visit=visit, now=now)
n = int(sys.argv[4])
while True:
    n += 1
    reports.save_section(store=store, report=report.id, key="comments", text=f"{n} " + "words " * 500, now=now + timedelta(minutes=n))
    print(n, flush=True)
"""
)
COMPLETING = (
    HEAD
    + """
n = 0
while True:
    n += 1
    report = reports.open_report(store=store, visit=visit, now=now)
    reports.save_section(store=store, report=report.id, key="comments", text=str(now) + sys.argv[4] + str(n), now=now)
    confirmed = reports.confirm(store=store, visit=visit, now=now, reason="again")
    reports.complete(store=store, visit=visit, confirmed=confirmed, now=now)
    print(confirmed.number, flush=True)
"""
)
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


def kill_after(process, seconds):
    first = process.stdout.readline()
    time.sleep(seconds)
    process.send_signal(signal.SIGKILL)
    told = [int(line) for line in (first + process.stdout.read()).split() if line.strip()]
    process.stdout.close()
    process.wait()
    return told


def test_no_acknowledged_autosave_is_lost(store, written, locations, now):
    store.close()
    last = 0
    for _ in range(12):
        told = kill_after(start(AUTOSAVE, locations, written, last), random.uniform(0.005, 0.25))
        again = stores.unlock(locations, PASSPHRASE)
        kept = int(reports.open_report(store=again, visit=written, now=now).content["comments"].split()[0])
        again.close()
        assert kept >= told[-1]
        last = kept


def test_no_acknowledged_completion_is_lost_or_half_done(store, written, locations, now):
    store.close()
    for attempt in range(6):
        told = kill_after(start(COMPLETING, locations, written, attempt), random.uniform(0.01, 0.3))
        again = stores.unlock(locations, PASSPHRASE)
        report = reports.open_report(store=again, visit=written, now=now)
        assert len(report.versions) >= told[-1]
        messages = again.outbox.messages()
        assert [message.part.number for message in messages] == [
            version.number for version in report.versions
        ]
        assert all(len(message.deliveries) == 3 for message in messages)
        again.close()


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
