"""The settings: each field writes itself, and what follows from it is shown anew."""

from pathlib import Path

import pytest
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox, QFileDialog, QLabel, QLineEdit, QSpinBox

from sep_desktop.domain.settings import SETTINGS, DeliveryMethodKey
from sep_desktop.storage.os_keyring import KeyringLocked
from sep_desktop.ui.context.sending import Setup, delivery_ways
from tests.support.fakes import PASSPHRASE


@pytest.fixture
def settings(window):
    """The settings of the store, while their page is open."""
    window.go("settings")
    return window.program.session.runner.opened.settings


def field(window, kind, name):
    """The field with this accessible name, text or help."""
    QApplication.processEvents()
    fields = window.page.findChildren(kind)
    return next(each for each in fields if name in (each.accessibleName(), getattr(each, "text", str)()))


def edit(window, name, text):
    line = field(window, QLineEdit, name)
    line.setText(text)
    line.editingFinished.emit()


def test_a_line_is_saved_when_it_is_left_and_an_address_that_is_none_is_not(window, settings):
    edit(window, "Name", "  Ada Penrose-Hale ")
    assert settings.text("me.name") == "Ada Penrose-Hale"
    edit(window, "E-mail", "nobody at home")
    assert window.notice.startswith("This address ")
    assert window.notice.endswith("It was not saved.")
    assert settings.text("me.email") == "ada.penrose@sep.example"
    edit(window, "LA number", "88")
    assert window.notice == "It may be three digits, such as 880. It was not saved."
    assert settings.text("me.la_code") == "880"
    edit(window, "Complete by", "13-45")
    assert window.notice == "It may be a month and a day, such as 12-31. It was not saved."


def test_a_number_keeps_its_bounds_and_the_theme_follows_at_once(window, settings):
    size = field(window, QSpinBox, SETTINGS["look.text"].help)
    assert (size.minimum(), size.maximum()) == (80, 200)
    size.setValue(120)
    size.editingFinished.emit()
    assert settings.number("look.text") == 120
    colours = field(window, QComboBox, "Colours")
    colours.setCurrentIndex(colours.findData("dark"))
    assert settings.text("look.theme") == "dark"
    idle = field(window, QSpinBox, SETTINGS["security.idle_minutes"].help)
    idle.setValue(7)
    idle.editingFinished.emit()
    assert settings.number("security.idle_minutes") == 7
    colours.setCurrentIndex(colours.findData("light"))
    size.setValue(100)
    size.editingFinished.emit()


SHOWN = {Setup.SERVER: "Server", Setup.FOLDER: "Folder", Setup.NOTHING: ""}


@pytest.mark.parametrize("way", delivery_ways(), ids=lambda way: way.key)
def test_each_way_out_asks_for_what_it_needs(window, settings, way):
    choice = field(window, QComboBox, "Way out")
    choice.setCurrentIndex(choice.findData(way.key.value))
    assert DeliveryMethodKey(settings.text("delivery.method")) is way.key
    names = {each.accessibleName() for each in window.page.findChildren(QLineEdit)}
    assert names & {"Server", "Folder"} == ({SHOWN[way.setup]} - {""})
    assert window.sees("opens in your mail program as a draft") == (way.setup is Setup.NOTHING)


def test_the_usual_port_follows_the_security(window, settings):
    security = field(window, QComboBox, "Security")
    security.setCurrentIndex(security.findData("tls"))
    assert settings.number("mail.port") == 465
    assert field(window, QSpinBox, SETTINGS["mail.port"].help).value() == 465


def test_a_folder_and_a_certificate_are_chosen(window, settings, tmp_path, monkeypatch):
    monkeypatch.setattr(QFileDialog, "getOpenFileName", lambda *_, **__: (str(tmp_path / "ca.pem"), ""))
    monkeypatch.setattr(QFileDialog, "getExistingDirectory", lambda *_: str(tmp_path))
    window.press("Choose …")
    assert settings.text("mail.ca_file") == str(tmp_path / "ca.pem")
    window.page.put("delivery.method", "pdf")
    window.page.refresh()
    window.press("Choose …")
    assert settings.text("mail.folder") == str(tmp_path)


def test_the_mail_password_goes_into_the_keyring(window, settings, keyring):
    window.press("Set the password …")
    window.press("Keep", window.dialog())
    assert "First enter the server and the account." in window.dialog().banner.accessibleName()
    for key, value in (("mail.host", "smtp.council.example"), ("mail.user", "ada")):
        window.page.put(key, value)
    window.dialog().findChildren(QLineEdit)[0].setText("secret of ada")
    window.press("Keep", window.dialog())
    assert keyring.secrets["mail ada smtp.council.example"] == "secret of ada"


def test_a_keyring_that_is_locked_leaves_the_tick_as_it_was(window, settings, keyring):
    remember = next(
        each for each in window.page.findChildren(QCheckBox) if each.text().startswith("Open without")
    )
    keyring.locked = True
    remember.click()
    assert not remember.isChecked()
    assert str(KeyringLocked("The computer's keyring is locked, or refused.")) in window.notice
    keyring.locked = False
    remember.click()
    assert settings.on("security.remember")
    remember.click()
    assert not settings.on("security.remember")
    assert not keyring.secrets


def test_the_passphrase_and_the_code_are_changed(window, settings, locations):
    window.press("Change the passphrase …")
    old, new, again = window.dialog().findChildren(QLineEdit)
    old.setText(PASSPHRASE)
    for each in (new, again):
        each.setText("a new one altogether")
    window.press("Change", window.dialog())
    window.program.session.runner.opened.verify("a new one altogether")
    settings.put("security.code_confirmed", False)
    window.press("New recovery code …")
    dialog = window.dialog()
    assert dialog.first_focus.hasFocus()
    shown = next(each for each in dialog.findChildren(QLabel) if each.property("role") == "code")
    dialog.findChildren(QLineEdit)[0].setText(shown.text())
    window.press("Use this code", dialog)
    assert settings.on("security.code_confirmed")
    window.press("Lock now")
    assert window.program.session is None


PACKAGE = Path(__file__).parent.parent.parent / "sep_desktop"
FIELDS = set((PACKAGE / "ui" / "settings").glob("*.py"))
TABLE = PACKAGE / "domain" / "settings.py"
KEPT_BY_THE_PROGRAM = {key for key, row in SETTINGS.items() if row.is_kept_by_program}


def keys_named_in(files):
    """The keys of settings that stand, quoted, in the code of some files."""
    code = "\n".join(path.read_text(encoding="utf-8") for path in files)
    return {key for key in SETTINGS if f'"{key}"' in code}


def test_every_setting_has_its_field():
    assert set(SETTINGS) - keys_named_in(FIELDS) == KEPT_BY_THE_PROGRAM


def test_every_setting_is_asked_for_somewhere_else_than_by_its_field():
    elsewhere = set(PACKAGE.rglob("*.py")) - FIELDS - {TABLE}
    assert set(SETTINGS) - keys_named_in(elsewhere) == set()


def test_what_a_setting_may_be_is_said_from_its_choices():
    assert SETTINGS["delivery.method"].about == "How reports leave. One of: smtp, eml, program, pdf."
