"""The finished rounds of a run, a line each, so that a run that was broken off can go on."""

import json
from collections import Counter
from dataclasses import dataclass
from pathlib import Path

from tests.faults.case import Tally


@dataclass(frozen=True)
class Finished:
    """A round that has ended: ``wrong`` says what went otherwise than expected, ``left_out`` why it was not tried."""

    case: str
    number: int
    seed: int
    seconds: float
    tally: Tally
    wrong: str = ""
    left_out: str = ""


class Journal:
    """A file of finished rounds. A line that was cut off by a kill counts as a round that has not ended."""

    def __init__(self, path: Path, *, resume: bool) -> None:
        self._path = path
        path.parent.mkdir(parents=True, exist_ok=True)
        self.finished: list[Finished] = _read(path) if resume and path.exists() else []
        path.write_text("".join(_line(each) for each in self.finished), encoding="utf-8")

    def add(self, finished: Finished) -> None:
        """Write down a round at once."""
        self.finished.append(finished)
        with self._path.open("a", encoding="utf-8") as file:
            file.write(_line(finished))

    def has(self, case: str, number: int) -> bool:
        """Whether a round has ended already, however it went."""
        return any(each.number == number for each in self.of(case))

    def of(self, case: str) -> list[Finished]:
        """The rounds of a case."""
        return [each for each in self.finished if each.case == case]


def _line(finished: Finished) -> str:
    return json.dumps({**vars(finished), "tally": vars(finished.tally)}) + "\n"


def _read(path: Path) -> list[Finished]:
    rounds = []
    for line in path.read_text(encoding="utf-8").splitlines():
        try:
            row = json.loads(line)
        except ValueError:
            continue
        tally = row.pop("tally")
        rounds.append(Finished(**row, tally=Tally(**{**tally, "also": Counter(tally["also"])})))
    return [each for each in rounds if not each.wrong]
