"""Build the one-folder program for the system on which this runs: ``python -m tests.packaging.bundle OUT``.

``OUT/SEP Desktop`` (on macOS ``OUT/SEP Desktop.app`` too) runs on a computer without Python. PyInstaller cannot
build for another system than its own. What it collects stands in ``packaging/sep-desktop.spec``.
"""

import argparse
import ast
import shutil
import subprocess
import sys
import tempfile
from pathlib import Path

from tests.packaging.icons import SIZES, write_icons
from tests.packaging.notice import notice

ROOT = Path(__file__).parent.parent.parent
TEXTS = ROOT / "packaging"
PROGRAM = "SEP Desktop"
_ENTRY = "import sys\n\nfrom sep_desktop.cli import main\n\nsys.exit(main())\n"


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.packaging.bundle", description=__doc__)
    parser.add_argument("out", type=Path, help="the folder in which the program's folder is made")
    out = parser.parse_args().out.resolve()
    with tempfile.TemporaryDirectory(prefix="sep-bundle-") as folder:
        work = Path(folder)
        parts = work / "sep-desktop"  # PyInstaller works in a folder of the name of the spec
        write_icons(parts)
        (parts / "sep-desktop.py").write_text(_ENTRY, encoding="utf-8")
        code = _build(work, out)
        if code == 0:
            beside = out if sys.platform == "darwin" else out / PROGRAM
            _add_texts(beside, parts / "COLLECT-00.toc")
            if sys.platform == "linux":
                _add_menu_entry(beside, parts)
            print(f"{out / PROGRAM}")
    return code


def _build(work: Path, out: Path) -> int:
    command = [sys.executable, "-m", "PyInstaller", "--noconfirm", "--log-level", "ERROR"]
    paths = ["--workpath", str(work), "--distpath", str(out), str(TEXTS / "sep-desktop.spec")]
    return subprocess.run([*command, *paths], cwd=ROOT, check=False).returncode


def _add_texts(beside: Path, collected: Path) -> None:
    """The licences, where whoever opens the folder finds them."""
    (beside / "NOTICE").write_text(notice(), encoding="utf-8", newline="\n")
    shutil.copy(ROOT / "LICENSE", beside)
    shutil.copytree(TEXTS / "licences", beside / "licences", dirs_exist_ok=True)
    for package in sorted(_debian_packages(collected)):
        text = Path("/usr/share/doc") / package / "copyright"
        (beside / "licences" / "system").mkdir(exist_ok=True)
        shutil.copy(text, beside / "licences" / "system" / f"{package}.txt")


def _debian_packages(collected: Path) -> set[str]:
    """The packages of this Debian whose libraries PyInstaller took along; none on other systems.

    ``collected`` is PyInstaller's own list: a tuple whose first part has (target, source, kind) for each file.
    """
    if not shutil.which("dpkg-query"):
        return set()
    files = ast.literal_eval(collected.read_text(encoding="utf-8"))[0]
    sources = {Path(source).resolve() for _, source, kind in files if kind == "BINARY"}
    system = [str(each) for each in sources if each.is_relative_to("/usr/lib")]
    # A file is known to dpkg under /usr/lib or, from the time before both were one, under /lib.
    asked = [*system, *(each.removeprefix("/usr") for each in system)]
    answer = subprocess.run(["dpkg-query", "--search", *asked], capture_output=True, text=True, check=False)
    return {line.partition(":")[0] for line in answer.stdout.splitlines()}


def _add_menu_entry(beside: Path, parts: Path) -> None:
    """The menu entry and its icons, laid out as below ``~/.local/share``."""
    share = beside / "share"
    (share / "applications").mkdir(parents=True)
    shutil.copy(TEXTS / "sep-desktop.desktop", share / "applications")
    for size in SIZES:
        target = share / "icons" / "hicolor" / f"{size}x{size}" / "apps"
        target.mkdir(parents=True)
        shutil.copy(parts / str(size) / "sep-desktop.png", target)


if __name__ == "__main__":
    sys.exit(main())
