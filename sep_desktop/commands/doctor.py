"""Everything the program stands on, looked at."""

import argparse

from sep_desktop.clock import SystemClock
from sep_desktop.commands.store import can_ask, given_secret, locations_of_store
from sep_desktop.errors import DONE, ENVIRONMENT, UserError
from sep_desktop.services.doctor import Finding, examine_closed, examine_unopened
from sep_desktop.storage.os_keyring import find_keyring


def doctor_arguments(parser: argparse.ArgumentParser) -> None:
    """None: it looks at everything."""


def doctor(options: argparse.Namespace) -> int:
    """Say how each thing is, and what to do where it is not well; exit code 3 when one of them is grave.

    Nothing is changed. Without a passphrase the store is looked at from outside. Raises ``UserError`` where
    there is no store.
    """
    findings = _findings(options)
    for finding in findings:
        mark, remedy = ("look", f" {finding.remedy}") if finding.remedy else ("well", "")
        print(f"{mark}  {finding.about}: {finding.sentence}{remedy}")
    return ENVIRONMENT if any(finding.grave for finding in findings) else DONE


def _findings(options: argparse.Namespace) -> list[Finding]:
    locations, keyring, now = locations_of_store(options), find_keyring(), SystemClock().now()
    if can_ask(options):
        secret = given_secret(options)
        return examine_closed(locations=locations, passphrase=secret, keyring=keyring, now=now)
    reason = UserError(
        "Nobody gave the passphrase: the store was looked at from outside.", "Give --passphrase-file FILE."
    )
    return examine_unopened(locations=locations, keyring=keyring, now=now, reason=reason)
