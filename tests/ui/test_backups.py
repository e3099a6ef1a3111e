"""Backups in the window: made by themselves, asked about at closing, and looked after on a page."""

import threading
from datetime import timedelta

import pytest
from PySide6.QtGui import QDesktopServices
from PySide6.QtWidgets import QFileDialog, QLineEdit, QPushButton

from sep_desktop.errors import Cancelled, EnvironmentProblem
from sep_desktop.services import backups, sample
from sep_desktop.storage import store as stores
from sep_desktop.storage.backups import store_backups
from sep_desktop.storage.backups.listing import backups_in
from tests.conftest import QUICK
from tests.support.fakes import PASSPHRASE
from tests.support.sealed_pages import SealedPages

HALF_AN_HOUR = 30 * 60


@pytest.fixture
def busy(window):
    """Somebody's hands are on the window: it does not lock by itself."""
    window.program.idleness.stop()
    return window


def made(window):
    return [each.why for each in backups_in(window.program.locations.backups)]


@pytest.fixture
def full(monkeypatch):
    """No backup can be made while ``full`` is patched in."""

    def refuse(*_):
        raise EnvironmentProblem("There is no room for a backup.", "Free some space.")

    with monkeypatch.context() as patched:
        patched.setattr(store_backups.making, "make", refuse)
        yield patched


def test_a_backup_is_made_every_half_hour_while_something_changes(busy):
    busy.timers.advance(HALF_AN_HOUR)
    assert made(busy) == ["while-working"]
    busy.timers.advance(3 * HALF_AN_HOUR)
    assert made(busy) == ["while-working"]
    busy.store.settings.put("me.name", "Ada")
    busy.timers.advance(HALF_AN_HOUR)
    assert made(busy) == ["while-working"] * 2


def test_a_backup_is_made_at_closing(window):
    window.program.frame.close()
    assert made(window) == ["close"]


def test_closing_again_with_nothing_new_makes_no_other(window, program, locations):
    window.program.frame.close()
    store = stores.unlock(locations, PASSPHRASE)
    assert not store.backups.is_owed
    store.close()


def test_what_took_too_long_at_closing_is_made_after_the_next_start(window, program, locations, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr(backups, "COPYING", -1)
        assert window.program.frame.close()
    assert made(window) == []
    program.open(stores.unlock(locations, PASSPHRASE))
    assert made(window) == ["while-working"]


def test_the_program_does_not_close_over_a_failed_backup_without_asking(window, full):
    assert not window.program.frame.close()
    assert "no backup could be made. There is no room" in window.notice
    assert "Closing again closes without one" in window.notice
    assert window.program.frame.close()


def test_it_asks_again_after_a_minute(window, full):
    assert not window.program.frame.close()
    window.program.surroundings.clock.moment += timedelta(minutes=2)
    assert not window.program.frame.close()


def test_a_failure_while_somebody_works_is_said_once(busy, full):
    busy.timers.advance(HALF_AN_HOUR)
    assert "No backup could be made. There is no room" in busy.notice
    busy.program.window.banner.hide()
    busy.timers.advance(HALF_AN_HOUR)
    assert busy.notice == ""


def test_one_that_was_given_up_is_not_spoken_of(busy, monkeypatch):
    def give_up(*_):
        raise Cancelled

    monkeypatch.setattr(store_backups.making, "make", give_up)
    busy.timers.advance(HALF_AN_HOUR)
    assert busy.notice == ""


def test_locking_makes_no_backup_but_remembers_that_one_is_owed(window, locations):
    window.program.lock()
    assert made(window) == []
    store = stores.unlock(locations, PASSPHRASE)
    assert store.backups.was_owed
    store.close()


def test_the_sealed_store_is_backed_up_while_it_is_open_and_when_it_is_closed(busy, locations):
    pages = SealedPages(busy)
    pages.make()
    busy.timers.advance(60)
    pages.sealed.appraisals.write_down("990001", "Something happened.", busy.program.surroundings.clock.now())
    pages.page.seal()
    assert [each.why for each in backups_in(locations.sealed.backups)] == ["close"]
    busy.go("today")
    pages.unlock()
    pages.page.idleness.stop()
    pages.sealed.appraisals.write_down("990001", "And more.", busy.program.surroundings.clock.now())
    busy.timers.advance(HALF_AN_HOUR)
    assert [each.why for each in backups_in(locations.sealed.backups)] == ["while-working", "close"]


def test_the_sealed_store_closes_though_no_backup_can_be_made_and_the_program_asks(window, full):
    pages = SealedPages(window)
    pages.make()
    pages.page.seal()
    assert pages.page.context is None
    assert "No backup of the sealed store could be made" in window.notice
    full.undo()
    assert not window.program.frame.close()
    assert "of the sealed store" in window.notice
    assert window.program.frame.close()


@pytest.fixture
def page(busy):
    return busy.go("backups")


def test_the_page_says_what_is_missing_and_backs_up(busy, page):
    assert busy.sees("There is no backup yet")
    assert busy.sees("No second place is chosen")
    busy.press("Back up now")
    assert busy.notice == "Backed up at 10:32 and checked."
    assert not busy.sees("There is no backup yet")
    assert busy.sees("Tue 24 Nov 2026 10:32, made by you")
    assert page.back_up_button.isEnabled()


@pytest.mark.parametrize("text", ["Back up now", "Choose a second place …"])
def test_the_focus_stays_on_the_button_that_was_pressed(busy, page, tmp_path, monkeypatch, text):
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    next(each for each in page.findChildren(QPushButton) if each.text() == text).setFocus()
    busy.press(text)
    assert busy.program.frame.focusWidget().text() == text


def test_a_second_place_is_chosen_and_its_backups_are_shown(busy, page, tmp_path, monkeypatch):
    stick = tmp_path / "stick"
    stick.mkdir()
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(stick))
    busy.press("Choose a second place")
    assert f"Backups are put in {stick}" in busy.notice
    assert not busy.sees("No second place is chosen")
    assert len([each for each in page.findChildren(QPushButton) if each.text() == "Check"]) == 2
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: "")
    busy.press("Choose a second place")
    assert busy.store.settings.text("backup.place") == str(stick)


