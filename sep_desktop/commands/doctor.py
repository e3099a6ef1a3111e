"""Everything the program stands on, looked at."""

import argparse

from sep_desktop.commands.store import opened_store
from sep_desktop.errors import DONE, ENVIRONMENT
from sep_desktop.services.doctor import examine
from sep_desktop.storage.os_keyring import find_keyring


def doctor_arguments(parser: argparse.ArgumentParser) -> None:
    """None: it looks at everything."""


def doctor(options: argparse.Namespace) -> int:
    """Say how each thing is, and what to do where it is not well; exit code 3 when one of them is grave."""
    with opened_store(options) as store:
        findings = examine(store=store, keyring=find_keyring())
    for finding in findings:
        mark, remedy = ("look", f" {finding.remedy}") if finding.remedy else ("well", "")
        print(f"{mark}  {finding.about}: {finding.sentence}{remedy}")
    return ENVIRONMENT if any(finding.grave for finding in findings) else DONE
