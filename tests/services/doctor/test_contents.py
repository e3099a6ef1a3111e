"""What only an open store knows, and what the computer is asked: each finding by its own cause."""

import os
import shutil
import sys
from datetime import timedelta

import pytest

from sep_desktop.domain.outbox import Choice, State
from sep_desktop.paths import Locations
from sep_desktop.services import backups, guard, outbox
from sep_desktop.services.doctor import computer, examine
from sep_desktop.storage import store as stores
from sep_desktop.storage.os_keyring import NoKeyring, name_of_mail_password
from tests.conftest import QUICK
from tests.services.doctor.conftest import NO_KEYRING
from tests.support.fakes import PASSPHRASE, FakeKeyring


@pytest.fixture
def said(store, now):
    """The sentences with a remedy about one thing, of the open store."""

    def examined(about, keyring=NO_KEYRING, at=now):
        findings = examine(store=store, keyring=keyring, now=at)
        return [each for each in findings if each.about == about and each.remedy]

    return examined


def test_what_waits_for_a_decision_or_for_the_user_is_counted(store, queued, said, now):
    first, second, third = store.outbox.messages()[0].deliveries
    outbox.hold(store=store, delivery=third.id, now=now)
    store.outbox.advance([first], State.REFUSED, now)
    store.outbox.advance([second], State.HANDED_OUT, now)
    assert [each.sentence for each in said("outbox")] == [
        "1 delivery needs a decision.",
        "1 delivery was written out for you to send; nobody has said that they arrived.",
    ]
    outbox.settle(store=store, delivery=first.id, choice=Choice.AGAIN, now=now)
    assert any(
        "waited for more than a day" in each.sentence for each in said("outbox", at=now + timedelta(2))
    )


def test_a_clock_behind_the_journal_is_grave(store, said, now):
    store.journal.add(now, "anything", "happened")
    assert said("clock") == []
    (finding,) = said("clock", at=now - timedelta(hours=2))
    assert finding.grave


def test_a_copy_that_was_put_back_is_named_before_anything_is_sent(opened, locations, look, now):
    guard.begin(store=opened.store, now=now)
    opened.store.close()
    shutil.copytree(locations.root, locations.root.parent / "copy")
    store = stores.unlock(locations, PASSPHRASE)
    guard.begin(store=store, now=now + timedelta(minutes=1))
    store.close()
    shutil.rmtree(locations.root)
    shutil.copytree(locations.root.parent / "copy", locations.root)
    (named,) = [each for each in look() if each.about == "copies"]
    assert "older than what this computer last saw" in named.sentence


def test_a_computer_that_does_not_remember_the_store_is_named(opened, look, now, memory_of_the_computer):
    guard.begin(store=opened.store, now=now)
    opened.store.close()
    shutil.rmtree(memory_of_the_computer / "epochs")
    (named,) = [each for each in look() if each.about == "copies"]
    assert "does not remember" in named.sentence


def test_codes_that_were_never_typed_back_are_named(store, sealed, said):
    store.settings.put("security.code_confirmed", False)
    store.settings.put("sealed.code_confirmed", False)
    assert ["never typed back" in each.sentence for each in (*said("keys"), *said("sealed keys"))] == [
        True
    ] * 2


def test_a_weak_passphrase_is_known_where_it_was_typed(locations, look, monkeypatch):
    with monkeypatch.context() as patched:
        patched.setattr("sep_desktop.storage.passphrases.check", lambda *_: None)
        stores.create(locations, "password1234", QUICK)[0].close()
    assert [each for each in look("password1234") if "easy to guess" in each.sentence]


@pytest.mark.parametrize(
    ("key", "value", "words"),
    [
        ("security.idle_minutes", 0, "never locks by itself"),
        ("security.lock_with_screen", False, "stays open when the screen locks"),
    ],
)
def test_a_lock_that_is_off_is_named(store, said, key, value, words):
    assert said("lock") == []
    store.settings.put(key, value)
    assert [words in each.sentence for each in said("lock")] == [True]


