"""The ways back in the window: from a damaged store, on a new laptop, and out of an open store."""

import shutil

import pytest
from PySide6.QtWidgets import QApplication, QPushButton

from sep_desktop.domain.outbox import State
from sep_desktop.services import guard
from sep_desktop.services.keys import WayBack
from sep_desktop.storage import store as stores
from sep_desktop.storage.database_file import PAGE
from sep_desktop.ui.kit.panes import bring_into_sight
from tests.support.appraisals import SEALED
from tests.support.fakes import PASSPHRASE
from tests.support.pages import Window
from tests.support.sealed_pages import SealedPages


@pytest.fixture
def closed(store, queued, now):
    """A store with a waiting report and one backup, closed."""
    guard.begin(store=store, now=now)
    backup = store.back_up(now)
    for number in range(60):
        store.journal.add(now, "noted", f"Line {number} " + "x" * 300)
    store.close()
    return store.locations, backup


def damage(locations):
    data = bytearray(locations.database.read_bytes())
    data[len(data) - 3 * PAGE + 700] ^= 1
    locations.database.write_bytes(data)


@pytest.fixture
def unlocking(program, closed):
    """The locked page after somebody tried to open a damaged store."""
    locations, _ = closed
    damage(locations)
    program.start()
    page = program.frame.centralWidget()
    page.passphrase.setText(PASSPHRASE)
    page.try_passphrase()
    return Window(program)


def type_passphrase(window, secret=PASSPHRASE):
    window.root.form.passphrase.setText(secret)
    window.press("Look at it")


def unlock(window):
    page = window.root
    page.passphrase.setText(PASSPHRASE)
    page.try_passphrase()


def states(window):
    return {each.state for message in window.store.outbox.messages() for each in message.deliveries}


def test_a_damaged_store_is_restored_from_the_locked_page(unlocking):
    window = unlocking
    window.press("Restore a backup …")
    assert window.sees("The newest whole backup")
    window.press("Use this one")
    type_passphrase(window)
    assert window.sees("cannot be compared with it")
    assert window.sees("What is here now is kept.")
    window.press("Restore this backup")
    assert window.sees("was restored")
    unlock(window)
    assert states(window) == {State.UNKNOWN}
    assert "brought back as it was on" in window.notice
    assert "3 deliveries may have been sent since" in window.notice


def primaries(window):
    buttons = [each for each in window.root.findChildren(QPushButton) if each.isVisible()]
    return [each.text() for each in buttons if each.property("role") == "primary"]


def test_a_damaged_store_leads_to_a_backup_and_every_way_fits(unlocking):
    form = unlocking.root.form
    assert primaries(unlocking) == ["Restore a backup …"]
    shown = [each for each in form.ways.buttons.values() if each.isVisible()]
    assert len(shown) == 5
    for each in shown:
        assert each.width() >= each.minimumSizeHint().width()
        assert form.ways.rect().contains(each.geometry()), each.text()
    form.reset()
    assert primaries(unlocking) == ["Open"]


def test_a_backup_that_cannot_be_used_has_its_reason_and_no_button(unlocking, closed, clock):
    locations, backup = closed
    for name in ("2026-11-28-100000-close", "2026-11-28-110000-while-working"):
        shutil.copytree(backup.path, locations.backups / name)
        manifest = locations.backups / name / "manifest.json"
        manifest.write_text(
            manifest.read_text().replace(backup.manifest.made.isoformat(), f"{name[:10]}T10:00+00:00")
        )
    (locations.backups / name / "keys.json").unlink()
    window = unlocking
    window.press("Restore a backup …")
    assert window.sees("Choose a backup from this computer, or one on a stick.")
    assert window.sees("Cannot be used")
    assert window.sees("Its keys are missing.")
    assert not window.sees("..")
    assert window.sees("MB")
    uses = [each for each in window.root.findChildren(QPushButton) if each.text() == "Use this one"]
    assert len(uses) == 2
    assert [window.sees(f"In {locations.backups}"), primaries(window)] == [True, ["Use this one"]]


