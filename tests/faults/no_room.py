"""A disk without room, at every single write of what the program does: it says so, keeps what it had, and goes on later."""

from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import timedelta
from itertools import count

from sep_desktop.domain.agenda import NoteKind
from sep_desktop.errors import EnvironmentProblem, in_family
from sep_desktop.paths import Locations
from sep_desktop.services import reports, visits
from sep_desktop.storage import store as stores
from sep_desktop.storage.backups.verification import Checked
from sep_desktop.storage.store import Store
from tests.conftest import QUICK
from tests.faults.case import Case, Context, Tally
from tests.faults.interposer import Fault, Steps, armed, require
from tests.faults.stores import VISIT, copied, opened, sample_store
from tests.support.fakes import PASSPHRASE

NEW = "three brass lanterns"


@dataclass
class Disk:
    """A store on a disk that refuses a write, and what the program said was done."""

    context: Context
    locations: Locations
    fault: Fault
    at: int
    refused: int = 0
    acknowledged: int = 0
    lost: int = 0

    @contextmanager
    def full(self, lifted_by: str = "") -> Iterator[Steps]:
        """There is no room from a step on, or at that step alone. The problem that is told is swallowed, any other is not."""
        with armed(self.locations.root, self.fault, self.at, lifted_by=lifted_by) as steps:
            try:
                yield steps
            except Exception as error:
                problem = in_family(error)
                if not isinstance(problem, EnvironmentProblem):
                    raise
                assert problem.hint, "a problem that says nothing to do"
            finally:
                self.refused += steps.refused

    def expect(self, is_kept: bool) -> None:
        """Something that was acknowledged is to be there."""
        self.acknowledged += 1
        self.lost += not is_kept


def typing(disk: Disk) -> None:
    """Sections and notes are saved; with room again, saving goes on."""
    store, told = opened(disk.locations), []
    report = reports.open_report(store=store, visit=VISIT, now=disk.context.now)
    store.release_disk_reserve()
    with disk.full():
        for number in range(6):
            _save(store, report.id, number, disk)
            told.append(number)
    _save(store, report.id, 99, disk)
    store.close()
    _compare_words(disk, [*told, 99])


def typing_with_reserve(disk: Disk) -> None:
    """As ``typing``, and there are eight megabytes to give up: every word is saved."""
    store = opened(disk.locations)
    report = reports.open_report(store=store, visit=VISIT, now=disk.context.now)
    told = []
    with disk.full(lifted_by="reserve.bin"):
        for number in range(6):
            _save(store, report.id, number, disk)
            told.append(number)
    assert len(told) == 6, "the reserve was not given up for what is typed"
    store.close()
    _compare_words(disk, told)


def _save(store: Store, report: int, number: int, disk: Disk) -> None:
    now, item = disk.context.now + timedelta(minutes=number), store.visits.agenda(VISIT)[0].key
    text = f"{number} " + "words " * 400
    reports.save_section(store=store, report=report, key="comments", text=text, now=now)
    visits.take_note(store=store, visit=VISIT, item=item, kind=NoteKind.NOTE, text=f"n{number}", now=now)


def _compare_words(disk: Disk, told: list[int]) -> None:
    store = opened(disk.locations)
    notes = [each.text for each in store.notes.of_visit(VISIT)]
    words = reports.open_report(store=store, visit=VISIT, now=disk.context.now).content["comments"]
    store.close()
    for number in told:
        disk.expect(f"n{number}" in notes)
    disk.expect(words.startswith(f"{told[-1]} "))
    assert len(notes) == len(set(notes))


def completing(disk: Disk) -> None:
    """A report is completed and queued: version, message and three deliveries, or nothing of it; once there is room, once."""
    store = opened(disk.locations)
    confirmed = reports.confirm(store=store, visit=VISIT, now=disk.context.now)
    store.release_disk_reserve()
    completed = False
    with disk.full():
        reports.complete(store=store, visit=VISIT, confirmed=confirmed, now=disk.context.now)
        completed = True
    store.close()
    store = opened(disk.locations)
    report = reports.open_report(store=store, visit=VISIT, now=disk.context.now)
    assert len(report.versions) == len(store.outbox.messages()), "a version without a message, or the reverse"
    if completed:
        disk.expect(bool(report.versions))
    if not report.versions:
        confirmed = reports.confirm(store=store, visit=VISIT, now=disk.context.now)
        reports.complete(store=store, visit=VISIT, confirmed=confirmed, now=disk.context.now)
    (message,) = store.outbox.messages()
    assert len(message.deliveries) == 3
    store.close()


