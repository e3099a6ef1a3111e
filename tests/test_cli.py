"""The command line as a user has it: real files, real store, exit codes."""

import io
import shutil
import subprocess
import sys
from functools import partial
from pathlib import Path

import pytest

from sep_desktop import cli
from sep_desktop.clock import SystemClock
from sep_desktop.commands import COMMANDS, delivery, doctor
from sep_desktop.domain.outbox import State
from sep_desktop.domain.wording import day_and_time
from sep_desktop.services import reports, sample, schools
from sep_desktop.storage import passphrases
from sep_desktop.storage import store as stores
from sep_desktop.storage.os_keyring import NoKeyring
from tests.conftest import FORMER, QUICK
from tests.support.fakes import PASSPHRASE
from tests.support.pdf_text import structure_texts


def text_of(path):
    return "\n".join(text for _, text in structure_texts(path.read_bytes()))


DEMO = Path(__file__).parent.parent / "resources" / "demo"


@pytest.fixture
def run(run_without_store, locations):
    """Runs a command over the store of the test; (exit code, output, complaints)."""
    stores.create(locations, PASSPHRASE)[0].close()
    return run_without_store


@pytest.fixture
def run_without_store(tmp_path, monkeypatch, capsys, locations):
    """As ``run``, where there is no store yet."""
    secret = tmp_path / "passphrase.txt"
    secret.write_text(PASSPHRASE + "\n")
    monkeypatch.setattr(stores, "create", partial(stores.create, cost=QUICK))
    for family in (delivery, doctor):
        monkeypatch.setattr(family, "find_keyring", NoKeyring)

    def command(*arguments, with_store=True):
        common = ["--store", str(locations.root), "--passphrase-file", str(secret)] if with_store else []
        code = cli.main([str(each) for each in (*arguments, *common)])
        said = capsys.readouterr()
        return code, said.out, said.err

    return command


@pytest.fixture
def allocated(run, tmp_path):
    run("import-schools", DEMO / "register.csv", "--la", "880", "--yes")
    path = sample._allocation_for(sample.AcademicYear.of(SystemClock().today()), tmp_path)
    run("import-allocation", path, "--yes")


def test_the_first_import_makes_the_store_and_prints_its_code(run_without_store, locations):
    run = run_without_store
    code, out, _ = run("import-schools", DEMO / "register.csv", "--la", "880", "--yes")
    assert code == cli.DONE
    assert "shown only now" in out
    assert locations.database.exists()
    assert "shown only now" not in run("due")[1]


NEED_A_STORE = [
    ("due",),
    ("time-log", "{out}"),
    ("past-papers",),
    ("as-of", "2026-11-27"),
    ("notes-pdf", "1", "{out}"),
    ("send",),
    ("outbox",),
    ("export-pdf", "{out}"),
    ("policies",),
    ("export-policy", "terms", "{out}"),
    ("import-allocation", "{there}"),
    ("import-policy", "{there}"),
    ("take-back-policy", "terms"),
    ("accept-policies",),
    ("doctor",),
    ("settings",),
    ("backup",),
    ("backups",),
    ("salvage",),
]


def test_every_command_needs_a_store_makes_one_or_has_one_of_its_own():
    others = {"demo", "import-schools", "allocation-template", "verify", "restore"}
    assert {spec.name for spec in COMMANDS} == {command[0] for command in NEED_A_STORE} | others


@pytest.mark.parametrize("command", NEED_A_STORE, ids=lambda command: command[0])
def test_a_mistyped_folder_is_no_new_store(run_without_store, tmp_path, locations, command):
    there = tmp_path / "there.toml"
    there.touch()
    code, _, err = run_without_store(*(part.format(out=tmp_path / "out", there=there) for part in command))
    assert code == cli.INPUT
    assert f"no store in {locations.root}" in err
    assert not locations.root.exists()


def test_the_options_stand_before_or_behind_the_command(run, tmp_path, locations, capsys):
    secret = tmp_path / "p"
    secret.write_text(PASSPHRASE)
    assert cli.main(["--store", str(locations.root), "--passphrase-file", str(secret), "due"]) == cli.DONE
    assert cli.main(["--store", str(locations.root), "due", "--passphrase-file", str(secret)]) == cli.DONE
    capsys.readouterr()


