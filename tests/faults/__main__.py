"""The proof: faults done to the program, and what they did to the words.

Prints for each case and in all: rounds, acknowledged writes, lost, duplicated, leaked, seconds. Exits 1 when anything
was lost, duplicated or leaked, or went otherwise than expected.
"""

import argparse
import os
import sys
import tempfile
import time
from collections import Counter
from pathlib import Path

from tests.faults import figures, interposer, runner
from tests.faults.case import Case, Times
from tests.faults.journal import Journal
from tests.faults.registry import chosen

WINDOW_SHARE = 25
"""One visit in so many is done in a real window."""


def main() -> int:
    options = _options()
    try:
        cases = chosen(options.only)
    except KeyError as name:
        sys.exit(f"There is no case {name}; --list names them.")
    if options.list:
        print("\n".join(figures.titles(cases)))
        return 0
    return _run(cases, options)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m tests.faults", description=__doc__)
    parser.add_argument("--rounds", type=int, default=200, help="of each case that chance decides")
    parser.add_argument("--visits", type=int, default=500, help="whole visits; one in 25 in a real window")
    parser.add_argument("--only", default="", help="names of cases, with commas between")
    parser.add_argument("--seed", type=int, help="repeat the one round that had this seed")
    parser.add_argument("--resume", action="store_true", help="go on with the run of the journal")
    parser.add_argument("--list", action="store_true", help="name the cases and end")
    parser.add_argument("--processes", type=int, default=os.cpu_count() or 1)
    parser.add_argument("--journal", type=Path, default=Path("build") / "faults.jsonl")
    return parser.parse_args()


def rounds_of(case: Case, rounds: int, visits: int) -> int:
    """How many rounds of a case a run has."""
    in_window = visits // WINDOW_SHARE
    return {
        Times.ONCE: 1,
        Times.CHANCE: rounds,
        Times.VISITS: visits - in_window,
        Times.WINDOW_VISITS: in_window,
    }[case.times]


def _jobs(cases: tuple[Case, ...], options: argparse.Namespace, journal: Journal) -> list[runner.Job]:
    if options.seed is not None:
        return [runner.Job(case, 0, options.seed) for case in cases]
    return [
        runner.Job.of(case, number)
        for case in cases
        for number in range(rounds_of(case, options.rounds, options.visits))
        if not journal.has(case.name, number)
    ]


def _run(cases: tuple[Case, ...], options: argparse.Namespace) -> int:
    journal, begun = Journal(options.journal, resume=options.resume), time.monotonic()
    jobs = _jobs(cases, options, journal)
    left = Counter(job.case.name for job in jobs)
    print(figures.HEAD, flush=True)
    for case in cases:
        if not left[case.name]:
            _tell(case.name, journal)
    with tempfile.TemporaryDirectory(prefix="faults-", ignore_cleanup_errors=True) as folder:
        for finished in runner.run(jobs, Path(folder), options.processes):
            journal.add(finished)
            left[finished.case] -= 1
            if not left[finished.case]:
                _tell(finished.case, journal)
    _sum_up(journal, time.monotonic() - begun)
    return 0 if figures.is_proven(journal.finished) else 1


def _tell(name: str, journal: Journal) -> None:
    rounds = journal.of(name)
    print(figures.row(name, rounds), *figures.remarks(rounds), sep="\n", flush=True)


def _sum_up(journal: Journal, seconds: float) -> None:
    rounds = journal.finished
    print(figures.row("total", rounds))
    visits = [each.tally for each in rounds if each.case.startswith("visit")]
    if visits:
        print(figures.bound(sum(each.also["records"] for each in visits), sum(each.lost for each in visits)))
    print(f"{seconds / 60:.1f} minutes on {os.cpu_count()} cores")


if __name__ == "__main__":
    interposer.start_again()
    try:
        sys.exit(main())
    finally:
        interposer.clear_away()
