"""Letters of performance management on their way: one paper, one person, one message with a neutral subject.

The steps are the dispatcher's: ``handing over`` is durable before the final dot, and only an answer after it counts. But
nothing here is shared with the distribution list: it reads the sealed store's letters, which name no other readers than
the headteacher and the nominated governors, and asks anew before each hand-over whether they still are.
"""

import random
from collections.abc import Callable, Iterable
from pathlib import Path

from sep_desktop.clock import Clock
from sep_desktop.domain.appraisal.letter import Letter, SealedPdf
from sep_desktop.domain.appraisal.panel import is_at, objection, panel_of
from sep_desktop.domain.outbox import SENDABLE, State, next_attempt
from sep_desktop.domain.wording import one_line
from sep_desktop.errors import EnvironmentProblem, IllegalTransition
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store
from sep_desktop.sync.dispatcher import RunReport, alone
from sep_desktop.sync.exits import add_lines, free_place, write_out
from sep_desktop.sync.message import Envelope, Sender, assemble
from sep_desktop.sync.transport import Outcomes, Transport

SUBJECT = "A confidential paper for you"
_HEADERS = ("file", "name", "address")


def filename(letter: Letter) -> str:
    """``confidential-2026-11-23-12.pdf``: when, the letter's own number, and nothing about what or whom."""
    return f"confidential-{letter.made:%Y-%m-%d}-{letter.id}.pdf"


def build(letter: Letter, pdf: SealedPdf, sender: Sender, clock: Clock, unsent: bool = False) -> bytes:
    """The RFC 5322 bytes to this one reader. Neither the password nor what the paper is about stands in it."""
    envelope = Envelope(letter.identifier, SUBJECT, ((letter.name, letter.address),), filename(letter))
    return assemble(envelope, _body(sender), pdf.data, sender, clock.now(), unsent)


def _body(sender: Sender) -> str:
    lines = (
        "The attached paper is confidential and meant for you alone. It opens with the password that I agreed with you; I never send that by e-mail.",
        "If this has reached you by mistake, please delete it and tell me.",
        one_line(sender.name),
    )
    return "\n\n".join(lines) + "\n"


def due(store: Store, sealed: SealedStore, clock: Clock, number: int) -> Letter | None:
    """The letter as it stands, if it may go now. One whose reader may not have it any more is held, with the reason."""
    letter = sealed.letters.get(number)
    if letter.state not in SENDABLE:
        return None
    if letter.replaced:
        sealed.letters.advance(
            letter,
            State.CANCELLED,
            clock.now(),
            reply=f"Replaced by version {letter.newest} before it was sent.",
        )
        return None
    reason = _objection(store, sealed, letter)
    if reason:
        sealed.letters.advance(letter, State.HELD, clock.now(), reply=reason)
        return None
    return letter


def _objection(store: Store, sealed: SealedStore, letter: Letter) -> str:
    """Why this person is not to have it now; empty when nothing speaks against it."""
    cycle = sealed.appraisals.cycle(letter.cycle_id)
    if cycle is None:
        return "The record is not in the store any more."
    panel = panel_of(sealed.appraisals.parts.content(cycle.id).get("panel", ""))
    person = next(
        (
            each
            for each in panel
            if (each.reader, each.name) == (letter.reader, letter.name) and is_at(each, letter.address)
        ),
        None,
    )
    if person is None:
        return f"{letter.name}, {letter.address}, is not on the panel as it stands now. Look at People."
    return objection(person, panel, store.people.contacts(cycle.urn))


def drain(
    store: Store, sealed: SealedStore, transport: Transport, sender: Sender, clock: Clock, cycle: int = 0
) -> RunReport:
    """Send every letter of a cycle that waits, oldest first; of all cycles when ``cycle`` is 0. Raises ``EnvironmentProblem`` when another run is under way."""
    with alone(transport):
        report = RunReport()
        for waiting in _waiting(sealed, cycle):
            try:
                letter = due(store, sealed, clock, waiting.id)
                if letter:
                    _send(store, sealed, transport, sender, clock, letter, report)
            except EnvironmentProblem as problem:
                _put_off(sealed, clock, cycle, problem, report)
                break
            except IllegalTransition:
                continue  # decided about while it waited its turn
        sealed.database.checkpoint()
        return report