def test_a_wrong_passphrase_is_a_problem_of_the_input(run, tmp_path, locations):
    run("due")
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("not the passphrase")
    code, _, err = run("due", "--store", locations.root, "--passphrase-file", wrong, with_store=False)
    assert code == cli.INPUT
    assert "not the passphrase of this store" in err


def test_wrong_guesses_have_to_be_waited_for_by_the_command_that_comes_next(run, tmp_path, locations):
    run("due")
    wrong = tmp_path / "wrong.txt"
    wrong.write_text("not the passphrase")
    for _ in range(5):
        code, _, err = run("due", "--store", locations.root, "--passphrase-file", wrong, with_store=False)
    assert "Wait 2 seconds before you try again." in err
    code, out, err = run("due")
    assert (code, out) == (cli.INPUT, "")
    assert "more seconds" in err


def test_a_new_store_takes_no_weak_passphrase(tmp_path, locations, capsys):
    weak = tmp_path / "weak.txt"
    weak.write_text("Password12345!")
    register = str(DEMO / "register.csv")
    options = ["--store", str(locations.root), "--passphrase-file", str(weak)]
    assert cli.main(["import-schools", register, *options]) == cli.INPUT
    assert "many people use" in capsys.readouterr().err
    assert not locations.root.exists()


def test_a_weak_passphrase_of_before_is_spoken_of_once(run, locations, monkeypatch):
    monkeypatch.setattr(
        passphrases, "weakness", lambda *_: passphrases.Weakness("It is short.", "Lengthen it.")
    )
    assert "easy to guess" in run("due")[2]
    assert run("due")[2] == ""


def test_a_preview_changes_nothing_until_it_is_accepted(run, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO())
    code, out, _ = run("import-schools", DEMO / "register.csv", "--la", "all")
    assert code == cli.DONE
    assert "9 new" in out
    assert "Nothing was changed" in out
    assert "9 new" in run("import-schools", DEMO / "register.csv", "--la", "880", "--yes")[1]
    assert "9 unchanged" in run("import-schools", DEMO / "register.csv", "--la", "880", "--yes")[1]


def test_problems_of_a_file_are_exit_code_one(run, tmp_path):
    bad = tmp_path / "bad.csv"
    bad.write_text("SEP,School\nAda,nowhere\n")
    code, _, err = run("import-allocation", bad, "--yes")
    assert code == cli.INPUT
    assert "bad.csv, row 2, column “School”: “nowhere”" in err
    assert run("import-schools", tmp_path / "missing.csv", "--yes")[0] == cli.INPUT


def test_wrong_use_is_exit_code_two(run, tmp_path, locations):
    assert run("allocation-template", tmp_path / "x.txt", with_store=False)[0] == cli.USE
    assert run("due", "--year", "soon")[0] == cli.USE
    there = ("--store", locations.root, "--passphrase-file", tmp_path / "gone")
    assert run("due", *there, with_store=False)[0] == cli.USE
    with pytest.raises(SystemExit) as caught:
        cli.main(["fly"])
    assert caught.value.code == cli.USE


def test_the_template_is_written(run, tmp_path):
    assert run("allocation-template", tmp_path / "t.xlsx", with_store=False)[0] == cli.DONE
    assert (tmp_path / "t.xlsx").stat().st_size > 5000


def test_due_says_why(run, allocated):
    _, out, _ = run("due")
    assert "Cliff Top Primary School (990006)" in out
    assert "special measures" in out
    assert "(clause 7.6)" in out
    assert "No school is allocated" in run("due", "--year", "2001-02")[1]


def test_as_of_says_what_was_recorded(run, allocated):
    today = SystemClock().today().isoformat()
    _, out, _ = run("as-of", today)
    assert "Cliff Top Primary School (990006)" in out
    code, out, _ = run("as-of", today, "--school", "990006")
    assert code == cli.DONE
    assert "Headteacher: " in out
    assert "Allocated to " in out


@pytest.mark.parametrize(
    ("arguments", "said"),
    [
        (("2999-01-01",), "has not come yet"),
        (("2001-01-01",), "the record begins on"),
        (("TODAY", "--school", "1"), "No school with URN 1"),
        (("TODAY", "--visit", "99"), "no such visit"),
        (("TODAY", "--report", "99"), "no such report"),
    ],
)
def test_as_of_refuses_what_it_cannot_know(run, allocated, arguments, said):
    today = SystemClock().today().isoformat()
    code, out, err = run("as-of", *(today if each == "TODAY" else each for each in arguments))
    assert (code, out) == (cli.INPUT, "")
    assert said in err


