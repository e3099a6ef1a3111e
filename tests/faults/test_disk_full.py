"""A disk that fills up while typing and while completing: what was saved stays, what is new is told."""

import os
import subprocess
from contextlib import suppress
from datetime import timedelta

import pytest

from sep_desktop.errors import EnvironmentProblem
from sep_desktop.paths import Locations
from sep_desktop.services import reports, sample
from sep_desktop.storage import store as stores
from sep_desktop.storage.store_problems import DiskFull
from tests.conftest import QUICK
from tests.support.fakes import PASSPHRASE

MEGABYTE = 1024 * 1024


@pytest.fixture
def small_disk(tmp_path):
    """A file system of 40 MB, where this machine lets us mount one."""
    folder = tmp_path / "disk"
    folder.mkdir()
    if (
        os.name != "posix"
        or subprocess.run(
            ["mount", "-t", "tmpfs", "-o", "size=40m", "tmpfs", str(folder)], capture_output=True, check=False
        ).returncode
    ):
        pytest.skip("a small disk cannot be mounted here (needs root on Linux)")
    yield folder
    subprocess.run(["umount", "-l", str(folder)], check=False)


@pytest.fixture
def on_small_disk(small_disk, now):
    store, _ = stores.create(Locations(small_disk / "store"), PASSPHRASE, QUICK)
    visit = sample.fill(store=store, now=now)
    yield store, visit, small_disk
    store.close()


def fill(folder, leave=0):
    """Take all the room but ``leave`` bytes."""
    with (folder / "disk_reserve").open("ab", buffering=0) as file, suppress(OSError):
        while True:
            file.write(b"x" * 65536)
    if leave:
        os.truncate(folder / "disk_reserve", (folder / "disk_reserve").stat().st_size - leave)


def test_typing_goes_on_with_the_reserve_and_then_says_so(on_small_disk, now):
    store, visit, folder = on_small_disk
    report = reports.open_report(store=store, visit=visit, now=now)
    fill(folder)
    assert store.locations.disk_reserve.exists()
    reports.save_section(
        store=store, report=report.id, key="comments", text="kept " * 20_000, now=now + timedelta(hours=1)
    )
    assert not store.locations.disk_reserve.exists(), "the reserve was given up for it"
    fill(folder)
    with pytest.raises(DiskFull):
        for number in range(200):
            reports.save_section(
                store=store,
                report=report.id,
                key="areas",
                text="x" * 200_000,
                now=now + timedelta(hours=2 + number),
            )
    assert store.reports.sections.content(report.id)["comments"].startswith("kept")
    (folder / "disk_reserve").unlink()
    reports.save_section(
        store=store, report=report.id, key="areas", text="later", now=now + timedelta(days=9)
    )
    store.close()
    again = stores.unlock(Locations(folder / "store"), PASSPHRASE)
    assert again.reports.sections.content(report.id)["areas"] == "later"
    again.close()


def test_completing_on_a_full_disk_completes_nothing(on_small_disk, now):
    store, visit, folder = on_small_disk
    confirmed = reports.confirm(store=store, visit=visit, now=now)
    store.release_disk_reserve()
    fill(folder)
    with pytest.raises(EnvironmentProblem):
        for _ in range(50):
            reports.complete(store=store, visit=visit, confirmed=confirmed, now=now)
    report = reports.open_report(store=store, visit=visit, now=now)
    assert len(report.versions) == len(store.outbox.messages())
    (folder / "disk_reserve").unlink()
    if not report.versions:
        reports.complete(store=store, visit=visit, confirmed=confirmed, now=now)
    assert len(store.outbox.messages()) == 1


def test_a_store_on_a_full_disk_opens_and_reads(on_small_disk):
    store, _, folder = on_small_disk
    store.release_disk_reserve()
    store.close()
    fill(folder)
    again = stores.unlock(Locations(folder / "store"), PASSPHRASE)
    assert again.schools.count() == 9
    again.close()


def test_a_backup_on_a_full_disk_leaves_no_empty_file(on_small_disk, now):
    store, _, folder = on_small_disk
    store.release_disk_reserve()
    fill(folder)
    with pytest.raises(EnvironmentProblem):
        store.back_up(now)
    assert not list(store.locations.backups.iterdir())