def test_the_second_place_is_named_while_it_is_not_there(store, said, tmp_path, now):
    assert "No second place is chosen" in said("second place")[0].sentence
    stick = tmp_path / "stick"
    stick.mkdir()
    backups.choose_place(store=store, place=stick, now=now)
    assert said("second place") == []
    shutil.rmtree(stick)
    assert "is not connected" in said("second place")[0].sentence


MAIL = {
    "no address": ({}, "Your own e-mail address"),
    "no server": ({}, "No mail server"),
    "no password": ({"mail.host": "smtp.example", "mail.user": "ada"}, "not in this computer's keyring"),
    "rests": (
        {"mail.host": "smtp.example", "mail.automatic": True, "mail.rests": True},
        "Sending by itself rests",
    ),
    "no certificate": (
        {"mail.host": "smtp.example", "mail.ca_file": "/nowhere/ca.pem"},
        "certificate file of your organisation",
    ),
    "no folder": ({"delivery.method": "eml"}, "folder for message files"),
}


@pytest.mark.parametrize(("settings", "words"), MAIL.values(), ids=MAIL)
def test_what_a_way_out_lacks_is_named(store, said, settings, words):
    for key, value in settings.items():
        store.settings.put(key, value)
    assert any(words in each.sentence for each in said("mail", FakeKeyring()))


def test_a_mail_that_is_set_up_needs_nothing(store, said):
    for key, value in {
        "me.email": "ada@sep.example",
        "mail.host": "smtp.example",
        "mail.user": "ada",
    }.items():
        store.settings.put(key, value)
    keyring = FakeKeyring({name_of_mail_password("ada", "smtp.example"): "secret"})
    assert said("mail", keyring) == []
    assert said("mail", FakeKeyring(locked=True)) == []


@pytest.mark.parametrize(
    ("keyring", "words"),
    [(NoKeyring(), "none that can be trusted"), (FakeKeyring(locked=True), "is locked, or refused")],
)
def test_the_keyring_says_how_it_is(said, keyring, words):
    assert [words in each.sentence for each in said("keyring", keyring)] == [True]


def test_a_keyring_that_answers_needs_nothing(said):
    assert said("keyring", FakeKeyring()) == []


def test_a_disk_without_room_or_reserve_is_named(store, said, monkeypatch):
    store.release_disk_reserve()
    usage = shutil.disk_usage(store.locations.root)
    monkeypatch.setattr(computer.shutil, "disk_usage", lambda root: usage._replace(free=1024))
    low, reserve = said("disk")
    assert low.grave
    assert "reserve for a full disk" in reserve.sentence


def test_missing_typefaces_and_papers_that_cannot_be_made_are_grave(said, monkeypatch, tmp_path):
    monkeypatch.setattr(computer.paths, "resources", lambda: tmp_path)
    monkeypatch.setattr(computer, "render", lambda paper: 1 / 0)
    assert [each.grave for each in (*said("fonts"), *said("papers"))] == [True, True]


@pytest.mark.skipif(sys.platform == "win32", reason="Windows keeps such images as its registry says")
def test_images_of_memory_that_are_kept_are_named(said, monkeypatch):
    import resource

    monkeypatch.setattr(resource, "getrlimit", lambda kind: (-1, -1))
    assert len(said("memory")) == 1
    monkeypatch.setattr(resource, "getrlimit", lambda kind: (0, -1))
    assert said("memory") == []


def test_no_finding_carries_a_secret(store, now, opened):
    store.settings.put("mail.host", "smtp.example")
    store.settings.put("mail.user", "ada")
    keyring = FakeKeyring({name_of_mail_password("ada", "smtp.example"): "hunter-secret"})
    text = repr(examine(store=store, keyring=keyring, now=now))
    assert not [each for each in ("hunter-secret", PASSPHRASE, opened.code) if each in text]


def test_every_place_of_a_store_can_hold_any_letters(tmp_path, now):
    place = Locations(tmp_path / "Zoë O'Brien 100%")
    store, _ = stores.create(place, PASSPHRASE, QUICK)
    assert examine(store=store, keyring=NO_KEYRING, now=now)
    store.close()
    assert os.path.lexists(place.database)
