"""A change of passphrase that is killed at each of its steps, and a store that comes back from a backup by its code."""

import shutil
from itertools import count

from sep_desktop.paths import Locations
from sep_desktop.services import restore
from sep_desktop.storage import store as stores
from sep_desktop.storage.key_slots import SlotKind, WrongSecret
from tests.conftest import QUICK
from tests.faults.case import Case, Context, Tally
from tests.faults.interposer import Fault, armed, require
from tests.faults.programs import Tell, begin
from tests.faults.stores import opened, sample_store
from tests.support.fakes import PASSPHRASE

NEW = "three brass lanterns"


def killed_at_each_step(context: Context) -> Tally:
    """At each: the old or the new passphrase opens; once the change was acknowledged, the new one and not the old."""
    require()
    tally = Tally()
    for fault in (Fault.KILL, Fault.TORN):
        for at in count(1):
            locations = sample_store(context, f"{fault.name} {at}")
            acknowledged = _change(locations, fault, at)
            old, new = _opens(locations, PASSPHRASE), _opens(locations, NEW)
            assert old or new, f"{fault.name} at step {at}: locked out"
            assert old != new or not acknowledged, f"{fault.name} at step {at}: the old one opens too"
            tally += Tally(acknowledged, int(acknowledged and not new))
            shutil.rmtree(locations.root)
            if acknowledged and fault is Fault.KILL:
                break
            if at > 60:
                break
    return tally


def _change(locations: Locations, fault: Fault, at: int) -> bool:
    def run(tell: Tell) -> None:
        store = opened(locations)
        with armed(locations.root, fault, at):
            store.change_passphrase(PASSPHRASE, NEW, QUICK)
            tell("changed")

    program = begin(run)
    program.end()
    return bool(program.told)


def _opens(locations: Locations, passphrase: str) -> bool:
    try:
        stores.unlock(locations, passphrase).close()
    except WrongSecret:
        return False
    return True


def by_code_on_another_computer(context: Context) -> Tally:
    """A backup and the recovery code are enough where there is nothing else; the new passphrase then opens the store."""
    store, code = stores.create(Locations(context.folder / "lost"), PASSPHRASE, QUICK)
    store.settings.put("me.name", "Ada Penrose")
    backup = store.back_up(context.now)
    store.close()
    stick, locations = context.folder / "stick" / backup.path.name, Locations(context.folder / "new")
    shutil.copytree(backup.path, stick)
    shutil.rmtree(context.folder / "lost")
    shutil.rmtree(context.folder.parent / "computer")
    again = _restored(stick, locations, code, context)
    name = again.settings.text("me.name")
    again.set_passphrase_by_code(code, NEW, QUICK)
    again.close()
    assert _opens(locations, NEW)
    assert not _opens(locations, PASSPHRASE)
    return Tally(1, int(name != "Ada Penrose"))


def _restored(stick, locations: Locations, code: str, context: Context) -> stores.Store:
    offer = restore.find(place=stick, now=context.now)
    restoring = restore.prepare(
        kind=stores.Store,
        locations=locations,
        backup=offer.best,
        secret=restore.Secret(code, by_code=True),
    )
    restore.carry_out(restoring=restoring, now=context.now)
    return stores.unlock(locations, code, SlotKind.RECOVERY)


CASES = (
    Case("F18", "a change of passphrase killed at each step", killed_at_each_step, slow=True),
    Case("F18-code", "the recovery code and a backup on another computer", by_code_on_another_computer),
)
