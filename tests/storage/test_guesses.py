"""Wrong guesses that wait longer each time, whatever happens to the program, the file and the clock."""

from datetime import timedelta

import pytest

from sep_desktop.errors import EnvironmentProblem
from sep_desktop.storage import guesses as module
from sep_desktop.storage.guesses import Guesses, TooSoon, patience
from sep_desktop.storage.key_slots import WrongSecret


@pytest.fixture
def folder(locations):
    locations.prepare()
    return locations


def guess_wrong(locations, now, times=1, guesses=None):
    """As many wrong guesses as were looked at, each with the program started anew; seconds to wait at the end."""
    seconds = 0
    for _ in range(times):
        with pytest.raises(WrongSecret) as caught, (guesses or Guesses(locations)).counted(now):
            raise WrongSecret("No.", "Look again.")
        seconds = caught.value.seconds
        now += timedelta(seconds=seconds)
    return seconds


def seconds_to_wait(locations, now):
    try:
        with Guesses(locations).counted(now):
            raise EnvironmentProblem("Nobody looked.")
    except TooSoon as refusal:
        return refusal.seconds
    except EnvironmentProblem:
        return 0


def test_patience_grows_with_each_wrong_guess_up_to_five_minutes():
    assert [patience(n) for n in (0, 1, 4, 5, 6, 7, 30, 10**9)] == [0, 0, 0, 2, 4, 8, 300, 300]


def test_wrong_guesses_wait_longer_also_after_a_restart(folder, now):
    assert [guess_wrong(folder, now) for _ in range(4)] == [0, 0, 0, 0]
    assert guess_wrong(folder, now) == 2
    assert seconds_to_wait(folder, now) == 2
    assert seconds_to_wait(folder, now + timedelta(seconds=1.5)) == 1
    assert guess_wrong(folder, now + timedelta(seconds=2)) == 4
    assert seconds_to_wait(folder, now + timedelta(days=30)) == 0
    assert guess_wrong(folder, now + timedelta(days=30)) == 8, "a month of waiting forgets nothing"


def test_the_right_one_begins_anew(folder, now):
    guess_wrong(folder, now, 7)
    with Guesses(folder).counted(now + timedelta(minutes=1)):
        pass
    assert not folder.wrong_guesses.exists()
    assert guess_wrong(folder, now) == 0


def test_a_guess_counts_before_anybody_looks(folder, now):
    guess_wrong(folder, now, 4)
    with pytest.raises(WrongSecret), Guesses(folder).counted(now):
        assert seconds_to_wait(folder, now) == 2, "as after a program that was ended at this moment"
        raise WrongSecret("No.")


def test_what_is_no_guess_does_not_count(folder, now):
    guess_wrong(folder, now, 4)
    for _ in range(3):
        assert seconds_to_wait(folder, now) == 0
    assert guess_wrong(folder, now) == 2


def test_a_clock_that_was_put_back_neither_frees_nor_shuts_out(folder, now):
    guess_wrong(folder, now, 6)
    before = now - timedelta(days=365)
    assert seconds_to_wait(folder, before) == 4
    assert seconds_to_wait(folder, before + timedelta(seconds=4)) == 0
    assert guess_wrong(folder, before + timedelta(seconds=4)) == 8


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"{}",
        b'{"wrong": "x", "last": "y"}',
        b'{"wrong": Infinity, "last": "2026-11-24T10:00:00+00:00"}',
        b"[" * 100_000,
    ],
    ids=["empty", "no text", "a list", "nothing in it", "no number", "endless", "deep"],
)
def test_a_damaged_count_is_no_error_and_counts_as_some_wrong_guesses(folder, now, content):
    folder.wrong_guesses.write_bytes(content)
    later = now + timedelta(days=365 * 50)  # long after the file was written
    assert seconds_to_wait(folder, later) == 0
    folder.wrong_guesses.write_bytes(content)
    assert guess_wrong(folder, later) == 4


def test_a_deleted_count_frees_nobody_while_the_program_is_there(folder, now):
    guesses = Guesses(folder)
    guess_wrong(folder, now, 5, guesses)
    folder.wrong_guesses.unlink()
    with pytest.raises(TooSoon, match="Wait 2 more seconds"), guesses.counted(now):
        pytest.fail("it was looked at")


@pytest.mark.parametrize("days", [0, -400], ids=["the clock is right", "the clock is put back"])
def test_a_folder_that_cannot_be_written_to_shuts_nobody_out(folder, now, monkeypatch, days):
    guess_wrong(folder, now, 6)

    def refused(*_, **__):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(module, "_write", refused)
    monkeypatch.setattr(type(folder.wrong_guesses), "unlink", refused)
    with Guesses(folder).counted(now + timedelta(days=days, minutes=5)):
        pass


def test_a_wrong_guess_says_how_long_the_next_one_has_to_wait(folder, now):
    hints = []
    for _ in range(5):
        with pytest.raises(WrongSecret) as caught, Guesses(folder).counted(now):
            raise WrongSecret("No.", "Look again.")
        hints.append(caught.value.hint)
    assert hints == ["Look again."] * 4 + ["Wait 2 seconds before you try again. Look again."]


def test_a_count_below_nothing_gives_nobody_more_guesses(folder, now):
    folder.wrong_guesses.write_text('{"wrong": -100, "last": "2026-11-24T10:00:00+00:00"}')
    assert guess_wrong(folder, now, 5) == 2
