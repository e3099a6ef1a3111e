"""What becomes of a report when a server or the line breaks at each step: F21 and F23 to F26.

Each round goes the whole way: a run in which it breaks, one in which nothing does, a restart and one more. The
verdict is compared with what the server has.
"""

import socket
from collections.abc import Mapping, Sequence
from dataclasses import replace
from datetime import timedelta
from functools import partial

from sep_desktop.domain.outbox import State
from sep_desktop.sync.smtp import Patience, SmtpTransport
from tests.faults.case import Case, Context, Tally
from tests.faults.counting import copies, total
from tests.faults.mail_server import MailServer
from tests.faults.mail_world import HASTY, PATIENT, PEOPLE, World, world
from tests.support.smtp_server import DROP, HANG, LATE, RESET

SIZES = {"1 KB": 1_000, "400 KB": 400_000, "12 MB": 12_000_000}
LETTERS = {
    State.ACCEPTED: "A",
    State.RETRY: "R",
    State.REFUSED: "X",
    State.UNKNOWN: "U",
    State.QUEUED: "q",
    State.HELD: "h",
}
EVERYBODY, NOBODY = PEOPLE, ()
ALL_REFUSED = dict.fromkeys(("rcpt1", "rcpt2", "rcpt3"), "550 5.1.1 nobody here")
ROWS: Mapping[str, tuple[Mapping[str, str], str, Sequence[str]]] = {
    "banner drop": ({"banner": DROP}, "RRR", NOBODY),
    "banner reset": ({"banner": RESET}, "RRR", NOBODY),
    "banner hang": ({"banner": HANG}, "RRR", NOBODY),
    "banner 421": ({"banner": "421 not now"}, "RRR", NOBODY),
    "EHLO drop": ({"ehlo": DROP}, "RRR", NOBODY),
    "EHLO reset": ({"ehlo": RESET}, "RRR", NOBODY),
    "EHLO hang": ({"ehlo": HANG}, "RRR", NOBODY),
    "MAIL drop": ({"mail": DROP}, "RRR", NOBODY),
    "MAIL reset": ({"mail": RESET}, "RRR", NOBODY),
    "MAIL hang": ({"mail": HANG}, "RRR", NOBODY),
    "MAIL 550": ({"mail": "550 5.7.60 not your address"}, "RRR", NOBODY),
    "MAIL 421": ({"mail": "421 later"}, "RRR", NOBODY),
    "MAIL 552": ({"mail": "552 5.3.4 too big"}, "XXX", NOBODY),
    "RCPT 3 drop": ({"rcpt3": DROP}, "RRR", NOBODY),
    "RCPT 3 reset": ({"rcpt3": RESET}, "RRR", NOBODY),
    "RCPT 3 hang": ({"rcpt3": HANG}, "RRR", NOBODY),
    "RCPT 3 550": ({"rcpt3": "550 5.1.1 nobody here"}, "AAX", PEOPLE[:2]),
    "RCPT 3 450": ({"rcpt3": "450 4.2.1 later"}, "AAR", PEOPLE[:2]),
    "RCPT 3 421": ({"rcpt3": "421 closing"}, "RRR", NOBODY),
    "RCPT all 550": (ALL_REFUSED, "XXX", NOBODY),
    "DATA drop": ({"data": DROP}, "RRR", NOBODY),
    "DATA hang": ({"data": HANG}, "RRR", NOBODY),
    "DATA 451": ({"data": "451 4.3.0 later"}, "RRR", NOBODY),
    "DATA 554": ({"data": "554 5.6.0 no"}, "XXX", NOBODY),
    "body drop": ({"body": DROP}, "RRR", NOBODY),
    "body reset": ({"body": RESET}, "RRR", NOBODY),
    "dot drop, lost": ({"dot": DROP}, "UUU", NOBODY),
    "dot reset, lost": ({"dot": RESET}, "UUU", NOBODY),
    "dot hang, lost": ({"dot": HANG}, "UUU", NOBODY),
    "dot drop, stored": ({"dot-stored": DROP}, "UUU", EVERYBODY),
    "dot reset, stored": ({"dot-stored": RESET}, "UUU", EVERYBODY),
    "dot hang, stored": ({"dot-stored": HANG}, "UUU", EVERYBODY),
    "dot answered in half": ({"dot-stored": "25"}, "UUU", EVERYBODY),
    "dot answered with garbage": ({"dot-stored": "OK queued"}, "UUU", EVERYBODY),
    "dot 452": ({"dot": "452 4.2.2 full"}, "RRR", NOBODY),
    "dot 554": ({"dot": "554 5.7.1 no"}, "XXX", NOBODY),
    "250, then drop": ({"after": DROP}, "AAA", EVERYBODY),
    "250, then reset": ({"after": RESET}, "AAA", EVERYBODY),
    "QUIT drop": ({"quit": DROP}, "AAA", EVERYBODY),
    "QUIT 421": ({"quit": "421 bye"}, "AAA", EVERYBODY),
}
"""The table of faults: what the server does, the verdict for each of the three, and who has it after that run."""

