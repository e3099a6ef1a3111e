"""The ways back: a store out of a backup, or out of what is left of a damaged one, each after a preview."""

import argparse

from sep_desktop import log
from sep_desktop.clock import SystemClock
from sep_desktop.commands.arguments import named_path
from sep_desktop.commands.named_paths import assert_may_fill
from sep_desktop.commands.store import accepted, given_secret, named_locations
from sep_desktop.domain.wording import day_and_time
from sep_desktop.errors import DONE
from sep_desktop.paths import Locations
from sep_desktop.services import way_back
from sep_desktop.services.way_back import Offer, Prepared, Secret, Shown, WayBackPlan


def restore_arguments(parser: argparse.ArgumentParser) -> None:
    """``FILE [--code] [--yes]``."""
    parser.add_argument(
        "place", type=named_path, metavar="FILE", help="a backup, or a folder or stick that holds some"
    )
    _decision_arguments(parser)


def restore(options: argparse.Namespace) -> int:
    """Restore the store of visits; where there is none yet, performance management comes with it."""
    locations = named_locations(options)
    ways = way_back.of_visits(locations)
    offer = ways.find(options.place)
    if "store" in options:
        assert_may_fill(locations.root)
    _say_offer(offer)
    return _decide(options, locations, ways.restoring(offer.best))


def salvage_arguments(parser: argparse.ArgumentParser) -> None:
    """``[--code] [--yes]``."""
    _decision_arguments(parser)


def salvage(options: argparse.Namespace) -> int:
    """Save what can be read of a damaged store of visits into a new one."""
    locations = named_locations(options)
    return _decide(options, locations, way_back.of_visits(locations).salvaging())


def _decision_arguments(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--code", action="store_true", help="the secret is the recovery code")
    parser.add_argument("--yes", action="store_true", help="accept the preview")


def _decide(options: argparse.Namespace, locations: Locations, plan: WayBackPlan[Prepared]) -> int:
    now = SystemClock().now()
    secret = given_secret(options, "Recovery code: " if options.code else "Passphrase: ")
    prepared = plan.prepare(Secret(secret, by_code=options.code), now)
    _say(plan.show(prepared))
    if accepted(options):
        print(plan.carry_out(prepared, now))
        if options.code:
            print("It opens with its passphrase; a lost one is replaced in the window, with the code.")
        log.start(locations.log)
    else:
        plan.give_up(prepared)
    return DONE


def _say_offer(offer: Offer) -> None:
    print(f"The newest whole backup is {offer.best.path}.")
    for backup, reason in offer.others:
        print(f"    also {backup.path}, {day_and_time(backup.made)}{f': {reason}' if reason else ''}")


def _say(shown: Shown) -> None:
    print("\n".join(shown.sentences))
    for heading, lines in shown.since_then:
        print(f"{heading}:")
        print("\n".join(f"    {line}" for line in lines))
