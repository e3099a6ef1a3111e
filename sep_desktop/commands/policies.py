"""What the authority has decided: shown, taken in from a file or the program, written out, taken back."""

import argparse
from datetime import date

from sep_desktop.clock import SystemClock
from sep_desktop.commands.arguments import day as day_argument
from sep_desktop.commands.arguments import named_path
from sep_desktop.commands.named_paths import assert_file, assert_may_write
from sep_desktop.commands.store import accepted, opened_store
from sep_desktop.commands.writing import write_and_say
from sep_desktop.domain.edition import PolicyKind
from sep_desktop.domain.wording import listed
from sep_desktop.errors import DONE, UserError, WrongUse
from sep_desktop.services import policies, policy_changes
from sep_desktop.services.policy_changes import PolicyPreview
from sep_desktop.storage.store import Store


def show_policies_arguments(parser: argparse.ArgumentParser) -> None:
    """None."""


def show_policies(options: argparse.Namespace) -> int:
    """What is in force today, by kind and authority, and what the program brings that is newer."""
    with opened_store(options) as store:
        for row in policy_changes.listing(store=store, today=SystemClock().now().date()):
            print(f"{row.kind:18}  {row.authority}  {row.edition.name}, {row.edition.days}")
            for later in row.later:
                print(f"{'':18}       then {later.name}, {later.days}")
        brought = policies.newer(store=store)
    for edition in brought:
        print(f"newer: {edition.name}. “sep-desktop accept-policies” shows what it changes.")
    return DONE


def import_policy_arguments(parser: argparse.ArgumentParser) -> None:
    """``FILE [--yes]``."""
    parser.add_argument("file", type=named_path, metavar="FILE")
    parser.add_argument("--yes", action="store_true", help="accept the preview")


def import_policy(options: argparse.Namespace) -> int:
    """Preview the policy, and take it in when that is accepted."""
    assert_file(options.file)
    with opened_store(options) as store:
        today = SystemClock().now().date()
        _offer(store, policy_changes.preview_file(store=store, path=options.file, today=today), options)
    return DONE


def accept_policies_arguments(parser: argparse.ArgumentParser) -> None:
    """``[--from DAY] [--yes]``."""
    parser.add_argument(
        "--from", dest="first", type=day_argument, metavar="DAY",
        help="the day from which they are in force, as 2026-09-01 (default: today)",
    )  # fmt: skip
    parser.add_argument("--yes", action="store_true", help="accept the preview")


def accept_policies(options: argparse.Namespace) -> int:
    """Preview what the program brings that is newer, and take it in when that is accepted."""
    with opened_store(options) as store:
        today = SystemClock().now().date()
        first = options.first or today
        _offer(store, policy_changes.preview_newer(store=store, first=first, today=today), options)
    return DONE


def export_policy_arguments(parser: argparse.ArgumentParser) -> None:
    """``KIND FILE [--la NUMBER]``."""
    parser.add_argument("kind", metavar="KIND", help=f"one of: {', '.join(PolicyKind)}")
    parser.add_argument("file", type=named_path, metavar="FILE")
    parser.add_argument(
        "--la", default="", metavar="NUMBER", help="of which authority (default: the one in the settings)"
    )


def export_policy(options: argparse.Namespace) -> int:
    """Write what is in force as a file to change and import.

    Raises ``UserError`` for a file that is there.
    """
    kind = _kind(options.kind)
    if options.file.exists():
        raise UserError(f"{options.file} is there already.", "Choose another name.")
    assert_may_write(options.file)
    with opened_store(options) as store:
        authority = options.la or policies.own_authority(store=store)
        today = SystemClock().now().date()
        text = policy_changes.export(store=store, kind=kind, authority=authority, today=today)
    about = ". Change it, and look at it with “sep-desktop import-policy”."
    write_and_say(options.file, text.encode(), about)
    return DONE


def take_back_policy_arguments(parser: argparse.ArgumentParser) -> None:
    """``KIND [--la NUMBER] [--yes]``."""
    parser.add_argument("kind", metavar="KIND", help=f"one of: {', '.join(PolicyKind)}")
    parser.add_argument(
        "--la", default="", metavar="NUMBER", help="of which authority (default: the one in the settings)"
    )
    parser.add_argument("--yes", action="store_true", help="accept the preview")


def take_back_policy(options: argparse.Namespace) -> int:
    """Preview taking the newest edition of a kind back, and do it when that is accepted."""
    kind = _kind(options.kind)
    with opened_store(options) as store:
        today = SystemClock().now().date()
        authority = options.la or policies.own_authority(store=store)
        edition = _newest(store, kind, authority, today)
        _offer(store, policy_changes.preview_taking_back(store=store, edition=edition, today=today), options)
    return DONE


def _newest(store: Store, kind: PolicyKind, authority: str, today: date) -> int:
    rows = policy_changes.listing(store=store, today=today)
    row = next((each for each in rows if (each.kind, each.authority) == (kind, authority)), None)
    if row is None or not row.may_be_taken_back:
        raise UserError(
            f"There is nothing of “{kind}” to take back for authority {authority}.",
            "What the store began with stays.",
        )
    return max(row.may_be_taken_back, key=lambda each: each.first).id


def _kind(words: str) -> PolicyKind:
    if words not in list(PolicyKind):
        raise WrongUse(f"There is no policy “{words}”. It may be {listed(list(PolicyKind), 'or')}.")
    return PolicyKind(words)


def _offer(store: Store, preview: PolicyPreview, options: argparse.Namespace) -> None:
    for line in preview.lines:
        print(line)
    print(preview.summary)
    if accepted(options):
        policy_changes.apply(store=store, preview=preview, now=SystemClock().now())
        print("Applied.")