def backing_up(disk: Disk) -> None:
    """A backup is made beside an earlier one: it is whole or is not there, and the earlier one stays."""
    store = opened(disk.locations)
    earlier, later = store.back_up(disk.context.now), None
    store.release_disk_reserve()
    with disk.full():
        later = store.back_up(disk.context.now + timedelta(hours=1))
    listed = store.backups.all()
    assert all(store.backups.verify(each) is Checked.WHOLE for each in listed), "half a backup is listed"
    for each in (earlier, later):
        if each:
            disk.expect(each.path in {other.path for other in listed})
    assert len(listed) == 1 + bool(later)
    store.back_up(disk.context.now + timedelta(hours=2))
    assert len(store.backups.all()) == 2 + bool(later)
    store.close()


def starting(disk: Disk) -> None:
    """A store is opened: with what it had, or a sentence; with room again, as ever."""
    store = None
    with disk.full():
        store = opened(disk.locations)
        disk.expect(store.schools.count() == 9)
    with disk.full():
        if store:
            store.close()
    store = opened(disk.locations)
    disk.expect(store.schools.count() == 9)
    store.close()


def closing(disk: Disk) -> None:
    """A store is closed without room to fold its log in: what was saved is there at the next opening."""
    store = opened(disk.locations)
    report = reports.open_report(store=store, visit=VISIT, now=disk.context.now)
    _save(store, report.id, 7, disk)
    with disk.full():
        store.close()
    _compare_words(disk, [7])


def changing_passphrase(disk: Disk) -> None:
    """A passphrase is changed: the old one opens, or once it was acknowledged the new one."""
    store, changed = opened(disk.locations), False
    with disk.full():
        store.change_passphrase(PASSPHRASE, NEW, QUICK)
        changed = True
    store.close()
    if changed:
        disk.expect(_opens(disk.locations, NEW))
    else:
        assert _opens(disk.locations, PASSPHRASE) or _opens(disk.locations, NEW)


def _opens(locations: Locations, passphrase: str) -> bool:
    try:
        stores.unlock(locations, passphrase).close()
    except stores.key_slots.WrongSecret:
        return False
    return True


def creating(disk: Disk) -> None:
    """A first store is made: it is there, or can be made in the same place once there is room."""
    new, created = Locations(disk.locations.root / "new"), False
    with disk.full():
        store, _ = stores.create(new, PASSPHRASE, QUICK)
        created = True
        store.close()
    if created:
        disk.expect(_opens(new, PASSPHRASE))
    elif not stores.exists(new):
        stores.create(new, PASSPHRASE, QUICK)[0].close()
    else:
        assert _opens(new, PASSPHRASE)


def migrating(disk: Disk) -> None:
    """A store of an earlier version is opened: the old one or the new one."""
    with disk.full():
        opened(disk.locations).close()
    store = opened(disk.locations)
    disk.expect(bool(store.visits.get(VISIT)))
    store.close()


DEEDS: dict[str, Callable[[Disk], None]] = {
    each.__name__: each
    for each in (
        typing,
        typing_with_reserve,
        completing,
        backing_up,
        starting,
        closing,
        changing_passphrase,
        creating,
        migrating,
    )
}


_STRIDES = {"creating": 7, "migrating": 7}
"""Deeds of hundreds of writes, of which every seventh is refused."""


def _sweep(deed: Callable[[Disk], None]) -> Callable[[Context], Tally]:
    """``deed`` with its first write refused, its second, and so on; alone, and with all that follow."""

    def swept(context: Context) -> Tally:
        require()
        tally = Tally()
        faults = (Fault.REFUSE,) if deed is typing_with_reserve else (Fault.REFUSE, Fault.REFUSE_ONCE)
        for fault in faults:
            for at in count(1, _STRIDES.get(deed.__name__, 1)):
                disk = Disk(context, _store_for(deed, context, f"{fault.name} {at}"), fault, at)
                _do(deed, disk)
                tally += Tally(
                    disk.acknowledged, disk.lost, also=Counter({"refused writes": bool(disk.refused)})
                )
                if not disk.refused:
                    break
        return tally

    return swept


def _do(deed: Callable[[Disk], None], disk: Disk) -> None:
    try:
        deed(disk)
    except BaseException as error:
        error.add_note(f"{deed.__name__}, {disk.fault.name} at write {disk.at}")
        raise


def _store_for(deed: Callable[[Disk], None], context: Context, name: str) -> Locations:
    if deed is migrating:
        from tests.conftest import FORMER

        return copied(sorted(FORMER.iterdir())[-1], context.folder / name)
    return sample_store(context, name)


CASES = tuple(
    Case(
        f"F5-{name.replace('_', '-')}",
        f"no room, at each write: {deed.__doc__.splitlines()[0]}",
        _sweep(deed),
        slow=True,
    )
    for name, deed in DEEDS.items()
)
