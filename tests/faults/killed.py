"""``kill -9`` at any moment: nothing that was acknowledged is lost, nothing is there twice."""

from datetime import timedelta
from functools import partial

from sep_desktop.domain.agenda import NoteKind
from sep_desktop.paths import Locations
from sep_desktop.services import reports, visits
from sep_desktop.services.appraisals import records
from sep_desktop.storage.sealed import store as sealed_stores
from sep_desktop.storage.store import Store
from tests.faults.case import Case, Context, Tally, Times
from tests.faults.interposer import Fault, armed, require
from tests.faults.programs import Program, Tell, begin
from tests.faults.stores import VISIT, both_stores, opened, sample_store
from tests.support.appraisals import SEALED

SAVES = 120
"""Saves that a program may make before it is killed; one has about a dozen steps on the disk."""


def saving(context: Context) -> Tally:
    """A program that saves a note and a section, again and again, is killed: at a step of the disk, or by the clock."""
    require()
    locations, saved = sample_store(context), 0
    tally = Tally()
    for first in range(1, 3 * SAVES, SAVES):
        program = _killed_at_random(context, locations, partial(_save, context, first))
        told = [each for each in program.told if isinstance(each, int)]
        tally += _compare(locations, context, told, saved)
        saved = max(told, default=saved)
    return tally


def _save(context: Context, first: int, tell: Tell, store: Store) -> None:
    """Numbers of this program's own: those of the one before may be stored though they were not told."""
    report = reports.open_report(store=store, visit=VISIT, now=context.now)
    item = store.visits.agenda(VISIT)[0].key
    for number in range(first, first + SAVES):
        now = context.now + timedelta(minutes=number)
        visits.take_note(
            store=store, visit=VISIT, item=item, kind=NoteKind.NOTE, text=f"note {number}", now=now
        )
        text = f"{number} " + "words " * context.random.randrange(500)
        reports.save_section(store=store, report=report.id, key="comments", text=text, now=now)
        tell(number)


def _killed_at_random(context: Context, locations: Locations, work) -> Program:
    """``work`` in a program that is killed: before or within a random step, or after a random answer."""
    fault = context.random.choice((Fault.KILL, Fault.TORN, Fault.NONE))
    at, answers = context.random.randrange(1, SAVES * 12), context.random.randrange(SAVES)

    def run(tell: Tell) -> None:
        store = opened(locations)
        with armed(locations.root, fault, at):
            work(tell, store)
        store.close()

    program = begin(run)
    if fault is Fault.NONE:
        for _ in range(answers):
            program.next()
        program.kill()
    program.end()
    return program


def _compare(locations: Locations, context: Context, told: list[int], before: int) -> Tally:
    store = opened(locations)
    kept = [note.text for note in store.notes.of_visit(VISIT) if note.text.startswith("note ")]
    words = reports.open_report(store=store, visit=VISIT, now=context.now).content["comments"]
    store.close()
    newest = int(words.split()[0]) if words.split()[0].isdigit() else 0
    expected = [f"note {number}" for number in told]
    lost = sum(each not in kept for each in expected)
    lost += max(told, default=0) > newest and bool(told)
    numbers = [int(each.split()[1]) for each in kept]
    assert numbers == sorted(numbers), "the notes are in another order"
    assert newest >= before, "the section went back"
    return Tally(len(told) * 2, lost, len(kept) - len(set(kept)))


def sealed_saving(context: Context) -> Tally:
    """The same for the sealed store: a program that saves fields of a record is killed at a step of the disk."""
    require()
    locations = both_stores(context)
    fault, at = context.random.choice((Fault.KILL, Fault.TORN)), context.random.randrange(1, SAVES * 6)

    def run(tell: Tell) -> None:
        sealed = sealed_stores.unlock(locations, SEALED)
        with armed(locations.sealed.root, fault, at):
            for number in range(1, SAVES):
                now = context.now + timedelta(minutes=number)
                records.save_part(sealed=sealed, cycle=1, key="comments", text=f"{number} words", now=now)
                tell(number)
        sealed.close()

    program = begin(run)
    program.end()
    sealed = sealed_stores.unlock(locations, SEALED)
    words = records.open_record(sealed=sealed, cycle=1).content["comments"].split()[0]
    sealed.close()
    newest = int(words) if words.isdigit() else 0
    return Tally(len(program.told), max(0, max(program.told, default=0) - newest))


def completing(context: Context) -> Tally:
    """A program that completes one version after the other is killed: each is whole with its three deliveries, or not there."""
    require()
    locations = sample_store(context)
    program = _killed_while_completing(context, locations)
    told = [each for each in program.told if isinstance(each, int)]
    store = opened(locations)
    report = reports.open_report(store=store, visit=VISIT, now=context.now)
    messages = store.outbox.messages()
    store.close()
    numbers = [version.number for version in report.versions]
    assert numbers == [message.part.number for message in messages], (
        "a version and no message, or the reverse"
    )
    assert all(len(message.deliveries) == 3 for message in messages)
    lost = sum(number not in numbers for number in told)
    return Tally(len(told), lost, len(numbers) - len(set(numbers)))


def _killed_while_completing(context: Context, locations: Locations) -> Program:
    at = context.random.randrange(1, 500)

    def run(tell: Tell) -> None:
        store = opened(locations)
        with armed(locations.root, context.random.choice((Fault.KILL, Fault.TORN)), at):
            for number in range(4):
                complete(store, context, number)
                tell(number + 1)

    program = begin(run)
    program.end()
    return program


def complete(store: Store, context: Context, number: int) -> None:
    now = context.now + timedelta(hours=number)
    report = reports.open_report(store=store, visit=VISIT, now=now)
    reports.save_section(store=store, report=report.id, key="comments", text=f"Version {number}.", now=now)
    reason = "A figure was wrong." if number else ""
    confirmed = reports.confirm(store=store, visit=VISIT, now=now, reason=reason)
    reports.complete(store=store, visit=VISIT, confirmed=confirmed, now=now)


CASES = (
    Case("F1", "kill -9 while words are saved: no acknowledged save is lost", saving, Times.CHANCE),
    Case("F1-sealed", "kill -9 while a sealed record is written", sealed_saving, Times.CHANCE),
    Case("F1-complete", "kill -9 while reports are completed: whole or not at all", completing, Times.CHANCE),
)
