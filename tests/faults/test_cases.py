"""Every case of the proof in one round each; ``python -m tests.faults`` tries those that chance decides many times."""

import subprocess
import sys
from pathlib import Path

import pytest

from tests.faults.case import Case, Times
from tests.faults.registry import all_cases

ROOT = Path(__file__).parent.parent.parent


def _param(case: Case):
    return pytest.param(case, id=case.name, marks=[pytest.mark.slow] if case.slow else [])


@pytest.mark.parametrize("case", [_param(case) for case in all_cases() if not (case.tests or case.long)])
def test_a_round_of(case, tmp_path):
    """In a process of its own: what a round arms, forks or kills is nobody else's."""
    visits = 25 if case.times is Times.WINDOW_VISITS else 1
    command = [sys.executable, "-m", "tests.faults", "--only", case.name, "--rounds", "1"]
    options = ["--visits", str(visits), "--journal", str(tmp_path / "journal.jsonl")]
    done = subprocess.run([*command, *options], cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    if "left out: " in done.stdout:
        pytest.skip(done.stdout.partition("left out: ")[2].splitlines()[0])


@pytest.mark.parametrize("case", [pytest.param(case, id=case.name) for case in all_cases() if case.tests])
def test_the_tests_that_are_a_case_are_there(case):
    """They run where they stand: here is seen that they still have the names by which the case calls them."""
    for test in case.tests:
        path, _, name = test.partition("::")
        assert f"def {name}" in (ROOT / path).read_text(encoding="utf-8")
