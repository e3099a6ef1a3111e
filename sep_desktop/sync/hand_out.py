"""Hands what waits in a queue to the user, as files.

Messages for a mail program, or papers with a list of addresses.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path

from sep_desktop.clock import Clock
from sep_desktop.domain.outbox import State
from sep_desktop.errors import EnvironmentProblem, IllegalTransition
from sep_desktop.sync.hand_over import RunReport, alone, due
from sep_desktop.sync.laying_down import LaidDown, add_rows, assert_can_grow, lay_down
from sep_desktop.sync.message import Sender
from sep_desktop.sync.queue import D, Queue
from sep_desktop.sync.transport import Abandoned

_MESSAGE_FILE = ".eml"


def _never() -> bool:
    return False


def write_messages(
    queue: Queue[D],
    sender: Sender,
    folder: Path,
    clock: Clock,
    only: frozenset[int] = frozenset(),
    *,
    is_stopping: Callable[[], bool] = _never,
) -> RunReport:
    """Each waiting message as an ``.eml`` file in ``folder``; its recipients are then handed out. Empty
    ``only`` is all.

    Each is a draft (X-Unsent): Outlook and Thunderbird open any other as a message that was received, which
    cannot be sent. Once ``is_stopping`` no further file is begun.

    Raises ``EnvironmentProblem`` for what the disk refuses, or while another run is under way.
    """

    def write(message: int, recipients: Sequence[D]) -> LaidDown:
        name = Path(queue.file_name(message)).with_suffix(_MESSAGE_FILE)
        return lay_down(folder / name, queue.build(message, recipients, sender, clock.now(), unsent=True))

    return _hand_out(queue, clock, only, is_stopping, write)


def write_papers(
    queue: Queue[D],
    folder: Path,
    clock: Clock,
    only: frozenset[int] = frozenset(),
    *,
    is_stopping: Callable[[], bool] = _never,
) -> RunReport:
    """Each waiting message's PDF, and a list beside them that says who receives which.

    Raises as ``write_messages``.
    """

    def write(message: int, _: Sequence[D]) -> LaidDown:
        assert_can_grow(folder, queue.address_list)
        return lay_down(folder / queue.file_name(message), queue.paper(message))

    def enter(path: Path, message: int, recipients: Sequence[D]) -> None:
        rows = [(path.name, *queue.address_row(message, each)) for each in recipients]
        add_rows(folder, queue.address_list, rows)

    return _hand_out(queue, clock, only, is_stopping, write, enter)


def _hand_out(
    queue: Queue[D],
    clock: Clock,
    only: frozenset[int],
    is_stopping: Callable[[], bool],
    write: Callable[[int, Sequence[D]], LaidDown],
    enter: Callable[[Path, int, Sequence[D]], None] = lambda *_: None,
) -> RunReport:
    """What stops the first is raised; what stops a later one is reported with the files there are."""
    report = RunReport()
    with alone():
        for message in [number for number in queue.waiting() if not only or number in only]:
            if is_stopping():
                report.stopped = Abandoned()
                break
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
    write: Callable[[int, Sequence[D]], LaidDown],
    enter: Callable[[Path, int, Sequence[D]], None],
) -> Path:
    """Written down only when the file is safe, and in the list only when it is written down.

    Somebody held meanwhile stops it, and the file is taken back. A copy of the store that was made before the
    file, or before it was written down, is known by the epoch that it lacks.
    """
    queue.begin_epoch(clock.now())
    queue.remember_epoch()
    file: LaidDown | None = None
    try:
        file = write(message, recipients)
        words = f"Written as {file.path.name}."
        with queue.atomic():
            queue.begin_epoch(clock.now())
            queue.advance(recipients, State.HANDED_OUT, clock.now(), reply=words)
            queue.note(message, recipients, "handed out", words, clock.now())
            enter(file.path, message, recipients)
    except BaseException:
        if file:
            file.take_back()
        with suppress(EnvironmentProblem):  # the disk may be full: the next opening asks about it
            queue.settle_epoch(clock.now())
        raise
    queue.remember_epoch()
    return file.path
