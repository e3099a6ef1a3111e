"""A program that may be killed: work in a forked process that tells what it has acknowledged, line by line."""

import json
import os
import signal
import traceback
from collections.abc import Callable
from typing import Any, NoReturn

from tests.faults.case import Unavailable

Tell = Callable[[Any], None]


class Program:
    """The other end: what it told, how it ended."""

    def __init__(self, pid: int, pipe: int) -> None:
        self.pid, self._pipe = pid, os.fdopen(pipe, encoding="utf-8")
        self.told: list[Any] = []

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
    here, there = os.pipe()
    pid = os.fork()
    if pid:
        os.close(there)
        return Program(pid, here)
    os.close(here)
    _do(work, there)


def _do(work: Callable[[Tell], object], pipe: int) -> NoReturn:
    def tell(what: Any) -> None:
        os.write(pipe, (json.dumps(what) + "\n").encode())

    code = 0
    try:
        work(tell)
    except BaseException:  # noqa: BLE001 -- it is told, and raised at the other end
        tell({"raised": traceback.format_exc()})
        code = 1
    finally:
        os._exit(code)
