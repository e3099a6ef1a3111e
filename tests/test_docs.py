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


THREATS = (ROOT / "docs" / "threat-model.md").read_text(encoding="utf-8")
ROWS = [line for line in THREATS.splitlines() if line.startswith("| **")]
TESTS = {
    name
    for path in (ROOT / "tests").rglob("test_*.py")
    for name in re.findall(r"^def (test_\w+)", path.read_text(encoding="utf-8"), re.MULTILINE)
}


def test_every_threat_has_a_control_a_proof_and_what_remains():
    assert len(ROWS) > 20
    assert [row for row in ROWS if row.count(" | ") != 3 or "`test_" not in row.split(" | ")[2]] == []


@pytest.mark.parametrize("name", sorted(set(re.findall(r"`(test_\w+)`", THREATS))))
def test_every_test_that_the_threat_model_names_is_there(name):
    assert name in TESTS


@pytest.mark.parametrize(
    "module", sorted({name for row in ROWS for name in re.findall(r"`([a-z_/]+)`", row.split(" | ")[1])})
)
def test_every_module_that_the_threat_model_names_is_there(module):
    path = ROOT / "sep_desktop" / module
    assert path.is_dir() or path.with_suffix(".py").is_file() or module == "doctor"


def test_the_readme_leads_to_the_threat_model():
    assert "](docs/threat-model.md)" in README
