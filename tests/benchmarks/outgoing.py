"""Handing over beside a bare ``smtplib`` loop, the same bytes to a server in another process."""

import smtplib
import ssl
import subprocess
import sys
import tempfile
from datetime import datetime, time
from pathlib import Path

import trustme

from sep_desktop.domain.distribution import Recipient
from sep_desktop.domain.outbox import State
from sep_desktop.domain.people import ROLES
from sep_desktop.domain.visit import Plan, VisitKind
from sep_desktop.services import reports, sample
from sep_desktop.storage.message_kinds import REPORT
from sep_desktop.storage.store import Store
from sep_desktop.sync.hand_over import hand_over
from sep_desktop.sync.message import build
from sep_desktop.sync.smtp import Account, SmtpTransport
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.benchmarks.storing import a_store
from tests.benchmarks.timing import milliseconds
from tests.support.clocks import FixedClock
from tests.support.fakes import SENDER

REPORTS = 200
SERVER = """
import ssl, sys, time
from aiosmtpd.controller import Controller
class Sink:
    async def handle_DATA(self, server, session, envelope):
        return "250 2.0.0 stored"
context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
context.load_cert_chain(sys.argv[1])
controller = Controller(Sink(), hostname="127.0.0.1", port=int(sys.argv[2]), ssl_context=context)
controller.start()
print("ready", flush=True)
time.sleep(600)
"""


def submission() -> tuple[float, float, dict[str, float]]:
    """Best of three rounds each, interleaved: a round takes seconds, and the machine is noisy."""
    folder = Path(tempfile.mkdtemp(prefix="sep-benchmark-"))
    authority = trustme.CA()
    certificate = authority.issue_cert("localhost")
    certificate.private_key_and_cert_chain_pem.write_to_path(str(folder / "server.pem"))
    authority.cert_pem.write_to_path(str(folder / "ca.pem"))
    port = _free_port()
    server = subprocess.Popen(
        [sys.executable, "-W", "ignore", "-c", SERVER, str(folder / "server.pem"), str(port)],
        stdout=subprocess.PIPE,
        text=True,
    )
    try:
        assert server.stdout is not None
        server.stdout.readline()
        account = Account("localhost", port, "tls", ca_file=str(folder / "ca.pem"))
        rounds = [(_ours(account), _theirs(account)) for _ in range(3)]
    finally:
        server.kill()
        server.wait()
    return min(each for each, _ in rounds), min(each for _, each in rounds), {}


def _free_port() -> int:
    import socket

    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def fill_outbox(store: Store, now: datetime, number: int) -> None:
    """``number`` completed reports, each waiting for three people, over the sample data."""
    visit = sample.fill(store=store, now=now)
    confirmed = reports.confirm(store=store, visit=visit, now=now)
    people = [Recipient(role, role, f"{n}@school.example") for n, role in enumerate(ROLES)]
    plan = Plan(sample.SCHOOL, VisitKind.ANNUAL, "annual", now.date(), time(9), time(12))
    with store.atomic():
        for message in range(number):
            planned = store.visits.add(plan, now.year, ("annual", 1), (), now)
            report = store.reports.begin(planned, "annual", 1, now)
            version = store.reports.add_version(report, {}, confirmed.paper.data, 2, "", now)
            store.outbox.add(
                REPORT,
                version,
                urn=sample.SCHOOL,
                identifier=f"<{message}@x.example>",
                subject=f"Report {message}",
                readers=ROLES,
                recipients=people,
                now=now,
            )


def _queue() -> tuple[Store, FixedClock]:
    clock = FixedClock(datetime.now().astimezone())
    store = a_store(clock.now())
    fill_outbox(store, clock.now(), REPORTS)
    return store, clock


def _ours(account: Account) -> float:
    store, clock = _queue()
    queue, method = VisitsQueue(store), SmtpTransport(account)
    taken = milliseconds(lambda: hand_over(queue, method, SENDER, clock, at_once=True))
    accepted = len(store.outbox.in_state(State.ACCEPTED))
    assert accepted == REPORTS * 3, accepted
    store.close()
    return taken


def _theirs(account: Account) -> float:
    store, clock = _queue()
    messages = store.outbox.messages()
    raws = [
        build(message, store.outbox.pdf(message), SENDER, clock.now(), message.deliveries)
        for message in messages
    ]
    people = [[each.address for each in message.deliveries] for message in messages]
    store.close()

    def work() -> None:
        context = ssl.create_default_context(cafile=account.ca_file)
        with smtplib.SMTP_SSL(account.host, account.port, context=context) as smtp:
            for raw, to in zip(raws, people, strict=True):
                smtp.sendmail(SENDER.address, to, raw)

    return milliseconds(work)
