"""A round of a whole visit: its program is killed and started again until all is done, and each time the store is compared."""

import sys
from collections import Counter
from datetime import time, timedelta
from random import Random

from sep_desktop.domain.visit import Plan, VisitKind
from sep_desktop.errors import SepError
from sep_desktop.paths import Locations
from sep_desktop.services import reports, visits
from tests.faults.case import Context, Tally
from tests.faults.interposer import Fault, armed, require
from tests.faults.programs import Program, Tell, begin
from tests.faults.stores import copied, once, opened, sample_store
from tests.faults.visit.places import Expectation, files_that_leak, order_of_notes, stored
from tests.faults.visit.program import Visit
from tests.faults.visit.script import LONG_WORDS, Deed, hazards, script
from tests.support.clocks import FixedClock

SECTIONS = ["performance", "strengths", "areas", "comments"]
_A_DAY_AHEAD = timedelta(days=7)


def whole_visit(context: Context) -> Tally:
    """Sessions until every deed is done; after each, and at the end, everything promised is there, in order, once."""
    require()
    locations = copied(once(context, "visit", _make_store), context.folder / "visit")
    visit = int((locations.root / "number").read_text())
    return _Round(context, locations, visit).run()


def _make_store(context: Context, root) -> None:
    locations = sample_store(context, "for visits")
    store = opened(locations)
    plan = Plan("990003", VisitKind.ANNUAL, "annual", context.now.date() + _A_DAY_AHEAD, time(9), time(15))
    visit = visits.plan_visit(store=store, plan=plan, now=context.now).value
    reports.open_report(store=store, visit=visit, now=context.now)
    store.close()
    locations.disk_reserve.unlink(missing_ok=True)
    (locations.root / "number").write_text(str(visit))
    locations.root.rename(root)


class _Round:
    def __init__(self, context: Context, locations: Locations, visit: int) -> None:
        self.context, self.locations, self.visit = context, locations, visit
        self.clock = FixedClock(context.now)
        self.expected, self.also = Expectation(), Counter()
        self.lost: list[str] = []
        self.acknowledged = self.duplicated = 0
        self.deeds: list[Deed] = []

    def run(self) -> Tally:
        """The whole visit."""
        store = opened(self.locations)
        items = [item.key for item in store.visits.agenda(self.visit)]
        self.expected.begin(stored(store, self.visit))
        store.close()
        self.deeds = script(self.context.random, items, SECTIONS)
        done = 0
        while done < len(self.deeds):
            done = self._session(done)
        self.also["records"] += len(self.deeds)
        self.also["minutes"] += round(self.expected.awake / 60)
        print(*self.lost, sep="\n", end="\n" if self.lost else "", file=sys.stderr)
        leaks = files_that_leak(self.context.folder.parent, LONG_WORDS)
        return Tally(self.acknowledged, len(self.lost), self.duplicated, len(leaks), self.also)

    def _session(self, first: int) -> int:
        """One run of the program, from the deed ``first``; how many deeds are done by its end."""
        seed = self.context.random.random()
        fault, at = self._kill()
        program = begin(lambda tell: self._work(tell, first, seed, fault, at if fault else 0))
        done = self._listen(program, first, 0 if fault else at)
        self._compare()
        return done

    def _kill(self) -> tuple[Fault, int]:
        """How this run is killed: at a step of the disk, or after it told so many things; the last runs live."""
        random = self.context.random
        fault = random.choice((Fault.NONE, Fault.KILL, Fault.TORN))
        mean = 200 if fault is Fault.NONE else 600
        return fault, 1 + int(random.expovariate(1 / mean))

    def _work(self, tell: Tell, first: int, seed: float, fault: Fault, at: int) -> None:
        random = Random(seed)
        if fault:
            with armed(self.locations.root, fault, at):
                self._deeds(tell, first, random, may_be_full=False)
        else:
            self._deeds(tell, first, random, may_be_full=True)

    def _deeds(self, tell: Tell, first: int, random: Random, *, may_be_full: bool) -> None:
        desk = Visit(self.locations, self.visit, self.clock, random, tell)
        for number, deed in enumerate(self.deeds[first:], first):
            trouble = hazards(random)
            if trouble.full and not may_be_full:
                trouble = hazards(Random(0))
            desk.do(deed, trouble)
            tell(["done", number])
        desk.end()

    def _listen(self, program: Program, first: int, kill_after: int) -> int:
        """Hear what it tells until it ends; how many deeds are done by then."""
        done, heard = first, 0
        while (said := program.next()) is not None:
            heard += 1
            if heard == kill_after:
                program.kill()
            done = self._hear(program, said, done)
        if program.end():
            self.also["kills"] += 1
        return done

    def _hear(self, program: Program, said: list, done: int) -> int:
        match said:
            case ["awake", seconds]:
                self.expected.awake += seconds
                self.clock.moment += timedelta(seconds=seconds)
            case ["typed", name, text]:
                self.expected.typed(name, text)
            case ["saved", name, text]:
                self.expected.saved(name, text)
                self.acknowledged += 1
            case ["failed", names]:
                self.expected.failed(names)
                self.also["failed saves"] += 1
            case ["second"]:
                program.answer(self._second())
                self.also["second starts"] += 1
            case ["done", number]:
                return number + 1
            case [what]:
                self.also[what] += 1
        return done

    def _second(self) -> str:
        """What another start meets while the store is open."""
        program = begin(self._try_to_open)
        met = program.next()
        program.end()
        return met

    def _try_to_open(self, tell: Tell) -> None:
        try:
            opened(self.locations).close()
            tell("opened")
        except SepError as problem:
            tell(type(problem).__name__)

    def _compare(self) -> None:
        store = opened(self.locations)
        texts, order = stored(store, self.visit), order_of_notes(store, self.visit)
        store.close()
        self.lost += self.expected.lost(texts)
        self.duplicated += len(order) - len(set(order))
        assert order == sorted(order, key=lambda word: int(word[1:])), "the notes are in another order"
        self.expected.begin(texts)