def test_as_of_wants_a_day(run):
    with pytest.raises(SystemExit) as caught:
        run("as-of", "yesterday")
    assert caught.value.code == cli.USE


def _complete(locations):
    store = stores.unlock(locations, PASSPHRASE)
    now = SystemClock().now()
    visit = sample._held_visit(store, now)
    store.settings.put("me.name", "Ada Penrose")
    store.settings.put("me.email", "ada@sep.example")
    reports.complete(
        store=store, visit=visit, confirmed=reports.confirm(store=store, visit=visit, now=now), now=now
    )
    store.close()


def test_send_to_a_folder_outbox_journal_and_pdf(run, allocated, locations, tmp_path):
    _complete(locations)
    assert "1 report waiting" in run("outbox")[1]
    code, out, _ = run("send", "--folder", tmp_path / "mail")
    hint = "Send what is there, then say in the Outbox that it was sent."
    assert (code, out) == (cli.DONE, f"1 file written to {tmp_path / 'mail'}. {hint}\n")
    _, out, _ = run("outbox", "--journal", tmp_path / "journal.csv")
    assert out.count("Written out, for you to send") == 3
    assert "1 message written out, for you to send." in out
    assert "report completed" in (tmp_path / "journal.csv").read_text(encoding="utf-8-sig")
    assert run("export-pdf", tmp_path / "papers")[0] == cli.DONE
    assert next((tmp_path / "papers").glob("*.pdf")).read_bytes().startswith(b"%PDF")


def test_sending_without_a_line_is_exit_code_three_and_keeps_everything(run, allocated, locations):
    _complete(locations)
    for key, value in (("mail.host", "localhost"), ("mail.port", "1"), ("mail.security", "tls")):
        assert run("settings", key, value)[0] == cli.DONE
    code, out, _ = run("send")
    assert code == cli.ENVIRONMENT
    assert "Nothing answers at localhost" in out
    store = stores.unlock(locations, PASSPHRASE)
    assert len(store.outbox.in_state(State.RETRY)) == 3
    store.close()


def test_sending_to_the_folder_of_the_settings_makes_none_of_a_mistyped_one(
    run, allocated, locations, tmp_path
):
    _complete(locations)
    folder = tmp_path / "mistyped" / "mail"
    for key, value in (("delivery.method", "eml"), ("mail.folder", folder)):
        run("settings", key, value)
    code, _, err = run("send")
    assert (code, f"There is no folder {folder.parent}." in err) == (cli.ENVIRONMENT, True)
    folder.parent.mkdir()
    assert run("send")[1].startswith(f"1 file written to {folder}.")


def test_an_account_without_a_server_is_asked_for_no_password(run, allocated, locations):
    _complete(locations)
    run("settings", "mail.user", "ada")
    code, _, err = run("send")
    assert (code, "No mail server is set up" in err) == (cli.INPUT, True)


def test_when_a_delivery_is_tried_again_is_said_as_in_the_window(run, allocated, locations):
    _complete(locations)
    for key, value in (("mail.host", "localhost"), ("mail.port", "1"), ("mail.security", "tls")):
        run("settings", key, value)
    run("send")
    store = stores.unlock(locations, PASSPHRASE)
    delivery = store.outbox.in_state(State.RETRY)[0]
    store.close()
    again = f"; next attempt {day_and_time(delivery.next_at)}"
    assert delivery.when == day_and_time(delivery.changed) + again
    assert f": Waiting to send, {delivery.when}. " in run("outbox")[1]


def test_sending_without_a_server_says_where_to_enter_it(run, allocated, locations):
    _complete(locations)
    code, _, err = run("send")
    assert code == cli.INPUT
    assert "No mail server is set up" in err


def test_settings_are_shown_changed_and_checked(run):
    assert "mail.port = 465" in run("settings", "mail.port", "465")[1]
    for key, value in (
        ("mail.port", "many"),
        ("mail.port", "99999"),
        ("delivery.method", "pigeon"),
        ("me.email", "notmail"),
        ("mail.automatic", "maybe"),
        ("no.such", "x"),
    ):
        assert run("settings", key, value)[0] == cli.USE
    assert "mail.automatic = True" in run("settings", "mail.automatic", "yes")[1]


