"""The whole journey with invented data and without a window: allocation to delivery."""

import argparse
import tempfile
from collections.abc import Callable
from pathlib import Path

from sep_desktop.clock import Clock, SystemClock
from sep_desktop.commands.arguments import named_path
from sep_desktop.commands.named_paths import assert_may_fill
from sep_desktop.commands.visits import say_due
from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.outbox import IN_WORDS
from sep_desktop.domain.wording import plural
from sep_desktop.errors import DONE
from sep_desktop.files import write_out
from sep_desktop.paths import Locations
from sep_desktop.services import reports, sample
from sep_desktop.storage import store as stores
from sep_desktop.storage.store import Store
from sep_desktop.sync import accounts
from sep_desktop.sync.hand_out import write_messages
from sep_desktop.sync.visits_queue import VisitsQueue


def demo_arguments(parser: argparse.ArgumentParser) -> None:
    """``[--headless] [--out DIR]``."""
    parser.add_argument("--headless", action="store_true", help="do the whole journey without a window")
    parser.add_argument(
        "--out",
        type=named_path,
        default=Path("sep-demo"),
        metavar="DIR",
        help="where the headless journey writes (default: sep-demo)",
    )


def demo(options: argparse.Namespace) -> int:
    """The PDF, one message file and a summary in ``--out``. The entry point shows the window where it can."""
    assert_may_fill(options.out.absolute())
    lines: list[str] = []

    def say(line: str) -> None:
        lines.append(line)
        print(line)

    with tempfile.TemporaryDirectory(prefix="sep-desktop-") as folder:
        store, _ = stores.create(Locations(Path(folder) / "store"), sample.PASSPHRASE)
        try:
            say("Store: created, encrypted, in a temporary folder.")
            files = _journey(store, options.out, SystemClock(), say)
        finally:
            store.close()
    summary = options.out / "summary.txt"
    say(f"Written: {', '.join(map(str, (*files, summary)))}")
    write_out(summary, ("\n".join(lines) + "\n").encode())
    return DONE


def _journey(store: Store, out: Path, clock: Clock, say: Callable[[str], None]) -> list[Path]:
    """The files written: the report and its message."""
    visit = sample.fill(store=store, now=clock.now(), say=say)
    say_due(store, clock, say, AcademicYear.of(clock.today()))
    confirmed = reports.confirm(store=store, visit=visit, now=clock.now())
    for recipient in confirmed.recipients:
        say(f"Goes to: {recipient.role_name}, {recipient.name}, {recipient.address}")
    reports.complete(store=store, visit=visit, confirmed=confirmed, now=clock.now())
    pages = plural(confirmed.paper.pages, "page")
    say(f"Report: version {confirmed.number} completed, {pages}, PDF/UA-1 and PDF/A-2a.")
    message = store.outbox.messages()[0]
    paper = out / message.file_name
    write_out(paper, store.outbox.pdf(message))
    sender = accounts.mail_settings(store).sender()
    files = write_messages(VisitsQueue(store), sender, out, clock).files
    for delivery in store.outbox.deliveries(message.id):
        say(f"Outbox: {delivery.name}: {IN_WORDS[delivery.state]}. {delivery.reply}")
    return [paper, *files]
