"""Tries a broken module in a process of its own, forked from one in which everything slow is imported already."""

import importlib
import importlib.abc
import importlib.machinery
import importlib.util
import json
import multiprocessing
import multiprocessing.connection
import os
import shutil
import sys
import tempfile
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from types import ModuleType

import pytest

from tests.mutation.mutants import Mutant

NOT_BEFORE = ("sep_desktop", "tests", "sqlite_utils")
"""Ours, which may import the module, and what insists on being imported by ours."""
OPTIONS = (
    *("-x", "-q", "-n", "0", "--no-header", "-m", "not slow"),
    *("-p", "no:randomly", "-p", "no:cacheprovider", "-W", "ignore::pytest.PytestAssertRewriteWarning"),
)
SLACK = 10.0
"""Seconds that a broken module may take more than three times the sound one: then it hangs, and is seen."""


class Verdict(StrEnum):
    """What became of a mutant."""

    KILLED = "killed"
    HANGS = "killed, it hangs"
    BROKEN = "cannot be imported"
    SURVIVED = "survived"


class _Finder(importlib.abc.MetaPathFinder, importlib.abc.Loader):
    """Gives one module another text."""

    def __init__(self, module: str, path: Path, source: str) -> None:
        self._module, self._path, self._source = module, path, source

    def find_spec(
        self, name: str, path: object = None, target: object = None
    ) -> importlib.machinery.ModuleSpec | None:
        if name != self._module:
            return None
        return importlib.util.spec_from_file_location(name, self._path, loader=self)

    def exec_module(self, module: ModuleType) -> None:
        exec(compile(self._source, str(self._path), "exec"), vars(module))


@dataclass(frozen=True)
class Trial:
    """A module, and the tests that should see it broken."""

    module: str
    path: Path
    tests: Sequence[str]

    def prepare(self) -> float:
        """Run the tests over the sound module; the seconds that a mutant is given.

        What they imported of other people's is imported here too, once for all. Raises ``SystemExit`` when a
        test fails, before that or after.
        """
        names = Path(tempfile.mkdtemp(prefix="sep-mutation-")) / "modules.json"
        begun = time.monotonic()
        self._sound(names)
        for name in json.loads(names.read_text(encoding="utf-8")):
            importlib.import_module(name)
        seconds = 3 * (time.monotonic() - begun) + SLACK
        self._sound(None)
        return seconds

    def _sound(self, names: Path | None) -> None:
        process = self._start(self.path.read_text(encoding="utf-8"), names)
        process.join()
        if process.exitcode != 0:
            sys.exit(f"The tests of {self.module} do not pass as it is: {' '.join(self.tests)}")

    def verdicts(
        self, mutants: Sequence[Mutant], seconds: float, at_a_time: int
    ) -> Iterator[tuple[Mutant, Verdict]]:
        """Each mutant and what became of it, as they come."""
        waiting = list(reversed(mutants))
        running: dict[multiprocessing.process.BaseProcess, tuple[Mutant, float]] = {}
        while waiting or running:
            while waiting and len(running) < at_a_time:
                mutant = waiting.pop()
                running[self._start(mutant.source)] = (mutant, time.monotonic() + seconds)
            multiprocessing.connection.wait([process.sentinel for process in running], timeout=1)
            for process, (mutant, deadline) in list(running.items()):
                verdict = _verdict(process, deadline)
                if verdict is not None:
                    del running[process]
                    yield mutant, verdict

    def _start(self, source: str, names: Path | None = None) -> multiprocessing.process.BaseProcess:
        process = multiprocessing.get_context("fork").Process(target=self._try, args=(source, names))
        process.start()
        return process

    def _try(self, source: str, names: Path | None) -> None:
        """In the forked process: the tests over ``source``; the exit code is pytest's."""
        silence = os.open(os.devnull, os.O_WRONLY)
        os.dup2(silence, 1)
        os.dup2(silence, 2)
        folder = tempfile.mkdtemp(prefix="sep-mutation-")
        os.environ["TMPDIR"] = folder
        tempfile.tempdir = None
        sys.meta_path.insert(0, _Finder(self.module, self.path, source))
        before = set(sys.modules)
        code = pytest.main([*OPTIONS, *self.tests])
        if names:
            names.write_text(json.dumps(_others(set(sys.modules) - before)), encoding="utf-8")
        shutil.rmtree(folder, ignore_errors=True)  # a hundred stores a mutant would fill the disk
        os._exit(int(code))


def _others(names: set[str]) -> list[str]:
    """Modules of other people's that can be imported by their names; none that pytest makes up or rewrites."""
    return sorted(
        name
        for name in names
        if name.partition(".")[0] not in NOT_BEFORE
        and not name.startswith(("_", "pytest", "py."))
        and getattr(getattr(sys.modules[name], "__spec__", None), "name", "") == name
        and getattr(sys.modules[name].__spec__, "origin", None)
    )


def _verdict(process: multiprocessing.process.BaseProcess, deadline: float) -> Verdict | None:
    """What became of it, or nothing while it runs."""
    if process.exitcode is None:
        if time.monotonic() < deadline:
            return None
        process.kill()
        process.join()
        return Verdict.HANGS
    match process.exitcode:
        case pytest.ExitCode.OK:
            return Verdict.SURVIVED
        case pytest.ExitCode.INTERRUPTED | pytest.ExitCode.USAGE_ERROR:
            return Verdict.BROKEN
        case _:
            return Verdict.KILLED
