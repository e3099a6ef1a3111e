"""Hands what waits in a queue to the user, as files.

Messages for a mail program, or papers with a list of addresses.
"""

import csv
import io
from collections.abc import Callable, Sequence
from contextlib import suppress
from itertools import count
from pathlib import Path

from sep_desktop.clock import Clock
from sep_desktop.domain.outbox import State
from sep_desktop.domain.wording import harmless
from sep_desktop.errors import EnvironmentProblem, IllegalTransition
from sep_desktop.files import write_durably
from sep_desktop.sync.hand_over import RunReport, alone, due
from sep_desktop.sync.message import Sender
from sep_desktop.sync.queue import AddressList, D, Queue

_MESSAGE_FILE = ".eml"


def write_messages(
    queue: Queue[D],
    sender: Sender,
    folder: Path,
    clock: Clock,
    only: frozenset[int] = frozenset(),
    *,
    unsent: bool = False,
) -> RunReport:
    """Each waiting message as an ``.eml`` file in ``folder``; its recipients are then handed out. Empty
    ``only`` is all.

    Raises ``EnvironmentProblem`` for what the disk refuses, or while another run is under way.
    """

    def write(message: int, recipients: Sequence[D]) -> Path:
        name = Path(queue.file_name(message)).with_suffix(_MESSAGE_FILE)
        path = free_place(folder / name)
        write_out(path, queue.build(message, recipients, sender, clock.now(), unsent=unsent))
        return path

    return _hand_out(queue, clock, only, write)


def write_papers(
    queue: Queue[D], folder: Path, clock: Clock, only: frozenset[int] = frozenset()
) -> RunReport:
    """Each waiting message's PDF, and a list beside them that says who receives which.

    Raises as ``write_messages``.
    """

    def write(message: int, _: Sequence[D]) -> Path:
        path = free_place(folder / queue.file_name(message))
        write_out(path, queue.paper(message))
        return path

    def enter(path: Path, message: int, recipients: Sequence[D]) -> None:
        rows = [(path.name, *queue.address_row(message, each)) for each in recipients]
        add_rows(folder, queue.address_list, rows)

    return _hand_out(queue, clock, only, write, enter)


def _hand_out(
    queue: Queue[D],
    clock: Clock,
    only: frozenset[int],
    write: Callable[[int, Sequence[D]], Path],
    enter: Callable[[Path, int, Sequence[D]], None] = lambda *_: None,
) -> RunReport:
    """What stops the first is raised; what stops a later one is reported with the files there are."""
    report = RunReport()
    with alone():
        for message in [number for number in queue.waiting() if not only or number in only]:
            recipients = due(queue, message, clock.now())
            if not recipients:
                continue
            try:
                path = _write_down(queue, clock, message, recipients, write, enter)
            except (EnvironmentProblem, IllegalTransition) as problem:
                if not report.files:
                    raise
                report.stopped = problem
                break
            report.files.append(path)
            report.states[State.HANDED_OUT] += len(recipients)
    return report


def _write_down(
    queue: Queue[D],
    clock: Clock,
    message: int,
    recipients: Sequence[D],
    write: Callable[[int, Sequence[D]], Path],
    enter: Callable[[Path, int, Sequence[D]], None],
) -> Path:
    """Written down only when the file is safe, and in the list only when it is written down.

    Somebody held meanwhile stops it, and the file is taken back. A copy of the store that was made before the
    file, or before it was written down, is known by the epoch that it lacks.
    """
    queue.begin_epoch(clock.now())
    queue.remember_epoch()
    path: Path | None = None
    try:
        path = write(message, recipients)
        words = f"Written as {path.name}."
        with queue.atomic():
            queue.begin_epoch(clock.now())
            queue.advance(recipients, State.HANDED_OUT, clock.now(), reply=words)
            queue.note(message, recipients, "handed out", words, clock.now())
            enter(path, message, recipients)
    except BaseException:
        if path:
            path.unlink(missing_ok=True)
        with suppress(EnvironmentProblem):  # the disk may be full: the next opening asks about it
            queue.settle_epoch(clock.now())
        raise
    queue.remember_epoch()
    return path


def free_place(path: Path) -> Path:
    """``path``, or the first of its name with a number that is not taken.

    What was written for others stays.
    """
    candidates = (path if number == 1 else path.with_stem(f"{path.stem}-{number}") for number in count(1))
    return next(each for each in candidates if not each.exists())


def add_rows(folder: Path, address_list: AddressList, rows: Sequence[Sequence[str]]) -> None:
    """The list of addresses grows: what an earlier batch wrote stays, byte for byte.

    Raises ``EnvironmentProblem`` for a list that cannot be read or written.
    """
    path, lines = folder / address_list.file, io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows([[harmless(each) for each in row] for row in rows])
    heading = (",".join(address_list.columns) + "\n").encode("utf-8-sig")
    try:
        earlier = path.read_bytes() if path.exists() else heading
    except OSError as error:
        raise EnvironmentProblem(
            f"{path} cannot be read ({type(error).__name__}).", "Close the program that has it open."
        ) from None
    write_out(path, earlier + lines.getvalue().encode())


def write_out(path: Path, data: bytes) -> None:
    """Durably, or not at all. Raises ``EnvironmentProblem`` that says what the disk refused."""
    try:
        write_durably(path, data)
    except OSError as error:
        raise EnvironmentProblem(
            f"{path} cannot be written ({type(error).__name__}).",
            "Choose another folder, or free some space.",
        ) from None
