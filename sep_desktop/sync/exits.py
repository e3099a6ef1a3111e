"""The ways out that need no account: message files in a folder, the user's own mail program, PDFs with a list."""

import csv
import io
from pathlib import Path

from sep_desktop.clock import Clock
from sep_desktop.domain.outbox import Delivery, State
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.paths import write_durably
from sep_desktop.storage.outbox import Parcel
from sep_desktop.storage.store import Store
from sep_desktop.sync.message import Sender, build, filename

_OPEN = frozenset({State.QUEUED, State.RETRY})


def write_messages(store: Store, sender: Sender, folder: Path, clock: Clock, only: frozenset[int] = frozenset(), unsent: bool = False) -> list[Path]:
    """Each waiting message as an ``.eml`` file in ``folder``; its recipients are then handed out. Empty ``only`` is all."""
    written = []
    for parcel in _waiting(store, only):
        raw = build(parcel, store.reports.pdf(parcel.version_id), sender, clock.now(), _due(parcel), unsent)
        path = folder / filename(parcel).replace(".pdf", ".eml")
        _write(path, raw)
        _hand_out(store, parcel, clock, f"Written as {path.name}.")
        written.append(path)
    return written


def write_papers(store: Store, folder: Path, clock: Clock, only: frozenset[int] = frozenset()) -> list[Path]:
    """Each waiting report as PDF, and ``addresses.csv`` beside them that says who receives which."""
    written, lines = [], io.StringIO()
    table = csv.writer(lines)
    for parcel in _waiting(store, only):
        path = folder / filename(parcel)
        _write(path, store.reports.pdf(parcel.version_id))
        table.writerows([path.name, parcel.school, each.role, each.name, each.address] for each in _due(parcel))
        _hand_out(store, parcel, clock, f"Written as {path.name}.")
        written.append(path)
    if written:
        _add_lines(folder / "addresses.csv", lines.getvalue())
    return written


def _add_lines(path: Path, lines: str) -> None:
    """The list of addresses grows: what an earlier batch wrote stays."""
    earlier = path.read_text(encoding="utf-8-sig") if path.exists() else "file,school,role,name,address\n"
    _write(path, (earlier + lines.replace("\r\n", "\n")).encode("utf-8-sig"))


def _due(parcel: Parcel) -> list[Delivery]:
    """Those to whom it has not gone and who are not held back."""
    return [each for each in parcel.deliveries if each.state in _OPEN]


def _waiting(store: Store, only: frozenset[int]) -> list[Parcel]:
    return [parcel for parcel in store.outbox.parcels(_OPEN) if not parcel.replaced and (not only or parcel.id in only)]


def _write(path: Path, data: bytes) -> None:
    try:
        write_durably(path, data)
    except OSError as error:
        raise EnvironmentProblem(f"{path} cannot be written ({type(error).__name__}).", "Choose another folder, or free some space.") from None


def _hand_out(store: Store, parcel: Parcel, clock: Clock, words: str) -> None:
    waiting = _due(parcel)
    with store.atomic():
        store.outbox.move(waiting, State.HANDED_OUT, clock.now(), reply=words)
        text = f"version {parcel.number} for {', '.join(each.role for each in waiting)}. {words}"
        store.journal.add(clock.now(), "handed out", text, urn=parcel.urn, subject=f"report {parcel.report_id}")
