"""Keyrings that are absent, forget, lock or hang: each its own sentence, none a way in that could be lost."""

import subprocess
import sys
import time

import pytest

from sep_desktop.storage import os_keyring as os_keyring
from sep_desktop.storage.os_keyring import (
    KeyringAbsent,
    KeyringForgets,
    KeyringLocked,
    NoKeyring,
    SystemKeyring,
)


class Backend:
    def __init__(self, forgets=False, hangs=False, raises=False):
        self.kept, self.forgets, self.hangs, self.raises = {}, forgets, hangs, raises

    def _act(self):
        if self.hangs:
            time.sleep(0.5)
        if self.raises:
            raise OSError("prompt dismissed")

    def get_password(self, service, name):
        self._act()
        return self.kept.get(name)

    def set_password(self, service, name, secret):
        self._act()
        if not self.forgets:
            self.kept[name] = secret

    def delete_password(self, service, name):
        del self.kept[name]


def test_a_working_keyring_keeps_and_forgets():
    keyring = SystemKeyring(Backend())
    keyring.write("a", "secret")
    assert keyring.read("a") == "secret"
    keyring.forget("a")
    keyring.forget("a")
    assert keyring.read("a") is None


def test_a_null_keyring_is_found_out_by_reading_back():
    with pytest.raises(KeyringForgets):
        SystemKeyring(Backend(forgets=True)).write("a", "secret")


def test_a_keyring_that_hangs_or_is_locked_is_given_up(monkeypatch):
    monkeypatch.setattr(os_keyring, "_PATIENCE", 0.05)
    with pytest.raises(KeyringLocked, match="did not answer"):
        SystemKeyring(Backend(hangs=True)).read("a")
    with pytest.raises(KeyringLocked, match="locked, or refused"):
        SystemKeyring(Backend(raises=True)).read("a")


def test_where_there_is_none_nothing_is_kept():
    assert NoKeyring().read("a") is None
    with pytest.raises(KeyringAbsent):
        NoKeyring().write("a", "b")


def test_no_back_end_is_taken_from_the_environment():
    code = "from sep_desktop.storage.os_keyring import find_keyring; print(type(find_keyring()).__name__)"
    env = {
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "PATH": "",
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
    }
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=False)
    assert run.stdout.strip() == "NoKeyring", run.stderr
