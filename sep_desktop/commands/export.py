"""What was completed, as files of one's own."""

import argparse
from pathlib import Path

from sep_desktop.commands.store import opened_store
from sep_desktop.domain.report_message import ReportPart
from sep_desktop.errors import DONE
from sep_desktop.paths import write_durably


def export_arguments(parser: argparse.ArgumentParser) -> None:
    """``FOLDER``."""
    parser.add_argument("folder", type=Path)


def export(options: argparse.Namespace) -> int:
    """Write every completed report as PDF, each version once."""
    with opened_store(options) as store:
        reports = [each for each in store.outbox.messages() if isinstance(each.part, ReportPart)]
        messages = {message.part.source_id: message for message in reports}
        for message in messages.values():
            path = options.folder / message.file_name
            write_durably(path, store.outbox.pdf(message))
            print(f"Written: {path}")
        if not messages:
            print("No report has been completed yet.")
    return DONE