def test_a_lost_passphrase_has_to_have_a_new_one(unlocking, opened):
    window = unlocking
    window.press("Restore a backup …")
    window.press("Use this one")
    window.press("I have lost the passphrase")
    form = window.root.form
    assert not form.passphrase.isVisible()
    form.code.setText(opened.code)
    window.press("Look at it")
    assert "the old one is lost" in form.banner.accessibleName()
    assert form.focusWidget() is form.new
    assert form.look_button.isEnabled()
    form.code.setText("ABCD")
    form.new.setText("a new one altogether")
    window.press("Look at it")
    assert form.focusWidget() is form.code
    window.press("I have the passphrase after all")
    type_passphrase(window)
    assert window.sees("What is here now is kept.")


def test_all_that_happened_since_is_reached_in_a_low_window(closed, program):
    program.frame.show()
    program.frame.resize(1366, 300)
    program.open(stores.unlock(closed[0], PASSPHRASE))
    window = Window(program)
    program.session.restore_requested.emit(str(closed[1].path))
    QApplication.processEvents()
    assert window.sees("your passphrase is asked for again")
    window.press("Use this one")
    type_passphrase(window)
    window.press("What happened since")
    assert window.sees("And 48 earlier ones.")
    form = window.root.form
    bring_into_sight(form.decide_button)
    QApplication.processEvents()
    shown = form.decide_button.visibleRegion().boundingRect()
    assert shown.size() == form.decide_button.size()


def test_what_can_be_read_of_a_damaged_store_is_saved_from_the_locked_page(unlocking, closed):
    window = unlocking
    window.press("Save what can be read …")
    type_passphrase(window)
    assert window.sees("Saved: 9 schools")
    assert window.sees("Missing:")
    window.press("Go on with what was saved")
    assert window.sees("What could be read was saved.")
    unlock(window)
    assert window.store.outbox.messages()
    (aside,) = closed[0].root.glob("set-aside-*")
    assert (aside / "store.db").is_file()


def test_turning_back_leaves_everything_as_it_was(unlocking, closed):
    window, (locations, _) = unlocking, closed
    before = locations.database.read_bytes()
    window.press("Restore a backup …")
    window.press("Use this one")
    type_passphrase(window)
    window.press("Back")
    assert window.root.passphrase.isVisible()
    assert locations.database.read_bytes() == before
    assert not (locations.root / "restored.part").exists()


def test_a_wrong_passphrase_is_said_and_the_form_is_armed_again(unlocking):
    window = unlocking
    window.press("Restore a backup …")
    window.press("Use this one")
    type_passphrase(window, "not the passphrase")
    form = window.root.form
    assert "not the passphrase of this store" in form.banner.accessibleName()
    assert form.look_button.isEnabled()
    for _ in range(5):
        type_passphrase(window, "not the passphrase")
    assert not form.look_button.isEnabled(), "whoever guesses here waits as at the locked page"


def test_a_program_that_ends_in_the_middle_gives_the_restore_up(unlocking, closed, program):
    window = unlocking
    window.press("Restore a backup …")
    window.press("Use this one")
    type_passphrase(window)
    program.stop()
    assert not (closed[0].root / "restored.part").exists()


@pytest.mark.parametrize("secret", ["passphrase", "code"])
def test_on_a_new_laptop_the_first_run_takes_the_backup_from_the_stick(
    closed, program, request, tmp_path, monkeypatch, secret
):
    locations, backup = closed
    stick = tmp_path / "stick"
    shutil.copytree(backup.path, stick / "SEP Desktop backups" / "abcd1234" / "visits" / backup.path.name)
    shutil.rmtree(locations.root)
    monkeypatch.setenv("SEP_DESKTOP_STATE", str(tmp_path / "a new laptop"))
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getExistingDirectory", lambda *_: str(stick))
    program.start()
    window = Window(program)
    window.press("I have a backup")
    window.press("Choose a stick or folder …")
    window.press("Use this one")
    if secret == "code":
        window.press("I have lost the passphrase")
        window.root.form.code.setText(request.getfixturevalue("opened").code)
        window.root.form.new.setText(PASSPHRASE)
        window.press("Look at it")
    else:
        type_passphrase(window)
    window.press("Restore this backup")
    unlock(window)
    assert states(window) == {State.UNKNOWN}
    assert window.sees("could not confirm 3 deliveries")