def test_a_place_that_cannot_be_used_is_said_and_nothing_stays_stuck(busy, page):
    page.take_place(busy.program.locations.root)
    assert "inside the store's own folder" in busy.notice
    assert page.back_up_button.isEnabled()


def test_one_is_verified_and_a_damaged_one_is_named(busy, page):
    busy.press("Back up now")
    busy.press("Check")
    assert busy.notice == "The backup of Tue 24 Nov 2026 10:32 is complete."
    (backup,) = backups_in(busy.program.locations.backups)
    data = bytearray(backup.database.read_bytes())
    data[5000] ^= 0xFF
    backup.database.write_bytes(bytes(data))
    busy.press("Check")
    assert str(backup.path) in busy.notice
    backup.key_file.unlink()
    page.refresh()
    assert busy.sees("The backup of Tue 24 Nov 2026 10:32 cannot be used: its keys are missing.")


def test_a_failed_backup_leaves_the_button_ready(busy, page, full):
    busy.press("Back up now")
    assert "There is no room for a backup" in busy.notice
    assert page.back_up_button.isEnabled()


def test_many_are_shown_when_they_are_asked_for(busy, page, clock):
    for _ in range(15):
        clock.moment += timedelta(minutes=5)
        busy.press("Back up now")
    assert len([each for each in page.findChildren(QPushButton) if each.text() == "Check"]) == 12
    busy.press("Show 3 older ones")
    assert len([each for each in page.findChildren(QPushButton) if each.text() == "Check"]) == 15


@pytest.mark.parametrize("opens", [True, False])
def test_the_folder_of_the_backups_and_of_the_second_place_are_opened(
    busy, page, tmp_path, monkeypatch, opens
):
    asked = []
    monkeypatch.setattr(QDesktopServices, "openUrl", lambda url: asked.append(url.toLocalFile()) or opens)
    stick = tmp_path / "stick"
    stick.mkdir()
    page.take_place(stick)
    for each in [each for each in page.findChildren(QPushButton) if each.text() == "Open the folder"]:
        each.click()
    assert asked == [str(busy.program.locations.backups), str(stick)]
    assert ("Open it yourself" in busy.notice) is not opens


def test_today_settings_and_help_lead_to_the_page(busy, clock):
    busy.store.settings.put("sample", False)
    clock.moment += timedelta(days=400)
    busy.go("today")
    assert busy.sees("There is no backup outside this computer")
    busy.press("Choose a place")
    assert type(busy.page).__name__ == "BackupsPage"
    for address in ("settings", "help"):
        busy.go(address)
        busy.press("Look at the backups")
        assert type(busy.page).__name__ == "BackupsPage"


def test_a_new_passphrase_names_the_backups_that_are_away(busy, page, tmp_path):
    stick = tmp_path / "stick"
    stick.mkdir()
    page.take_place(stick)
    stick.rename(tmp_path / "in a drawer")
    busy.go("settings")
    busy.press("Change the passphrase")
    dialog = busy.dialog()
    for field, text in zip(
        dialog.findChildren(QLineEdit),
        (PASSPHRASE, "plum orchard 4711 gate", "plum orchard 4711 gate"),
        strict=True,
    ):
        field.setText(text)
    busy.press("Change", dialog)
    assert f"{stick}, last written" in busy.notice


def test_who_locks_while_a_backup_is_made_does_not_wait_for_it(
    threaded, locations, clock, qtbot, monkeypatch
):
    """With real threads: it is given up, leaves nothing, and is owed."""
    store, _ = stores.create(locations, PASSPHRASE, QUICK)
    sample.fill(store=store, now=clock.now())
    under_way = threading.Event()
    monkeypatch.setattr(store_backups, "_PAUSE", 0.2)
    monkeypatch.setattr(store_backups.time, "sleep", lambda _: under_way.set() or threading.Event().wait(0.2))
    threaded.frame.show()
    threaded.open(store)
    qtbot.waitUntil(lambda: threaded.backups is not None)
    threaded.backups._make()
    assert under_way.wait(10)
    threaded.lock()
    assert threaded.session is None
    assert list(locations.backups.iterdir()) == []
    again = stores.unlock(locations, PASSPHRASE)
    assert again.backups.was_owed
    again.close()
