"""The program's own mistakes: said in three parts, without anybody's words."""

import gc
import logging
import os
import subprocess
import sys
import textwrap

import pytest

from sep_desktop import cli, log, mistakes, process
from sep_desktop.commands import CommandSpec
from sep_desktop.notices import NoticeSink
from sep_desktop.sync.message import Sender
from sep_desktop.sync.smtp import Account

WORDS = "CANARY: she cried in the meeting"


def fail(options):
    raise ValueError(WORDS)


def ran(code, **options):
    """A process of its own, in which nobody else listens."""
    setting = f"import sys\nfrom sep_desktop import mistakes\nmistakes.keep_words_in()\nWORDS = {WORDS!r}\n"
    command = [sys.executable, "-c", setting + textwrap.dedent(code)]
    return subprocess.run(command, capture_output=True, text=True, check=False, **options)


def test_a_command_that_makes_a_mistake_says_so_without_its_words(monkeypatch, capsys, caplog):
    monkeypatch.setattr(CommandSpec, "run", property(lambda spec: fail))
    assert cli.main(["due"]) == cli.MISTAKE
    said = capsys.readouterr()
    assert said.out == ""
    assert "The program made a mistake (ValueError). What was saved is safe. Try again" in said.err
    assert "test_mistakes.py" in said.err
    assert "CANARY" not in said.err + caplog.text
    caplog.clear()


@pytest.mark.parametrize(
    "code",
    [
        "raise ValueError(WORDS)",
        "import threading; thread = threading.Thread(target=lambda: int(WORDS)); thread.start(); thread.join()",
        "class Late:\n    def __del__(self):\n        raise ValueError(WORDS)\nLate()",
        "import warnings; warnings.warn(WORDS)",
        "import logging; logging.getLogger('a library').warning(WORDS)",
        "import logging; logging.getLogger('a library').warning('%d', WORDS)",
        "import atexit; atexit.register(lambda: int(WORDS))",
    ],
)
def test_no_thread_destructor_library_or_warning_prints_its_words(code):
    done = ran(code)
    assert "CANARY" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


def test_who_listens_already_goes_on_listening():
    before = sys.unraisablehook
    assert before is not sys.__unraisablehook__, "the test's runner listens"
    mistakes.keep_words_in()
    assert sys.unraisablehook is before
    gc.collect()


def test_the_window_says_it_in_the_same_words(capsys, caplog):
    sink, seen = NoticeSink(), []
    sink.listen(seen.append)
    error = ValueError(WORDS)
    mistakes.told(sink)(ValueError, error, None)
    assert [each.text for each in seen] == ["The program made a mistake (ValueError)."]
    assert "CANARY" not in str(seen) + capsys.readouterr().err + caplog.text
    caplog.clear()


@pytest.mark.skipif(os.name != "posix", reason="a pipe of the shell")
def test_whoever_reads_no_further_is_no_mistake():
    command = f"{sys.executable} -m sep_desktop --help | true; exit ${{PIPESTATUS[0]}}"
    done = subprocess.run(["/bin/bash", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")


def test_a_command_whose_reader_goes_away_ends_quietly(monkeypatch, capsys):
    def broken(options):
        raise BrokenPipeError(32, "gone")

    monkeypatch.setattr(CommandSpec, "run", property(lambda spec: broken))
    monkeypatch.setattr(cli, "_close_output", lambda: cli.DONE)
    assert cli.main(["due"]) == cli.DONE
    assert capsys.readouterr().err == ""


def test_stopping_a_command_is_one_word(monkeypatch, capsys):
    def stopped(options):
        raise KeyboardInterrupt

    monkeypatch.setattr(CommandSpec, "run", property(lambda spec: stopped))
    assert cli.main(["due"]) == cli.INPUT
    assert capsys.readouterr().err == "Stopped.\n"


@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2)")
def test_a_process_of_its_own_leaves_no_image_and_lets_nobody_read_it():
    done = ran(
        """
        import ctypes, resource
        from sep_desktop import process
        process.leave_no_image()
        process.keep_others_out()
        print(resource.getrlimit(resource.RLIMIT_CORE)[0], ctypes.CDLL(None).prctl(3, 0, 0, 0, 0))
        """
    )
    assert done.stdout == "0 0\n"


@pytest.mark.skipif(sys.platform != "linux", reason="prctl(2)")
def test_only_a_process_of_its_own_is_closed_to_others(monkeypatch, capsys):
    closed = []
    monkeypatch.setattr(process, "keep_others_out", lambda: closed.append(True))
    monkeypatch.setattr(CommandSpec, "run", property(lambda spec: lambda options: 0))
    cli.main(["due"])
    assert closed == []
    monkeypatch.setattr(sys, "argv", ["sep-desktop", "due"])
    cli.main()
    assert closed == [True]


def test_what_holds_a_secret_or_an_address_does_not_show_it():
    account = Account("mail.example", 587, "starttls", "ada", "hunter2", "")
    assert "hunter2" not in repr(account)
    assert "ada@" not in repr(Sender("Ada Penrose", "ada@sep.example"))


def test_a_log_that_ended_lets_go_of_its_folder(tmp_path):
    logger = logging.getLogger("sep_desktop")
    before, level, propagate = logger.handlers[:], logger.level, logger.propagate
    try:
        log.start(tmp_path / "log" / "a.log")
        logger.info("begun")
        assert (tmp_path / "log" / "a.log").read_text().endswith("begun\n")
        if os.name == "posix":
            assert (tmp_path / "log" / "a.log").stat().st_mode & 0o077 == 0
        log.stop()
        assert logger.handlers == []
    finally:
        logger.handlers[:], logger.propagate = before, propagate
        logger.setLevel(level)
