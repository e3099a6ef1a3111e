"""The frame of the proof tells what happened, stops for nothing, and goes on where it was broken off."""

import os
import sys
from collections import Counter

import pytest

from tests.faults import __main__ as front
from tests.faults import figures, registry, runner
from tests.faults.case import Case, Tally, Times, Unavailable, seed_of

pytestmark = pytest.mark.skipif(os.name != "posix", reason="rounds are forked on POSIX systems")


def good(context):
    (context.folder / "words").write_text("words")
    return Tally(acknowledged=3, also=Counter(records=2))


def idle(context):
    return Tally()


def losing(context):
    return Tally(acknowledged=3, lost=1)


def failing(context):
    raise AssertionError("not as expected")


def dying(context):
    os.kill(os.getpid(), 9)


def lacking(context):
    raise Unavailable("there is no compiler")


def hanging(context):
    while True:
        pass


@pytest.fixture
def run(monkeypatch, tmp_path, capfd):
    """Runs cases as the command does; its exit code and what it printed."""

    def of(*rounds, options=()):
        cases = tuple(Case(each.__name__, "A case.", each, Times.CHANCE) for each in rounds)
        monkeypatch.setattr(registry, "all_cases", lambda: cases)
        journal = ["--journal", str(tmp_path / "journal.jsonl"), "--processes", "2"]
        monkeypatch.setattr(sys, "argv", ["tests.faults", *journal, *(options or ("--rounds", "3"))])
        return front.main(), capfd.readouterr().out

    return of


def test_a_run_prints_what_was_acknowledged(run):
    code, out = run(good)
    assert code == 0
    assert out.splitlines()[1].split()[:5] == ["good", "3", "9", "0", "0"]


@pytest.mark.parametrize("wrong", [losing, failing, dying])
def test_a_run_that_went_wrong_says_the_round_and_ends_in_failure(run, wrong):
    code, out = run(wrong, good)
    assert code == 1
    assert f"--only {wrong.__name__} --seed {seed_of(wrong.__name__, 0)}" in out
    assert "\ngood" in out, "the others were tried all the same"


def test_a_round_that_hangs_is_a_wrong_outcome(run, monkeypatch):
    monkeypatch.setattr(runner, "LONGEST", 0.2)
    code, out = run(hanging, options=("--rounds", "1"))
    assert code == 1
    assert "hung" in out


def test_what_cannot_be_tried_here_is_said_and_not_counted(run):
    code, out = run(lacking)
    assert code == 0
    assert "left out: lacking (3 rounds): there is no compiler" in out
    assert out.splitlines()[1].split()[:2] == ["lacking", "0"]


def test_a_run_that_was_broken_off_goes_on(run, tmp_path):
    run(good)
    journal = tmp_path / "journal.jsonl"
    lines = journal.read_text().splitlines()
    journal.write_text("\n".join([lines[0], lines[1][:20]]))
    code, out = run(good, options=("--rounds", "3", "--resume"))
    assert code == 0
    assert len(journal.read_text().splitlines()) == 3
    assert out.splitlines()[2].split()[:2] == ["total", "3"]


def test_a_case_that_did_nothing_proves_nothing(run):
    assert run(good, idle)[0] == 0, "a few rounds may miss by chance"
    code, out = run(good, idle, options=("--rounds", "10"))
    assert code == 1
    assert "WRONG idle: nothing was done" in out
    assert "WRONG good" not in out


def test_a_round_can_be_repeated_alone(run):
    code, out = run(good, losing, options=("--only", "Losing", "--seed", "7"))
    assert code == 1
    assert "--only losing --seed 7" in out
    assert "good" not in out


def test_visits_are_better_than_the_peer_only_when_there_were_enough():
    assert "not yet" in figures.bound(400, 0)
    assert "0.0113%" in figures.bound(26_500, 0)
    assert "1 of 26,500" in figures.bound(26_500, 1)
