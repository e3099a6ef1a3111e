"""What was completed, and what was noted down, as files of one's own."""

import argparse

from sep_desktop.clock import SystemClock
from sep_desktop.commands.arguments import named_path
from sep_desktop.commands.named_paths import assert_may_fill, assert_may_write
from sep_desktop.commands.store import opened_store
from sep_desktop.commands.writing import write_and_say
from sep_desktop.domain.report_message import ReportPart
from sep_desktop.domain.wording import listed
from sep_desktop.errors import DONE, UserError
from sep_desktop.services import notes_paper
from sep_desktop.storage.store import Store


def export_arguments(parser: argparse.ArgumentParser) -> None:
    """``DIR``."""
    parser.add_argument("folder", type=named_path, metavar="DIR")


def export(options: argparse.Namespace) -> int:
    """Write every completed report as PDF, each version once."""
    assert_may_fill(options.folder)
    with opened_store(options) as store:
        reports = [each for each in store.outbox.messages() if isinstance(each.part, ReportPart)]
        messages = {message.part.source_id: message for message in reports}
        for message in messages.values():
            path = options.folder / message.file_name
            write_and_say(path, store.outbox.pdf(message))
        if not messages:
            print("No report has been completed yet.")
    return DONE


def notes_arguments(parser: argparse.ArgumentParser) -> None:
    """``VISIT FILE [--with-private]``."""
    parser.add_argument("visit", metavar="VISIT", help="the number of the visit")
    parser.add_argument("file", type=named_path, metavar="FILE")
    parser.add_argument("--with-private", action="store_true", help="with the private notes, marked as such")


def notes(options: argparse.Namespace) -> int:
    """Write the notes of one visit as PDF, with the times at which they were written."""
    assert_may_write(options.file)
    with opened_store(options) as store:
        visit, now = _visit(store, options.visit), SystemClock().now()
        data = notes_paper.paper(store=store, visit=visit, with_private=options.with_private, now=now)
    write_and_say(options.file, data)
    return DONE


def _visit(store: Store, number: str) -> int:
    """Raises ``UserError`` for what is not the number of a visit here, with those that have notes."""
    if number.isascii() and number.isdigit() and len(number) < 10 and store.visits.get(int(number)):
        return int(number)
    known = notes_paper.visits_with_notes(store=store)
    hint = f"Visits with notes: {listed(known)}." if known else "No notes have been taken yet."
    raise UserError(f"There is no visit “{number}”.", hint)
