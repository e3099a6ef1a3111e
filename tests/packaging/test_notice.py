"""NOTICE names everything that is shipped, and is what the command writes."""

import re
import sys
import tomllib
from importlib.metadata import PackageNotFoundError, distribution, metadata

import pytest

from tests.packaging import notice
from tests.packaging.uv import ROOT

NOTICE = (ROOT / "NOTICE").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
CONSTRAINTS = (ROOT / "constraints.txt").read_text(encoding="utf-8")
TESTED = {
    notice.canonical(name): version
    for name, version in re.findall(r"^([\w.-]+)==(\S+)$", CONSTRAINTS, re.MULTILINE)
}


@pytest.fixture
def as_tested():
    """NOTICE is of Python 3.11 on Linux with what ``constraints.txt`` says; elsewhere other things are needed."""
    installed = {notice.canonical(each.name): each.version for each in notice.closure()}
    direct = (notice.canonical(re.match(r"[\w-]+", each)[0]) for each in PROJECT["dependencies"])
    if (sys.version_info[:2], sys.platform) != ((3, 11), "linux") or any(
        installed[name] != TESTED.get(name, installed[name]) for name in direct
    ):
        pytest.skip("other versions are installed than constraints.txt names")


def test_every_dependency_at_run_time_is_named(as_tested):
    named = {notice.canonical(name) for name in re.findall(r"^    ([\w.-]+) \S+: ", NOTICE, re.MULTILINE)}
    assert {notice.canonical(each.name) for each in notice.closure()} <= named


@pytest.mark.parametrize("requirement", PROJECT["dependencies"])
def test_every_direct_dependency_is_named(requirement):
    name = notice.canonical(re.match(r"[\w-]+", requirement)[0])
    assert name in {
        notice.canonical(each) for each in re.findall(r"^    ([\w.-]+) \S+: ", NOTICE, re.MULTILINE)
    }


def test_the_command_writes_the_same_file(as_tested, tmp_path):
    notice.main(str(tmp_path / "NOTICE"))
    assert (tmp_path / "NOTICE").read_text(encoding="utf-8") == NOTICE, "run python -m tests.packaging.notice"


@pytest.mark.parametrize(
    "part",
    [
        "Qt",
        "PySide6 and Shiboken",
        "PDFium",
        "SQLCipher",
        "OpenSSL",
        "qpdf",
        "DejaVu fonts",
        "sRGB colour profile",
    ],
)
def test_what_has_no_metadata_of_its_own_is_named(part):
    assert re.search(rf"^    {part} \(in .+\): ", NOTICE, re.MULTILINE)


def test_the_texts_that_the_wheels_of_qt_lack_are_there():
    assert "GNU LESSER GENERAL PUBLIC LICENSE" in NOTICE
    assert "GNU GENERAL PUBLIC LICENSE" in NOTICE
    assert "ZETETIC LLC" in NOTICE
    assert "The PDFium Authors" in NOTICE


def test_the_closure_follows_dependencies_and_leaves_out_what_only_tests_need():
    names = {each.name for each in notice.closure()}
    assert {"cffi", "shiboken6"} <= names  # of cryptography, of PySide6
    assert not names & {"pytest", "ruff", "pip", "sep-desktop"}


def test_the_program_carries_its_licence():
    ours = metadata("sep-desktop")
    assert ours["License-Expression"] == "Apache-2.0"
    assert {"LICENSE", "NOTICE", "packaging/licences/LGPL-3.0.txt"} <= set(ours.get_all("License-File"))
    assert "Apache License" in (ROOT / "LICENSE").read_text(encoding="utf-8")


def test_the_window_has_a_command_without_a_console():
    commands = {each.name: each for each in distribution("sep-desktop").entry_points}
    assert commands["sep-desktop-window"].group == "gui_scripts"
    assert commands["sep-desktop-window"].value == commands["sep-desktop"].value


def test_a_dependency_that_is_not_installed_is_no_silence(monkeypatch):
    monkeypatch.setattr(notice, "NOT_SHIPPED", set())
    with pytest.raises(PackageNotFoundError):
        notice.closure("there-is-no-such-library")
