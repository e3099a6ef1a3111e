"""What the README promises is there, and what is there is in the README."""

import argparse
import re
from pathlib import Path

import pytest

from sep_desktop.cli import _parser
from sep_desktop.commands import COMMANDS as SPECS

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
COMMANDS = sorted(
    next(action for action in _parser()._actions if hasattr(action, "choices") and action.choices).choices
)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_is_in_the_readme(command):
    assert f"`{command}" in README


@pytest.mark.parametrize("command", COMMANDS)
def test_the_readme_gives_each_command_what_it_takes(command):
    """Its options, and what is named without one, by the same words as ``--help``."""
    (given,) = re.findall(rf"^\| `{command}((?: [^`]*)?)` \|", README, re.MULTILINE)
    parser = argparse.ArgumentParser(add_help=False)
    next(spec for spec in SPECS if spec.name == command).add_arguments(parser)
    option = r"--[a-z-]+"
    assert sorted(re.findall(option, given)) == sorted(parser._option_string_actions)
    names = re.findall("[A-Z]+", re.sub(rf"{option}( [A-Z]+)?", "", given))
    assert names == [each.metavar for each in parser._get_positional_actions()]


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


def test_a_decision_that_another_took_the_place_of_says_so():
    """Who reads the older one alone would take it for what holds."""
    notes = {
        path.name[:4]: path.read_text(encoding="utf-8") for path in (ROOT / "docs" / "decisions").glob("*.md")
    }
    replaced = [
        (newer, older)
        for newer, text in notes.items()
        for line in re.findall("^Takes the place of .*$", text, re.MULTILINE)
        for older in re.findall("[0-9]{4}", line)
    ]
    assert replaced
    assert [(newer, older) for newer, older in replaced if f"{newer} took" not in notes[older]] == []


def _glossary_tables():
    """Each table of the glossary as its rows of cells, the heading first."""
    sections = (ROOT / "docs" / "glossary.md").read_text(encoding="utf-8").split("\n## ")[1:]
    for section in sections:
        rows = [line for line in section.splitlines() if line.startswith("|") and not line.startswith("|---")]
        yield [[cell.strip() for cell in row.strip("|").split("|")] for row in rows]


def test_each_row_of_the_glossary_has_the_cells_of_its_heading():
    tables = list(_glossary_tables())
    assert len(tables) > 3
    assert [
        row for heading, *rows in tables for row in rows if len(row) != len(heading) or not all(row)
    ] == []


def test_a_word_has_one_row_in_its_part_of_the_glossary():
    for _, *rows in _glossary_tables():
        words = [word.strip() for row in rows for word in row[0].split(",")]
        assert sorted(words) == sorted(set(words))


def test_every_module_that_the_glossary_names_is_there():
    cells = [cell for _, *rows in _glossary_tables() for row in rows for cell in row[2:3]]
    named = {name for cell in cells for name in re.findall(r"`([a-z_/]+)`", cell)}
    there = [ROOT / "sep_desktop", ROOT]
    is_there = {
        name: any((at / name).is_dir() or (at / f"{name}.py").is_file() for at in there) for name in named
    }
    assert [name for name, is_found in is_there.items() if not is_found] == []


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
