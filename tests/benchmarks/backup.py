"""What somebody who types notices of a backup: the longest that one save waits while it is made."""

import os
import threading
import time
from datetime import datetime, timedelta
from statistics import median

from sep_desktop.domain.backups import Why
from sep_desktop.services import reports, sample
from tests.benchmarks.storing import SECTION, a_store
from tests.benchmarks.timing import milliseconds

MEGABYTES = 64
_BETWEEN = 0.06  # seconds: somebody who types fast


def longest_wait() -> tuple[float, float, dict[str, float]]:
    """The longest save beside a backup, the longest of as many without one, and how long the backup took."""
    now = datetime.now().astimezone()
    store = a_store(now)
    visit = sample.fill(store=store, now=now)
    report = reports.open_report(store=store, visit=visit, now=now)
    store.database.run("CREATE TABLE ballast (id INTEGER PRIMARY KEY, bytes BLOB)")
    for _ in range(MEGABYTES):
        store.database.run("INSERT INTO ballast (bytes) VALUES (?)", (os.urandom(1_000_000),))
    store.database.checkpoint()
    numbers = iter(range(10**9))

    def save() -> float:
        number = next(numbers)
        text, at = f"{number} {SECTION}", now + timedelta(seconds=number % 200)
        return milliseconds(
            lambda: reports.save_section(store=store, report=report.id, key="areas", text=text, now=at)
        )

    took: list[float] = []
    backup = threading.Thread(
        target=lambda: took.append(milliseconds(lambda: store.back_up(now, Why.WORKING)))
    )
    backup.start()
    beside = _saves_while(backup.is_alive, save)
    end = time.monotonic() + min(20, took[0] / 1000)
    alone = _saves_while(lambda: time.monotonic() < end, save)
    store.close()
    return (
        max(beside),
        max(alone),
        {
            "the backup itself": took[0],
            "median save beside it": median(beside),
            "median save alone": median(alone),
            "saves beside it (a number)": len(beside),
        },
    )


def _saves_while(goes_on, save) -> list[float]:
    waits = []
    while goes_on():
        waits.append(save())
        time.sleep(_BETWEEN)
    return waits
