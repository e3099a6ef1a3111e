"""The way back: a store out of a backup, after a preview of what that brings and takes."""

import argparse
from pathlib import Path

from sep_desktop import log
from sep_desktop.clock import SystemClock
from sep_desktop.commands.store import accepted, given_secret
from sep_desktop.domain.wording import day_and_time
from sep_desktop.errors import DONE
from sep_desktop.paths import Locations
from sep_desktop.services import restore as restoring_service
from sep_desktop.services.restore import Offer, Preview, Restored
from sep_desktop.storage.store import Store


def restore_arguments(parser: argparse.ArgumentParser) -> None:
    """``FILE [--code] [--yes]``."""
    parser.add_argument(
        "place",
        type=Path,
        metavar="FILE",
        help="a backup, or a folder or stick that holds some",
    )
    parser.add_argument("--code", action="store_true", help="the secret is the recovery code")
    parser.add_argument("--yes", action="store_true", help="accept the preview")


def restore(options: argparse.Namespace) -> int:
    """Restore the store of visits; where there is none yet, performance management comes with it."""
    locations = Locations.at(getattr(options, "store", None))
    offer = restoring_service.find(place=options.place)
    _say_others(offer)
    prompt = "Recovery code: " if options.code else "Passphrase: "
    restoring = restoring_service.prepare(
        kind=Store,
        locations=locations,
        backup=offer.best,
        secret=given_secret(options, prompt),
        by_code=options.code,
    )
    _say(restoring.preview)
    if not accepted(options):
        restoring_service.give_up(restoring=restoring)
        return DONE
    restored = restoring_service.carry_out(restoring=restoring, now=SystemClock().now())
    log.start(locations.log)
    _say_done(locations, restored)
    return DONE


def _say_others(offer: Offer) -> None:
    print(f"The newest whole backup is {offer.best.path}.")
    for backup, reason in offer.others:
        print(f"    also {backup.path}, {day_and_time(backup.made)}{f': {reason}' if reason else ''}")


def _say(preview: Preview) -> None:
    print("\n".join(preview.sentences))
    for heading, lines in preview.since_then:
        print(f"{heading}:")
        print("\n".join(f"    {line}" for line in lines))


def _say_done(locations: Locations, restored: Restored) -> None:
    kept = f" What was there is kept as {restored.kept}." if restored.kept else ""
    print(f"Restored to {locations.root}.{kept}")
    if sealed := restoring_service.bring_sealed(locations=locations, backup=restored.backup):
        made = day_and_time(sealed.made)
        print(f"Performance management was brought with it, of {made}. It opens with its own passphrase.")
