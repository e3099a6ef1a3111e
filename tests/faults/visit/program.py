"""The program in the hands of somebody at a school: the real services under the real autosave, on a clock that is driven.

Only the widgets are missing: what stands on the screen is a text a place, and a key is a call of ``touch``.
"""

from collections.abc import Hashable
from contextlib import ExitStack
from dataclasses import replace
from datetime import datetime, timedelta
from functools import partial
from random import Random

from PySide6.QtCore import QObject, Signal

from sep_desktop.domain.agenda import NoteKind
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.paths import Locations
from sep_desktop.services import visits
from sep_desktop.storage.store import Store
from sep_desktop.ui.context.autosave import Autosave, Save
from sep_desktop.ui.context.operations import Operations, Runner
from sep_desktop.ui.visit.agenda import _saving_titles
from sep_desktop.ui.visit.meeting import NotePlace, _saving_notes
from sep_desktop.ui.visit.report import _saving_sections
from tests.faults.interposer import Fault, armed
from tests.faults.programs import Tell
from tests.faults.stores import opened
from tests.faults.visit.places import name_of_note, stored
from tests.faults.visit.script import Deed, Hazards, Kind
from tests.support.clocks import FixedClock
from tests.support.driven_timers import DrivenTimers


class NoComposition(QObject):
    """No input method: every key is a letter at once."""

    lasted = Signal()

    def commit(self) -> None:
        """Nothing is being composed."""


class WallClock:
    """The computer's clock: it goes on while the computer sleeps, and may be put on or back."""

    def __init__(self, awake: FixedClock) -> None:
        self._awake, self.ahead = awake, timedelta()

    def now(self) -> datetime:
        """The moment that the computer believes it to be."""
        return self._awake.now() + self.ahead


class Desk:
    """A session: from one opening of the store to its closing, or to whatever ends it."""

    def __init__(
        self, locations: Locations, visit: int, clock: FixedClock, wall: WallClock, tell: Tell
    ) -> None:
        self.visit, self._tell, self._wall = visit, tell, wall
        self.store, self._begun = opened(locations), clock.now()
        self.timers = DrivenTimers(clock)
        self._owner = QObject()
        operations = Operations(in_caller=True)
        self._runner: Runner[Store] = Runner(
            operations, self.store, lambda _: None, lambda error: tell(["failed", [], str(error)])
        )
        self.texts = stored(self.store, visit)
        self._keys: dict[str, Hashable] = {}
        report = self.store.reports.of_visit(visit)
        assert report is not None
        self._report = report.id
        self._autosaves = {
            "note": self._autosave(_saving_notes(wall)),
            "section": self._autosave(_saving_sections(wall)),
            "title": self._autosave(_saving_titles(wall)),
        }

    def _autosave(self, save: Save[Store]) -> Autosave[Store]:
        def told(store: Store, key: Hashable, words: str) -> datetime:
            at = save(store, key, words)
            name = next(name for name, known in self._keys.items() if known is key)
            self._tell(["saved", name, words.partition("\n")[2] if name.startswith("note") else words])
            return at

        autosave: Autosave[Store] = Autosave(self._owner, self._runner, self.timers, NoComposition(), told)
        autosave.failed.connect(partial(self._failed, autosave))
        return autosave

    def _failed(self, autosave: Autosave[Store], error: BaseException) -> None:
        assert isinstance(error, EnvironmentProblem), error
        names = [name for name, key in self._keys.items() if autosave.is_dirty(key)]
        self._tell(["failed", names])

    def pass_time(self, seconds: float) -> None:
        """The computer is awake for so long."""
        self.timers.advance(seconds)
        self._tell(["awake", seconds])

    def put(self, name: str, text: str) -> None:
        """What stands at a place is now ``text``: a word more, or none."""
        self._tell(["typed", name, text])
        self.texts[name] = text
        kind = name.split()[0]
        key = self._keys.setdefault(name, self._key(name))
        on_screen = f"{NoteKind.NOTE.value}\n{text}" if kind == "note" else text
        self._autosaves[kind].touch(key, lambda: on_screen)

    def _key(self, name: str) -> Hashable:
        kind, what, *item = name.split()
        if kind == "note":
            return NotePlace(self.visit, item[0], self._number_of(name))
        return (self._report if kind == "section" else self.visit, what)

    def _number_of(self, name: str) -> int:
        notes = [*self.store.notes.of_visit(self.visit), *self.store.notes.emptied(self.visit)]
        return next((note.id for note in notes if name_of_note(note.text, note.item) == name), 0)

    def number(self, name: str) -> int:
        """The number of a note that is saved."""
        place = self._keys.get(name)
        return place.number if isinstance(place, NotePlace) else self._number_of(name)

    def flush(self) -> bool:
        """As every way out of a page: whether all is safe."""
        safe = [autosave.flush() for autosave in self._autosaves.values()]  # each is tried
        return all(safe)

    def change(self, name: str, text: str, work) -> None:
        """What is done at once and not by typing: it is there when it returns."""
        before = self.texts[name]
        self._tell(["typed", name, text])
        try:
            work()
        except EnvironmentProblem:
            self._tell(["typed", name, before])  # the window says that nothing was changed
            raise
        self.texts[name] = text
        self._tell(["saved", name, text])

    @property
    def now(self) -> datetime:
        return self._wall.now()

    def close(self) -> None:
        """As locking and quitting do."""
        self.store.close()


