"""Backups at the command line: make one, list them, look at one."""

import argparse

from sep_desktop.clock import SystemClock
from sep_desktop.commands.arguments import named_path
from sep_desktop.commands.store import can_ask, named_locations, opened_store
from sep_desktop.domain.backups import in_words
from sep_desktop.domain.wording import day_and_time
from sep_desktop.errors import DONE, ENVIRONMENT
from sep_desktop.services import backups
from sep_desktop.services.backups import Backup
from sep_desktop.storage import store as stores


def back_up_arguments(parser: argparse.ArgumentParser) -> None:
    """Where else to put it."""
    parser.add_argument(
        "place",
        type=named_path,
        nargs="?",
        metavar="PLACE",
        help="a stick or folder that becomes the second place for backups",
    )


def back_up(options: argparse.Namespace) -> int:
    """Make a backup now, in the second place too; exit code 3 when that one could not be written."""
    with opened_store(options) as store:
        now = SystemClock().now()
        outcome = backups.back_up_to(store=store, place=options.place, now=now).value
        missing = backups.missing_elsewhere(store=store, now=now)
    print(f"Backed up to {outcome.backup.path}")
    copied = f"Copied to {outcome.copy}" if outcome.copy else missing
    for sentence in filter(None, (copied, outcome.chosen, outcome.trouble)):
        print(sentence)
    return ENVIRONMENT if outcome.trouble else DONE


def list_backups_arguments(parser: argparse.ArgumentParser) -> None:
    """Which place to look at."""
    parser.add_argument(
        "place", type=named_path, nargs="?", metavar="PLACE", help="a stick or folder to look at instead"
    )


def list_backups(options: argparse.Namespace) -> int:
    """Every backup, newest first, and what is missing. A place is looked at without any passphrase."""
    if options.place:
        _print(backups.listed_at(place=options.place))
        return DONE
    with opened_store(options) as store:
        view = backups.overview(store=store, now=SystemClock().now())
    _print([*view.here, *(view.elsewhere or ())])
    for sentence in view.missing:
        print(f"look  {sentence}")
    return DONE


def _print(listed: list[Backup]) -> None:
    for each in listed:
        size = f"{each.size / 1_000_000:,.1f} MB"
        state = f"cannot be used: {each.trouble}" if each.trouble else size
        print(f"{day_and_time(each.made)}  {in_words(each.why)}  {state}  {each.path}")
    if not listed:
        print("There is no backup here.")


def verify_arguments(parser: argparse.ArgumentParser) -> None:
    """What to look at."""
    parser.add_argument(
        "file", type=named_path, metavar="FILE", help="the folder of a backup, or a file in it"
    )


def verify(options: argparse.Namespace) -> int:
    """Look at a backup: with the store's passphrase at every page and row, without it at the bytes alone."""
    backups.backup_of(options.file)
    locations = named_locations(options)
    if not (stores.exists(locations) and can_ask(options)):
        print(backups.verify(store=None, path=options.file))
        return DONE
    with opened_store(options) as store:
        print(backups.verify(store=store, path=options.file))
    return DONE
