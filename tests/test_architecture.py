"""The rules of the house, as tests that explain themselves. They change only with a note in docs/decisions."""

import ast
import io
import re
import shutil
import subprocess
import sys
import tokenize
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PACKAGE = ROOT / "sep_desktop"
MODULES = sorted(PACKAGE.rglob("*.py"))
FILE, CLASS, FUNCTION, LINE, ANY = 400, 250, 50, 110, 40


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


def test_every_folder_is_a_package_that_the_contracts_see():
    """A folder without ``__init__.py`` is invisible to the contracts: anything could be imported there."""
    assert not [_named(path.parent) for path in MODULES if not (path.parent / "__init__.py").is_file()]


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


def test_what_sends_and_reads_is_imported_when_it_is_asked_for():
    """Each of these costs the start of the window more than any page of it."""
    pytest.importorskip("PySide6.QtWidgets", exc_type=ImportError)
    code = (
        "import sys\nimport sep_desktop.cli, sep_desktop.services.outbox, sep_desktop.services.today\n"
        "import sep_desktop.ui.shell.application\n"
        "late = {'email_validator', 'holidays', 'idna', 'keyring', 'openpyxl', 'reportlab', 'sqlite_utils', 'tomlkit', 'truststore', 'zxcvbn'}\n"
        "assert not late & set(sys.modules), late & set(sys.modules)"
    )
    subprocess.run([sys.executable, "-c", code], cwd=ROOT, check=True)


def _named(path):
    return str(path.relative_to(ROOT))


def _tree(path):
    return ast.parse(path.read_text(encoding="utf-8"))


EACH_FILE = pytest.mark.parametrize("path", MODULES, ids=_named)
FUNCTIONS = (ast.FunctionDef, ast.AsyncFunctionDef)


def _longer_than(limit, path, *kinds):
    sizes = {
        node.name: node.end_lineno - node.lineno + 1
        for node in ast.walk(_tree(path))
        if isinstance(node, kinds)
    }
    return [f"{name}: {size} lines, at most {limit}" for name, size in sizes.items() if size > limit]


@EACH_FILE
def test_a_file_has_one_subject(path):
    """Nobody reads past 400 lines to find what a file is about: cut it where it changes its subject."""
    lines = len(path.read_text(encoding="utf-8").splitlines())
    assert lines <= FILE, f"{lines} lines, at most {FILE}: cut the file where it changes its subject"


@EACH_FILE
def test_a_class_has_one_task(path):
    """In every admired Qt program the shame is one window of 2,000 lines: give a part of the task its own class."""
    assert not _longer_than(CLASS, path, ast.ClassDef)


@EACH_FILE
def test_a_function_fits_on_a_screen(path):
    """What does not fit is not seen whole: name its steps and make them functions."""
    assert not _longer_than(FUNCTION, path, *FUNCTIONS)


@EACH_FILE
def test_a_line_fits_beside_another_file(path):
    """Two files stand side by side when their changes are read: break what is longer, also in texts and comments."""
    lines = enumerate(path.read_text(encoding="utf-8").splitlines(), 1)
    assert not [f"line {number}: {len(line)} letters" for number, line in lines if len(line) > LINE]


