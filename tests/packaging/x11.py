"""A real X11 display without a screen, and hands for it: Xvfb, xdotool, and pictures of what is shown."""

import ctypes
import ctypes.util
import os
import shutil
import subprocess
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path

from PIL import Image, ImageChops, ImageGrab

TOOLS = ("Xvfb", "xdotool")
PATIENCE = 60  # seconds; a busy machine starts a window in some ten
_STILL = 0.001  # the share of pixels that a blinking cursor changes is smaller


def missing_tools() -> list[str]:
    """The tools that are not installed here."""
    return [tool for tool in TOOLS if not shutil.which(tool)]


@contextmanager
def display() -> Iterator[str]:
    """A display of 1366 × 900; its name, as ``DISPLAY`` wants it."""
    command = ["Xvfb", "-displayfd", "1", "-screen", "0", "1366x900x24", "-nolisten", "tcp"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as server:
        assert server.stdout
        try:
            yield f":{server.stdout.readline().strip()}"
        finally:
            server.terminate()


class Shown:
    """A program with a window on a display, and what a person does with it."""

    def __init__(self, command: list[str], name: str, home: Path) -> None:
        nobody = {"HOME": str(home), "XDG_RUNTIME_DIR": str(home), "DBUS_SESSION_BUS_ADDRESS": "disabled:"}
        kept = {key: value for key, value in os.environ.items() if not key.startswith(("QT_", "XDG_"))}
        self._name = name
        self._environment = kept | nobody | {"DISPLAY": name, "QT_QPA_PLATFORM": "xcb"}
        self.process = subprocess.Popen(command, cwd=home, env=self._environment)
        self._window = self._hand("search", "--sync", "--onlyvisible", "--name", "^SEP Desktop$").split()[-1]

    def type(self, text: str) -> None:
        """Type ``text`` into the window and press Return."""
        self._hand("windowfocus", "--sync", self._window)
        self._hand("type", "--delay", "30", text)
        self._hand("key", "Return")

    @contextmanager
    def keyboard(self) -> Iterator[Callable[[str], None]]:
        """Keys into whatever has the cursor, each at the moment at which it is pressed; named as X11 names them."""
        command = ["xdotool", "-"]  # reads line by line: no process has to start for each key
        with subprocess.Popen(command, stdin=subprocess.PIPE, env=self._environment, text=True) as hand:
            keys = hand.stdin
            assert keys

            def press(key: str) -> None:
                keys.write(f"key --delay 0 {key}\n")
                keys.flush()

            yield press

    def close(self) -> int:
        """Close the window as its frame's button does; the exit code of the program."""
        _ask_to_close(self._name, int(self._window))
        return self.process.wait(PATIENCE)

    def picture(self, after: Image.Image | None = None) -> Image.Image:
        """What is shown once it stands still; with ``after``, once it is another picture than that."""
        last = self._grab()
        for _ in range(PATIENCE * 2):
            time.sleep(0.5)
            now = self._grab()
            if difference(last, now) < _STILL and (after is None or difference(after, now) > 10 * _STILL):
                return now
            last = now
        raise AssertionError("the window never came to rest")

    def _grab(self) -> Image.Image:
        return ImageGrab.grab(xdisplay=self._name).convert("L")

    def _hand(self, *arguments: str) -> str:
        return subprocess.run(
            ["xdotool", *arguments],
            env=self._environment,
            capture_output=True,
            text=True,
            check=True,
            timeout=PATIENCE,
        ).stdout


class _ClientMessage(ctypes.Structure):
    """``XClientMessageEvent`` of Xlib, with room for the largest event."""

    _fields_ = (
        ("type", ctypes.c_int),
        ("serial", ctypes.c_ulong),
        ("send_event", ctypes.c_int),
        ("display", ctypes.c_void_p),
        ("window", ctypes.c_ulong),
        ("message_type", ctypes.c_ulong),
        ("format", ctypes.c_int),
        ("data", ctypes.c_long * 5),
        ("room", ctypes.c_long * 24),
    )


def _ask_to_close(name: str, window: int) -> None:
    """Send ``WM_DELETE_WINDOW`` (ICCCM 4.2.8.1), as a window manager does; older versions of xdotool cannot."""
    xlib = ctypes.CDLL(ctypes.util.find_library("X11") or "libX11.so.6")
    xlib.XOpenDisplay.restype = ctypes.c_void_p
    server = ctypes.c_void_p(xlib.XOpenDisplay(name.encode()))
    protocols, delete = (
        xlib.XInternAtom(server, atom, False) for atom in (b"WM_PROTOCOLS", b"WM_DELETE_WINDOW")
    )
    client_message, bits = 33, 32
    event = _ClientMessage(type=client_message, window=window, message_type=protocols, format=bits)
    event.data[0] = delete
    xlib.XSendEvent(server, ctypes.c_ulong(window), False, ctypes.c_long(0), ctypes.byref(event))
    xlib.XCloseDisplay(server)


def difference(one: Image.Image, other: Image.Image) -> float:
    """The share of the pixels that differ visibly, 0 to 1."""
    changed = ImageChops.difference(one, other).point(lambda value: 255 if value > 32 else 0)
    return changed.histogram()[255] / (one.width * one.height)
