"""The places of a visit at which words stand, what the store has of each, and what it must have."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path

from sep_desktop.services import visits
from sep_desktop.storage.store import Store

PROMISED = 3.0
"""Seconds after which what is typed is in the store, whatever happens."""


def stored(store: Store, visit: int) -> dict[str, str]:
    """Every place with its words. Two notes that begin alike count as a duplicate: both are there under one name."""
    report = store.reports.of_visit(visit)
    assert report is not None
    planned = visits.find(store=store, visit=visit)
    agenda = store.visits.agenda(visit)
    texts = {f"section {key}": text for key, text in store.reports.sections.content(report.id).items()}
    texts |= {f"title {item.key}": item.title for item in agenda}
    texts |= {"plan": planned.day.isoformat(), "order": ",".join(item.key for item in agenda)}
    for note in store.notes.of_visit(visit):
        texts[name_of_note(note.text, note.item)] = note.text
    for note in visits.emptied_notes(store=store, visit=visit):
        texts.setdefault(name_of_note(note.text, note.item), "")
    return texts


def name_of_note(text: str, item: str) -> str:
    """The name of a note's place: its first word, which no other note has, and its item."""
    return f"note {text.split()[0]} {item}"


def order_of_notes(store: Store, visit: int) -> list[str]:
    """The first words of the notes, as they are shown."""
    return [note.text.split()[0] for note in store.notes.of_visit(visit)]


def files_that_leak(folder: Path, words: Iterable[str]) -> list[str]:
    """The files below a folder in which one of the words can be read."""
    sought = [word.encode() for word in words]
    files = [path for path in folder.rglob("*") if path.is_file()]
    return [path.name for path in files if any(word in path.read_bytes() for word in sought)]


@dataclass
class Place:
    """How the words of a place came to be: each state with the second of waking time at which it was typed.

    ``acknowledged`` is the newest state that was said to be saved. While saving fails, and says so, nothing is promised
    of what came later.
    """

    states: list[tuple[str, float]] = field(default_factory=list)
    acknowledged: int = 0
    failing: bool = False

    def promised(self, now: float) -> int:
        """The state that the store must have, or one after it."""
        old = [at for at, (_, typed) in enumerate(self.states) if typed <= now - PROMISED]
        return max(self.acknowledged, max(old, default=0) if not self.failing else 0)

    def has(self, text: str, now: float) -> bool:
        """Whether a stored text is a state that was typed, and none before the promised one."""
        return any(state == text for state, _ in self.states[self.promised(now) :])


@dataclass
class Expectation:
    """What was typed and promised of all places, as the program told it."""

    places: dict[str, Place] = field(default_factory=dict)
    awake: float = 0.0

    def begin(self, texts: dict[str, str]) -> None:
        """What a session begins with is what somebody sees who starts the program."""
        self.places = {name: Place([(text, self.awake)]) for name, text in texts.items()}

    def typed(self, name: str, text: str) -> None:
        """Words now stand on the screen."""
        self.places.setdefault(name, Place([("", self.awake)])).states.append((text, self.awake))

    def saved(self, name: str, text: str) -> None:
        """Words were said to be saved."""
        place = self.places[name]
        place.acknowledged = max(at for at, (state, _) in enumerate(place.states) if state == text)
        place.failing = False

    def failed(self, names: list[str]) -> None:
        """The window says that these places could not be saved."""
        for name in names:
            self.places[name].failing = True

    def lost(self, texts: dict[str, str]) -> list[str]:
        """The places of which the store lacks what was promised, in words for whoever looks into it."""
        return [
            f"{name}: {texts.get(name, '')!r} is stored, {place.states[place.promised(self.awake)][0]!r} was promised"
            for name, place in self.places.items()
            if not place.has(texts.get(name, ""), self.awake)
        ]