class Visit:
    """The deeds of a visit from one of them on, each with what happens to the laptop in it."""

    def __init__(
        self, locations: Locations, visit: int, clock: FixedClock, random: Random, tell: Tell
    ) -> None:
        self._locations, self._visit, self._random, self._tell = locations, visit, random, tell
        self._clock, self._wall = clock, WallClock(clock)
        self._desk = self._open()

    def _open(self) -> Desk:
        return Desk(self._locations, self._visit, self._clock, self._wall, self._tell)

    def do(self, deed: Deed, hazards: Hazards) -> None:
        """One deed to its end, and the minutes until the next."""
        with ExitStack() as trouble:
            if hazards.full:
                at = self._random.randrange(1, 12)
                trouble.enter_context(armed(self._locations.root, Fault.REFUSE, at))
            try:
                self._work(deed, hazards)
            except EnvironmentProblem:
                assert hazards.full
        if hazards.full:
            self._desk.pass_time(6)  # there is room again, and what failed is tried again after five seconds
            self._work(deed, Hazards())
        self._desk.pass_time(self._random.randrange(240, 540))

    def _work(self, deed: Deed, hazards: Hazards) -> None:
        if deed.kind in (Kind.NOTE, Kind.EDIT, Kind.SECTION, Kind.TITLE):
            self._write(deed, hazards)
        else:
            self._meet(hazards)
            {Kind.EMPTY: self._empty, Kind.MOVE: self._move, Kind.ORDER: self._turn}[deed.kind](deed)

    def _write(self, deed: Deed, hazards: Hazards) -> None:
        before = "" if deed.kind is Kind.TITLE else self._desk.texts.get(deed.place, "")
        moment = self._random.randrange(len(deed.words))
        for at, word in enumerate(deed.words):
            if at == moment:
                self._meet(hazards)
            before = f"{before} {word}".strip()
            self._desk.put(deed.place, before)
            self._desk.pass_time(self._random.uniform(0.2, 1.9))

    def _meet(self, hazards: Hazards) -> None:
        self._wall.ahead += hazards.sleep + hazards.clock
        if hazards.sleep:
            self._tell(["slept"])
        if hazards.clock:
            self._tell(["clock put"])
        if hazards.second:
            assert self._tell.ask(["second"]) == "StoreInUse"
        if hazards.lock and self._desk.flush():
            self._tell(["locked"])
            self._desk.close()
            self._desk = self._open()

    def _empty(self, deed: Deed) -> None:
        """Take the words of a note out and put them back; where that was broken off, put them back alone."""
        if words := self._desk.texts[deed.place]:
            self._desk.put(deed.place, "")
            if not self._desk.flush():
                raise EnvironmentProblem("The words are not safe.", "They stay on the screen.")
        note = self._desk.number(deed.place)
        emptied = visits.emptied_notes(store=self._desk.store, visit=self._visit)
        words = words or next(each.text for each in emptied if each.id == note)
        put_back = partial(
            visits.put_back_note, store=self._desk.store, note=note, text=words, now=self._desk.now
        )
        self._desk.change(deed.place, words, put_back)

    def _move(self, deed: Deed) -> None:
        """What the window offers to take back is taken back."""
        store, now = self._desk.store, self._desk.now
        plan, undo = visits.find(store=store, visit=self._visit).plan, []
        day = plan.day + timedelta(days=self._random.randrange(1, 9))

        def move() -> None:
            later = replace(plan, day=day)
            undo.append(visits.move_visit(store=store, visit=self._visit, plan=later, now=now).undo)

        self._desk.change("plan", day.isoformat(), move)
        self._desk.change("plan", plan.day.isoformat(), lambda: undo[0].work(store, self._desk.now))

    def _turn(self, deed: Deed) -> None:
        """Order has no button to take it back: the items are moved again."""
        items = self._desk.store.visits.agenda(self._visit)
        keys = [item.key for item in items]
        self._desk.change("order", ",".join(reversed(keys)), lambda: self._put_in_order(keys[::-1]))
        self._desk.change("order", ",".join(keys), lambda: self._put_in_order(keys))

    def _put_in_order(self, keys: list[str]) -> None:
        items = {item.key: item for item in self._desk.store.visits.agenda(self._visit)}
        ordered = [items[key] for key in keys]
        visits.change_agenda(store=self._desk.store, visit=self._visit, items=ordered, now=self._desk.now)

    def end(self) -> None:
        """The program is closed as it should be."""
        assert self._desk.flush()
        self._desk.close()
