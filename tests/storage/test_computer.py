"""Which computer this is, on each system; what only Windows and macOS have is stood in for."""

import ctypes
import sys
from contextlib import nullcontext
from types import SimpleNamespace

import pytest

from sep_desktop.storage import computer


def test_linux_says_it_in_the_first_file_that_has_it(monkeypatch, tmp_path):
    empty, full = tmp_path / "empty", tmp_path / "full"
    empty.write_text("\n")
    full.write_text("0123abc\n")
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(computer, "_MACHINE_FILES", (tmp_path / "missing", empty, full))
    assert computer.machine() == "0123abc"
    monkeypatch.setattr(computer, "_MACHINE_FILES", (empty,))
    assert computer.machine() == ""


@pytest.mark.parametrize("denied", [False, True])
def test_windows_says_it_in_the_registry(monkeypatch, denied):
    asked = []

    def open_key(*place):
        asked.append(place)
        if denied:
            raise PermissionError
        return nullcontext("the key")

    registry = SimpleNamespace(
        KEY_READ=1,
        KEY_WOW64_64KEY=256,
        HKEY_LOCAL_MACHINE="machine",
        OpenKey=open_key,
        QueryValueEx=lambda key, name: (f"{key}: {name}", 1),
    )
    monkeypatch.setitem(sys.modules, "winreg", registry)
    monkeypatch.setattr(sys, "platform", "win32")
    assert computer.machine() == ("" if denied else "the key: MachineGuid")
    assert asked == [("machine", r"SOFTWARE\Microsoft\Cryptography", 0, 257)]


@pytest.mark.parametrize("refused", [False, True])
def test_macos_says_it_of_the_hardware(monkeypatch, refused):
    def gethostuuid(answer, _):
        answer[0] = 0xAB
        return -1 if refused else 0

    monkeypatch.setattr(ctypes, "CDLL", lambda _: SimpleNamespace(gethostuuid=gethostuuid))
    monkeypatch.setattr(sys, "platform", "darwin")
    assert computer.machine() == ("" if refused else "ab" + "00" * 15)


@pytest.mark.parametrize("says", ["abc", ""])
def test_where_the_system_is_silent_a_number_is_kept(monkeypatch, tmp_path, says):
    monkeypatch.setattr(computer, "machine", lambda: says)
    first = computer.identity("store")
    assert first == computer.identity("store") != computer.identity("another store")
    monkeypatch.setenv("SEP_DESKTOP_STATE", str(tmp_path / "another user"))
    assert (computer.identity("store") == first) is bool(says)