def test_the_doctor_looks_at_everything(run):
    code, out, _ = run("doctor")
    assert code == cli.DONE
    for about in ("store", "keys", "keyring", "mail", "fonts", "papers", "disk"):
        assert f"  {about}: " in out


def test_a_store_in_use_is_exit_code_three(run, locations):
    run("due")
    store = stores.unlock(locations, PASSPHRASE)
    code, _, err = run("due")
    store.close()
    assert code == cli.ENVIRONMENT
    assert "already open" in err


def test_the_demo_does_the_whole_journey_without_display_and_keyring(tmp_path):
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    command = [sys.executable, "-m", "sep_desktop", "demo", "--out", str(tmp_path / "out")]
    done = subprocess.run(
        command, capture_output=True, text=True, env=environment, check=False, cwd=DEMO.parent.parent
    )
    assert done.returncode == 0, done.stderr
    assert "There is no display" in done.stdout
    assert sorted(path.suffix for path in (tmp_path / "out").iterdir()) == [".eml", ".pdf", ".txt"]
    assert "Wren Tamblyn: Written out" in (tmp_path / "out" / "summary.txt").read_text()


def test_the_window_without_a_display_says_so(tmp_path):
    environment = {"PATH": "/usr/bin:/bin", "HOME": str(tmp_path)}
    done = subprocess.run(
        [sys.executable, "-m", "sep_desktop"],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
        cwd=DEMO.parent.parent,
    )
    assert done.returncode == (cli.ENVIRONMENT if sys.platform == "linux" else done.returncode)
    assert "no display" in done.stderr


def test_the_time_log_sums_visits_and_support(run, tmp_path, locations):
    store = stores.unlock(locations, PASSPHRASE)
    clock = SystemClock()
    sample.fill(store=store, now=clock.now())
    schools.record_support(store=store, urn="990001", on=clock.today(), hours=3.5, now=clock.now())
    store.close()
    code, out, _ = run("time-log", tmp_path / "time.csv")
    assert code == cli.DONE
    rows = (tmp_path / "time.csv").read_text(encoding="utf-8-sig").splitlines()
    assert any(row.endswith("Support with performance management,support,3.5") for row in rows)
    assert rows[-1] == f",,,,sum,{sum(float(row.rpartition(',')[2]) for row in rows[1:-1]):g}"
    assert "hours" in out
    assert run("time-log", tmp_path / "time.csv", "--year", "soon")[0] == cli.USE


@pytest.mark.skipif(sys.platform == "win32", reason="Windows writes its dumps as its administrator says")
def test_a_process_that_dies_leaves_no_image_of_its_memory(run):
    import resource

    run("due")
    assert resource.getrlimit(resource.RLIMIT_CORE)[0] == 0


@pytest.mark.parametrize("spec", COMMANDS, ids=lambda spec: spec.name)
def test_every_command_says_what_it_takes(spec, capsys):
    """The rows of the table name their functions by text: each of them must be there."""
    with pytest.raises(SystemExit) as caught:
        cli.main([spec.name, "--help"])
    assert caught.value.code == cli.DONE
    assert spec.help.split()[0] in capsys.readouterr().out
    assert callable(spec._named(spec.function))


def test_no_command_is_imported_before_it_is_asked_for():
    code = (
        "import sys\nfrom sep_desktop import cli\ncli._parser()\n"
        "assert not [name for name in sys.modules if name.startswith(('sep_desktop.commands.', 'sep_desktop.services'))]"
    )
    subprocess.run([sys.executable, "-c", code], cwd=DEMO.parent.parent, check=True)


def test_what_the_program_remembers_is_no_setting(run):
    out = run("settings")[1]
    assert "security.idle_minutes" in out
    assert "code_confirmed" not in out
    code, _, err = run("settings", "sealed.code_confirmed", "no")
    assert code == cli.USE
    assert "There is no setting" in err


def test_the_number_of_an_authority_has_three_digits(run):
    code, _, err = run("settings", "me.la_code", "hello")
    assert code == cli.USE
    assert "it may be three digits, such as 880" in err


def test_sending_nothing_asks_for_no_server(run):
    code, out, _ = run("send")
    assert code == cli.DONE
    assert "Nothing is waiting to be sent." in out