UNDECIDABLE = "body drop", "body reset"
"""Of these, a body that fits into the system's buffers has left whole: it may have to be told as unknown."""


def verdicts(context: Context, sizes: Sequence[str] = ("1 KB", "400 KB")) -> Tally:
    """F21: every row of the table, with a paper of each size."""
    hangs = [name for name in ROWS if HANG in ROWS[name][0].values()]
    order = [
        (name, size) for size in sizes for name in ROWS if size != "12 MB" or name not in hangs
    ]  # a hang is the same at every size, and costs its waiting time each time
    context.random.shuffle(order)
    return total((f"{name}, {size}", partial(_verdict, context, name, size)) for name, size in order)


def _verdict(context: Context, name: str, size: str) -> Tally:
    steps, expected, has_it = ROWS[name]
    patience = HASTY if HANG in steps.values() else PATIENT
    with world(context) as here, MailServer(steps) as server:
        run_through(here, server, patience, SIZES[size])
        verdict = letters(here)
        if not (name in UNDECIDABLE and size == "1 KB" and verdict == "UUU"):
            assert verdict == expected, f"{verdict}, not {expected}"
        assert sorted(copies(server.pieces)) == sorted((each, _paper(server)) for each in has_it)
        return settled(here, server, SIZES[size])


def run_through(here: World, server: MailServer, patience: Patience = PATIENT, size: int = 0) -> None:
    """One run, and the time until whatever waits may be tried again."""
    here.send(here.transport(server, patience), size=size)
    here.clock.moment += timedelta(hours=2)


def letters(here: World) -> str:
    """How each of the three stands, a letter each."""
    return "".join(LETTERS.get(state, "?") for state in here.states())


def _paper(server: MailServer) -> str:
    return server.pieces[0].paper if server.pieces else ""


def settled(here: World, server: MailServer, size: int = 0) -> Tally:
    """The server answers as usual from now on: what waits arrives, once, and the rest stays as it was."""
    before = letters(here)
    server.steps.clear()
    for _ in range(2):
        run_through(here, server, PATIENT, size)
        here.restart()
    expected = before.replace("R", "A").replace("q", "A")
    assert letters(here) == expected, f"{before} became {letters(here)}"
    return here.counts(server.pieces, sized=bool(size))


