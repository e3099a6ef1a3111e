"""The commands of the command line: the same services as the window, in sentences on standard output.

One row of ``COMMANDS`` is one command. Its arguments stand beside its work in the file of its family, which
is imported when the command is asked for (docs/decisions/0008): neither window nor ``--help`` waits for it.
"""

import argparse
from collections.abc import Callable
from dataclasses import dataclass
from importlib import import_module
from typing import cast


@dataclass(frozen=True)
class CommandSpec:
    """A command. ``function`` runs it; ``<function>_arguments`` beside it adds its arguments to a parser."""

    name: str
    help: str
    family: str
    function: str

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Add what only this command understands."""
        arguments = cast(
            "Callable[[argparse.ArgumentParser], None]", self._named(f"{self.function}_arguments")
        )
        arguments(parser)

    def run(self, options: argparse.Namespace) -> int:
        """Do it; the exit code. Raises ``SepError`` and ``OSError`` for the entry point to tell."""
        function = cast("Callable[[argparse.Namespace], int]", self._named(self.function))
        return function(options)

    def _named(self, function: str) -> object:
        return getattr(import_module(f"{__name__}.{self.family}"), function)


COMMANDS = (
    CommandSpec("demo", "Show the program with invented sample data.", "demo", "demo"),
    CommandSpec(
        "import-schools",
        "Import the national register of schools (GIAS, .csv or .zip).",
        "imports",
        "import_schools",
    ),
    CommandSpec(
        "import-allocation",
        "Import the LA's allocation workbook (.xlsx or .csv).",
        "imports",
        "import_allocation",
    ),
    CommandSpec("allocation-template", "Write an empty allocation workbook.", "imports", "template"),
    CommandSpec("due", "Say which visits are due, by when and why.", "visits", "due"),
    CommandSpec("time-log", "Write the hours given to each school as CSV.", "visits", "time_log"),
    CommandSpec("as-of", "Say what was recorded on a day.", "as_of", "as_of"),
    CommandSpec("past-papers", "Remove papers that are past their years.", "visits", "past_papers"),
    CommandSpec("send", "Send what waits in the outbox.", "delivery", "send"),
    CommandSpec("outbox", "Say what waits, what was sent and what needs you.", "delivery", "outbox"),
    CommandSpec("export-pdf", "Write every completed report as PDF.", "export", "export"),
    CommandSpec("notes-pdf", "Write the notes of one visit as PDF.", "export", "notes"),
    CommandSpec("policies", "Show what your authority has decided.", "policies", "show_policies"),
    CommandSpec("import-policy", "Take in what an authority has decided.", "policies", "import_policy"),
    CommandSpec("export-policy", "Write a policy as a file to change.", "policies", "export_policy"),
    CommandSpec("take-back-policy", "Take the newest of a policy back.", "policies", "take_back_policy"),
    CommandSpec("accept-policies", "Take in newer policies of the program.", "policies", "accept_policies"),
    CommandSpec("backup", "Make a backup now, also in a second PLACE.", "backup", "back_up"),
    CommandSpec("backups", "List the backups, and what is missing of them.", "backup", "list_backups"),
    CommandSpec("verify", "Look whether a backup is whole.", "backup", "verify"),
    CommandSpec("restore", "Bring the store back from a backup.", "way_back", "restore"),
    CommandSpec("salvage", "Save what can be read of a damaged store.", "way_back", "salvage"),
    CommandSpec("doctor", "Look at stores, keys, backups, mail and more.", "doctor", "doctor"),
    CommandSpec("settings", "Show the settings, or change one.", "settings", "settings"),
)
