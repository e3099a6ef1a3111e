"""The forms that open stores and change their keys: guesses that wait, attempts that are given up, codes typed back."""

import threading

import pytest
from PySide6.QtWidgets import QFileDialog, QLineEdit, QWidget

from sep_desktop.errors import Cancelled
from sep_desktop.services.keys import Attempt, VisitStoreKeys
from sep_desktop.storage import store as stores
from sep_desktop.storage.key_slots import new_recovery_code
from sep_desktop.ui.context.key_dialogs import change_passphrase, replace_code
from sep_desktop.ui.context.key_forms import CodeSheet, KeyForm
from sep_desktop.ui.context.operations import Operations, Runner
from sep_desktop.ui.context.session import Surroundings
from sep_desktop.ui.keys.first_run import FirstRunPage
from tests.conftest import QUICK
from tests.support.driven_timers import DrivenTimers
from tests.support.fakes import PASSPHRASE, FakeKeyring


@pytest.fixture
def surroundings(clock) -> Surroundings:
    return Surroundings(clock, DrivenTimers(clock), FakeKeyring(), QUICK)


@pytest.fixture
def closed(locations):
    """A store that is closed, by its keys; its recovery code."""
    store, code = stores.create(locations, PASSPHRASE, QUICK)
    store.close()
    return VisitStoreKeys(locations, QUICK), code


@pytest.fixture
def form(qtbot, closed, surroundings):
    runner = Runner(Operations(in_caller=True), closed[0], lambda changes: None, lambda error: None)
    return KeyForm("A store", runner, surroundings, lambda keys: keys, "About it.")


def test_wrong_guesses_wait_longer_and_the_button_comes_back(form, surroundings):
    opened = []
    form.ready.connect(opened.append)
    for _ in range(5):
        form.passphrase.setText("not this one at all")
        form.try_passphrase()
    assert "Wait 2 seconds before you try again." in form.banner.accessibleName()
    assert not form.open_button.isEnabled()
    form.try_code()
    assert "Wait 2 more seconds." in form.banner.accessibleName()
    surroundings.timers.advance(2)
    assert form.open_button.isEnabled()
    form.passphrase.setText(PASSPHRASE)
    form.try_passphrase()
    assert len(opened) == 1
    assert form.passphrase.text() == ""
    opened[0].close()


def test_the_code_opens_it_and_a_weak_new_passphrase_does_not(form, closed, locations):
    opened = []
    form.ready.connect(opened.append)
    form.code.setText(closed[1])
    form.new.setText("short")
    form.try_code()
    assert "12 characters" in form.banner.accessibleName()
    form.new.setText("a new one altogether")
    form.try_code()
    opened[0].close()
    stores.unlock(locations, "a new one altogether").close()


def test_the_code_takes_the_place_of_the_passphrase_and_gives_it_back(form, qtbot):
    form.show()
    fields = (form.passphrase, form.code, form.new)

    def turned():
        form.fields.turn_button.click()
        return [each.isVisible() for each in fields], form.fields.turn_button.text(), form.open_button.text()

    assert turned() == ([False, True, True], "I have the passphrase after all", "Open with the code")
    assert form.focusWidget() is form.code
    assert turned() == ([True, False, False], "I have lost the passphrase", "Open")
    assert form.focusWidget() is form.passphrase


def test_the_cursor_goes_into_the_field_that_is_wrong(form, closed):
    form.fields.turn_button.click()
    form.new.setText("a new one altogether")
    form.code.setText("ABCD")
    form.open_button.click()
    assert form.focusWidget() is form.code
    form.code.setText(closed[1])
    form.new.setText("short")
    form.open_button.click()
    assert form.focusWidget() is form.new


@pytest.mark.parametrize("by_code", [False, True], ids=["passphrase", "code"])
def test_a_covered_store_is_opened_to_its_owner_alone(form, closed, locations, by_code):
    store = stores.unlock(locations, PASSPHRASE)
    form.covered, opened = store, []
    form.ready.connect(opened.append)
    form.passphrase.setText("not this one at all")
    form.try_passphrase()
    assert opened == []
    form.passphrase.setText(PASSPHRASE)
    form.code.setText(closed[1])
    form.new.setText("a new one altogether")
    form.try_code() if by_code else form.try_passphrase()
    assert opened == [store]
    form.cancel()
    assert store.settings.text("me.name") == "", "it is open still"
    store.close()


class Opened:
    def __init__(self):
        self.closed = 0

    def close(self):
        self.closed += 1


