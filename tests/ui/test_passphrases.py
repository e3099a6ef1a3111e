"""Passphrases in the window: judged while they are chosen, spoken of once where they are weak, guessed at slowly."""

import pytest
from PySide6.QtWidgets import QLineEdit

from sep_desktop.storage import key_slots, passphrases
from sep_desktop.storage import store as stores
from sep_desktop.storage.key_slots import SlotKind
from sep_desktop.storage.sealed import store as sealed_store
from sep_desktop.ui.context.new_passphrase import NewPassphrase
from sep_desktop.ui.keys.first_run import FirstRunPage
from tests.conftest import QUICK
from tests.support.appraisals import SEALED
from tests.support.fakes import PASSPHRASE
from tests.support.pages import Window
from tests.support.sealed_pages import SealedPages

WEAK = "Password12345!"


def weaken(store):
    """As stores are whose passphrase was chosen when any twelve characters would do. It is closed."""
    store._put_key_file(key_slots.with_slot(store.key_file, store._key, SlotKind.PASSPHRASE, WEAK, QUICK))
    store.close()


def test_a_new_passphrase_is_judged_at_a_pause_of_the_typing(qtbot, program):
    timers = program.surroundings.timers
    chosen = NewPassphrase(timers)
    rule = chosen.advice.text()
    chosen.field.setText(WEAK)
    assert chosen.advice.text() == rule, "no key waits for the judgement"
    timers.advance(0.3)
    assert "many people use" in chosen.advice.text()
    assert chosen.field.accessibleDescription() == chosen.advice.text()
    chosen.field.setText(PASSPHRASE)
    assert chosen.advice.text() == rule, "what was said of another passphrase does not stay"
    timers.advance(0.3)
    assert chosen.advice.text() == "This passphrase will do."
    chosen.field.clear()
    assert chosen.advice.text() == rule


def test_the_first_run_takes_no_passphrase_made_of_its_owners_name(qtbot, program, locations):
    page = FirstRunPage(locations, program.surroundings)
    page.name.setText("Ada Penrose")
    page.take_name()
    for field in (page.first, page.second):
        field.setText("adapenrose2026")
    program.surroundings.timers.advance(0.3)
    advice = page.first.accessibleDescription()
    page.make_store()
    assert page.banner.accessibleName() == advice
    assert "easy to guess" in advice
    assert not locations.database.exists()


def open_with(program, locations, passphrase):
    program.start()
    page = program.frame.centralWidget()
    page.passphrase.setText(passphrase)
    page.try_passphrase()
    return Window(program).notice


def test_a_weak_passphrase_still_opens_and_is_spoken_of_once(program, locations):
    weaken(stores.create(locations, PASSPHRASE, QUICK)[0])
    assert "Your passphrase is easy to guess." in open_with(program, locations, WEAK)
    program.lock()
    assert open_with(program, locations, WEAK) == ""


def test_a_good_passphrase_is_not_spoken_of(program, locations):
    stores.create(locations, PASSPHRASE, QUICK)[0].close()
    assert open_with(program, locations, PASSPHRASE) == ""


def test_a_good_passphrase_is_judged_once(program, locations, monkeypatch):
    """The lists of what is easy to guess take longer to load than most of the opening."""
    stores.create(locations, PASSPHRASE, QUICK)[0].close()
    open_with(program, locations, PASSPHRASE)
    program.lock()
    monkeypatch.setattr(passphrases, "weakness", None)
    open_with(program, locations, PASSPHRASE)
    assert program.session is not None


def test_a_graver_message_is_not_covered_by_the_advice(program, locations):
    store, _ = stores.create(locations, PASSPHRASE, QUICK)
    store.settings.put("security.code_confirmed", False)
    weaken(store)
    assert "never typed back" in open_with(program, locations, WEAK)
    program.session.runner.opened.settings.put("security.code_confirmed", True)
    program.lock()
    assert "easy to guess" in open_with(program, locations, WEAK)


def test_a_weak_passphrase_of_the_sealed_store_is_spoken_of_once_and_inside(window, locations):
    weaken(sealed_store.create(locations, SEALED, QUICK)[0])
    pages = SealedPages(window)
    pages.unlock(passphrase=WEAK)
    assert "easy to guess" in pages.page.open_view.banner.accessibleName()
    assert "easy to guess" not in window.notice
    window.press("Close now")
    pages.unlock(passphrase=WEAK)
    assert not pages.page.open_view.banner.isVisible()


@pytest.mark.parametrize("way", ["passphrase", "code"])
def test_wrong_guesses_have_to_be_waited_for_by_the_program_that_is_started_next(program, locations, way):
    store, code = stores.create(locations, PASSPHRASE, QUICK)
    store.close()

    def guess(secret, code):
        program.start()
        page = program.frame.centralWidget()
        page.passphrase.setText(secret)
        page.code.setText(code)
        page.new.setText("a new one altogether")
        page.try_passphrase() if way == "passphrase" else page.form.try_code()
        return page.banner.accessibleName() if program.session is None else "open"

    for _ in range(5):
        said = guess("not this one at all", key_slots.new_recovery_code())
    assert "Wait 2 seconds before you try again." in said
    assert "Wait 2 more seconds." in guess(PASSPHRASE, code)
    program.surroundings.timers.advance(2)
    assert guess(PASSPHRASE, code) == "open"
    assert not locations.wrong_guesses.exists()


def test_the_present_passphrase_cannot_be_guessed_at_where_it_is_changed(window):
    window.go("settings")
    window.press("Change the passphrase …")
    dialog = window.dialog()
    old, new, again = dialog.findChildren(QLineEdit)
    old.setText("not this one at all")
    for each in (new, again):
        each.setText("a new one altogether")
    for _ in range(5):
        window.press("Change", dialog)
    assert "Wait 2 seconds before you try again." in dialog.banner.accessibleName()
    old.setText(PASSPHRASE)
    window.press("Change", dialog)
    assert "Wait 2 more seconds." in dialog.banner.accessibleName()
    window.timers.advance(2)
    window.press("Change", dialog)
    window.store.verify("a new one altogether")


def test_the_owners_name_is_known_where_the_passphrase_is_changed(window):
    window.go("settings")
    window.press("Change the passphrase …")
    _, new, _ = window.dialog().findChildren(QLineEdit)
    new.setText("adapenrose2026")
    window.timers.advance(0.3)
    assert "easy to guess" in new.accessibleDescription()
