"""What a run writes down when the server refuses the sender, or when it is abandoned."""

import threading

from sep_desktop.domain.outbox import State
from sep_desktop.sync.hand_over import hand_over
from sep_desktop.sync.transport import Abandoned, SenderRefused
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.support.fakes import SENDER
from tests.support.smtp_server import Script, ScriptedServer, Waiting
from tests.support.submitting import transport


def run(store, clock, line):
    return hand_over(VisitsQueue(store), line, SENDER, clock, at_once=True)


def states(store, message):
    return [each.state for each in store.outbox.deliveries(message)]


def test_a_refused_sender_stops_the_run_and_everything_can_be_sent_once_it_is_corrected(
    authority, ca_file, store, queued, clock
):
    with ScriptedServer(Script({"mail": "550 5.7.1 not you"}), authority=authority) as server:
        report = run(store, clock, transport(server, ca_file))
        assert isinstance(report.stopped, SenderRefused)
        assert states(store, queued) == [State.RETRY] * 3
        assert "your own address" in store.outbox.deliveries(queued)[0].reply
        server.script.steps.clear()
        run(store, clock, transport(server, ca_file))
    assert states(store, queued) == [State.ACCEPTED] * 3


def test_a_run_that_is_abandoned_writes_down_what_is_known(authority, ca_file, store, queued, clock):
    for step, expected in (("rcpt1", State.RETRY), ("banner", State.RETRY), ("dot", State.UNKNOWN)):
        waiting = Waiting()
        with ScriptedServer(Script({step: waiting}), authority=authority) as server:
            line = transport(server, ca_file)
            watcher = threading.Thread(target=lambda: waiting.reached.wait(10) and line.abandon())  # noqa: B023
            watcher.start()
            report = run(store, clock, line)
            watcher.join()
        assert states(store, queued) == [expected] * 3
        assert (step == "banner") is isinstance(report.stopped, Abandoned)
