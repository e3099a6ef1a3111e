"""What is mistyped at the command line: a sentence and a code, and nothing is changed or made."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from sep_desktop import cli
from sep_desktop.commands import store as console
from sep_desktop.storage import store as stores
from tests.conftest import QUICK
from tests.support.fakes import PASSPHRASE

REGISTER = Path(__file__).parent.parent / "resources" / "demo" / "register.csv"

NAMES_A_FILE = ["import-schools", "import-allocation", "import-policy"]

WRITES_A_FILE = [
    ("time-log",),
    ("allocation-template",),
    ("export-policy", "terms"),
    ("notes-pdf", "1"),
    ("outbox", "--journal"),
]

FILLS_A_FOLDER = [("export-pdf",), ("send", "--folder"), ("demo", "--headless", "--out")]


@pytest.fixture
def secret(tmp_path):
    path = tmp_path / "passphrase.txt"
    path.write_text(PASSPHRASE)
    return path


@pytest.fixture
def run(secret, locations, capsys):
    """Runs a command over the store's folder, whatever is there; (exit code, output, complaints)."""

    def command(*arguments, store=locations.root):
        options = ["--store", str(store), "--passphrase-file", str(secret)]
        try:
            code = cli.main([*map(str, arguments), *options])
        except SystemExit as ended:  # the parser's own
            code = ended.code
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def made(locations):
    """A store, and every file of it by its bytes."""
    stores.create(locations, PASSPHRASE, QUICK)[0].close()
    return lying_in(locations.root)


def lying_in(folder):
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


@pytest.mark.parametrize("command", NAMES_A_FILE)
def test_a_file_that_is_not_there_is_named_and_makes_no_store(run, tmp_path, locations, command):
    missing = tmp_path / "missing.csv"
    assert run(command, missing, "--yes") == (
        cli.INPUT, "", f"There is no file {missing}. Check its name and folder.\n"
    )  # fmt: skip
    assert run(command, tmp_path)[::2] == (cli.INPUT, f"{tmp_path} is a folder. Name the file in it.\n")
    assert not locations.root.exists()


@pytest.mark.parametrize("command", NAMES_A_FILE)
def test_a_file_that_is_not_there_changes_nothing_of_a_store(run, made, tmp_path, locations, command):
    assert run(command, tmp_path / "missing.csv", "--yes")[0] == cli.INPUT
    assert lying_in(locations.root) == made


@pytest.mark.parametrize("la_code", ["880", "999"])
def test_a_file_or_authority_that_does_not_fit_makes_no_store(run, tmp_path, locations, la_code):
    path = tmp_path / "notes.csv" if la_code == "880" else REGISTER
    (tmp_path / "notes.csv").write_text("a,b\n1,2\n")
    code, out, err = run("import-schools", path, "--la", la_code, "--yes")
    assert (code, out) == (cli.INPUT, "")
    assert "no register of schools" in err or "has no school of LA 999. It has 880" in err
    assert not locations.root.exists()


def test_an_allocation_needs_the_register_and_so_a_store(run, tmp_path, locations):
    path = tmp_path / "allocation.csv"
    path.write_text("SEP,School\nAda Penrose,990001\n")
    code, _, err = run("import-allocation", path, "--yes")
    assert code == cli.INPUT
    assert "There is no store in" in err
    assert "“import-schools”" in err
    assert not locations.root.exists()


@pytest.mark.parametrize("command", ["import-schools", "restore"])
def test_a_new_store_is_made_in_no_folder_that_is_missing(run, locations, tmp_path, now, command):
    source = REGISTER
    if command == "restore":
        store = stores.create(locations, PASSPHRASE, QUICK)[0]
        source = store.back_up(now).path
        store.close()
    code, _, err = run(command, source, "--yes", store=tmp_path / "mistyped" / "store")
    assert code == cli.ENVIRONMENT
    assert f"There is no folder {tmp_path / 'mistyped'}." in err
    assert not (tmp_path / "mistyped").exists()


@pytest.mark.parametrize("command", WRITES_A_FILE, ids=lambda command: command[0])
def test_no_folder_is_made_of_a_mistyped_path(run, made, tmp_path, locations, command):
    path = tmp_path / "mistyped" / "deeper" / "out.xlsx"
    code, out, err = run(*command, path)
    assert (code, out) == (cli.ENVIRONMENT, "")
    assert err.startswith(f"There is no folder {path.parent}. ")
    assert not (tmp_path / "mistyped").exists()
    folder = tmp_path / "folder.xlsx"
    folder.mkdir()
    if command[0] != "export-policy":  # which takes nothing's place
        assert run(*command, folder) == (cli.ENVIRONMENT, "", f"{folder} is a folder. Name a file in it.\n")
    assert lying_in(locations.root) == made


