"""A message submitted to a scripted server, and what became of it."""

from dataclasses import replace

from sep_desktop.domain.outbox import State
from sep_desktop.sync.smtp import Account, Patience, SmtpTransport
from tests.support.smtp_server import DROP, HANG, LATE, RESET, ScriptedServer

SENDER = "me@la.example"
PEOPLE = ("a@s.example", "b@s.example", "c@s.example")
PATIENT = Patience(connect=10, opening=10, command=10, floor=10, final=10)
"""Longer than any busy machine takes: what does not hang is never taken for a hang."""

A, R, X, U = State.ACCEPTED, State.RETRY, State.REFUSED, State.UNKNOWN


_AT = {"banner": "opening", "ehlo": "opening", "starttls": "opening", "tls": "opening", "auth": "opening"}
_AT |= {"dot": "final", "dot-stored": "final", "quit": "goodbye"}


def impatient_at(step: str) -> Patience:
    """As ``PATIENT``, but for the part of the conversation to which ``step`` belongs."""
    return replace(PATIENT, **{_AT.get(step, "command"): 0.3})


def raw(size: int = 1_000) -> bytes:
    """A message of about ``size`` bytes whose lines begin with dots here and there."""
    return b"Subject: x\r\n\r\n" + (b".dot at the start\r\n" + b"y" * 70 + b"\r\n") * (size // 91 + 1)


def transport(server: ScriptedServer, ca_file: str, patience: Patience = PATIENT, **account) -> SmtpTransport:
    """A transport to ``server``, over the security that its script speaks unless ``account`` says otherwise."""
    place = {"host": "localhost", "port": server.port, "security": server.script.tls, "ca_file": ca_file}
    return SmtpTransport(Account(**{**place, **account}), patience)


def submit(server, ca_file, body=None, people=PEOPLE, patience=None, sender=SENDER, **account):
    """The states of the people, whether ``handing over`` was written down first, and the outcomes."""
    hanging = [impatient_at(step) for step, answer in server.script.steps.items() if answer == HANG]
    line = transport(server, ca_file, patience or (*hanging, PATIENT)[0], **account)
    handed = []
    try:
        outcomes = line.submit(sender, people, body or raw(), handed.append)
    finally:
        line.close()
    return [outcomes[each].state for each in people], bool(handed), outcomes


FAULTS = {
    "MAIL 421": ({"mail": "421 later"}, [R, R, R], False),
    "MAIL SIZE 552": ({"mail": "552 too big"}, [X, X, X], False),
    "MAIL drop": ({"mail": DROP}, [R, R, R], False),
    "MAIL reset": ({"mail": RESET}, [R, R, R], False),
    "MAIL hang": ({"mail": HANG}, [R, R, R], False),
    "RCPT 3 drop": ({"rcpt3": DROP}, [R, R, R], False),
    "RCPT 3 550": ({"rcpt3": "550 nobody"}, [A, A, X], True),
    "RCPT 3 450": ({"rcpt3": "450 later"}, [A, A, R], True),
    "RCPT 3 421": ({"rcpt3": "421 closing"}, [R, R, R], False),
    "RCPT all 550": ({"rcpt1": "550 no", "rcpt2": "550 no", "rcpt3": "550 no"}, [X, X, X], False),
    "DATA drop": ({"data": DROP}, [R, R, R], False),
    "DATA 451": ({"data": "451 later"}, [R, R, R], False),
    "DATA 554": ({"data": "554 no"}, [X, X, X], False),
    "dot drop, lost": ({"dot": DROP}, [U, U, U], True),
    "dot reset, lost": ({"dot": RESET}, [U, U, U], True),
    "dot hang": ({"dot": HANG}, [U, U, U], True),
    "dot drop, stored": ({"dot-stored": DROP}, [U, U, U], True),
    "dot answered in half": ({"dot-stored": "25"}, [U, U, U], True),
    "dot answered with garbage": ({"dot-stored": "OK queued"}, [U, U, U], True),
    "dot 452": ({"dot": "452 full"}, [R, R, R], True),
    "dot 554": ({"dot": "554 no"}, [X, X, X], True),
    "dot answered late": ({"dot": f"{LATE}0.05"}, [A, A, A], True),
    "accepted, then drop": ({"after": DROP}, [A, A, A], True),
    "QUIT 421": ({"quit": "421 bye"}, [A, A, A], True),
    "QUIT drop": ({"quit": DROP}, [A, A, A], True),
}
"""What the server does at which step, the states of the three people, whether it was handed over."""
