"""A store that does not open says why, what is whole, and offers what can be done about it."""

import shutil

import pytest
from PySide6.QtGui import QDesktopServices

from sep_desktop.services.keys import WayBack, ways_back
from sep_desktop.storage import key_file, store_lock, store_problems
from sep_desktop.storage import store as stores
from sep_desktop.storage.sealed import store as sealed_stores
from sep_desktop.storage.store_problems import StoreProblem
from tests.conftest import QUICK
from tests.support.appraisals import SEALED
from tests.support.fakes import PASSPHRASE

NEW = "a brand new passphrase"


@pytest.fixture
def closed(locations):
    """A store whose passphrase was changed once, and its key file from before that."""
    store, code = stores.create(locations, PASSPHRASE, QUICK)
    old = locations.key_file.read_bytes()
    store.change_passphrase(PASSPHRASE, NEW, QUICK)
    store.close()
    return locations, old, code


@pytest.fixture
def old_keys(closed):
    locations, old, code = closed
    for path in (locations.key_file, locations.key_file_copy):
        path.write_bytes(old)
    return locations, code


def offered(form):
    return {way for way, each in form.ways.buttons.items() if each.isVisibleTo(form)}


def typed(program, passphrase):
    """The form of the locked page after somebody tried to open with a passphrase."""
    program.start()
    page = program.frame.centralWidget()
    page.passphrase.setText(passphrase)
    page.try_passphrase()
    return page.form


def test_a_missing_database_is_said_and_once_it_is_back_it_opens(program, closed):
    locations, _, _ = closed
    locations.database.rename(locations.root / "away.db")
    form = typed(program, NEW)
    assert "is missing" in form.banner.accessibleName()
    assert "keys are whole" in form.banner.accessibleName()
    assert offered(form) == {WayBack.RESTORE, WayBack.TRY_AGAIN, WayBack.OPEN_FOLDER, WayBack.QUIT}
    assert form.open_button.isEnabled()
    (locations.root / "away.db").rename(locations.database)
    form.ways.buttons[WayBack.TRY_AGAIN].click()
    assert program.session is not None


def test_an_old_key_file_is_gone_on_with_when_somebody_says_so(program, old_keys):
    locations, _ = old_keys
    form = typed(program, PASSPHRASE)
    assert "older than the store" in form.banner.accessibleName()
    assert WayBack.GO_ON_WITH_KEY_FILE in offered(form)
    form.ways.buttons[WayBack.GO_ON_WITH_KEY_FILE].click()
    assert program.session is not None
    assert key_file.read(locations.key_file).revision == 3


def test_an_old_key_file_is_gone_on_with_by_its_code_too(program, old_keys):
    _, code = old_keys
    program.start()
    form = program.frame.centralWidget().form
    form.code.setText(code)
    form.new.setText("a third passphrase here")
    form.try_code()
    form.ways.buttons[WayBack.GO_ON_WITH_KEY_FILE].click()
    assert program.session is not None
    program.session.runner.opened.verify("a third passphrase here")


def test_a_newer_key_file_is_taken_out_of_the_backups(program, closed):
    locations, old, _ = closed
    backup = locations.backups / "2026-11-27-100000-closing"
    backup.mkdir(parents=True)
    shutil.copy(locations.key_file, backup / "keys.json")
    for path in (locations.key_file, locations.key_file_copy):
        path.write_bytes(old)
    form = typed(program, PASSPHRASE)
    form.ways.buttons[WayBack.USE_NEWER_KEY_FILE].click()
    assert "2026-11-27-100000-closing" in form.banner.accessibleName()
    assert offered(form) == set()
    form.passphrase.setText(NEW)
    form.try_passphrase()
    assert program.session is not None
    assert [path.read_bytes() for path in locations.root.glob("keys-of-*.json")] == [old]


@pytest.mark.parametrize("damage", [b"", b"{}"])
def test_key_files_that_are_both_damaged_come_back_from_the_backups(program, closed, damage):
    locations, _, _ = closed
    (locations.backups / "one").mkdir(parents=True)
    shutil.copy(locations.key_file, locations.backups / "one" / "keys.json")
    for path in (locations.key_file, locations.key_file_copy):
        path.write_bytes(damage)
    program.start()  # nobody need type anything to hear of it
    form = program.frame.centralWidget().form
    form.ways.buttons[WayBack.USE_NEWER_KEY_FILE].click()
    form.passphrase.setText(NEW)
    form.try_passphrase()
    assert program.session is not None


