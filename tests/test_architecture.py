"""The rules of the house, as tests that explain themselves. They change only with a note in docs/decisions."""

import ast
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "sep_desktop"
MODULES = sorted(PACKAGE.rglob("*.py"))
FILE, CLASS, FUNCTION = 400, 250, 50


def test_imports_keep_to_the_rooms():
    done = subprocess.run(
        [
            sys.executable,
            "-c",
            "from importlinter.cli import lint_imports_command; lint_imports_command()",
            "--no-cache",
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stdout


def test_everything_below_the_window_works_without_qt():
    below = [path for path in MODULES if "ui" not in path.relative_to(PACKAGE).parts]
    names = [
        ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__") for path in below
    ]
    names = [name for name in names if not name.endswith("__main__")]
    code = (
        "import sys, importlib\nsys.modules['PySide6'] = None\nsys.modules['shiboken6'] = None\n"
        + "\n".join(f"importlib.import_module({name!r})" for name in names)
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def _sizes(path):
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            limit = CLASS if isinstance(node, ast.ClassDef) else FUNCTION
            yield node.name, node.end_lineno - node.lineno + 1, limit


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_the_tail_is_kept_short(path):
    """In every admired program the median is fine and the shame is one 2,000-line window; so the tail has a limit."""
    assert len(path.read_text(encoding="utf-8").splitlines()) <= FILE, (
        "cut the file where it changes its subject"
    )
    too_long = [
        f"{name}: {size} lines, at most {limit}" for name, size, limit in _sizes(path) if size > limit
    ]
    assert not too_long


def test_functions_are_short_on_the_whole():
    sizes = sorted(size for path in MODULES for _, size, limit in _sizes(path) if limit == FUNCTION)
    assert sizes[len(sizes) // 2] <= 10


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(ROOT)))
def test_every_module_says_what_it_is(path):
    assert ast.get_docstring(ast.parse(path.read_text(encoding="utf-8")))


def test_no_drawer_for_everything():
    assert not [
        path
        for path in MODULES
        if path.stem in {"utils", "misc", "helpers", "common"} or "mixin" in path.stem
    ]


def test_only_the_theme_names_a_colour():
    papers = {"report_pdf.py"}  # paper has its own inks
    named = [
        path.name
        for path in MODULES
        if path.name not in {"theme.py", *papers}
        and re.search(r"#[0-9A-Fa-f]{6}\b", path.read_text(encoding="utf-8"))
    ]
    assert not named


def test_nobody_asks_the_machine_for_the_time_but_the_front_doors():
    allowed = {"clock.py", "encrypted_store.py"}  # a migration's backup is named before there is a session
    asking = [
        path.name
        for path in MODULES
        if path.name not in allowed
        and re.search(r"datetime\.now\(|date\.today\(|time\.time\(", path.read_text(encoding="utf-8"))
    ]
    assert not asking


def test_labels_never_read_what_people_wrote_as_markup():
    """A plain QLabel guesses at markup: every label is made by ``words``, which says plain text."""
    offenders = [
        path.name
        for path in (PACKAGE / "ui").rglob("*.py")
        if re.search(r"QLabel\(\s*[^)\s]", path.read_text(encoding="utf-8")) and path.name != "basics.py"
    ]
    assert not offenders


OURS = ("sep_desktop", "resources", "tests", "docs", ".ci")
TRACKED = [
    path
    for folder in OURS
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".md", ".toml", ".txt", ".csv", ".xml", ""} and path.is_file()
]
TRACKED += [ROOT / "README.md", ROOT / "pyproject.toml", ROOT / "constraints.txt"]


def test_no_file_names_this_machine_or_an_index():
    words = ("pypi" + ".org", "python" + "hosted", "deb.debian" + ".org", "/work" + "/", "/root" + "/")
    found = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in TRACKED
        for word in words
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert not found


FORBIDDEN = {
    "sync/dispatcher.py": "from sep_desktop.storage.sealed.store import SealedStore",
    "sync/message.py": "from sep_desktop.domain.appraisal.letter import SealedPdf",
    "services/reports.py": "from sep_desktop.services.appraisals import records",
    "storage/store.py": "from sep_desktop.storage.sealed.appraisals import Appraisals",
    "ui/outbox/page.py": "from sep_desktop.sync import sealed_post",
    "ui/shell/main_window.py": "from sep_desktop.ui.sealed.page import SealedPage",
    "commands/delivery.py": "from sep_desktop.documents.appraisal_paper import compose",
}


def test_the_wall_is_seen_to_break(tmp_path):
    """Each of these imports would reach around the wall (docs/decisions/0011): the contracts name every one of them."""
    for name in ("sep_desktop", "pyproject.toml"):
        source, target = ROOT / name, tmp_path / name
        shutil.copytree(
            source, target, ignore=shutil.ignore_patterns("__pycache__")
        ) if source.is_dir() else shutil.copy(source, target)
    for name, line in FORBIDDEN.items():
        path = tmp_path / "sep_desktop" / name
        path.write_text(path.read_text(encoding="utf-8") + f"\n{line}\n", encoding="utf-8")
    code = "import sys; sys.path.insert(0, '.'); from importlinter.cli import lint_imports_command; lint_imports_command()"
    done = subprocess.run(
        [sys.executable, "-c", code, "--no-cache"], cwd=tmp_path, capture_output=True, text=True, check=False
    )
    assert done.returncode == 1
    for name in FORBIDDEN:
        module = "sep_desktop." + name.removesuffix(".py").replace("/", ".")
        assert re.search(rf"{re.escape(module)}\s+->|{re.escape(module)} is", done.stdout), (
            f"nothing was said of {module}"
        )
