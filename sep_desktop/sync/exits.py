"""The ways out that need no account: message files in a folder, the user's own mail program, PDFs with a list."""

import csv
import io
from collections.abc import Sequence
from itertools import count
from pathlib import Path

from sep_desktop.clock import Clock
from sep_desktop.domain.outbox import SENDABLE, Delivery, State
from sep_desktop.domain.wording import harmless
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.paths import write_durably
from sep_desktop.storage.outbox import Message
from sep_desktop.storage.store import Store
from sep_desktop.sync.due import due
from sep_desktop.sync.message import Sender, build, filename


def write_messages(
    store: Store,
    sender: Sender,
    folder: Path,
    clock: Clock,
    only: frozenset[int] = frozenset(),
    unsent: bool = False,
) -> list[Path]:
    """Each waiting message as an ``.eml`` file in ``folder``; its recipients are then handed out. Empty ``only`` is all."""
    written = []
    for message, people in _waiting(store, clock, only):
        raw = build(message, store.reports.pdf(message.version_id), sender, clock.now(), people, unsent)
        path = free_place(folder / filename(message).replace(".pdf", ".eml"))
        write_out(path, raw)
        _hand_out(store, message, people, clock, path)
        written.append(path)
    return written


def write_papers(store: Store, folder: Path, clock: Clock, only: frozenset[int] = frozenset()) -> list[Path]:
    """Each waiting report as PDF, and ``addresses.csv`` beside them that says who receives which."""
    written = []
    for message, people in _waiting(store, clock, only):
        path = free_place(folder / filename(message))
        write_out(path, store.reports.pdf(message.version_id))
        add_lines(
            folder / "addresses.csv",
            [[path.name, message.school, each.role, each.name, each.address] for each in people],
        )
        _hand_out(store, message, people, clock, path)
        written.append(path)
    return written


def _waiting(store: Store, clock: Clock, only: frozenset[int]) -> list[tuple[Message, list[Delivery]]]:
    """Messages with those to whom they have not gone and who are not held back."""
    messages = [message.id for message in store.outbox.messages(SENDABLE) if not only or message.id in only]
    return [
        (message, people)
        for message, people in (due(store, clock, message) for message in messages)
        if people
    ]


def free_place(path: Path) -> Path:
    """``path``, or the first of its name with a number that is not taken: what was written for others stays."""
    return next(
        each
        for number in count(1)
        if not (each := path if number == 1 else path.with_stem(f"{path.stem}-{number}")).exists()
    )


def add_lines(
    path: Path,
    rows: Sequence[Sequence[str]],
    headers: Sequence[str] = ("file", "school", "role", "name", "address"),
) -> None:
    """The list of addresses grows: what an earlier batch wrote stays, byte for byte."""
    lines = io.StringIO()
    csv.writer(lines, lineterminator="\n").writerows([[harmless(each) for each in row] for row in rows])
    try:
        earlier = path.read_bytes() if path.exists() else (",".join(headers) + "\n").encode("utf-8-sig")
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


def _hand_out(store: Store, message: Message, people: Sequence[Delivery], clock: Clock, path: Path) -> None:
    """Written down only when the file is safe. Somebody held meanwhile stops it, and the file is taken back."""
    words = f"Written as {path.name}."
    try:
        with store.atomic():
            store.outbox.advance(people, State.HANDED_OUT, clock.now(), reply=words)
            text = f"version {message.number} for {', '.join(each.role for each in people)}. {words}"
            store.journal.add(
                clock.now(), "handed out", text, urn=message.urn, subject=f"report {message.report_id}"
            )
    except BaseException:
        path.unlink(missing_ok=True)
        raise