def _lengthened(path):
    """A file of the entitlement policy with an additional visit of a whole day."""
    head, mark, rule = path.read_text(encoding="utf-8").partition('key = "additional"')
    assert "on_site = 0.5" in rule
    path.write_text(head + mark + rule.replace("on_site = 0.5", "on_site = 1.0", 1), encoding="utf-8")


def test_an_additional_visit_is_made_longer_for_one_authority_and_taken_back(run, allocated, tmp_path):
    path = tmp_path / "visits, Zoë's.toml"
    assert run("export-policy", "entitlement", path)[0] == cli.DONE
    _lengthened(path)
    code, out, _ = run("import-policy", path)
    assert code == cli.DONE
    assert "Long Meadow Infant School: Additional visit: half a day → 1 day" in out
    assert "Nothing was changed. Accept the preview with --yes." in out
    assert "Visits and days that are due, version 1 of the program" in run("policies")[1]
    assert "Applied." in run("import-policy", path, "--yes")[1]
    assert "Visits and days that are due, version 1 of authority 880, from" in run("policies")[1]
    code, out, _ = run("take-back-policy", "entitlement", "--yes")
    assert "Long Meadow Infant School: Additional visit: 1 day → half a day" in out
    assert "Visits and days that are due, version 1 of the program" in run("policies")[1]


def test_a_policy_that_does_not_fit_is_exit_code_one_with_file_row_and_remedy(run, allocated, tmp_path):
    path = tmp_path / "policy.toml"
    run("export-policy", "reporting", path)
    path.write_text(
        path.read_text(encoding="utf-8").replace("working_days = 0", "working_days = -3"), "utf-8"
    )
    code, _, complaint = run("import-policy", path, "--yes")
    assert code == cli.INPUT
    assert (
        "policy.toml, row 12, column “working_days”: “-3”. Write a whole number from 0 to 100." in complaint
    )
    assert "Days for the report, version 1 of the program" in run("policies")[1]


def test_what_cannot_be_written_out_taken_back_or_accepted_says_so(run, allocated, tmp_path):
    path = tmp_path / "terms.toml"
    path.write_text("mine")
    assert run("export-policy", "terms", path)[0] == cli.INPUT
    assert path.read_text() == "mine"
    code, _, complaint = run("export-policy", "term", tmp_path / "x.toml")
    assert code == cli.USE
    assert "There is no policy “term”. It may be entitlement, terms" in complaint
    assert "nothing of “terms” to take back" in run("take-back-policy", "terms", "--yes")[2]
    assert "everything that this version of the program brings" in run("accept-policies", "--yes")[2]


def test_a_former_store_is_offered_what_is_newer_and_accepts_it_from_a_day(run_without_store, locations):
    run = run_without_store
    shutil.copytree(FORMER / "e8aa83c", locations.root)
    assert "newer: Sources of support, version 2 of the program" in run("policies")[1]
    code, out, _ = run("accept-policies", "--from", "2099-01-05", "--yes")
    assert code == cli.DONE
    assert "    new: Source “maths-hub”: Maths Hub" in out
    listed = run("policies")[1]
    assert "then Sources of support, version 2 of the program, from Mon 5 Jan 2099" in listed
    assert "newer:" not in listed


def test_a_stolen_laptop_is_restored_from_a_stick_by_the_command_line(
    run, allocated, locations, tmp_path, monkeypatch
):
    _complete(locations)
    store = stores.unlock(locations, PASSPHRASE)
    backup = store.back_up(SystemClock().now())
    store.close()
    stick = tmp_path / "stick" / "SEP Desktop backups" / "abcd1234" / "visits"
    shutil.copytree(backup.path, stick / backup.path.name)
    shutil.rmtree(locations.root)
    monkeypatch.setenv("SEP_DESKTOP_STATE", str(tmp_path / "a new laptop"))
    code, out, _ = run("restore", tmp_path / "stick", "--yes")
    assert code == cli.DONE
    assert "The backup of" in out
    assert "was restored" in out
    code, out, err = run("outbox")
    assert "brought back as it was on" in err
    assert "Could not confirm" in out
    assert "Nothing is waiting to be sent." in run("send", "--folder", tmp_path / "out")[1]


