"""What macOS says of a session that its user leaves: screen locked, another user on the console, sleep."""

import ctypes
from collections.abc import Callable
from contextlib import suppress

_FRAMEWORKS = "/System/Library/Frameworks"
_UTF8 = 0x08000100
_CAN_SLEEP, _WILL_SLEEP = 0xE0000270, 0xE0000280
"""kIOMessageCanSystemSleep and kIOMessageSystemWillSleep (IOMessage.h): each has to be answered."""

Load = Callable[[str], ctypes.CDLL]


def _framework(load: Load, name: str) -> ctypes.CDLL:
    return load(f"{_FRAMEWORKS}/{name}.framework/{name}")


def is_left(load: Load = ctypes.CDLL) -> bool:
    """Whether the session's dictionary says that its screen is locked or that it is not on the console.

    ``CGSessionCopyCurrentDictionary``; where that cannot be asked, it is not.
    """
    with suppress(OSError, AttributeError):
        return _is_left(_framework(load, "ApplicationServices"), _framework(load, "CoreFoundation"))
    return False


def _is_left(services: ctypes.CDLL, core: ctypes.CDLL) -> bool:
    pointer = ctypes.c_void_p
    services.CGSessionCopyCurrentDictionary.restype = pointer
    core.CFStringCreateWithCString.restype = core.CFDictionaryGetValue.restype = pointer
    core.CFStringCreateWithCString.argtypes = (pointer, ctypes.c_char_p, ctypes.c_uint32)
    core.CFDictionaryGetValue.argtypes = (pointer, pointer)
    core.CFBooleanGetValue.argtypes = core.CFRelease.argtypes = (pointer,)
    session = services.CGSessionCopyCurrentDictionary()
    if not session:
        return True  # nobody is logged in before this screen

    def value(name: bytes) -> bool | None:
        key = core.CFStringCreateWithCString(None, name, _UTF8)
        number = core.CFDictionaryGetValue(session, key)
        core.CFRelease(key)
        return bool(core.CFBooleanGetValue(number)) if number else None

    left = value(b"CGSSessionScreenIsLocked") is True or value(b"kCGSSessionOnConsoleKey") is False
    core.CFRelease(session)
    return left


class SleepEvents:
    """Calls ``left`` before the computer sleeps, which waits for that (``IORegisterForSystemPower``)."""

    def __init__(self, left: Callable[[], None], load: Load = ctypes.CDLL) -> None:
        self._left = left
        self._iokit, self._core = _framework(load, "IOKit"), _framework(load, "CoreFoundation")
        pointer, number = ctypes.c_void_p, ctypes.c_uint32
        kind = ctypes.CFUNCTYPE(None, pointer, number, number, pointer)
        self._callback = kind(self._hear)  # kept: the system holds it too
        self._port, self._notifier = pointer(), number()
        self._iokit.IORegisterForSystemPower.restype = number
        self._iokit.IONotificationPortGetRunLoopSource.restype = self._core.CFRunLoopGetMain.restype = pointer
        self._iokit.IONotificationPortGetRunLoopSource.argtypes = (pointer,)
        self._iokit.IOAllowPowerChange.argtypes = (number, ctypes.c_ssize_t)
        self._core.CFRunLoopAddSource.argtypes = (pointer, pointer, pointer)
        self._root = self._iokit.IORegisterForSystemPower(
            None, ctypes.byref(self._port), self._callback, ctypes.byref(self._notifier)
        )
        if self._root:
            modes = pointer.in_dll(self._core, "kCFRunLoopCommonModes")
            source = self._iokit.IONotificationPortGetRunLoopSource(self._port)
            self._core.CFRunLoopAddSource(self._core.CFRunLoopGetMain(), source, modes)

    def _hear(self, _: int, __: int, kind: int, argument: int) -> None:
        if kind == _WILL_SLEEP:
            self._left()
        if kind in (_CAN_SLEEP, _WILL_SLEEP):
            self._iokit.IOAllowPowerChange(self._root, argument or 0)

    def stop(self) -> None:
        """Listen no longer."""
        if self._root:
            self._iokit.IODeregisterForSystemPower(ctypes.byref(self._notifier))
            self._root = 0


def sleep_events(left: Callable[[], None]) -> SleepEvents | None:
    """Those of this computer; ``None`` where its frameworks cannot be had."""
    with suppress(OSError, AttributeError, ValueError):
        return SleepEvents(left)
    return None
