"""What is done in the six hours of a visit: notes, agenda, report, changes of mind; each deed is a record."""

from dataclasses import dataclass
from datetime import timedelta
from enum import StrEnum
from random import Random

WORDS = (
    "pupils",
    "reading",
    "attendance",
    "governors",
    "phonics",
    "Zoë",
    "targets",
    "half-term",
    "progress",
    "boys",
    "mathematics",
    "Łukasz",
    "résumé",
    "lessons",
    "behaviour",
    "exam",
    "data",
    "trust",
    "sixth",
    "evidence",
)

LONG_WORDS = tuple(word for word in WORDS if len(word) > 8)
"""Too long to be seen by chance in what is encrypted."""


class Kind(StrEnum):
    """What is done."""

    NOTE = "take a note"
    EDIT = "write on in a note"
    SECTION = "write in the report"
    TITLE = "rename an agenda item"
    EMPTY = "empty a note and put it back"
    MOVE = "move the visit and take it back"
    ORDER = "turn the agenda round and back"


@dataclass(frozen=True)
class Deed:
    """One deed at one place. ``words`` are added there, but for a title, which they become."""

    kind: Kind
    place: str
    words: tuple[str, ...] = ()


@dataclass(frozen=True)
class Hazards:
    """What happens in a deed, beside the kills: at the end of which of its words, and what it is.

    ``sleep`` is how long the computer sleeps; ``clock`` by how much its clock is put on or back.
    """

    full: bool = False
    lock: bool = False
    second: bool = False
    sleep: timedelta = timedelta()
    clock: timedelta = timedelta()


def script(random: Random, items: list[str], sections: list[str]) -> list[Deed]:
    """Some 55 to 60 deeds: the first are notes, so that there is something to come back to."""
    deeds: list[Deed] = []
    notes: list[str] = []
    for number in range(random.randrange(55, 61)):
        kind = Kind.NOTE if number < 4 else random.choices(tuple(Kind), (28, 10, 10, 4, 3, 2, 2))[0]
        words = tuple(random.choices(WORDS, k=random.randrange(2, 9)))
        if kind is Kind.NOTE:
            notes.append(f"note n{number} {random.choice(items)}")
        place = {
            Kind.NOTE: lambda: notes[-1],
            Kind.EDIT: lambda: random.choice(notes),
            Kind.EMPTY: lambda: random.choice(notes),
            Kind.SECTION: lambda: f"section {random.choice(sections)}",
            Kind.TITLE: lambda: f"title {random.choice(items)}",
            Kind.MOVE: lambda: "plan",
            Kind.ORDER: lambda: "order",
        }[kind]()
        if kind is Kind.NOTE:
            words = (f"n{number}", *words)
        deeds.append(Deed(kind, place, words))
    return deeds


def hazards(random: Random) -> Hazards:
    """Most deeds go by without any."""
    chance = random.random()
    return Hazards(
        full=chance < 0.05,
        lock=0.05 <= chance < 0.10,
        second=0.10 <= chance < 0.12,
        sleep=timedelta(minutes=random.randrange(1, 600)) if 0.12 <= chance < 0.17 else timedelta(),
        clock=random.choice((timedelta(days=-1), timedelta(days=365), timedelta(hours=1)))
        if 0.17 <= chance < 0.20
        else timedelta(),
    )
