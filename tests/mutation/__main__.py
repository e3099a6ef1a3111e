"""Print what became of each mutant of a module, and every survivor with its line; exit 1 when too many survive."""

import argparse
import ast
import os
import sys
import time
import tomllib
from collections import Counter
from pathlib import Path

from tests.mutation.mutants import Mutant, mutants
from tests.mutation.runner import Trial, Verdict

ROOT = Path(__file__).parent.parent.parent
AIM = 0.9
ELSEWHERE = {"ui", "journeys", "slow", "faults", "benchmarks", "mutation", "support"}
"""Folders whose tests take too long to run once a mutant, or are no tests of a module."""


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.mutation", description=__doc__)
    parser.add_argument("module", help="a module of sep_desktop, dotted or as a path")
    parser.add_argument("tests", nargs="*", help="test files (default: those that import the module)")
    parser.add_argument("--at-a-time", type=int, default=os.cpu_count() or 1, metavar="N")
    options = parser.parse_args()
    module = options.module.removesuffix(".py").replace("/", ".")
    path = ROOT / (module.replace(".", "/") + ".py")
    if not path.exists():
        parser.error(f"there is no {path.relative_to(ROOT)}")
    tests = options.tests or tests_of(module)
    if not tests:
        parser.error(f"no test imports {module}; name the files")
    return report(Trial(module, path, tests), options.at_a_time)


def tests_of(module: str) -> list[str]:
    """The quick test files that import ``module``."""
    return sorted(
        str(path.relative_to(ROOT))
        for path in (ROOT / "tests").rglob("test_*.py")
        if not ELSEWHERE.intersection(path.relative_to(ROOT).parts) and module in _imported(path)
    )


def _imported(path: Path) -> set[str]:
    names: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            names |= {f"{node.module}", *(f"{node.module}.{alias.name}" for alias in node.names)}
        elif isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
    return names


def accepted(module: str) -> dict[str, str]:
    """The survivors of a module that may survive, as they are printed, each with its reason."""
    rows = tomllib.loads((Path(__file__).parent / "accepted.toml").read_text(encoding="utf-8"))["survivor"]
    return {f"{row['old']}  →  {row['new']}": row["reason"] for row in rows if row["module"] == module}


def report(trial: Trial, at_a_time: int) -> int:
    """Try every mutant; the exit code."""
    begun = time.monotonic()
    changes = mutants(trial.path.read_text(encoding="utf-8"))
    print(f"{len(changes)} mutants of {trial.module}, tried with {' '.join(trial.tests)}", flush=True)
    reasons, survivors = accepted(trial.module), list[Mutant]()
    counts: Counter[str] = Counter()
    for mutant, verdict in trial.verdicts(changes, trial.prepare(), at_a_time):
        if verdict is Verdict.SURVIVED and str(mutant) in reasons:
            counts["survived, accepted"] += 1
            continue
        counts[verdict] += 1
        if verdict is Verdict.SURVIVED:
            survivors.append(mutant)
            print(f"survived  {trial.path.relative_to(ROOT)}:{mutant.number}  {mutant}", flush=True)
    killed = counts[Verdict.KILLED] + counts[Verdict.HANGS]
    share = killed / max(killed + len(survivors), 1)
    print(f"{', '.join(f'{name}: {count}' for name, count in counts.items())}")
    print(f"{share:.0%} killed, aim {AIM:.0%}, in {(time.monotonic() - begun) / 60:.1f} minutes")
    return 0 if share >= AIM else 1


if __name__ == "__main__":
    sys.exit(main())