def _waiting(sealed: SealedStore, cycle: int) -> list[Letter]:
    return [each for each in sealed.letters.in_state(*SENDABLE) if cycle in (0, each.cycle_id)]


def _send(
    store: Store,
    sealed: SealedStore,
    transport: Transport,
    sender: Sender,
    clock: Clock,
    letter: Letter,
    report: RunReport,
) -> None:
    transport.open()
    frozen = sealed.letters.frozen(letter.id)
    raw = frozen or build(letter, sealed.letters.pdf(letter.id), sender, clock)

    def handing(settled: Outcomes) -> None:
        with sealed.atomic():
            if _objection(store, sealed, letter):
                raise IllegalTransition(
                    "This reader was taken off the panel while the letter was under way."
                )  # before the dot: nothing was sent
            sealed.letters.freeze(letter.id, raw)
            if letter.address not in settled:
                sealed.letters.advance(letter, State.HANDING_OVER, clock.now(), tried=True)

    outcome = transport.submit(sender.address, [letter.address], raw, handing)[letter.address]
    later = (
        next_attempt(letter.attempts + 1, clock.now(), random.random())
        if outcome.state is State.RETRY
        else None
    )  # noqa: S311 -- spreads load
    tried = sealed.letters.get(letter.id).state is not State.HANDING_OVER
    sealed.saving(
        lambda: sealed.letters.advance(
            letter, outcome.state, clock.now(), reply=outcome.reply, next_at=later, tried=tried
        )
    )
    report.states[outcome.state] += 1


def _put_off(
    sealed: SealedStore, clock: Clock, cycle: int, problem: EnvironmentProblem, report: RunReport
) -> None:
    """The run cannot go on: note why beside everything that waits; what had reached the dot is unknown."""
    report.stopped = problem
    with sealed.atomic():
        for letter in sealed.letters.in_state(State.HANDING_OVER):
            sealed.letters.advance(
                letter,
                State.UNKNOWN,
                clock.now(),
                reply=f"The answer could not be written down: {problem.message}",
            )
            report.states[State.UNKNOWN] += 1
        for letter in _waiting(sealed, cycle):
            later = next_attempt(letter.attempts + 1, clock.now(), random.random())  # noqa: S311
            sealed.letters.advance(
                letter, State.RETRY, clock.now(), reply=problem.message, next_at=later, tried=True
            )
            report.states[State.RETRY] += 1


def write_messages(
    store: Store,
    sealed: SealedStore,
    sender: Sender,
    folder: Path,
    clock: Clock,
    cycle: int = 0,
    unsent: bool = False,
) -> list[Path]:
    """Each waiting letter as an ``.eml`` file in ``folder``; it is then handed out."""

    def write(letter: Letter) -> Path:
        path = free_place(folder / filename(letter).replace(".pdf", ".eml"))
        write_out(path, build(letter, sealed.letters.pdf(letter.id), sender, clock, unsent))
        return path

    return _hand_out(store, sealed, clock, cycle, write)


def write_papers(store: Store, sealed: SealedStore, folder: Path, clock: Clock, cycle: int = 0) -> list[Path]:
    """Each waiting letter's encrypted PDF, and ``confidential.csv`` beside them that says who receives which."""

    def write(letter: Letter) -> Path:
        path = free_place(folder / filename(letter))
        write_out(path, sealed.letters.pdf(letter.id).data)
        add_lines(folder / "confidential.csv", [[path.name, letter.name, letter.address]], _HEADERS)
        return path

    return _hand_out(store, sealed, clock, cycle, write)


def _hand_out(
    store: Store, sealed: SealedStore, clock: Clock, cycle: int, write: Callable[[Letter], Path]
) -> list[Path]:
    with alone():
        return _hand_out_each(store, sealed, clock, cycle, write)


def _hand_out_each(
    store: Store, sealed: SealedStore, clock: Clock, cycle: int, write: Callable[[Letter], Path]
) -> list[Path]:
    waiting: Iterable[Letter | None] = (
        due(store, sealed, clock, each.id) for each in _waiting(sealed, cycle)
    )
    written = []
    for letter in waiting:
        if letter is None:
            continue
        path = write(letter)
        try:
            sealed.letters.advance(letter, State.HANDED_OUT, clock.now(), reply=f"Written as {path.name}.")
        except BaseException:
            path.unlink(missing_ok=True)
            raise
        written.append(path)
    return written