def test_functions_are_short_on_the_whole():
    sizes = sorted(
        node.end_lineno - node.lineno + 1
        for path in MODULES
        for node in ast.walk(_tree(path))
        if isinstance(node, FUNCTIONS)
    )
    assert sizes[len(sizes) // 2] <= 10


@EACH_FILE
def test_every_module_says_what_it_is(path):
    assert ast.get_docstring(_tree(path))


def _public_functions(node, prefix=""):
    """Those that others may call: not what begins with an underscore, nor what stands inside a function."""
    for child in getattr(node, "body", ()):
        if isinstance(child, ast.ClassDef) and not child.name.startswith("_"):
            yield from _public_functions(child, f"{child.name}.")
        elif isinstance(child, FUNCTIONS) and not child.name.startswith("_"):
            yield f"{prefix}{child.name}", child


def _promised_elsewhere(function):
    """Qt's own methods in Qt's own spelling, further signatures, and the setter beside a getter that says it."""
    decorators = {ast.unparse(each) for each in function.decorator_list}
    return (
        bool(re.search("[a-z][A-Z]", function.name))
        or bool(decorators & {"overload", "override"})
        or any(each.endswith((".setter", ".deleter")) for each in decorators)
    )


@EACH_FILE
def test_every_public_function_says_what_it_gives(path):
    """A reader should not need the body: say what comes back, its units, the errors raised and the source of a rule."""
    silent = [
        f"line {function.lineno}: {name}"
        for name, function in _public_functions(_tree(path))
        if not ast.get_docstring(function) and not _promised_elsewhere(function)
    ]
    assert not silent, "write a docstring that says more than the name does"


def _remarks(path):
    """Comments, and texts that stand by themselves as docstrings do, with their lines."""
    text = path.read_text(encoding="utf-8")
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type == tokenize.COMMENT:
            yield token.start[0], token.string
    for node in ast.walk(ast.parse(text)):
        if (
            isinstance(node, ast.Expr)
            and isinstance(node.value, ast.Constant)
            and isinstance(node.value.value, str)
        ):
            yield node.lineno, node.value.value


CITATION = re.compile(
    r"\b(?:[\w-]+/)*[\w-]+\.md\b|\bdocs/decisions/\d{4}|\bresearch/[\w./-]*|\bshared/[\w./-]*"
)
NUMBER_OF_A_FINDING = re.compile(r"[\[(][A-Z]\d{1,2}[\])]")


@EACH_FILE
def test_remarks_cite_only_what_the_reader_has(path):
    """A source that is not in the repository cannot be looked up: state the fact, or a clause, an RFC, a standard."""
    cited = [
        f"line {line}: {name}"
        for line, remark in _remarks(path)
        for name in CITATION.findall(remark)
        if not (ROOT / name).exists() and not list(ROOT.glob(f"{name}-*.md"))
    ]
    numbered = [f"line {line}" for line, remark in _remarks(path) if NUMBER_OF_A_FINDING.search(remark)]
    assert not cited + numbered


@EACH_FILE
def test_a_local_is_named_after_what_it_holds(path):
    """``found`` and ``made`` say how a value was got, and every value was: name the visit, the paper, the button."""
    nodes = list(ast.walk(_tree(path)))
    fields = [
        part.target
        for node in nodes
        if isinstance(node, ast.ClassDef)
        for part in node.body
        if isinstance(part, ast.AnnAssign)
    ]
    names = [
        f"line {node.lineno}: {name}"
        for node in nodes
        for name in (
            [node.id]
            if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store) and node not in fields
            else [node.arg]
            if isinstance(node, ast.arg)
            else []
        )
        if name in {"found", "made"}
    ]
    assert not names


def test_any_is_the_exception():
    """``Any`` switches the type checker off: it is for what a library leaves untyped, and there is little of that."""
    uses = {
        _named(path): count
        for path in MODULES
        if (count := sum(isinstance(node, ast.Name) and node.id == "Any" for node in ast.walk(_tree(path))))
    }
    assert sum(uses.values()) <= ANY, (
        f"at most {ANY} in all; most in {sorted(uses.items(), key=lambda use: -use[1])[:8]}"
    )


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
    # A migration's backup is named, and a key file dated, before there is a session.
    allowed = {"clock.py", "encrypted_store.py", "store_creation.py"}
    asking = [
        path.name
        for path in MODULES
        if path.name not in allowed
        and re.search(r"datetime\.now\(|date\.today\(|time\.time\(", path.read_text(encoding="utf-8"))
    ]
    assert not asking


def test_roles_are_compared_by_what_they_say():
    """A role is a text, read anew from each row: two that are the same are seldom the same object."""
    by_object = [
        f"{path.name}: {ast.unparse(node)}"
        for path in MODULES
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Compare)
        and any(isinstance(operator, ast.Is | ast.IsNot) for operator in node.ops)
        and any(re.search(r"\brole$|\bRole\.", ast.unparse(side)) for side in (node.left, *node.comparators))
    ]
    assert not by_object