def test_a_place_without_a_backup_is_said(program, tmp_path, monkeypatch):
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getExistingDirectory", lambda *_: str(tmp_path))
    program.start()
    window = Window(program)
    window.press("I have a backup")
    window.press("Choose a stick or folder …")
    assert "There is no backup in" in window.root.banner.accessibleName()
    window.press("Back")
    assert window.sees("Welcome to SEP Desktop")


def test_out_of_an_open_store_what_is_newer_here_is_shown_and_kept(closed, program, now):
    locations, backup = closed
    program.frame.show()
    program.open(stores.unlock(locations, PASSPHRASE))
    window = Window(program)
    program.session.restore_requested.emit(str(backup.path))
    QApplication.processEvents()  # asked for once the page that asks has returned
    assert window.sees("The newest whole backup")
    window.press("Use this one")
    type_passphrase(window)
    window.press("What happened since")
    assert window.sees("Written here since that backup")
    assert window.sees("noted: Line 59")
    window.press("Restore this backup")
    unlock(window)
    assert [each.event for each in window.store.journal.entries()].count("noted") == 0
    assert list(locations.backups.glob("*before-restore"))


def test_every_way_back_of_a_damaged_store_has_a_button_here(unlocking):
    form = unlocking.root.form
    offered = {way for way, each in form.ways.buttons.items() if each.isVisibleTo(form)}
    assert offered == {
        WayBack.RESTORE,
        WayBack.SALVAGE,
        WayBack.TRY_AGAIN,
        WayBack.OPEN_FOLDER,
        WayBack.QUIT,
    }


@pytest.fixture
def sealed_pages(window):
    """The sealed store, made through the window, backed up, and its page left."""
    pages = SealedPages(window)
    pages.make()
    backup = pages.sealed.back_up(window.program.session.now())
    window.go("today")
    return pages, backup


def test_a_damaged_sealed_store_is_restored_on_its_own_page(sealed_pages, window):
    pages, _ = sealed_pages
    locations = window.store.locations.sealed
    damage(locations)
    pages.unlock()
    window.press("Restore a backup …")
    window.press("Use this one")
    window.page.unlock_page.way_back.form.passphrase.setText(SEALED)
    window.press("Look at it")
    window.press("Restore this backup")
    pages.unlock()
    assert pages.sealed.appraisals.cycles() == []
    assert list(locations.root.glob("set-aside-*"))


def test_the_sealed_store_of_a_lost_laptop_is_taken_from_its_backup(
    sealed_pages, window, tmp_path, monkeypatch
):
    pages, backup = sealed_pages
    stick = tmp_path / "stick"
    shutil.copytree(backup.path, stick / "SEP Desktop backups" / "ef567890" / "sealed" / backup.path.name)
    shutil.rmtree(window.store.locations.sealed.root)
    monkeypatch.setattr("PySide6.QtWidgets.QFileDialog.getExistingDirectory", lambda *_: str(stick))
    window.go("sealed")
    window.press("I have a backup")
    window.press("Choose a stick or folder …")
    window.press("Use this one")
    window.page.unlock_page.way_back.form.passphrase.setText(SEALED)
    window.press("Look at it")
    window.press("Restore this backup")
    pages.unlock()
    assert pages.sealed.appraisals.cycles() == []


def test_leaving_the_sealed_page_gives_the_restore_up(sealed_pages, window):
    pages, _ = sealed_pages
    locations = window.store.locations.sealed
    damage(locations)
    pages.unlock()
    window.press("Restore a backup …")
    window.press("Use this one")
    window.page.unlock_page.way_back.form.passphrase.setText(SEALED)
    window.press("Look at it")
    window.go("today")
    assert not (locations.root / "restored.part").exists()


@pytest.mark.parametrize("where", ["its line", "elsewhere"])
def test_the_page_of_backups_leads_to_a_restore(closed, program, where):
    locations, _ = closed
    program.frame.show()
    program.open(stores.unlock(locations, PASSPHRASE))
    window = Window(program)
    window.go("backups")
    window.press("Restore …" if where == "its line" else "Restore from elsewhere …")
    assert window.sees("The newest whole backup")
    window.press("Back")
    unlock(window)
    assert states(window) == {State.QUEUED}, "turning back is no restore"
