"""How each system says that its user has left: logind on a bus of our own, Windows and macOS by their answers."""

import ctypes
import shutil
import subprocess
import sys

import pytest

from sep_desktop.ui.shell import mac_session
from sep_desktop.ui.shell.logind import Logind
from sep_desktop.ui.shell.windows_session import WindowsEvents

DBUS = shutil.which("dbus-run-session")

LOGIND = """
import os
from jeepney import DBusAddress, HeaderFields, MessageType, message_bus, new_method_return, new_signal
from jeepney.io.blocking import Proxy, open_dbus_connection
bus = open_dbus_connection(os.environ["DBUS_SYSTEM_BUS_ADDRESS"], enable_fds=True)
Proxy(message_bus, bus).RequestName("org.freedesktop.login1")
print("ready", flush=True)
LOGIN, SESSION = "org.freedesktop.login1", "/org/freedesktop/login1/session/_32"
reader, writer = os.pipe()
while True:
    call = bus.receive()
    if call.header.message_type is not MessageType.method_call:
        continue
    member = call.header.fields.get(HeaderFields.member)
    if member == "GetSession":
        bus.send(new_method_return(call, "o", (SESSION,)))
    elif member == "Inhibit":
        print("inhibited", *call.body, flush=True)
        bus.send(new_method_return(call, "h", (writer,)))
        os.close(writer)
        break
changed = (LOGIN + ".Session", {"Active": ("b", False)}, [])
bus.send(new_signal(DBusAddress(SESSION, interface=LOGIN + ".Session"), "Lock"))
properties = DBusAddress(SESSION, interface="org.freedesktop.DBus.Properties")
bus.send(new_signal(properties, "PropertiesChanged", "sa{sv}as", changed))
manager = DBusAddress("/org/freedesktop/login1", interface=LOGIN + ".Manager")
bus.send(new_signal(manager, "PrepareForSleep", "b", (True,)))
print("let go" if os.read(reader, 1) == b"" else "?", flush=True)
"""

HEAR = """
import subprocess, sys
from PySide6.QtCore import QCoreApplication, QTimer
service = subprocess.Popen([sys.executable, "-c", sys.argv[1]], stdout=subprocess.PIPE, text=True)
assert service.stdout.readline().strip() == "ready"
from sep_desktop.ui.shell.logind import Logind
app, heard = QCoreApplication([]), []
def left():
    heard.append(1)
    if len(heard) == 3:
        QTimer.singleShot(0, app.quit)
logind = Logind(left)
QTimer.singleShot(5000, app.quit)
app.exec()
out, _ = service.communicate(timeout=5)
print(out, "heard", len(heard))
"""


@pytest.mark.skipif(not DBUS, reason="needs dbus-run-session; .ci/run installs it")
def test_the_login_manager_is_heard_and_waits_before_the_computer_sleeps():
    pytest.importorskip("jeepney")
    command = 'DBUS_SYSTEM_BUS_ADDRESS="$DBUS_SESSION_BUS_ADDRESS" exec "$0" -c "$1" "$2"'
    done = subprocess.run(
        ["dbus-run-session", "--", "sh", "-c", command, sys.executable, HEAR, LOGIND],
        capture_output=True,
        text=True,
        check=False,
        timeout=60,
    )
    assert "inhibited sleep SEP Desktop" in done.stdout, done.stdout + done.stderr
    assert "let go" in done.stdout, done.stdout + done.stderr
    assert done.stdout.strip().endswith("heard 3"), done.stdout + done.stderr


def test_without_a_bus_nothing_is_heard_and_nothing_fails(qapp):
    Logind(lambda: None).stop()


@pytest.mark.parametrize(
    ("message", "what", "is_left"),
    [(0x02B1, 7, True), (0x02B1, 2, True), (0x02B1, 8, False), (0x0218, 4, True), (0x0218, 18, False)],
)
def test_windows_says_that_the_session_is_left(qapp, message, what, is_left):
    heard = []
    events = WindowsEvents(None, lambda: heard.append(1))
    fields = (ctypes.c_size_t * 3)(0, message, what)
    events.nativeEventFilter(b"windows_generic_MSG", ctypes.addressof(fields))
    events.stop()
    assert bool(heard) == is_left


class Function:
    """A function of a framework; its types may be declared, as for one of ``ctypes``."""

    def __init__(self, answer):
        self._answer = answer

    def __call__(self, *values):
        return self._answer(*values)


class Framework:
    def __init__(self, **functions):
        for name, answer in functions.items():
            setattr(self, name, Function(answer))


@pytest.mark.parametrize(
    ("dictionary", "is_left"),
    [
        ({b"kCGSSessionOnConsoleKey": True}, False),
        ({b"kCGSSessionOnConsoleKey": True, b"CGSSessionScreenIsLocked": True}, True),
        ({b"kCGSSessionOnConsoleKey": False}, True),
        ({}, False),
    ],
)
def test_macos_is_asked_for_lock_and_console(dictionary, is_left):
    frameworks = {
        "ApplicationServices": Framework(CGSessionCopyCurrentDictionary=lambda: 7),
        "CoreFoundation": Framework(
            CFStringCreateWithCString=lambda _, name, __: name,
            CFDictionaryGetValue=lambda _, key: 1 + dictionary[key] if key in dictionary else None,
            CFBooleanGetValue={1: False, 2: True}.get,
            CFRelease=lambda _: None,
        ),
    }
    assert mac_session.is_left(lambda path: frameworks[path.rpartition("/")[2]]) == is_left


@pytest.mark.skipif(sys.platform == "darwin", reason="there it can be asked")
def test_where_macos_cannot_be_asked_nobody_has_left():
    assert not mac_session.is_left()
    assert mac_session.sleep_events(lambda: None) is None