def test_labels_never_read_what_people_wrote_as_markup():
    """A plain QLabel guesses at markup: every label is made by ``words``, which says plain text."""
    offenders = [
        path.name
        for path in (PACKAGE / "ui").rglob("*.py")
        if re.search(r"QLabel\(\s*[^)\s]", path.read_text(encoding="utf-8")) and path.name != "basics.py"
    ]
    assert not offenders


OURS = ("sep_desktop", "resources", "packaging", "tests", "docs", ".ci")
TRACKED = [
    path
    for folder in OURS
    for path in (ROOT / folder).rglob("*")
    if path.suffix in {".py", ".md", ".toml", ".txt", ".csv", ".xml", ".spec", ".desktop", ""}
    and path.is_file()
]
TRACKED += [ROOT / name for name in ("README.md", "LICENSE", "NOTICE", "pyproject.toml", "constraints.txt")]


def test_no_file_names_this_machine_or_an_index():
    words = ("pypi" + ".org", "python" + "hosted", "deb.debian" + ".org", "/work" + "/", "/root" + "/")
    named = [
        f"{path.relative_to(ROOT)}: {word}"
        for path in TRACKED
        for word in words
        if word in path.read_text(encoding="utf-8", errors="replace")
    ]
    assert not named


FORBIDDEN = {
    "sync/hand_over.py": "from sep_desktop.storage.sealed.store import SealedStore",
    "sync/message.py": "from sep_desktop.domain.appraisal.letter import SealedPdf",
    "services/reports.py": "from sep_desktop.services.appraisals import records",
    "storage/message_kinds.py": "from sep_desktop.storage.sealed.outbox import Letters",
    "storage/store.py": "from sep_desktop.storage.sealed.appraisals import Appraisals",
    "sync/visits_queue.py": "from sep_desktop.sync.sealed_queue import SealedQueue",
    "ui/outbox/page.py": "from sep_desktop.sync.sealed_queue import SealedQueue",
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


SECRETS_AND_WORDS = {
    *("password", "passwords", "passphrase", "secret", "salt", "nonce", "wrapped", "key", "tag", "key_file"),
    *(
        "token",
        "code",
        "text",
        "texts",
        "words",
        "body",
        "comment",
        "reason",
        "content",
        "evidence",
        "detail",
    ),
    *("need", "what", "who", "attending", "place", "reply", "data", "pdf", "email", "address", "mailboxes"),
    *(
        "head",
        "blocks",
        "runs",
        "rows",
        "old",
        "new",
        "value",
        "cells",
        "judgement",
        "area",
        "name",
        "remarks",
    ),
}
"""Names of fields that hold a secret, or what somebody wrote, said or is called."""

OF_THE_PROGRAM = {
    *("AddressList", "AgendaItem", "AgendaTemplate", "Category", "Cell", "Column", "Command", "CommandSpec"),
    *("Condition", "Dated", "DeliveryWay", "DueItem", "Edition", "Factor", "Field", "Gap", "Hazard", "Rule"),
    *("ReportTemplate", "Section", "Setting", "Shortcut", "SupportSource", "StoreIdentity", "Table"),
    *("TableSalvaged", "Vocabulary", "Weakness", "_Choice", "_LetterChoice", "_Places", "_Rule"),
    *(
        "_Offer",
        "_Row",
        "ReturnPlace",
        "UnsavedText",
        "ConcealedText",
    ),  # kinds of widgets, addresses of pages
    *("Sheet", "Readable", "PageSpec"),  # rows of other classes of this list, or numbers
}
"""Classes whose texts are the program's own, or a policy's."""


def _shown_by_repr(path):
    """Each field of a dataclass that its ``repr`` shows, as class, field and annotation."""
    for node in ast.walk(_tree(path)):
        decorators = [ast.unparse(each) for each in getattr(node, "decorator_list", ())]
        if not isinstance(node, ast.ClassDef) or not any(each.startswith("dataclass") for each in decorators):
            continue
        own = any(isinstance(each, ast.FunctionDef) and each.name == "__repr__" for each in node.body)
        if own or any("repr=False" in each for each in decorators):
            continue
        for part in node.body:
            value = ast.unparse(part.value) if isinstance(part, ast.AnnAssign) and part.value else ""
            if isinstance(part, ast.AnnAssign) and "repr=False" not in value:
                yield node.name, part.target.id, ast.unparse(part.annotation)


@EACH_FILE
def test_no_repr_shows_a_secret_or_what_somebody_wrote(path):
    """A ``repr`` ends in a traceback, a log or a crash report: keep words out with ``field(repr=False)``."""
    shown = [
        f"{name}.{field}: {annotation}"
        for name, field, annotation in _shown_by_repr(path)
        if field in SECRETS_AND_WORDS
        and name not in OF_THE_PROGRAM
        and re.search(r"\b(str|bytes|bytearray|Mapping|dict|Block|Run|Cells|Any)\b", annotation)
        and not re.search(r"Callable|type\[|ClassVar", annotation)
        and (field not in {"key", "tag", "key_file"} or "bytes" in annotation)
    ]
    assert not shown


QT_READS = {
    "setToolTip": "as_tip",
    "setStatusTip": "as_tip",
    "setWhatsThis": "as_tip",
    "setInformativeText": "as_tip",
    "setDetailedText": "as_tip",
    "QMessageBox": "as_tip",
    "QPushButton": "as_caption",
    "QCheckBox": "as_caption",
    "QRadioButton": "as_caption",
    "QGroupBox": "as_caption",
    "QAction": "as_caption",
    "addAction": "as_caption",
    "addMenu": "as_caption",
    "addTab": "as_caption",
}
"""What takes a text for markup or an ``&`` for a shortcut, and the function that keeps it from that."""


@pytest.mark.parametrize("path", sorted((PACKAGE / "ui").rglob("*.py")), ids=_named)
def test_qt_takes_nobodys_words_for_markup_or_a_shortcut(path):
    """``<b>`` in a school's name is no markup, and "Smith & Co" has no shortcut: say so with ``kit.plain``."""
    raw = []
    for node in ast.walk(_tree(path)):
        name = ast.unparse(node.func).rpartition(".")[2] if isinstance(node, ast.Call) else ""
        for text in node.args if name in QT_READS else ():
            is_text = isinstance(
                text, ast.JoinedStr | ast.BinOp | ast.Name | ast.Subscript | ast.Call | ast.IfExp
            )
            is_safe = isinstance(text, ast.Call) and ast.unparse(text.func) == QT_READS[name]
            if is_text and not is_safe:
                raw.append(f"line {node.lineno}: {name}({ast.unparse(text)}), use {QT_READS[name]}")
    assert not raw


@EACH_FILE
def test_every_table_that_leaves_is_harmless(path):
    """A spreadsheet runs a cell that begins like a formula: ``domain.sheet`` is the one that writes CSV."""
    assert path.name == "sheet.py" or "csv.writer" not in path.read_text(encoding="utf-8").lower()


WRITES_A_FILE = {
    *("write_bytes", "write_text", "touch", "copyfile", "copytree", "copy2", "rmtree", "unlink", "rename"),
    *("mkstemp", "NamedTemporaryFile", "symlink_to", "chmod"),
}
WRITES_BY_ITSELF = {
    "sep_desktop/files.py",
    "sep_desktop/cli.py",  # the null device, when nobody reads the output any more
    "sep_desktop/services/outgoing.py",  # who locks waits for nothing that is held
    "sep_desktop/services/sample.py",  # the sample's own allocation, in a folder of its own
    "sep_desktop/storage/database.py",  # a database's first byte is SQLite's: it is made empty and private
}


@EACH_FILE
def test_files_are_written_and_removed_by_one_module(path):
    """Private from the first byte, through no link, tried again while it is held: that is what ``files`` is for."""
    calls = [
        f"line {node.lineno}: {ast.unparse(node.func)}"
        for node in ast.walk(_tree(path))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Attribute)
        and not ast.unparse(node.func).endswith(("autosave.touch", "context.touch", "self.touch"))
        and (
            node.func.attr in WRITES_A_FILE
            or (
                node.func.attr == "open"
                and any("w" in str(getattr(each, "value", "")) for each in node.args[:1])
            )
        )
    ]
    assert _named(path).replace("\\", "/") in WRITES_BY_ITSELF or not calls
