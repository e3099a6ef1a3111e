"""The store beside bare SQLCipher, and the register beside ``csv.DictReader``."""

import csv
import io
import os
import tempfile
from datetime import datetime, timedelta
from itertools import count
from pathlib import Path

from sqlcipher3 import dbapi2

from sep_desktop.paths import Locations
from sep_desktop.services import registers, reports, sample
from sep_desktop.storage import store as stores
from sep_desktop.storage.key_slots import Cost
from tests.benchmarks.timing import interleaved, milliseconds

SECTION = " ".join(f"word{n % 997}" for n in range(10_000))


def a_store(now: datetime) -> stores.Store:
    folder = Path(tempfile.mkdtemp(prefix="sep-benchmark-"))
    return stores.create(Locations(folder / "store"), "benchmarks are not secret", Cost(64, 1, 1))[0]


def autosave() -> tuple[float, float, dict[str, float]]:
    now = datetime.now().astimezone()
    store = a_store(now)
    visit = sample.fill(store=store, now=now)
    report = reports.open_report(store=store, visit=visit, now=now)
    bare = dbapi2.connect(str(store.locations.root / "bare.db"), isolation_level=None)
    bare.set_key(f"x'{os.urandom(32).hex()}{os.urandom(16).hex()}'")
    for pragma in ("locking_mode=EXCLUSIVE", "journal_mode=WAL", "synchronous=FULL", "temp_store=MEMORY"):
        bare.execute(f"PRAGMA {pragma}").fetchall()
    bare.execute("CREATE TABLE section (id INTEGER PRIMARY KEY, text TEXT)")
    bare.execute("INSERT INTO section VALUES (1, '')")
    numbers = count()

    def ours() -> float:
        text = f"{next(numbers)} {SECTION}"
        at = now + timedelta(seconds=next(numbers) % 200)
        return milliseconds(
            lambda: reports.save_section(store=store, report=report.id, key="areas", text=text, now=at)
        )

    def theirs() -> float:
        text = f"{next(numbers)} {SECTION}"
        return milliseconds(lambda: bare.execute("UPDATE section SET text = ? WHERE id = 1", (text,)))

    figures = interleaved(400, ours, theirs)
    store.close()
    bare.close()
    return figures[0], figures[1], {}


HEADER = [
    "URN", "LA (code)", "LA (name)", "EstablishmentNumber", "EstablishmentName", "TypeOfEstablishment (name)", "EstablishmentStatus (name)", "OpenDate",
    "CloseDate", "PhaseOfEducation (name)", "StatutoryLowAge", "StatutoryHighAge", "Street", "Locality", "Town", "County (name)", "Postcode", "SchoolWebsite",
    "TelephoneNum", "HeadTitle (name)", "HeadFirstName", "HeadLastName", "HeadPreferredJobTitle", "UKPRN",
]  # fmt: skip


def register_file(rows: int = 25_000, width: int = 135) -> Path:
    """A national file of the width at which it is served."""
    header = HEADER + [f"Column {n}" for n in range(width - len(HEADER))]
    out = io.StringIO()
    table = csv.writer(out, lineterminator="\r\n")
    table.writerow(header)
    for n in range(rows):
        row = [
            str(100_000 + n), f"{200 + n % 150}", f"Authority {n % 150}", f"{2000 + n % 5000}", f"School of St Anne’s number {n}", "Community school", "Open", "01-09-1995",
            "", "Primary", "4", "11", f"{n} High Street", "", "Town", "County", "AB1 2CD", "www.school.example", "01234567890", "Ms", "Ann", f"Name{n}", "Headteacher", f"{10000000 + n}",
        ]  # fmt: skip
        table.writerow(row + ["Not applicable"] * (width - len(row)))
    path = Path(tempfile.mkdtemp(prefix="sep-benchmark-")) / "edubasealldata.csv"
    path.write_bytes(out.getvalue().encode("cp1252"))
    return path


def register() -> tuple[float, float, dict[str, float]]:
    path, now = register_file(), datetime.now().astimezone()

    def ours() -> float:
        store = a_store(now)

        def work() -> None:
            preview = registers.preview_register(store=store, path=path, la_code="all")
            registers.apply_register(store=store, preview=preview, now=now)

        taken = milliseconds(work)
        store.close()
        return taken

    def theirs() -> float:
        def work() -> None:
            with path.open(encoding="cp1252", newline="") as file:
                for _ in csv.DictReader(file):
                    pass

        return milliseconds(work)

    figures = interleaved(3, ours, theirs)
    return figures[0], figures[1], {}
