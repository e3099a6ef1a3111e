"""The program in a window of its own under real keys, killed while somebody types; needs Xvfb and xdotool.

Its process is the real program, taken to a field and no further: ``main`` opens the place, puts the cursor
there and tells so. Passphrase and words come as keys from outside.
"""

import random
import shutil
import string
import sys
import time
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from sep_desktop.paths import Locations
from sep_desktop.services import sample
from sep_desktop.storage import store as stores
from sep_desktop.storage.key_slots import Cost
from sep_desktop.storage.sealed import store as sealed_store
from tests.packaging.x11 import PATIENCE, Shown
from tests.support.appraisals import SEALED, begun, fill
from tests.support.fakes import PASSPHRASE
from tests.support.writing_places import PLACES, WritingPlace

_ROOT = Path(__file__).parent.parent.parent
_PROGRAM = f"""
import sys
sys.path.insert(0, {str(_ROOT)!r})
from tests.support.real_window import main
main(*sys.argv[1:])
"""
A_KEY = 0.06  # seconds from one to the next
_LOOK = 50  # milliseconds between two looks at the page
_CHEAP = Cost(memory_kib=64, passes=1, lanes=1)


@dataclass(frozen=True)
class Killed:
    """``letters`` as they were typed, each with its age in seconds when the program was killed; of these the
    store has ``stored``.
    """

    place: WritingPlace
    letters: str
    ages: tuple[float, ...]
    stored: str

    @property
    def lost(self) -> tuple[float, ...]:
        """The ages of the letters that are gone, the oldest first; all where anything else is stored."""
        kept = len(self.stored) if self.letters.startswith(self.stored) else 0
        return self.ages[kept:]


def make_stores(root: Path) -> Locations:
    """Sample data and a whole record of performance management, under keys that open quickly."""
    locations, now = Locations(root), datetime.now().astimezone()
    store, _ = stores.create(locations, PASSPHRASE, _CHEAP)
    sample.fill(store=store, now=now)
    sealed, _ = sealed_store.create(locations, SEALED, _CHEAP)
    fill(sealed, begun(store, sealed, now), now)
    sealed.close()
    store.close()
    return locations


def type_and_kill(stored: Locations, place: WritingPlace, seconds: float, display: str, home: Path) -> Killed:
    """Type into a copy of ``stored`` for so many seconds, kill the program and read what the copy has."""
    locations = Locations(home / "store")
    shutil.copytree(stored.root, locations.root)
    program = at_place(locations, place.name, home, display)
    try:
        typed = _type(program, seconds)
    finally:
        program.process.kill()
        killed = time.monotonic()
        program.process.wait()
    letters = "".join(letter for letter, _ in typed)
    return Killed(place, letters, tuple(killed - at for _, at in typed), _read(locations, place))


def at_place(locations: Locations, place: str, home: Path, display: str) -> Shown:
    """The program over a store, unlocked and with the cursor in the named place; ``home`` is its user's."""
    ready = home / "ready"
    program = Shown([sys.executable, "-c", _PROGRAM, str(locations.root), place, str(ready)], display, home)
    try:
        program.type(PASSPHRASE)
        _wait_for(ready)
    except BaseException:
        program.process.kill()
        program.process.wait()
        raise
    return program


def _wait_for(ready: Path) -> None:
    until = time.monotonic() + PATIENCE
    while not ready.exists():
        assert time.monotonic() < until, "the field was never reached"
        time.sleep(0.05)


def _type(program: Shown, seconds: float) -> list[tuple[str, float]]:
    """Words of random letters, a key every 60 ms; each letter with the moment just before its key was pressed."""
    typed: list[tuple[str, float]] = []
    until = time.monotonic() + seconds
    with program.keyboard() as press:
        while (now := time.monotonic()) < until:
            letter = " " if len(typed) % 7 == 6 else random.choice(string.ascii_lowercase)
            typed.append((letter, now))
            press("space" if letter == " " else letter)
            time.sleep(max(0.0, now + A_KEY - time.monotonic()))
    return typed


def _read(locations: Locations, place: WritingPlace) -> str:
    opened = (
        sealed_store.unlock(locations, SEALED) if place.is_sealed else stores.unlock(locations, PASSPHRASE)
    )
    try:
        return place.stored(opened)
    finally:
        opened.close()


def main(root: str, name: str, ready: str) -> None:
    """The real program over a store, with somebody in it who goes to a place and then makes the file ``ready``."""
    from PySide6.QtCore import QTimer

    from sep_desktop.ui.shell import application

    place = next(each for each in PLACES if each.name == name)
    make_program = application._program

    def accompanied(locations: Locations) -> application.Program:
        program = make_program(locations)
        look = QTimer(program)
        look.timeout.connect(lambda: look.stop() if _is_there(program, place, Path(ready)) else None)
        look.start(_LOOK)
        return program

    application._program = accompanied
    sys.exit(application.run(Locations(Path(root))))


def _is_there(program, place: WritingPlace, ready: Path) -> bool:
    """Take the next step to the field; whether the cursor is in it."""
    if program.window is None:
        return False
    if program.window.history[-1] != place.address:
        program.session.go(place.address)
        return False
    page = program.window.page()
    if place.is_sealed and page.open_view is None:
        if page.unlock_page.keys.open_button.isEnabled():
            page.unlock_page.keys.passphrase.setText(SEALED)
            page.unlock_page.keys.try_passphrase()
        return False
    field = place.find(page)
    if field is None:
        return False
    field.setFocus()
    field.selectAll()
    if field.hasFocus():
        ready.touch()
    return field.hasFocus()
