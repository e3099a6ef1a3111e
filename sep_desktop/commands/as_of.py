"""What was recorded on a day."""

import argparse

from sep_desktop.clock import SystemClock
from sep_desktop.commands.arguments import day, number
from sep_desktop.commands.store import opened_store
from sep_desktop.domain.past import PastRecord, in_lines
from sep_desktop.errors import DONE
from sep_desktop.services import as_of as records
from sep_desktop.storage.store import Store


def as_of_arguments(parser: argparse.ArgumentParser) -> None:
    """``DAY [--school URN | --visit NUMBER | --report NUMBER]``."""
    parser.add_argument("on", type=day, metavar="DAY", help="the day, as 2026-11-24; its end is meant")
    whose = parser.add_mutually_exclusive_group()
    whose.add_argument("--school", metavar="URN", help="everything about one school")
    whose.add_argument("--visit", type=number, metavar="NUMBER", help="one visit, its notes and its report")
    whose.add_argument("--report", type=number, metavar="NUMBER", help="one report and who was sent it")


def as_of(options: argparse.Namespace) -> int:
    """Say what was recorded; without a school, visit or report, which of them there were."""
    with opened_store(options) as store:
        record = _record(store, options)
    for line in in_lines(record):
        print(line)
    return DONE


def _record(store: Store, options: argparse.Namespace) -> PastRecord:
    on, today = options.on, SystemClock().today()
    if options.school is not None:
        return records.school(store=store, urn=options.school, on=on, today=today)
    if options.visit is not None:
        return records.visit(store=store, visit=options.visit, on=on, today=today)
    if options.report is not None:
        return records.report(store=store, report=options.report, on=on, today=today)
    return records.caseload(store=store, on=on, today=today)