def test_a_restore_that_is_not_accepted_changes_nothing(run, locations, monkeypatch):
    run("due")
    store = stores.unlock(locations, PASSPHRASE)
    store.back_up(SystemClock().now())
    store.close()
    monkeypatch.setattr("sys.stdin", io.StringIO())
    before = locations.database.read_bytes()
    code, out, _ = run("restore", locations.backups)
    assert (code, "Nothing was changed" in out) == (cli.DONE, True)
    assert locations.database.read_bytes() == before


def test_a_damaged_store_is_salvaged_by_the_command_line(run, locations):
    run("import-schools", DEMO / "register.csv", "--la", "880", "--yes")
    data = bytearray(locations.database.read_bytes())
    data[-2000] ^= 1
    locations.database.write_bytes(data)
    assert run("due")[0] == cli.ENVIRONMENT
    code, out, err = run("salvage", "--yes")
    assert (code, err) == (cli.DONE, "")
    assert "What could be read was saved." in out
    assert run("doctor")[0] == cli.DONE
    assert run("salvage")[0] == cli.INPUT


def test_the_notes_of_a_visit_are_written_for_their_owner_alone(run, locations, tmp_path):
    run("due")
    store = stores.unlock(locations, PASSPHRASE)
    sample.fill(store=store, now=SystemClock().now())
    store.close()
    without, with_them = tmp_path / "Zoë O'Brien 100%" / "notes.pdf", tmp_path / "all.pdf"
    without.parent.mkdir()
    assert run("notes-pdf", 1, without)[:2] == (cli.DONE, f"Written: {without}\n")
    assert run("notes-pdf", 1, with_them, "--with-private")[0] == cli.DONE
    assert "The deputy seems tired" not in text_of(without)
    assert "The deputy seems tired" in text_of(with_them)
    if sys.platform != "win32":
        assert without.stat().st_mode & 0o077 == 0


@pytest.mark.parametrize("number", ["7", "0", "x", "²", "9" * 40])
def test_a_visit_that_is_not_there_is_told_with_those_that_have_notes(run, locations, tmp_path, number):
    run("due")
    store = stores.unlock(locations, PASSPHRASE)
    sample.fill(store=store, now=SystemClock().now())
    store.close()
    code, _, err = run("notes-pdf", number, tmp_path / "notes.pdf")
    assert code == cli.INPUT
    assert "There is no visit" in err
    assert "Visits with notes: 1 (Harbour Lights Primary School, " in err
    assert not (tmp_path / "notes.pdf").exists()


def test_backups_are_made_listed_and_verified(run, tmp_path, locations):
    run("due")
    code, out, _ = run("backup")
    assert (code, "Backed up to" in out) == (cli.DONE, True)
    path = out.split("Backed up to ")[1].splitlines()[0]
    assert "No second place is chosen" in out
    code, out, _ = run("backups")
    assert (code, path in out, "No second place is chosen" in out) == (cli.DONE, True, True)
    assert "is complete" in run("verify", path)[1]
    code, out, _ = run("verify", path, with_store=False)
    assert (code, "byte for byte" in out) == (cli.DONE, True)
    (Path(path) / "store.db").write_bytes(b"x")
    code, _, err = run("verify", path, with_store=False)
    assert (code, path in err) == (cli.ENVIRONMENT, True)
    assert run("verify", tmp_path)[0] == cli.INPUT


def test_a_backup_goes_to_a_second_place_which_is_remembered(run, tmp_path):
    stick = tmp_path / "stick"
    code, _, err = run("backup", stick)
    assert (code, "There is no folder" in err) == (cli.ENVIRONMENT, True)
    stick.mkdir()
    code, out, _ = run("backup", stick)
    assert (code, f"Backups are put in {stick} from now on." in out) == (cli.DONE, True)
    copy = Path(out.split("Copied to ")[1].splitlines()[0])
    assert copy.is_relative_to(stick)
    assert (copy / "store.db").is_file()
    assert "Copied to " in run("backup")[1]
    code, out, _ = run("backups", stick, with_store=False)
    assert (code, out.count("MB")) == (cli.DONE, 3)
    assert str(copy) in out


def test_a_second_place_that_is_away_is_said_of_a_backup(run, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    run("backup", stick)
    stick.rename(tmp_path / "pulled out")
    code, out, _ = run("backup")
    assert code == cli.DONE
    assert f"The second place, {stick}, is not connected" in out
    assert "Copied to" not in out
