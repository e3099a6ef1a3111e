"""The one-folder program, built and started from a path that programs stumble over. Slow: the build takes minutes."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging import x11
from tests.packaging.uv import ROOT

pytest.importorskip("PyInstaller", reason="the bundle extra is not installed")
pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sys.platform != "linux", reason="only on Linux has the bundle been built and run"),
]
PASSPHRASE = "orchard lantern velvet"


@pytest.fixture(scope="module")
def home(tmp_path_factory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def program(tmp_path_factory) -> Path:
    out = tmp_path_factory.mktemp("programs") / "Zoë O'Brien 100%"
    command = [sys.executable, "-m", "tests.packaging.bundle", str(out)]
    subprocess.run(command, cwd=ROOT, check=True)
    return out / "SEP Desktop" / "sep-desktop"


@pytest.fixture(scope="module")
def run(program, home):
    """Runs a command of the program with nothing of this checkout or its Python in reach; what it printed."""
    environment = {"HOME": str(home), "LANG": "C.UTF-8", "PATH": os.defpath}

    def command(*arguments):
        done = subprocess.run(
            [program, *map(str, arguments)],
            cwd=home,
            env=environment,
            capture_output=True,
            text=True,
            check=False,
        )
        assert done.returncode == 0, done.stderr
        return done.stdout

    return command


@pytest.fixture(scope="module")
def store(run, home) -> Path:
    """A store that the program itself made, with the sample's schools."""
    secret = home / "passphrase.txt"
    secret.write_text(f"{PASSPHRASE}\n")
    register = ROOT / "resources" / "demo" / "register.csv"
    run(
        "--store",
        home / "store",
        "--passphrase-file",
        secret,
        "import-schools",
        register,
        "--la",
        "880",
        "--yes",
    )
    return home / "store"


def test_it_says_its_version(run):
    from sep_desktop import __version__

    assert run("--version").strip() == __version__


def test_the_whole_journey_runs_without_a_window(run, tmp_path):
    run("demo", "--headless", "--out", tmp_path / "out")
    assert {each.suffix for each in (tmp_path / "out").iterdir()} == {".pdf", ".eml", ".txt"}


def test_doctor_has_fonts_papers_and_keyrings(run, store):
    said = run("--store", store, "--passphrase-file", store.parent / "passphrase.txt", "doctor")
    assert "Traceback" not in said


def test_licences_lie_beside_the_program(program):
    folder = program.parent
    assert "The SEP Desktop authors" in (folder / "NOTICE").read_text(encoding="utf-8")
    assert "Apache License" in (folder / "LICENSE").read_text(encoding="utf-8")
    assert {"LGPL-3.0.txt", "GPL-3.0.txt"} <= {each.name for each in (folder / "licences").iterdir()}


def test_what_is_under_the_lgpl_can_be_replaced(program):
    """LGPL-3.0, section 4: its parts are files of their own."""
    inside = program.parent / "_internal"
    assert (inside / "PySide6" / "Qt" / "lib" / "libQt6Core.so.6").is_file()
    for name in ("PySide6", "shiboken6", "bidi"):
        assert (inside / name / "__init__.py").is_file()


def test_the_window_opens_unlocks_shows_today_and_closes(program, store, home):
    """With real keys on a real display. Today is what the program shows there that runs from the sources."""
    if missing := x11.missing_tools():
        pytest.skip(f"not installed: {', '.join(missing)}")
    from_sources = [sys.executable, "-m", "sep_desktop", "--store", str(store)]
    with x11.display() as name:
        expected_lock, expected_today = _unlocked(from_sources, name, home)
    with x11.display() as name:
        lock, today = _unlocked([str(program), "--store", str(store)], name, home)
    assert x11.difference(lock, expected_lock) < 0.005
    assert x11.difference(today, expected_today) < 0.005
    assert x11.difference(today, lock) > 0.005


def _unlocked(command, name, home):
    """The pictures of the locked and of the open window; it closes with exit code 0."""
    window = x11.Shown(command, name, home)
    try:
        lock = window.picture()
        window.type(PASSPHRASE)
        today = window.picture(after=lock)
        assert window.close() == 0
    finally:
        window.process.kill()
        window.process.wait()
    return lock, today