def test_an_attempt_closes_what_nobody_waits_for_any_more():
    late, soon, taken = Opened(), Opened(), Opened()
    attempt = Attempt()
    attempt.give_up()
    with pytest.raises(Cancelled):
        attempt.hold(late)
    attempt = Attempt()
    attempt.hold(soon)
    attempt.give_up()
    attempt = Attempt()
    attempt.hold(taken)
    attempt.take()
    attempt.give_up()
    assert (late.closed, soon.closed, taken.closed) == (1, 1, 0)


def test_a_store_that_opens_too_late_is_closed_again(qtbot, closed, surroundings, locations):
    operations, release = Operations(in_caller=False), threading.Event()
    runner = Runner(operations, closed[0], lambda changes: None, lambda error: None)
    form = KeyForm("A store", runner, surroundings, lambda keys: keys)
    operations._store.submit(release.wait, 5)
    form.passphrase.setText(PASSPHRASE)
    form.try_passphrase()
    form.reset()
    release.set()
    operations.stop()
    stores.unlock(locations, PASSPHRASE).close()


@pytest.fixture
def sheet(qtbot):
    made = CodeSheet("About it.")
    made.problems = []
    made.failed.connect(made.problems.append)
    made.show_code(new_recovery_code())
    return made


def test_the_cursor_is_where_the_code_is_typed_back(sheet):
    sheet.show()
    assert sheet.focusWidget() is sheet.typed


def test_a_code_is_typed_back_before_it_counts(sheet):
    confirmed = []
    sheet.confirmed.connect(lambda: confirmed.append(True))
    sheet.typed.setText(new_recovery_code())
    sheet.check()
    assert (str(sheet.problems[0]), confirmed) == (
        "That is not the code shown above. Compare it group by group.",
        [],
    )
    sheet.typed.setText(sheet.code.lower())
    sheet.check()
    assert confirmed == [True]


def test_a_code_is_saved_to_be_printed(sheet, tmp_path, monkeypatch):
    for path in ("", str(tmp_path / "code.txt"), str(tmp_path / "nowhere" / "code.txt")):
        monkeypatch.setattr(QFileDialog, "getSaveFileName", lambda *_, path=path, **__: (path, ""))
        sheet.save()
    assert sheet.code in (tmp_path / "code.txt").read_text()


def test_two_new_passphrases_must_be_the_same(qtbot, surroundings):
    changes = []
    parent = QWidget()
    runner = Runner(Operations(in_caller=True), "store", lambda changes: None, lambda error: None)
    change_passphrase(
        parent,
        runner,
        surroundings.timers,
        "Change it",
        lambda opened, old, new: changes.append((opened, old, new)),
        lambda _: None,
    )
    dialog = parent.children()[-1]
    old, new, again = dialog.findChildren(QLineEdit)
    old.setText("old")
    new.setText("new")
    dialog.try_finish()
    assert "not the same" in dialog.banner.accessibleName()
    again.setText("new")
    dialog.try_finish()
    assert changes == [("store", "old", "new")]


def test_a_new_code_counts_once_it_is_typed_back(qtbot):
    codes = []
    parent = QWidget()
    runner = Runner(Operations(in_caller=True), "store", lambda changes: None, lambda error: None)
    replace_code(parent, runner, "New code", lambda opened, code: codes.append(code), lambda _: None)
    dialog = parent.children()[-1]
    dialog.try_finish()
    assert codes == []
    shown = next(each for each in dialog.findChildren(QWidget) if each.property("role") == "code")
    dialog.findChildren(QLineEdit)[0].setText(shown.text())
    dialog.try_finish()
    assert codes == [shown.text()]


def test_the_first_run_asks_until_everything_is_right(qtbot, locations, surroundings):
    page, ready = FirstRunPage(locations, surroundings), []
    page.ready.connect(lambda store, address: ready.append((store, address)))
    page.take_name()
    assert "Your name is missing." in page.banner.accessibleName()
    page.name.setText("Ada Penrose")
    page.email.setText("nobody at home")
    page.take_name()
    assert page.steps.currentIndex() == 0
    page.email.setText("ada@sep.example")
    page.take_name()
    page.first.setText("three words in a row")
    page.make_store()
    assert "not the same" in page.banner.accessibleName()
    page.second.setText("three words in a row")
    surroundings.keyring.locked = True
    page.remember.setChecked(True)
    page.make_store()
    assert "asked for the passphrase each time" in page.banner.accessibleName()
    page.typed.setText(page.sheet.code)
    page.sheet.check()
    page.use_sample()
    ((store, address),) = ready
    assert (address, store.settings.text("me.name")) == ("today", "Ada Penrose")
    assert store.settings.on("security.code_confirmed")
    store.close()
