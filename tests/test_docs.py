"""What the README promises is there, and what is there is in the README."""

import re
from pathlib import Path

import pytest

from sep_desktop.cli import _parser

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(
    next(action for action in _parser()._actions if hasattr(action, "choices") and action.choices).choices
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command):
    assert f"`{command}" in README


@pytest.mark.parametrize("path", re.findall(r"\]\(((?!http)[^)#]+)\)", README))
def test_every_link_of_the_readme_leads_somewhere(path):
    assert (ROOT / path).exists()


def test_every_decision_says_when_why_what_and_at_what_cost():
    notes = sorted((ROOT / "docs" / "decisions").glob("*.md"))
    assert notes
    for note in notes:
        text = note.read_text(encoding="utf-8")
        for head in ("Date:", "## Context", "## Decision", "## What it costs"):
            assert head in text, f"{note.name} lacks {head}"
