"""Which computer this is: an identity that lasts as the system does, and says nothing outside of a store."""

import ctypes
import hashlib
import sys
import uuid
from contextlib import suppress
from pathlib import Path

from sep_desktop import paths
from sep_desktop.files import write_durably

_MACHINE_FILES = (Path("/etc/machine-id"), Path("/var/lib/dbus/machine-id"))


def identity(store_id: str) -> str:
    """32 hexadecimal digits: another computer has others, and so has another store on this one."""
    return hashlib.sha256(f"{store_id} {machine() or _invented()}".encode()).hexdigest()[:32]


def machine() -> str:
    """What the system calls this installation; empty where it does not say."""
    if sys.platform == "darwin":
        return _of_macos()
    return _of_windows() if sys.platform == "win32" else _of_linux()


def _of_linux() -> str:
    """machine-id(5)."""
    for path in _MACHINE_FILES:
        with suppress(OSError, UnicodeDecodeError):
            if text := path.read_text(encoding="ascii").strip():
                return text
    return ""


def _of_windows() -> str:
    if sys.platform == "win32":
        import winreg

        access = winreg.KEY_READ | winreg.KEY_WOW64_64KEY
        place = r"SOFTWARE\Microsoft\Cryptography"
        with suppress(OSError), winreg.OpenKey(winreg.HKEY_LOCAL_MACHINE, place, 0, access) as key:
            return str(winreg.QueryValueEx(key, "MachineGuid")[0])
    return ""


def _of_macos() -> str:
    """gethostuuid(3): the IOPlatformUUID of the hardware."""

    class Timespec(ctypes.Structure):
        _fields_ = (("seconds", ctypes.c_long), ("nanoseconds", ctypes.c_long))

    answer, patience = (ctypes.c_ubyte * 16)(), Timespec(1, 0)
    with suppress(OSError, AttributeError):
        if ctypes.CDLL(None).gethostuuid(answer, ctypes.byref(patience)) == 0:
            return bytes(answer).hex()
    return ""


def _invented() -> str:
    """Where the system says nothing: a random identity, written down once for this user."""
    path = paths.state_folder() / "computer"
    with suppress(OSError, UnicodeDecodeError):
        if text := path.read_text(encoding="ascii").strip():
            return text
    text = uuid.uuid4().hex
    with suppress(OSError):
        write_durably(path, text.encode())
    return text
