"""The supported systems and the bounds of the dependencies, as far as they can be read without a network."""

import re
import subprocess
import tomllib

import pytest

from tests.packaging import lowest, wheels
from tests.packaging.uv import ROOT

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
README = (ROOT / "README.md").read_text(encoding="utf-8")
EXTRAS = PROJECT["optional-dependencies"]


def answered(code, stderr=""):
    return lambda *arguments, **named: subprocess.CompletedProcess(arguments, code, "", stderr)


@pytest.mark.parametrize(
    "requirement", [*PROJECT["dependencies"], *(r for each in EXTRAS.values() for r in each)]
)
def test_every_dependency_has_a_floor_and_a_ceiling(requirement):
    assert re.fullmatch(r"[\w-]+(==[\w.]+|>=[\w.]+,<[\w.]+)", requirement)


def test_the_parts_of_qt_have_one_range():
    """``pyside6-pdf`` asks for one exact ``pyside6-essentials``: two ranges would say what pip cannot do."""
    ranges = {each.partition(">")[2] for each in PROJECT["dependencies"] if each.startswith("pyside6")}
    assert len(ranges) == 1


def test_wheels_are_asked_for_from_the_lowest_python_on():
    assert PROJECT["requires-python"] == f">={wheels.PYTHONS[0]}"


def test_a_missing_wheel_is_said_and_fails(monkeypatch, capsys):
    monkeypatch.setattr(wheels, "uv", answered(1, "pyside6-pdf has no wheels"))
    assert wheels.main() == 1
    complaints = capsys.readouterr().err.splitlines()
    assert len(complaints) == len(wheels.SYSTEMS) * len(wheels.PYTHONS)
    assert complaints[0] == "Windows x64, Python 3.11: pyside6-pdf has no wheels"


def test_all_wheels_there_is_said(monkeypatch, capsys):
    monkeypatch.setattr(wheels, "uv", answered(0))
    assert wheels.main() == 0
    assert all(each.name in capsys.readouterr().out for each in wheels.SYSTEMS[:1])


def test_no_tests_run_where_the_lowest_cannot_be_installed(monkeypatch, capsys):
    monkeypatch.setattr(lowest, "uv", answered(2, "no solution"))
    assert lowest.main() == 2
    assert "no solution" in capsys.readouterr().err


@pytest.mark.parametrize("system", ["Windows x64", "macOS 15", "Linux x86_64 with glibc 2.34"])
def test_readme_promises_the_systems_that_are_checked(system):
    assert system in README
    assert any(each.name.startswith(system) for each in wheels.SYSTEMS)


def test_ci_opens_the_window_with_the_libraries_that_readme_names():
    names = re.search(r"On Debian they are `([^`]+)`", README)[1].split()
    installed = (ROOT / ".ci" / "run").read_text(encoding="utf-8").split()
    assert set(names) <= set(installed)
    assert "libxcb-cursor0" in names
