"""Runs rounds, each in a process of its own that is forked from this warm one, some at once."""

import faulthandler
import logging
import multiprocessing
import os
import shutil
import signal
import sys
import time
import traceback
from collections import deque
from collections.abc import Iterator
from contextlib import suppress
from dataclasses import dataclass
from importlib import import_module
from multiprocessing.connection import Connection, wait
from multiprocessing.process import BaseProcess
from pathlib import Path

from tests.faults.case import Case, Tally, Unavailable, context_of, seed_of
from tests.faults.journal import Finished

LONGEST = 900.0
"""Seconds after which a round counts as hung, which is a wrong outcome."""
_PROCESSES = multiprocessing.get_context("fork" if os.name == "posix" else "spawn")


_LATE = ("sep_desktop.storage.driver", "sqlite_utils", "holidays", "sep_desktop.documents.report_paper")
"""What the program imports when it is asked for, and would import anew in each round."""


@dataclass(frozen=True)
class Job:
    """A round that is to be tried."""

    case: Case
    number: int
    seed: int

    @classmethod
    def of(cls, case: Case, number: int) -> "Job":
        """The round of that number, with its own seed."""
        return cls(case, number, seed_of(case.name, number))


@dataclass
class _Running:
    job: Job
    process: BaseProcess
    answer: Connection
    begun: float
    folder: Path


def run(jobs: list[Job], folder: Path, at_once: int) -> Iterator[Finished]:
    """Try the jobs in their order, ``at_once`` of them beside one another, in ``folder``; each as it ends."""
    for name in _LATE if len(jobs) > 1 else ():
        import_module(name)
    waiting, running = deque(jobs), list[_Running]()
    try:
        while waiting or running:
            while waiting and len(running) < at_once:
                running.append(_start(waiting.popleft(), folder))
            wait([each.answer for each in running], timeout=1)
            for each in list(running):
                late = time.monotonic() - each.begun > LONGEST
                if each.answer.poll() or late or not each.process.is_alive():
                    running.remove(each)
                    yield _finish(each, late)
    finally:
        for each in running:
            _end(each)


def try_once(job: Job, folder: Path, shared: Path) -> Tally:
    """A round in this process, with a memory of the computer of its own. Raises what the round raises."""
    state, before = folder / "computer", os.environ.get("SEP_DESKTOP_STATE")
    context = context_of(folder / "round", shared, job.seed)
    state.mkdir()
    os.environ["SEP_DESKTOP_STATE"] = str(state)
    try:
        return job.case.round(context)
    except AssertionError as error:
        error.add_note(f"Again: python -m tests.faults --only {job.case.name} --seed {job.seed}")
        raise
    finally:
        os.environ.pop("SEP_DESKTOP_STATE")
        if before is not None:
            os.environ["SEP_DESKTOP_STATE"] = before


def _start(job: Job, folder: Path) -> _Running:
    here, there = _PROCESSES.Pipe(duplex=False)
    own = folder / f"{job.case.name} {job.number}"
    process = _PROCESSES.Process(target=_in_child, args=(job, own, folder / "shared", there))
    process.start()
    there.close()
    return _Running(job, process, here, time.monotonic(), own)


def _in_child(job: Job, folder: Path, shared: Path, answer: Connection) -> None:
    """The round in a group of processes of its own, so that none of them outlives it."""
    if hasattr(os, "setsid"):
        os.setsid()
    logging.getLogger().addHandler(logging.NullHandler())
    faulthandler.enable()
    tally, wrong, left_out = Tally(), "", ""
    try:
        tally = try_once(job, folder, shared)
    except Unavailable as reason:
        left_out = str(reason)
    except BaseException:  # noqa: BLE001 -- whatever it was, the round went wrong, and the others go on
        wrong = traceback.format_exc()
    answer.send((tally, wrong, left_out))
    answer.close()
    sys.stdout.flush()
    os._exit(0)  # without the clean-up of what the round left open: a killed program has none either


def _finish(running: _Running, late: bool) -> Finished:
    tally, wrong, left_out = Tally(), f"hung for {LONGEST:.0f} s" if late else "", ""
    if not late:
        try:
            tally, wrong, left_out = running.answer.recv()
        except EOFError:
            running.process.join(5)
            wrong = f"the process of the round ended with {running.process.exitcode}"
    seconds = time.monotonic() - running.begun
    _end(running)
    job = running.job
    return Finished(job.case.name, job.number, job.seed, seconds, tally, wrong, left_out)


def _end(running: _Running) -> None:
    """Nothing of a round stays: no process, no mount, no file."""
    if os.name == "posix" and running.process.pid:
        with suppress(ProcessLookupError, PermissionError):
            os.killpg(running.process.pid, signal.SIGKILL)
    running.process.kill()
    running.process.join()
    running.answer.close()
    shutil.rmtree(running.folder, ignore_errors=True)
