"""A program that may be killed: work in a forked process that tells what it has acknowledged, line by line."""

import json
import os
import signal
import traceback
from collections.abc import Callable
from contextlib import suppress
from typing import Any, NoReturn

from tests.faults.case import Unavailable


class Tell:
    """What the work is given: called, it tells; ``ask`` waits for an answer as well."""

    def __init__(self, out: int, answers: int) -> None:
        self._out, self._answers = out, os.fdopen(answers, encoding="utf-8")

    def __call__(self, what: Any) -> None:
        os.write(self._out, (json.dumps(what) + "\n").encode())

    def ask(self, what: Any) -> Any:
        """Tell, and wait for what the other end answers."""
        self(what)
        return json.loads(self._answers.readline())


class Program:
    """The other end: what it told, how it ended."""

    def __init__(self, pid: int, pipe: int, answers: int) -> None:
        self.pid, self._pipe, self._answers = pid, os.fdopen(pipe, encoding="utf-8"), answers
        self.told: list[Any] = []

    def answer(self, what: Any) -> None:
        """What it asked for; nobody, where it was killed meanwhile."""
        with suppress(BrokenPipeError):
            os.write(self._answers, (json.dumps(what) + "\n").encode())

    def next(self) -> Any | None:
        """What it tells next; ``None`` once it has ended."""
        line = self._pipe.readline()
        if not line.endswith("\n"):
            return None
        self.told.append(json.loads(line))
        return self.told[-1]

    def kill(self) -> None:
        """``kill -9``, now."""
        os.kill(self.pid, signal.SIGKILL)

    def end(self) -> bool:
        """Read all that it told and wait for it; whether it was killed. What it raised itself is raised here."""
        while self.next() is not None:
            pass
        self._pipe.close()
        os.close(self._answers)
        _, status = os.waitpid(self.pid, 0)
        if not os.WIFSIGNALED(status):
            raised = [each["raised"] for each in self.told if isinstance(each, dict) and "raised" in each]
            assert not raised, raised[0]
            assert os.WEXITSTATUS(status) == 0, f"the program ended with {os.WEXITSTATUS(status)}"
        return os.WIFSIGNALED(status)


def begin(work: Callable[[Tell], object]) -> Program:
    """Do ``work`` in a process of its own, which has all that this one has loaded."""
    if not hasattr(os, "fork"):
        raise Unavailable("kill -9 and fork are of POSIX systems")
    (here, out), (answers, asked) = os.pipe(), os.pipe()
    pid = os.fork()
    if not pid:
        os.close(here)
        os.close(asked)
        _do(work, Tell(out, answers))
    os.close(out)
    os.close(answers)
    return Program(pid, here, asked)


def _do(work: Callable[[Tell], object], tell: Tell) -> NoReturn:
    code = 0
    try:
        work(tell)
    except BaseException:  # noqa: BLE001 -- it is told, and raised at the other end
        tell({"raised": traceback.format_exc()})
        code = 1
    finally:
        os._exit(code)
