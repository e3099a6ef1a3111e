"""A whole process from its start to a painted page, and its memory then, beside a bare PySide6 window."""

import os
import subprocess
import sys
import tempfile
from datetime import date, datetime, time, timedelta
from functools import cache
from pathlib import Path

from sep_desktop.domain.people import ROLES
from sep_desktop.domain.report import Action, store_rows
from sep_desktop.domain.school import School
from sep_desktop.domain.visit import Plan, VisitKind
from sep_desktop.paths import Locations
from sep_desktop.storage import store as stores
from sep_desktop.storage.key_slots import Cost
from sep_desktop.storage.message_kinds import REPORT
from tests.benchmarks.timing import interleaved
from tests.support.fakes import FakeKeyring
from tests.support.policies import shipped_policies

PASSPHRASE = "benchmarks are not secret"
TAIL = """
app.processEvents()
window.grab()
import resource
print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
sys.stdout.flush()
os._exit(0)
"""
BARE = (
    """
import os, sys
from PySide6.QtWidgets import QApplication, QLabel, QMainWindow
app = QApplication([])
window = QMainWindow()
window.setCentralWidget(QLabel("Hello"))
window.resize(1366, 768)
window.show()
"""
    + TAIL
)
OURS = """
import os, sys, tempfile
os.environ["XDG_RUNTIME_DIR"] = tempfile.mkdtemp()
sys.path.insert(0, os.getcwd())
class Kept:
    def read(self, name):
        return sys.argv[2]
def painted():
    from PySide6.QtWidgets import QApplication, QMainWindow
    app = QApplication.instance()
    frame = next(each for each in app.topLevelWidgets() if isinstance(each, QMainWindow))
    page = frame.centralWidget().page()
    while not page.body.count():
        app.processEvents()
    app.processEvents()
    frame.grab()
    import resource
    print(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
    sys.stdout.flush()
    os._exit(0)
def answering(os_keyring):
    os_keyring.find_keyring = Kept
def stopping(application):
    from PySide6.QtWidgets import QApplication
    QApplication.exec = staticmethod(painted)
STAGED = {
    "sep_desktop.storage.os_keyring": answering,
    "sep_desktop.ui.shell.application": stopping,
}
class Stage:
    # The command imports everything itself, in its own order; these two are changed once they are there.
    def find_spec(self, name, path=None, target=None):
        if name not in STAGED:
            return None
        change = STAGED.pop(name)
        from importlib.util import find_spec
        spec = find_spec(name)
        load = spec.loader.exec_module
        def changed(module):
            load(module)
            change(module)
        spec.loader.exec_module = changed
        return spec
sys.meta_path.insert(0, Stage())
from sep_desktop import cli
cli.main(["--store", sys.argv[1]])
"""
"""The real command; only the keyring is one that answers, and the event loop one that stops at the painted page."""


@cache
def ten_years() -> tuple[Locations, str]:
    """A store of 42 schools over ten years, each year with its visits, reports and deliveries; the secret that its keyring keeps."""
    folder = Path(tempfile.mkdtemp(prefix="sep-benchmark-"))
    locations = Locations(folder / "store")
    store, _ = stores.create(locations, PASSPHRASE, Cost(64, 1, 1))
    now = datetime.now().astimezone()
    this_year = now.year if now.month >= 9 else now.year - 1
    with store.atomic():
        store.schools.save(
            [
                School(
                    str(990000 + n), f"School {n}", "880", "Torbay", str(2000 + n), "Primary", status="Open"
                )
                for n in range(42)
            ],
            "x",
            now,
        )
        for year in range(this_year - 9, this_year + 1):
            for n in range(42):
                _one_year(store, year, str(990000 + n), now, past=year < this_year)
    keyring = FakeKeyring()
    store.remember_here(keyring)
    store.close()
    return locations, next(iter(keyring.secrets.values()))


def _one_year(store: stores.Store, year: int, urn: str, now: datetime, past: bool) -> None:
    store.allocations.allocate(year, urn, "Ada Penrose", now)
    if not past:
        return
    day = date(year, 11, 4) + timedelta(days=int(urn) % 25)
    template = shipped_policies().agenda(VisitKind.ANNUAL)
    visit = store.visits.add(
        Plan(urn, VisitKind.ANNUAL, "annual", day, time(9), time(12)),
        year,
        ("annual", 1),
        template.items,
        now,
    )
    store.visits.hold(visit, day, now)
    report = store.reports.begin(visit, "annual", 1, now)
    content = {
        section.key: "words " * 300 for section in shipped_policies().report(VisitKind.ANNUAL).sections
    } | {"actions": store_rows([Action("w", "x", "y")])}
    for key, text in content.items():
        store.reports.sections.begin(report, key, text, now)
    version = store.reports.add_version(report, content, os.urandom(60_000), 5, "", now)
    about = {"urn": urn, "identifier": f"<{urn}.{year}@x>", "subject": "s"}
    message = store.outbox.add(REPORT, version, **about, readers=ROLES, recipients=(), now=now)
    for n in range(3):
        row = {
            "message_id": message,
            "role": "headteacher",
            "name": "N",
            "address": f"{n}@x.example",
            "state": "accepted",
            "changed": now.isoformat(),
        }
        store.database.insert("delivery", row)


def _process(code: str, *arguments: str) -> tuple[float, float]:
    """Milliseconds to the painted window, and megabytes then."""
    from time import perf_counter

    environment = {**os.environ, "QT_QPA_PLATFORM": "offscreen"}
    begun = perf_counter()
    done = subprocess.run(
        [sys.executable, "-c", code, *arguments], capture_output=True, text=True, env=environment, check=True
    )
    return (perf_counter() - begun) * 1000, float(done.stdout.split()[-1])


def time_to_today() -> tuple[float, float, dict[str, float]]:
    locations, key = ten_years()
    only = "import sqlite_utils, os; os._exit(0)"
    ours, bare, importing = interleaved(
        9,
        lambda: _process(OURS, str(locations.root), key)[0],
        lambda: _process(BARE)[0],
        lambda: _import_only(only),
    )
    return ours, bare, {"(python -c “import sqlite_utils” as a process)": importing}


def _import_only(code: str) -> float:
    from tests.benchmarks.timing import milliseconds

    return milliseconds(lambda: subprocess.run([sys.executable, "-c", code], check=True))


def memory_at_today() -> tuple[float, float, dict[str, float]]:
    locations, key = ten_years()
    ours, bare = interleaved(
        3, lambda: _process(OURS, str(locations.root), key)[1], lambda: _process(BARE)[1]
    )
    return ours, bare, {}