def test_without_a_newer_key_file_that_is_said(program, old_keys):
    form = typed(program, PASSPHRASE)
    form.ways.buttons[WayBack.USE_NEWER_KEY_FILE].click()
    assert "hold no newer key file" in form.banner.accessibleName()


@pytest.mark.parametrize("shown", [True, False])
def test_the_folder_is_shown_or_named(program, closed, monkeypatch, shown):
    locations, _, _ = closed
    locations.database.unlink()
    asked = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url) or shown)
    form = typed(program, NEW)
    form.ways.buttons[WayBack.OPEN_FOLDER].click()
    assert [url.toLocalFile() for url in asked] == [locations.root.as_posix()]
    assert shown or str(locations.root) in form.banner.accessibleName()


def test_quitting_closes_the_window(program, closed):
    closed[0].database.unlink()
    form = typed(program, NEW)
    form.ways.buttons[WayBack.QUIT].click()
    assert not program.frame.isVisible()


def test_the_sealed_store_offers_the_same(window, locations):
    sealed_stores.create(locations, SEALED, QUICK)[0].close()
    locations.sealed.database.unlink()
    window.program.window.go("sealed")
    keys = window.program.window.pages["sealed"].unlock_page.keys
    keys.passphrase.setText(SEALED)
    keys.try_passphrase()
    assert offered(keys) == {WayBack.RESTORE, WayBack.TRY_AGAIN, WayBack.OPEN_FOLDER}


PROBLEMS = [
    each
    for each in vars(store_problems).values()
    if isinstance(each, type) and issubclass(each, StoreProblem)
]


@pytest.mark.parametrize("problem", PROBLEMS)
def test_each_problem_of_a_store_offers_a_way_back(problem):
    assert ways_back(problem("It does not open."))


@pytest.mark.parametrize(
    "error",
    [OSError(30, "Read-only file system"), PermissionError(13, "no"), RuntimeError("x"), MemoryError()],
)
def test_no_error_of_any_family_leaves_the_form_stuck(program, closed, monkeypatch, caplog, error):
    def fail(*arguments, **named):
        raise error

    monkeypatch.setattr(stores.encrypted_store, "unlock", fail)
    form = typed(program, NEW)
    assert form.open_button.isEnabled()
    assert form.open_button.text() == "Open"
    assert form.banner.isVisibleTo(form)
    caplog.clear()


def test_trying_again_asks_for_the_passphrase_where_none_was_typed(program, closed):
    locations, _, _ = closed
    both = [(path, path.read_bytes()) for path in (locations.key_file, locations.key_file_copy)]
    for path, _ in both:
        path.unlink()
    program.start()
    form = program.frame.centralWidget().form
    assert "missing or damaged" in form.banner.accessibleName()
    for path, data in both:
        path.write_bytes(data)
    form.ways.buttons[WayBack.TRY_AGAIN].click()
    assert "Type the passphrase first" in form.banner.accessibleName()
    form.passphrase.setText(NEW)
    form.ways.buttons[WayBack.TRY_AGAIN].click()
    assert program.session is not None


def test_the_sealed_store_opened_as_the_other_is_said_at_once(program, locations):
    sealed_stores.create(locations, SEALED, QUICK)[0].close()
    program.locations = locations.sealed
    program.start()
    assert "does not hold visits and reports" in program.frame.centralWidget().banner.accessibleName()


def test_a_store_that_is_only_read_says_so_and_keeps_what_is_typed(window, monkeypatch):
    program = window.program
    window.go("visit/1/report")  # the report is begun
    window.go("today")
    program.lock()
    monkeypatch.setattr(store_lock, "can_write", lambda *paths: False)
    page = program.frame.centralWidget()
    page.passphrase.setText(PASSPHRASE)
    page.try_passphrase()
    assert "reading only" in window.notice
    window.go("visit/1/report")
    window.write(window.panel().editors["comments"], "Precious. ")
    window.go("today")
    assert "Nothing was saved" in window.notice
    assert window.panel().editors["comments"].toPlainText().startswith("Precious.")
