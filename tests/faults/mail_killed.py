"""A sending process that is killed or put to sleep at each step of the conversation: F22, and the lid that is closed."""

import os
import signal
import subprocess
import sys
import threading
from collections.abc import Callable, Mapping
from functools import partial
from pathlib import Path

from tests.faults.case import Case, Context, Tally, Unavailable
from tests.faults.counting import total
from tests.faults.mail_child import ANSWERED, FREEZING, REMEMBERED, WRITTEN
from tests.faults.mail_server import Deed, MailServer, authority_file
from tests.faults.mail_verdicts import letters, settled
from tests.faults.mail_world import World, world
from tests.support.smtp_server import DROP

SIZE = 1_000_000
"""Bytes of the paper: more than the buffers of the system hold between the two ends."""

PATIENT = 20.0
POINTS: Mapping[str, tuple[str, Mapping[str, str], str]] = {
    "at MAIL": ("mail", {}, "qqq"),
    "in the body": ("body", {}, "qqq"),
    "while the bytes are fixed": (FREEZING, {}, "qqq"),
    "before the dot, which was announced": (REMEMBERED, {}, "UUU"),
    "at the dot, lost": ("dot", {"dot": DROP}, "UUU"),
    "at the dot, stored": ("dot-stored", {"dot-stored": "250 2.0.0 stored"}, "UUU"),
    "answered, not written down": (ANSWERED, {}, "UUU"),
    "written down": (WRITTEN, {}, "AAA"),
    "at QUIT": ("quit", {}, "AAA"),
}
"""Where it is killed, what the server does there, and how the three stand at the next start."""

INSIDE = FREEZING, REMEMBERED, ANSWERED, WRITTEN
Touch = Callable[["subprocess.Popen[str]"], object]


def crash_matrix(context: Context) -> Tally:
    """F22: killed at each of the points, started again, and sent: nothing twice, nothing said that is not so."""
    order = list(POINTS)
    context.random.shuffle(order)
    return total((name, partial(_killed, context, name)) for name in order)


def _killed(context: Context, name: str) -> Tally:
    point, answers, expected = POINTS[name]
    with world(context) as here:
        deeds = {} if point in INSIDE else {point: subprocess.Popen.kill}
        with Sending(here, answers, deeds, point) as server:
            here.restart()
            assert letters(here) == expected, f"{letters(here)}, not {expected}"
            for _ in range(2):
                here.send(server, size=SIZE)
                here.restart()
            assert letters(here) == expected.replace("q", "A"), letters(here)
            return here.counts(server.pieces, sized=True)


class Sending:
    """A child that sends through a server; what touches it happens at a step of the conversation."""

    def __init__(
        self,
        here: World,
        answers: Mapping[str, str],
        deeds: Mapping[str, Touch],
        point: str = "",
        final: float = PATIENT,
    ) -> None:
        self._here, self._point, self._final = here, point, final
        self._server = MailServer(answers, {step: self._touched(touch) for step, touch in deeds.items()})
        self._child: subprocess.Popen[str] | None = None
        self._started = threading.Event()

    def _touched(self, touch: Touch) -> Deed:
        def deed() -> None:
            self._started.wait(20)
            assert self._child is not None
            touch(self._child)

        return deed

    def __enter__(self) -> MailServer:
        self._here.store.close()
        where = [str(self._here.locations.root), str(self._server.port), authority_file(self._here.folder)]
        command = [
            sys.executable,
            "-m",
            "tests.faults.mail_child",
            *where,
            str(SIZE),
            str(self._final),
            self._point,
        ]
        with subprocess.Popen(
            command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=Path.cwd()
        ) as self._child:
            self._started.set()
            self.said, trouble = self._child.communicate(timeout=60)
        assert "Traceback" not in trouble, trouble
        assert not self._server.steps.problems, self._server.steps.problems
        self._server.steps.clear()
        return self._server

    def __exit__(self, *trouble: object) -> None:
        self._server.__exit__(*trouble)


ASLEEP: Mapping[str, tuple[str, Mapping[str, str], tuple[str, ...]]] = {
    "at the dot, answered meanwhile": ("dot-stored", {"dot-stored": "250 2.0.0 stored"}, ("AAA", "UUU")),
    "at the dot, hung up meanwhile": ("dot-stored", {"dot-stored": DROP}, ("UUU",)),
    "at the dot, lost meanwhile": ("dot", {"dot": DROP}, ("UUU",)),
    "in the body": ("body", {"body": DROP}, ("RRR",)),
    "at RCPT": ("rcpt2", {"rcpt2": "421 4.4.2 too slow"}, ("RRR",)),
    "at QUIT": ("quit", {"quit": DROP}, ("AAA",)),
}
"""Where the lid is closed, what the server does until it is opened, and what may then be said."""


def suspended(context: Context) -> Tally:
    """The computer sleeps in mid-send for longer than anybody waits, and wakes: nothing twice, nothing untrue."""
    if os.name != "posix":  # SIGSTOP is the only sleep that a test can give to one process
        raise Unavailable("SIGSTOP, the only sleep that a test can give to one process, is of POSIX systems")
    order = list(ASLEEP)
    context.random.shuffle(order)
    return total((name, partial(_suspended, context, name)) for name in order)


def _suspended(context: Context, name: str) -> Tally:
    step, answers, allowed = ASLEEP[name]
    with world(context) as here, Sending(here, answers, {step: _sleep}, final=0.4) as server:
        here.restart()
        assert letters(here) in allowed, f"{letters(here)}, none of {allowed}"
        return settled(here, server, SIZE)


def _sleep(child: "subprocess.Popen[str]") -> None:
    """Stop it, and let it go on when its patience has passed by the clock on the wall."""
    os.kill(child.pid, signal.SIGSTOP)
    os.waitpid(child.pid, os.WUNTRACED)
    timer = threading.Timer(0.8, os.kill, (child.pid, signal.SIGCONT))
    timer.daemon = True
    timer.start()


CASES = (
    Case("F22", "Killed at each of nine points of a conversation", crash_matrix, slow=True),
    Case("asleep", "The computer sleeps in mid-send, longer than anybody waits", suspended, slow=True),
)
