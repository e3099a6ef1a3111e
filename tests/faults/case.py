"""What a case of the proof is: one fault, done to the program in a round, and what that did to the words.

A round stands alone: it has a folder and a seed of its own, and the same seed does the same again as far as
the fault is not a matter of the machine's own timing.
"""

import random
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from hashlib import sha256
from pathlib import Path

from tests.support.clocks import FixedClock


class Times(StrEnum):
    """How often a case is tried: what chance decides, often; what always goes alike, once; visits by their own number."""

    ONCE = "once"
    CHANCE = "chance"
    VISITS = "visits"
    WINDOW_VISITS = "window visits"


class Unavailable(Exception):
    """This machine lacks what the case needs, in words; it is left out and said, never counted as passed."""


@dataclass(frozen=True)
class Tally:
    """What a round did. Every wrong outcome that is none of these three raises ``AssertionError`` instead.

    ``acknowledged``: writes that the program said were saved, or states that it reported of what was sent.
    ``lost``: of these, the ones that were not there afterwards. ``duplicated``: what somebody has twice, or a
    record that is stored twice. ``leaked``: places in which a confidential word or a key was seen. ``also``:
    further figures for the record, added up by name.
    """

    acknowledged: int = 0
    lost: int = 0
    duplicated: int = 0
    leaked: int = 0
    also: Counter[str] = field(default_factory=Counter)

    def __add__(self, other: "Tally") -> "Tally":
        return Tally(
            self.acknowledged + other.acknowledged,
            self.lost + other.lost,
            self.duplicated + other.duplicated,
            self.leaked + other.leaked,
            self.also + other.also,
        )

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, duplicated or leaked."""
        return not (self.lost or self.duplicated or self.leaked)


@dataclass(frozen=True)
class Context:
    """What a round is given.

    ``folder`` is empty and of this round alone; ``shared`` lasts as long as the run and is there for what many
    rounds begin from: make it under another name and rename it, for two processes may need it at once.
    """

    folder: Path
    shared: Path
    seed: int
    random: random.Random
    clock: FixedClock

    @property
    def now(self) -> datetime:
        """The clock's moment."""
        return self.clock.now()


Round = Callable[[Context], Tally]


@dataclass(frozen=True)
class Case:
    """``name`` as it is asked for (``F1``), ``title`` as a sentence, ``round`` does it once."""

    name: str
    title: str
    round: Round
    times: Times = Times.ONCE
    slow: bool = False
    """Whether one round takes longer than two seconds: it is then among the slow tests."""

    long: bool = False
    """Whether one round takes more than a minute: it is then tried by the proof alone."""

    tests: tuple[str, ...] = ()
    """The tests that are this case, as pytest names them, where it stands among the tests of its part."""


def by_tests(name: str, title: str, *tests: str) -> Case:
    """A case that is proven by tests elsewhere: its round runs them, the slow ones too."""

    def passed(context: Context) -> Tally:
        options = ["-n", "0", "-p", "no:randomly", "-p", "no:cacheprovider", "-m", "slow or not slow"]
        command = [sys.executable, "-m", "pytest", *options, "--basetemp", str(context.folder / "pytest")]
        done = subprocess.run([*command, *tests], capture_output=True, text=True, check=False)
        counted = Counter({what: int(n) for n, what in re.findall(r"(\d+) (passed|skipped)", done.stdout)})
        if done.returncode == 0 and not counted["passed"]:
            raise Unavailable(f"its {counted['skipped']} tests cannot be run here")
        assert done.returncode == 0, done.stdout[-4000:]
        return Tally(also=Counter({"tests passed": counted["passed"], "tests skipped": counted["skipped"]}))

    return Case(name, title, passed, tests=tests)


def seed_of(case: str, number: int) -> int:
    """The seed of a round: the same in every run, so that a round can be repeated by itself."""
    return int.from_bytes(sha256(f"{case}/{number}".encode()).digest()[:4])


def context_of(folder: Path, shared: Path, seed: int) -> Context:
    """A context on a Tuesday morning in November, in term; ``folder`` is made."""
    folder.mkdir(parents=True)
    shared.mkdir(parents=True, exist_ok=True)
    clock = FixedClock(datetime(2026, 11, 24, 10, 32, 7).astimezone())
    return Context(folder, shared, seed, random.Random(seed), clock)
