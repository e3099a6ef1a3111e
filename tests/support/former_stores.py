"""Make a year's pair of stores with this version: ``python -m tests.support.former_stores OUT``.

What it made stays in ``tests/fixtures/stores``, in a folder called after the commit, so that later versions
can be tried on it.
"""

import argparse
from datetime import datetime, timedelta
from pathlib import Path

from sep_desktop.domain.appraisal.form import PaperKind
from sep_desktop.domain.outbox import State
from sep_desktop.paths import Locations
from sep_desktop.services import reports, sample, schools
from sep_desktop.storage import store as stores
from sep_desktop.storage.key_slots import Cost
from sep_desktop.storage.sealed import store as sealed_stores
from sep_desktop.sync.hand_over import hand_over
from sep_desktop.sync.visits_queue import VisitsQueue
from tests.support import appraisals
from tests.support.clocks import FixedClock
from tests.support.fakes import PASSPHRASE, SENDER, FakeTransport

QUICK = Cost(64, 1, 1)
README = """# A pair of stores as the program made it at {commit}

Invented sample data: the sample visit's report completed, accepted by a mail server, corrected and queued again; two
visits ahead; three hours of support; a headteacher's cycle with a completed statement, its correction and their letters.

- Passphrase of the store: `{passphrase}`; its recovery code: `{code}`
- Passphrase of the sealed store: `{sealed}`; its recovery code: `{sealed_code}`
"""


def make(out: Path, commit: str) -> None:
    """Fill both stores in ``out`` as somebody would in a year, and say in a README how they open."""
    locations, clock = Locations(out), FixedClock(datetime(2026, 11, 24, 10, 32, 7).astimezone())
    store, code = stores.create(locations, PASSPHRASE, QUICK)
    _fill_visits(store, clock)
    sealed, sealed_code = sealed_stores.create(locations, appraisals.SEALED, QUICK)
    _fill_sealed(store, sealed, clock.now())
    sealed.close()
    store.close()
    for leftover in (locations, locations.sealed):
        leftover.lock.unlink(missing_ok=True)
        leftover.disk_reserve.unlink(missing_ok=True)
    words = {"passphrase": PASSPHRASE, "code": code, "sealed": appraisals.SEALED, "sealed_code": sealed_code}
    (out / "README.md").write_text(README.format(commit=commit, **words), encoding="utf-8")


def _fill_visits(store: stores.Store, clock: FixedClock) -> None:
    visit = sample.fill(store=store, now=clock.now())
    sample.plan_ahead(store=store, now=clock.now())
    schools.record_support(
        store=store, urn=sample.SCHOOL, on=clock.today() - timedelta(days=3), hours=3, now=clock.now()
    )
    confirmed = reports.confirm(store=store, visit=visit, now=clock.now())
    reports.complete(store=store, visit=visit, confirmed=confirmed, now=clock.now())
    hand_over(VisitsQueue(store), FakeTransport(answer=State.ACCEPTED), SENDER, clock, at_once=True)
    clock.moment += timedelta(days=1)
    report, why = reports.open_report(store=store, visit=visit, now=clock.now()), "A figure was wrong."
    words = "A figure is put right."
    reports.save_section(store=store, report=report.id, key="comments", text=words, now=clock.now())
    confirmed = reports.confirm(store=store, visit=visit, now=clock.now(), reason=why)
    reports.complete(store=store, visit=visit, confirmed=confirmed, now=clock.now())


def _fill_sealed(store: stores.Store, sealed: sealed_stores.SealedStore, now: datetime) -> None:
    cycle = appraisals.begun(store, sealed, now)
    appraisals.fill(sealed, cycle, now)
    appraisals.completed(store, sealed, cycle, now)
    appraisals.completed(store, sealed, cycle, now, PaperKind.STATEMENT, "A date was wrong.")


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m tests.support.former_stores", description=__doc__)
    parser.add_argument("out", type=Path)
    parser.add_argument("--commit", default="this version")
    options = parser.parse_args()
    make(options.out, options.commit)
