"""A sample store whose report waits for three people, opened and sent as the program does it."""

import os
import shutil
import tempfile
from collections import Counter
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, suppress
from dataclasses import fields, replace
from datetime import datetime, timedelta
from hashlib import sha256
from pathlib import Path
from typing import Any

from sep_desktop.domain.outbox import RoleDelivery, State
from sep_desktop.domain.report import Progress, rows, store_rows
from sep_desktop.paths import Locations
from sep_desktop.services import guard, reports, sample
from sep_desktop.storage import store as stores
from sep_desktop.storage.key_slots import Cost
from sep_desktop.storage.store import Store
from sep_desktop.sync.hand_over import RunReport, hand_over
from sep_desktop.sync.smtp import Account, Patience, SmtpTransport
from sep_desktop.sync.transport import Transport
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.faults.case import Context, Tally
from tests.faults.counting import Piece, copies, strangers, twice
from tests.faults.mail_server import MailServer, authority_file
from tests.support.clocks import FixedClock
from tests.support.fakes import PASSPHRASE, SENDER

QUICK = Cost(memory_kib=64, passes=1, lanes=1)
MORNING = datetime(2026, 11, 24, 10, 32, 7).astimezone()
HEAD, CHAIR, LEAD = "head@harbourlights.example", "chair@harbourlights.example", "m.oake@council.example"
PEOPLE = (HEAD, CHAIR, LEAD)
PATIENT = Patience(connect=10, command=10, final=10)
"""Longer than any busy machine takes: what does not hang is never taken for a hang."""


def patience_of(seconds: float) -> Patience:
    """So many seconds for each wait that there is; how fast a body must leave stays as it is."""
    return Patience(**{each.name: seconds for each in fields(Patience) if each.name != "rate"})


HASTY = patience_of(0.4)


class Sized(VisitsQueue):
    """The queue of visits, whose papers have as many bytes as is asked for; 0 leaves them as they are."""

    def __init__(self, store: Store, size: int) -> None:
        super().__init__(store)
        self._size = size

    def paper(self, message: int) -> bytes:
        """As ``Queue.paper``, of the same type."""
        pdf = super().paper(message)
        return type(pdf)(pdf[: self._size].ljust(self._size, b"%")) if self._size else pdf


@contextmanager
def remembering_in(folder: Path) -> Iterator[None]:
    """What this computer remembers of stores lies in ``folder`` meanwhile."""
    before = os.environ.get("SEP_DESKTOP_STATE")
    os.environ["SEP_DESKTOP_STATE"] = str(folder)
    try:
        yield
    finally:
        os.environ.pop("SEP_DESKTOP_STATE", None)
        if before is not None:
            os.environ["SEP_DESKTOP_STATE"] = before


def _sample(shared: Path, waiting: int) -> Path:
    """A closed store of sample data with so many reports completed; made once for all rounds of a run."""
    folder = shared / f"mail-{waiting}"
    if not folder.exists():
        ours = Path(tempfile.mkdtemp(prefix="mail-", dir=shared))
        store, _ = stores.create(Locations(ours / "store"), PASSPHRASE, QUICK)
        visit = sample.fill(store=store, now=MORNING)
        if waiting:
            complete(store, visit, MORNING)
        for number in range(1, waiting):
            later = MORNING + timedelta(minutes=number)
            complete(store, second_report(store, later), later)
        store.close()
        with suppress(OSError):  # another process was quicker
            (ours / "store").rename(folder)
    return folder


def second_report(store: Store, now: datetime) -> int:
    """A further visit with its whole report; its number."""
    visit = sample._held_visit(store, now)
    report = reports.open_report(store=store, visit=visit, now=now)
    judged = [
        replace(each, judgement="done") for each in rows(Progress, report.content.get("progress", "[]"))
    ]
    if judged:
        reports.save_section(store=store, report=report.id, key="progress", text=store_rows(judged), now=now)
    return visit


def complete(store: Store, visit: int, now: datetime, reason: str = "") -> int:
    """Complete the report of a visit as it is; the number of the message that carries it."""
    confirmed = reports.confirm(store=store, visit=visit, now=now, reason=reason)
    reports.complete(store=store, visit=visit, confirmed=confirmed, now=now)
    return max(message.id for message in store.outbox.messages())


def correct(store: Store, visit: int, words: str, now: datetime) -> int:
    """Complete a further version with other words; the number of its message."""
    report = reports.open_report(store=store, visit=visit, now=now)
    reports.save_section(store=store, report=report.id, key="comments", text=words, now=now)
    return complete(store, visit, now, "A figure was wrong.")


