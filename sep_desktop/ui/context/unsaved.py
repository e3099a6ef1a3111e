"""Words that are not saved yet, in every place of one open store: a lock saves them, or conceals them."""

from collections.abc import Callable, Hashable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Generic, Protocol
from weakref import WeakSet

from sep_desktop.notices import Notice, Tone
from sep_desktop.storage.concealed_words import ConcealedWords, Concealment
from sep_desktop.storage.store import Store
from sep_desktop.ui.context.operations import Opened

Save = Callable[[Opened, Hashable, str], datetime]
"""Writes the text under a key durably and says when. Raises a ``SepError`` when it cannot."""


CONCEALED = Notice(
    Tone.WARN,
    "Some of your words could not be saved; they are put back when you unlock.",
    "Until then they are kept encrypted in memory: closing the program loses them.",
)


@dataclass(frozen=True)
class UnsavedText(Generic[Opened]):
    """What is to be saved under a key; ``place`` is the kind of widget that it was typed into."""

    place: str
    key: Hashable
    save: Save[Opened]
    text: str = field(repr=False)


@dataclass(frozen=True)
class ConcealedText(Generic[Opened]):
    """An ``UnsavedText`` whose words only the store that is closed can give back."""

    place: str
    key: Hashable
    save: Save[Opened]
    words: ConcealedWords


class HoldsWords(Protocol[Opened]):
    """Whatever has words that are not saved yet."""

    def save_last(self, opened: Opened) -> Sequence[UnsavedText[Opened]]:
        """Save them without the queues, which have ended, and let them go; those that cannot be saved."""


class UnsavedTexts(Generic[Opened]):
    """Those of one open store.

    What could not be saved before a lock waits here until it is saved, or until the place that it was typed
    into is shown again and takes it.
    """

    def __init__(self) -> None:
        self._waiting: list[UnsavedText[Opened]] = []
        self._places: WeakSet[HoldsWords[Opened]] = WeakSet()

    def __bool__(self) -> bool:
        return bool(self._waiting)

    def add_place(self, place: HoldsWords[Opened]) -> None:
        """Ask ``place`` for its words too, as long as there is one."""
        self._places.add(place)

    def add(self, text: UnsavedText[Opened]) -> None:
        """Let it wait here."""
        self._waiting.append(text)

    def take(self, place: str) -> list[UnsavedText[Opened]]:
        """What was typed into ``place``, which keeps it from now on."""
        taken = [each for each in self._waiting if each.place == place]
        self._waiting = [each for each in self._waiting if each.place != place]
        return taken

    def save_waiting(self, opened: Opened) -> None:
        """Try to save what waits here; the rest goes on waiting."""
        self._waiting = [each for each in self._waiting if not is_saved(each, opened)]

    def save_last(self, opened: Opened) -> None:
        """Save the words of every place; what cannot be saved waits here."""
        self.save_waiting(opened)
        for place in list(self._places):
            self._waiting += place.save_last(opened)

    def conceal(self, concealment: Concealment) -> list[ConcealedText[Opened]]:
        """What waits here, readable to nobody; nothing waits any more."""
        waiting, self._waiting = self._waiting, []
        return [
            ConcealedText(each.place, each.key, each.save, concealment.conceal(each.text)) for each in waiting
        ]

    def reveal(
        self, concealed: Sequence[ConcealedText[Opened]], concealment: Concealment
    ) -> list[ConcealedText[Opened]]:
        """Let what was concealed wait here; what another store concealed comes back as it is."""
        foreign = []
        for each in concealed:
            text = concealment.reveal(each.words)
            if text is None:
                foreign.append(each)
            else:
                self.add(UnsavedText(each.place, each.key, each.save, text))
        return foreign


def is_saved(unsaved: UnsavedText[Opened], opened: Opened) -> bool:
    """Save a text now. Whether it is safe."""
    try:
        unsaved.save(opened, unsaved.key, unsaved.text)
    except Exception:  # noqa: BLE001 -- whatever it was, the words are not safe, and others are still to be
        return False
    return True


@dataclass
class ConcealedTexts:
    """What could not be saved before a store was closed, for as long as the program runs.

    The sealed store's has a list of its own; what its operations are given is known to its feature alone.
    """

    visits: list[ConcealedText[Store]] = field(default_factory=list)
    sealed: list[ConcealedText[Any]] = field(default_factory=list)

    def __bool__(self) -> bool:
        return bool(self.visits or self.sealed)
