"""Keyrings that are absent, forget, lock or hang: each its own sentence, none a way in that could be lost."""

import subprocess
import sys
import threading
import time
import types

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


def test_a_keyring_keeps_under_one_name_and_tells_the_cause_of_its_failure():
    backend = Backend(raises=True)
    with pytest.raises(KeyringLocked, match="Unlock it") as caught:
        SystemKeyring(backend).read("a")
    assert isinstance(caught.value.__cause__, OSError)
    assert os_keyring.SERVICE == "SEP Desktop"
    assert os_keyring._PATIENCE == 3.0


def test_forgetting_removes_what_is_there_and_asks_for_nothing_else():
    backend = Backend()
    keyring = SystemKeyring(backend)
    keyring.forget("nothing")
    keyring.write("a", "secret")
    keyring.write("b", "other")
    keyring.forget("a")
    assert backend.kept == {"b": "other"}


def test_whoever_hangs_keeps_no_program_open(monkeypatch):
    threads = []
    real = threading.Thread

    def watched(*arguments, **settings):
        threads.append(real(*arguments, **settings))
        return threads[-1]

    monkeypatch.setattr(os_keyring.threading, "Thread", watched)
    SystemKeyring(Backend()).read("a")
    assert [thread.daemon for thread in threads] == [True]


def test_an_answer_that_comes_late_is_waited_for(monkeypatch):
    monkeypatch.setattr(os_keyring, "_PATIENCE", 60.0)
    keyring = SystemKeyring(Backend(hangs=True))
    assert keyring.read("a") is None


class Ranked(Backend):
    """A back end as ``keyring`` offers them: with a rank, which may raise."""

    priority = 1
    persist = "enterprise"


class Useless(Ranked):
    priority = 0


class Modest(Ranked):
    priority = 0.5


class Broken:
    @property
    def priority(self):
        raise RuntimeError("no session bus")


def offering(monkeypatch, *backends):
    """The back ends of this system, in their order; ``None`` is one whose module is missing."""
    names = [(f"backend{number}", "Keyring") for number, _ in enumerate(backends)]
    modules = dict(zip((name for name, _ in names), backends, strict=True))

    def import_module(name):
        if modules[name] is None:
            raise ImportError(name)
        return types.SimpleNamespace(Keyring=modules[name])

    monkeypatch.setattr(os_keyring, "_BACKENDS", {sys.platform: names})
    monkeypatch.setattr(os_keyring, "_ELSEWHERE", ())
    monkeypatch.setattr(os_keyring.importlib, "import_module", import_module)


def test_the_first_back_end_that_works_is_taken_and_stays_on_this_computer(monkeypatch):
    offering(monkeypatch, None, Useless, Broken, Modest, Ranked)
    keyring = os_keyring.find_keyring()
    assert isinstance(keyring, SystemKeyring)
    assert type(keyring._backend) is Modest
    assert keyring._backend.persist == "local machine"


def test_where_no_back_end_works_there_is_no_keyring(monkeypatch):
    offering(monkeypatch, None, Useless, Broken)
    assert isinstance(os_keyring.find_keyring(), NoKeyring)


def test_every_system_has_its_own_back_ends_and_none_that_is_a_plain_file():
    chosen = [name for rows in (*os_keyring._BACKENDS.values(), os_keyring._ELSEWHERE) for name, _ in rows]
    assert set(os_keyring._BACKENDS) == {"win32", "darwin"}
    assert not [name for name in chosen if "file" in name or "null" in name or "chainer" in name]


def test_no_back_end_is_taken_from_the_environment():
    code = "from sep_desktop.storage.os_keyring import find_keyring; print(type(find_keyring()).__name__)"
    env = {
        "PYTHON_KEYRING_BACKEND": "keyring.backends.null.Keyring",
        "PATH": "",
        "DBUS_SESSION_BUS_ADDRESS": "unix:path=/nonexistent",
    }
    run = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, env=env, check=False)
    assert run.stdout.strip() == "NoKeyring", run.stderr
