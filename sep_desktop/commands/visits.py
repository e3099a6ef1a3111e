"""What is due at each school and what was given to it, by academic year."""

import argparse
from collections.abc import Callable

from sep_desktop.clock import Clock, SystemClock
from sep_desktop.commands.arguments import named_path
from sep_desktop.commands.named_paths import assert_may_write
from sep_desktop.commands.store import accepted, opened_store
from sep_desktop.commands.writing import write_and_say
from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.wording import day, days, plural, sentence
from sep_desktop.errors import DONE, WrongUse
from sep_desktop.services import retention, schools
from sep_desktop.services import time_log as hours
from sep_desktop.storage.store import Store


def due_arguments(parser: argparse.ArgumentParser) -> None:
    """``[--year YEAR]``."""
    parser.add_argument("--year", metavar="2026-27", help="the academic year (default: this one)")


def due(options: argparse.Namespace) -> int:
    """Say what every allocated school is due, and why."""
    year = _year(options)
    with opened_store(options) as store:
        say_due(store, SystemClock(), print, year)
    return DONE


def say_due(store: Store, clock: Clock, say: Callable[[str], None], year: AcademicYear | None) -> None:
    """Each allocated school with its days and visits, a sentence a line. No ``year`` is the one of today."""
    rows = schools.caseload(store=store, today=clock.today(), year=year)
    for row in rows:
        entitlement = row.entitlement
        say(f"{row.school.name} ({row.school.urn}), {entitlement.year}: {entitlement.days.total:g} days")
        for visit in entitlement.visits:
            length = days(visit.days.total)
            say(f"    {visit.title}, {length}, by {day(visit.due_by)}: {visit.state}. {visit.why}")
        for told in entitlement.history:
            say(f"    {told}")
    if not rows:
        say("No school is allocated for this year. Import the LA's workbook with import-allocation.")


def time_log_arguments(parser: argparse.ArgumentParser) -> None:
    """``FILE [--year YEAR]``."""
    parser.add_argument("file", type=named_path, metavar="FILE")
    parser.add_argument("--year", metavar="2026-27", help="the academic year (default: this one)")


def time_log(options: argparse.Namespace) -> int:
    """Write the hours given to each school in a year."""
    year = _year(options)
    assert_may_write(options.file)
    with opened_store(options) as store:
        year = year or schools.current_year(store=store, today=SystemClock().today())
        lines = hours.spent(store=store, year=year)
    about = f" ({plural(len(lines), 'line')}, {sum(line.hours for line in lines):g} hours)."
    write_and_say(options.file, hours.as_csv(lines).encode("utf-8-sig"), about)
    return DONE


def _year(options: argparse.Namespace) -> AcademicYear | None:
    """The year that was asked for, if one was. Raises ``WrongUse`` for what is not an academic year."""
    try:
        return AcademicYear.parse(options.year) if options.year else None
    except ValueError:
        raise WrongUse(f"“{options.year}” is not an academic year; write it as 2026-27.") from None


def past_papers_arguments(parser: argparse.ArgumentParser) -> None:
    """``[--yes]``."""
    parser.add_argument("--yes", action="store_true", help="accept the preview")


def past_papers(options: argparse.Namespace) -> int:
    """List papers of visits that are past their years, and remove them when that is accepted."""
    with opened_store(options) as store:
        now = SystemClock().now()
        past = retention.past_papers(store=store, today=now.date())
        for line in past.in_lines:
            print(line)
        if past.in_lines and accepted(options):
            removed = retention.remove_past_papers(store=store, today=now.date(), now=now).value
            print(f"{sentence(removed.subject)} were removed. {removed.copies}".strip())
        elif not past.in_lines:
            print("Nothing is past its years.")
    return DONE