@pytest.mark.parametrize("command", FILLS_A_FOLDER, ids=lambda command: command[0])
def test_a_folder_is_made_in_one_that_is_there_alone(run, made, secret, tmp_path, locations, command):
    path = tmp_path / "mistyped" / "out"
    code, out, err = run(*command, path)
    assert (code, out) == (cli.ENVIRONMENT, "")
    assert err.startswith(f"There is no folder {path.parent}. ")
    assert run(*command, secret) == (cli.ENVIRONMENT, "", f"{secret} is a file. Name a folder.\n")
    assert not (tmp_path / "mistyped").exists()
    assert lying_in(locations.root) == made


@pytest.mark.parametrize("command", ["backups", "restore"])
def test_a_file_that_holds_no_backup_is_a_problem_of_the_input(run, made, secret, command):
    code, _, err = run(command, secret)
    assert (code, f"There is no backup in {secret}." in err) == (cli.INPUT, True)


MISTYPED = [
    (("as-of", "2026-11-27", "--visit", "9" * 30), "is no number; write it as 12"),
    (("as-of", "2026-11-27", "--visit", "x"), "“x” is no number; write it as 12"),
    (("as-of", "2026-11-27", "--report", "-5"), "“-5” is no number; write it as 12"),
    (("as-of", "2026-11-27", "--school", "\udcff"), "is no text in UTF-8"),
    (("settings", "me.name", "Zo\udceb"), "is no text in UTF-8"),
    (("settings", "mail.host", "mail.example\nX-Extra: 1"), "mail.host cannot have a line break in it."),
    (("time-log", "\udcff.csv"), "is no text in UTF-8"),
    (("backup", "\udcff"), "is no text in UTF-8"),
    (("time-log", ""), "nothing is named"),
    (("export-pdf", ""), "nothing is named"),
    (("outbox", "--journal", ""), "nothing is named"),
    (("verify", ""), "nothing is named"),
    (("due", "--store", ""), "nothing is named"),
    (("due", "--year", "next"), "is not an academic year; write it as 2026-27"),
    (("due", "extra"), "unrecognized arguments: extra"),
    (("restore",), "the following arguments are required: FILE"),
    (("export-policy", "term", "x.toml"), "There is no policy “term”."),
    (("take-back-policy", "term"), "There is no policy “term”."),
    (("settings", "mail.port=", "465"), "There is no setting “mail.port=”."),
    (("accept-policies", "--from", "soon"), "“soon” is no day; write it as 2027-01-04"),
]


@pytest.mark.parametrize(
    ("arguments", "said"), MISTYPED, ids=lambda each: str(each)[:40].encode("ascii", "replace")
)
def test_what_is_mistyped_is_wrong_use_in_a_sentence(run, made, tmp_path, monkeypatch, arguments, said):
    monkeypatch.chdir(tmp_path)
    before = sorted(tmp_path.iterdir())
    code, out, err = run(*arguments)
    assert (code, out) == (cli.USE, "")
    assert said in err
    assert "Traceback" not in err
    assert ".py:" not in err
    assert sorted(tmp_path.iterdir()) == before


def test_the_end_of_the_input_stops_a_command_as_a_key_does(locations, made, monkeypatch, capsys):
    monkeypatch.setattr(console, "is_anybody_there", lambda: True)
    monkeypatch.setattr("getpass.getpass", ended)
    assert cli.main(["due", "--store", str(locations.root)]) == cli.INPUT
    assert capsys.readouterr().err == "Stopped.\n"


def test_the_end_of_the_input_accepts_nothing(run, made, monkeypatch):
    monkeypatch.setattr(console, "is_anybody_there", lambda: True)
    monkeypatch.setattr("builtins.input", ended)
    code, out, _ = run("import-schools", REGISTER, "--la", "880")
    assert (code, "Nothing was changed." in out) == (cli.DONE, True)
    assert "9 new" in run("import-schools", REGISTER, "--la", "880")[1]


def ended(_):
    raise EOFError


@pytest.mark.skipif(os.name != "posix", reason="the shell's way to start a program without an input")
def test_a_command_without_any_input_asks_nobody(locations, made):
    command = f'exec "{sys.executable}" -m sep_desktop due --store "{locations.root}" <&-'
    done = subprocess.run(["/bin/sh", "-c", command], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stdout) == (cli.USE, "")
    assert done.stderr == "There is nobody to ask for the passphrase; give --passphrase-file FILE.\n"
