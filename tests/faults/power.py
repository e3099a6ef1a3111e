"""A power cut: of each file only what was last flushed survives, of each folder the names at its last flush.

This models writes that are lost, not a disk that says it has written what it has not.
"""

import os
import shutil
from datetime import timedelta
from pathlib import Path

from sep_desktop.domain.agenda import NoteKind
from sep_desktop.paths import Locations
from sep_desktop.services import reports, visits
from sep_desktop.storage import store as stores
from sep_desktop.storage.backups.verification import Checked
from sep_desktop.storage.store import Store
from tests.conftest import QUICK
from tests.faults.case import Case, Context, Tally, Times
from tests.faults.interposer import require, shadowed
from tests.faults.killed import complete
from tests.faults.programs import Tell, begin
from tests.faults.stores import VISIT, sample_store
from tests.support.fakes import PASSPHRASE

OTHER = "three brass lanterns"
_STEPS = 2000
_TRIES = 20


class Disk:
    """A folder as it stands when nothing is under way, and what a power cut leaves of it later."""

    def __init__(self, folder: Path, beside: Path) -> None:
        self.folder, self.shadow, self._before = folder, beside / "shadow", beside / "before"
        self.shadow.mkdir(parents=True)
        shutil.copytree(folder, self._before)
        self._names: dict[int, list[tuple[int, bool, str]]] = {}
        self._bytes: dict[int, Path] = {}
        self._look(folder, self._before)
        self._root = folder.stat().st_ino

    def _look(self, folder: Path, copy: Path) -> None:
        entries = [(entry.inode(), entry.is_dir(), entry.name) for entry in os.scandir(folder)]
        self._names[folder.stat().st_ino] = entries
        for inode, is_folder, name in entries:
            if is_folder:
                self._look(folder / name, copy / name)
            else:
                self._bytes[inode] = copy / name

    def cut(self, target: Path) -> None:
        """Write into ``target`` what survives."""
        self._write(self._root, target)

    def _write(self, inode: int, target: Path) -> None:
        target.mkdir()
        for number, is_folder, name in self._names_of(inode):
            if is_folder:
                self._write(number, target / name)
            elif source := self._bytes_of(number):
                shutil.copyfile(source, target / name)
            else:
                (target / name).touch()

    def _names_of(self, inode: int) -> list[tuple[int, bool, str]]:
        flushed = self.shadow / str(inode)
        if not flushed.exists():
            return self._names.get(inode, [])
        lines = (line.split(" ", 2) for line in flushed.read_text(encoding="utf-8").splitlines())
        return [(int(number), kind == "d", name) for number, kind, name in lines if name not in {".", ".."}]

    def _bytes_of(self, inode: int) -> Path | None:
        flushed = self.shadow / str(inode)
        return flushed if flushed.exists() else self._bytes.get(inode)


def cut_off(context: Context) -> Tally:
    """Words, completions, backups and a new passphrase, and the power goes at a random step."""
    require()
    locations = sample_store(context)
    return _after_cut(context, locations, context.folder / "cut", _work)


def without_flushing(context: Context) -> Tally:
    """The same with ``synchronous=NORMAL``, which must lose something: else the model would see nothing."""
    require()
    for number in range(_TRIES):
        locations = sample_store(context, f"store {number}")
        tally = _after_cut(context, locations, context.folder / f"cut {number}", _work_without_flushing)
        if tally.lost:
            return Tally(tally.acknowledged)
    raise AssertionError("the model of a power cut sees no loss where there must be some")


def at_creation(context: Context) -> Tally:
    """The power goes while a first store is made, or just after: it is there, or can be made again."""
    require()
    home = context.folder / "home"
    home.mkdir()
    disk, locations = Disk(home, context.folder / "cut"), Locations(home / "data" / "store")
    at = context.random.randrange(1, 400)

    def run(tell: Tell) -> None:
        with shadowed(home, disk.shadow, at):
            store, code = stores.create(locations, PASSPHRASE, QUICK)
            tell(code)
            for number in range(400):
                store.settings.put("me.name", f"Ada {number}")

    program = begin(run)
    program.end()
    disk.cut(context.folder / "after")
    after = Locations(context.folder / "after" / "data" / "store")
    if program.told or stores.exists(after):
        stores.unlock(after, PASSPHRASE).close()
    else:
        stores.create(after, PASSPHRASE, QUICK)[0].close()
    return Tally(len(program.told))


def _after_cut(context: Context, locations: Locations, beside: Path, work) -> Tally:
    disk = Disk(locations.root, beside)
    at = context.random.randrange(40, _STEPS)

    def run(tell: Tell) -> None:
        with shadowed(disk.folder, disk.shadow, at):
            store = stores.unlock(locations, PASSPHRASE)
            work(context, store, tell)

    program = begin(run)
    program.end()
    disk.cut(beside / "after")
    return _compare(context, Locations(beside / "after"), program.told)


def _work_without_flushing(context: Context, store: Store, tell: Tell) -> None:
    store.database._connection.execute("PRAGMA synchronous=NORMAL")
    for number in range(1, _STEPS):
        _take_note(context, store, tell, number)


def _work(context: Context, store: Store, tell: Tell) -> None:
    versions = 0
    for number in range(1, _STEPS):
        deed = context.random.random()
        if deed < 0.9:
            _take_note(context, store, tell, number)
        elif deed < 0.94:
            complete(store, context, versions)
            versions += 1
            tell(["version", versions])
        elif deed < 0.98:
            backup = store.back_up(context.now + timedelta(minutes=number))
            tell(["backup", backup.path.name])
        else:
            store.change_passphrase(PASSPHRASE, OTHER, QUICK)
            store.change_passphrase(OTHER, PASSPHRASE, QUICK)
            tell(["passphrase", PASSPHRASE])


def _take_note(context: Context, store: Store, tell: Tell, number: int) -> None:
    now, item = context.now + timedelta(minutes=number), store.visits.agenda(VISIT)[0].key
    visits.take_note(store=store, visit=VISIT, item=item, kind=NoteKind.NOTE, text=f"note {number}", now=now)
    tell(["note", number])


def _compare(context: Context, locations: Locations, told: list) -> Tally:
    store = _opened_with_either(locations)
    notes = [note.text for note in store.notes.of_visit(VISIT)]
    report = reports.open_report(store=store, visit=VISIT, now=context.now)
    there = {
        "note": lambda number: f"note {number}" in notes,
        "version": lambda number: number in {version.number for version in report.versions},
        "backup": lambda name: _is_whole(store, name),
        "passphrase": lambda passphrase: True,
    }
    lost = [each for each in told if not there[each[0]](each[1])]
    store.close()
    return Tally(len(told), len(lost), len(notes) - len(set(notes)))


def _opened_with_either(locations: Locations) -> Store:
    """A change of passphrase may have been under way; what it was changed to opens the store then."""
    try:
        return stores.unlock(locations, PASSPHRASE)
    except stores.key_slots.WrongSecret:
        return stores.unlock(locations, OTHER)


def _is_whole(store: Store, name: str) -> bool:
    backup = next((each for each in store.backups.all() if each.path.name == name), None)
    return backup is not None and store.backups.verify(backup) is Checked.WHOLE


CASES = (
    Case("F2", "power cut: nothing acknowledged is lost", cut_off, Times.CHANCE),
    Case(
        "F2-create", "power cut while a store is made: it is there or is made anew", at_creation, Times.CHANCE
    ),
    Case("F2-control", "the same without flushing must lose something", without_flushing),
)