class World:
    """One store on one computer, with the clock that is driven. Opened and closed as often as is wanted."""

    def __init__(self, folder: Path, sample_store: Path) -> None:
        self.folder, self.clock = folder, FixedClock(MORNING + timedelta(minutes=10))
        self.locations = Locations(folder / "store")
        shutil.copytree(sample_store, self.locations.root)
        self.held = 0
        self.store = self._open()

    def _open(self) -> Store:
        store = stores.unlock(self.locations, PASSPHRASE)
        self.held = guard.begin(store=store, now=self.clock.now()).guarded.held
        return store

    def restart(self) -> None:
        """Close the store if it is open, and open it as every start does."""
        self.store.close()
        self.store = self._open()

    def copy(self, name: str) -> Path:
        """A copy of the folder as it is now, as somebody's backup program makes it."""
        target = self.folder / name
        shutil.copytree(self.locations.root, target)
        return target

    def put_back(self, copy: Path) -> None:
        """Put a copy in the store's place, and open that."""
        self.store.close()
        shutil.rmtree(self.locations.root)
        shutil.copytree(copy, self.locations.root)
        self.store = self._open()

    def account(self, port: int, **changed: Any) -> Account:
        """An account at a server of this computer, whose authority is known."""
        known = {"security": "starttls", "ca_file": authority_file(self.folder), **changed}
        return Account("localhost", port, **known)

    def transport(self, server: MailServer, patience: Patience = PATIENT, **account: Any) -> SmtpTransport:
        """A transport to a server, as straight as the program has it."""
        return SmtpTransport(self.account(server.port, security=server.script.tls, **account), patience)

    def send(self, through: MailServer | Transport, *, size: int = 0, **options: Any) -> RunReport:
        """One run over everything that waits."""
        transport = self.transport(through) if isinstance(through, MailServer) else through
        wanted = {"at_once": True, **options}
        return hand_over(Sized(self.store, size), transport, SENDER, self.clock, **wanted)

    def deliveries(self) -> list[RoleDelivery]:
        """Everybody of every message, the oldest first."""
        return [each for message in self.store.outbox.messages() for each in message.deliveries]

    def states(self) -> list[State]:
        """How each of them stands."""
        return [each.state for each in self.deliveries()]

    def of(self, address: str) -> RoleDelivery:
        """The newest delivery to an address."""
        return [each for each in self.deliveries() if each.address == address][-1]

    def papers(self) -> dict[str, list[str]]:
        """For each address, digests of the papers that the store says were accepted there."""
        accepted: dict[str, list[str]] = {}
        for message in self.store.outbox.messages():
            paper = sha_of(self.store, message)
            for each in message.deliveries:
                if each.state is State.ACCEPTED:
                    accepted.setdefault(each.address, []).append(paper)
        return accepted

    def counts(
        self,
        pieces: Sequence[Piece],
        *,
        allowed: Sequence[str] = PEOPLE,
        chosen: int = 0,
        sized: bool = False,
    ) -> Tally:
        """What the store acknowledged, against what arrived; ``sized`` papers are compared by their number.

        Deliveries that it told of as not, or perhaps, sent are counted beside.
        """
        arrived = copies(pieces)
        reached = {address for address, _ in arrived}
        acknowledged = [(address, paper) for address, papers in self.papers().items() for paper in papers]
        missing = [each for each in acknowledged if not (each[0] in reached if sized else each in arrived)]
        others = sum(each.state is not State.ACCEPTED for each in self.deliveries())
        also = Counter({"not called sent": others}) if others else Counter[str]()
        return Tally(len(acknowledged), len(missing), twice(pieces, chosen), strangers(pieces, allowed), also)


def sha_of(store: Store, message: Any) -> str:
    """The digest of the paper of a message, as ``counting.piece`` gives it of what arrived."""
    return sha256(bytes(store.outbox.pdf(message))).hexdigest()


@contextmanager
def world(context: Context, waiting: int = 1) -> Iterator[World]:
    """A world of its own, of as many as a round wants; nothing of it is left open."""
    folder = Path(tempfile.mkdtemp(prefix="world-", dir=context.folder))
    sample_store = _sample(context.shared, waiting)
    with remembering_in(folder / "computer"):
        here = World(folder, sample_store)
        try:
            yield here
        finally:
            with suppress(Exception):
                here.store.close()