def no_server(context: Context) -> Tally:
    """F21, its first row: no such name, nothing listening; then the server is back."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        closed = taken.getsockname()[1]
    places = (("localhost", closed), ("no-such-host.invalid", 465))
    return total((f"{host} {port}", partial(_no_server, context, host, port)) for host, port in places)


def _no_server(context: Context, host: str, port: int) -> Tally:
    with world(context) as here, MailServer() as server:
        report = here.send(SmtpTransport(replace(here.account(port), host=host), HASTY))
        assert report.stopped
        assert letters(here) == "RRR"
        return settled(here, server)


SOME: Mapping[str, tuple[Mapping[str, str], str]] = {
    "550": ({"rcpt{}": "550 5.1.1 nobody here"}, "X"),
    "450": ({"rcpt{}": "450 4.2.1 later"}, "R"),
    "421": ({"rcpt{}": "421 4.3.2 closing"}, "all R"),
    "all refused": (ALL_REFUSED, "all X"),
}


def some_are_refused(context: Context) -> Tally:
    """F23: one of three is refused, put off, or ends the conversation; or all are refused."""
    cases = [(how, place) for how in SOME for place in range(3)]
    context.random.shuffle(cases)
    return total((f"{how} at {place + 1}", partial(_some, context, how, place)) for how, place in cases)


def _some(context: Context, how: str, place: int) -> Tally:
    steps, letter = SOME[how]
    wanted = [letter[-1] * 3] if letter.startswith("all") else ["AAA"]
    expected = wanted[0][:place] + letter[-1] + wanted[0][place + 1 :]
    answers = {step.format(place + 1): answer for step, answer in steps.items()}
    with world(context) as here, MailServer(answers) as server:
        report = here.send(server)
        assert letters(here) == expected, f"{letters(here)}, not {expected}"
        accepted = expected.count("A")
        assert report.states[State.ACCEPTED] == accepted
        assert ("accepted" in str(report).lower()) is bool(accepted), str(report)
        return settled(here, server)


def quit_is_answered_421(context: Context) -> Tally:
    """F24: whatever QUIT is answered, what was accepted stays accepted, and the run says so."""
    answers = ("421 bye", "500 what", "garbage", DROP, RESET)
    return total((answer, partial(_quit, context, answer)) for answer in answers)


def _quit(context: Context, answer: str) -> Tally:
    with world(context) as here, MailServer({"quit": answer}) as server:
        assert str(here.send(server)) == "Accepted by the mail server: 3 people."
        return settled(here, server)


def the_answer_is_slow(context: Context) -> Tally:
    """F25: an answer to the dot that takes longer than any command may is waited for, up to ten minutes."""
    assert Patience().final >= 600
    assert Patience().command < 120 < Patience().final, "two minutes are no fault after the dot"
    slow = Patience(connect=10, command=0.5, final=20)
    with world(context) as here, MailServer({"dot": f"{LATE}1.0"}) as server:
        here.send(here.transport(server, slow))
        assert letters(here) == "AAA"
        return settled(here, server)


TORN: Mapping[str, str] = {
    "half a code": "25",
    "no code": "OK queued as 12345",
    "a letter in it": "25O ok",
    "a space before": " 250 ok",
    "another protocol": "HTTP/1.1 200 OK",
    "nothing at all": "",
    "binary": "\x01\x02\x03",
    "too large a code": "2500 ok",
    "going on": "354 go on",
    "preliminary": "150 wait",
    "two codes": "250-stored\r\n554 no, it is not",
}
"""Answers to the dot that say nothing certain. The server has the message."""


def answers_that_say_nothing(context: Context) -> Tally:
    """F26: whatever is no whole 2xx reply after the dot is unknown, and is not sent again."""
    return total((name, partial(_torn, context, answer)) for name, answer in TORN.items())


def _torn(context: Context, answer: str) -> Tally:
    with world(context) as here, MailServer({"dot-stored": answer}) as server:
        here.send(here.transport(server, Patience(connect=10, command=10, final=0.4)))
        assert letters(here) == "UUU", letters(here)
        return settled(here, server)


CASES = (
    Case("F21", "Every step at which a server breaks, with papers of 1 KB and 400 KB", verdicts, slow=True),
    Case("F21-large", "The same with a paper of 12 MB", partial(verdicts, sizes=("12 MB",)), long=True),
    Case("F21-none", "No server of that name, nothing that listens", no_server),
    Case(
        "F23",
        "One of three is refused, put off or ends the conversation; all are refused",
        some_are_refused,
        slow=True,
    ),
    Case("F24", "QUIT answered with 421: accepted all the same", quit_is_answered_421),
    Case("F25", "The answer to the dot takes longer than any command may", the_answer_is_slow),
    Case("F26", "An answer to the dot that says nothing certain", answers_that_say_nothing, slow=True),
)
