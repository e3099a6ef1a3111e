"""A visit in the real window: notes as keys from outside, and the program killed and stopped meanwhile."""

import shutil
import signal
import sys
import time
from collections import Counter
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path

from sep_desktop.paths import Locations
from sep_desktop.storage.store_problems import StoreInUse
from tests.faults.case import Context, Tally, Unavailable
from tests.faults.stores import VISIT, copied, once, opened
from tests.faults.visit.places import PROMISED
from tests.faults.visit.script import WORDS

NOTES = 58
"""Typed in all; those of the last seconds before a kill are promised to nobody, and are no records."""
A_KEY = 0.012
SLACK = 0.5
"""Seconds that a key may need from xdotool to the window on a machine that is busy, which is not the program's."""

_STOPPED = 0.7
_NAMES = {" ": "space", "-": "minus", "\n": "Return"}


@dataclass
class Typed:
    """What was typed into notes, a line each, with the moment of each key."""

    text: str = ""
    at: list[float] = field(default_factory=list)

    def add(self, letter: str) -> None:
        """A key is pressed now."""
        self.text += letter
        self.at.append(time.monotonic())

    def lost(self, stored: str, killed: float) -> bool:
        """Whether anything older than was promised is not stored, or anything else is."""
        if not self.text.startswith(stored):
            return True
        gone = [at for letter, at in zip(self.text, self.at, strict=True)][len(stored) :]
        return any(killed - at > PROMISED + SLACK for at in gone if self.text[len(stored) :].strip())


def in_window(context: Context) -> Tally:
    """Notes until there are enough; each run of the program ends with a kill, the last when all is typed."""
    _assert_tools()
    from tests.packaging.x11 import display

    locations = copied(once(context, "for window", _make), context.folder / "store")
    with display() as screen:
        return _Window(context, locations, screen).run()


def _assert_tools() -> None:
    try:
        from tests.packaging.x11 import missing_tools
    except ImportError as error:
        raise Unavailable(f"Pillow or X11 is missing ({error})") from None
    if sys.platform != "linux" or missing_tools():
        raise Unavailable("needs Xvfb and xdotool on Linux")


def _make(context: Context, root: Path) -> None:
    from tests.support.real_window import make_stores

    make_stores(root)


class _Window:
    def __init__(self, context: Context, locations: Locations, screen: str) -> None:
        self.context, self.locations, self.screen = context, locations, screen
        self.before = len(self._notes())
        self.also: Counter[str] = Counter()
        self.number = self.lost = 0

    def run(self) -> Tally:
        """Programs one after the other until all notes are taken."""
        while self.number < NOTES:
            self._program()
        kept = self._notes()[self.before :]
        tokens = [note.split()[0] for note in kept]
        self.also["records"] += len(tokens)
        return Tally(len(tokens), self.lost, len(tokens) - len(set(tokens)), also=self.also)

    def _notes(self) -> list[str]:
        store = opened(self.locations)
        notes = [note.text for note in store.notes.of_visit(VISIT)]
        store.close()
        return notes

    def _program(self) -> None:
        from tests.support.real_window import at_place

        home = self.context.folder / f"home {self.number}"
        home.mkdir()
        there, typed = len(self._notes()), Typed()
        program = at_place(self.locations, "note", home, self.screen)
        try:
            self._write(program, typed)
        finally:
            program.process.kill()
            killed = time.monotonic()
            program.process.wait()
        self.also["kills"] += 1
        stored = "\n".join(self._notes()[there:])
        lost = typed.lost(stored, killed)
        self.lost += lost
        if lost:
            print(f"{stored[-80:]!r} is stored of {typed.text[-200:]!r}", file=sys.stderr)
        shutil.rmtree(home, ignore_errors=True)

    def _write(self, program, typed: Typed) -> None:
        random = self.context.random
        notes = min(NOTES - self.number, random.randrange(12, 40))
        with program.keyboard() as press:
            for _ in range(notes):
                self.number += 1
                self._take(press, typed, f"n{self.number} {' '.join(random.choices(WORDS, k=2))}")
                self._meet(program)
                self._press(press, typed, "\n")
            time.sleep(random.uniform(0, PROMISED + 1))

    def _take(self, press, typed: Typed, note: str) -> None:
        for letter in note.encode("ascii", "ignore").decode():
            self._press(press, typed, letter)

    def _press(self, press, typed: Typed, letter: str) -> None:
        typed.add(letter)
        press(_NAMES.get(letter, letter))
        time.sleep(A_KEY)

    def _meet(self, program) -> None:
        """The computer sleeps, or somebody starts the program a second time."""
        chance = self.context.random.random()
        if chance < 0.03:
            program.process.send_signal(signal.SIGSTOP)
            time.sleep(_STOPPED)
            program.process.send_signal(signal.SIGCONT)
            self.also["slept"] += 1
        elif chance < 0.06:
            with suppress(StoreInUse):
                opened(self.locations).close()
                raise AssertionError("a second process opened the store")
            self.also["second starts"] += 1
