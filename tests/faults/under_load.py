"""A backup made while somebody writes, statements that fail, and keyrings that do not give what they were given."""

import threading
from contextlib import suppress
from datetime import timedelta

from sep_desktop.domain.agenda import NoteKind
from sep_desktop.errors import SepError
from sep_desktop.services import reports, restore, visits
from sep_desktop.storage import store as stores
from sep_desktop.storage.backups.listing import DATABASE
from sep_desktop.storage.backups.verification import Checked
from sep_desktop.storage.driver import driver
from sep_desktop.storage.os_keyring import NoKeyring
from sep_desktop.storage.store import Store
from tests.faults.case import Case, Context, Tally, Times
from tests.faults.stores import VISIT, opened, sample_store
from tests.support.fakes import PASSPHRASE, FakeKeyring


class Writer(threading.Thread):
    """Somebody who writes the same number in two places, one after the other, until told to stop."""

    def __init__(self, store: Store, context: Context) -> None:
        super().__init__()
        self._store, self._context, self._ending = store, context, threading.Event()
        self.written, self.begun = 0, threading.Event()

    def run(self) -> None:
        store, now = self._store, self._context.now
        report = reports.open_report(store=store, visit=VISIT, now=now)
        item = store.visits.agenda(VISIT)[0].key
        while not self._ending.is_set():
            number, at = self.written + 1, now + timedelta(minutes=self.written)
            reports.save_section(store=store, report=report.id, key="comments", text=str(number), now=at)
            visits.take_note(
                store=store, visit=VISIT, item=item, kind=NoteKind.NOTE, text=f"n{number}", now=at
            )
            self.written = number
            self.begun.set()

    def end(self) -> int:
        """How often both were written."""
        self._ending.set()
        self.join()
        return self.written


def backed_up(context: Context) -> Tally:
    """The backup is of one moment, and whole; a later one that is damaged is passed over for it."""
    store = opened(sample_store(context))
    writer = Writer(store, context)
    writer.start()
    writer.begun.wait()
    before = writer.written
    first = store.back_up(context.now)
    second = store.back_up(context.now + timedelta(hours=1))
    written = writer.end()
    assert store.backups.verify(first) is store.backups.verify(second) is Checked.WHOLE
    folder = store.locations.backups
    store.close()
    data = bytearray((second.path / DATABASE).read_bytes())
    data[context.random.randrange(len(data))] ^= 1
    (second.path / DATABASE).write_bytes(data)
    best = restore.find(place=folder, now=context.now + timedelta(days=1)).best
    assert best.path == first.path, "a damaged backup is offered before a whole one"
    return _of_one_moment(context, best, before, written)


def _of_one_moment(context: Context, backup, before: int, written: int) -> Tally:
    from sep_desktop.paths import Locations

    locations = Locations(context.folder / "restored")
    secret = restore.Secret(PASSPHRASE)
    restoring = restore.prepare(kind=Store, locations=locations, backup=backup, secret=secret)
    restore.carry_out(restoring=restoring, now=context.now)
    store = opened(locations)
    notes = sum(note.text.startswith("n") and note.text[1:].isdigit() for note in store.notes.of_visit(VISIT))
    words = reports.open_report(store=store, visit=VISIT, now=context.now).content["comments"]
    store.close()
    assert int(words) - notes in (0, 1), f"section {words} and {notes} notes are of two moments"
    return Tally(written * 2, max(0, before - notes))


def failing(context: Context) -> Tally:
    """A statement that returns, that alters, that breaks a reference, that is too late: no transaction stays open."""
    store = opened(sample_store(context))
    database, kept = store.database, 0
    connection = database._connection
    deeds = {
        "returns": lambda: list(database.tables.query("INSERT INTO setting VALUES ('a', '1') RETURNING key")),
        "alters": lambda: database.tables.table("plain").insert({"a": 1, "b": 2}, alter=True),
        "breaks a reference": lambda: database.insert("note", {"visit_id": 99, "item": "x", "uid": "y"}),
        "is no statement": lambda: database.run("NOT A STATEMENT"),
    }
    for name, deed in deeds.items():
        with suppress(driver.Error, SepError):
            deed()
        assert not connection.in_transaction, f"after one that {name} a transaction stays open"
        store.settings.put("me.name", name)
        kept += 1
    store.close()
    _is_refused_when_closed(store)
    again = opened(store.locations)
    name = again.settings.text("me.name")
    again.close()
    return Tally(kept, int(name != "is no statement"))


def _is_refused_when_closed(store: Store) -> None:
    try:
        store.settings.put("me.name", "too late")
    except (driver.Error, SepError, RuntimeError):
        return
    raise AssertionError("a closed store took words")


def keyrings(context: Context) -> Tally:
    """Whatever the keyring does, the passphrase opens the store."""
    locations = sample_store(context)
    store, keyring = opened(locations), FakeKeyring()
    store.remember_here(keyring)
    store.close()
    (name,) = keyring.secrets
    kept = keyring.secrets[name]
    keyrings = {
        "works": keyring,
        "absent": NoKeyring(),
        "empty": FakeKeyring(),
        "locked": FakeKeyring({name: kept}, locked=True),
        "altered": FakeKeyring({name: kept[:-1] + ("0" if kept[-1] != "0" else "1")}),
        "cut off": FakeKeyring({name: kept[:20]}),
        "another's": FakeKeyring({name: "x" * 1281}),
    }
    ways = {what: _by_keyring(locations, each) for what, each in keyrings.items()}
    assert ways.pop("works"), "a keyring that works does not open it"
    assert not any(ways.values()), f"opened by {ways}"
    opened(locations).close()
    return Tally(len(keyrings))


def _by_keyring(locations, keyring) -> bool:
    try:
        store = stores.unlock_with_keyring(locations, keyring)
    except SepError:
        return False
    if store:
        store.close()
    return store is not None


CASES = (
    Case("F11", "statements that fail leave no transaction open", failing),
    Case(
        "F14",
        "a backup while somebody writes: of one moment; a damaged one is passed over",
        backed_up,
        Times.CHANCE,
    ),
    Case("F17", "a keyring that gives nothing, too little or something else", keyrings),
)
