"""The keys of the window, one row each: what Help lists and what the window answers to."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sep_desktop.ui.shell.pages import NAVIGATION

if TYPE_CHECKING:
    from sep_desktop.ui.shell.main_window import MainWindow


@dataclass(frozen=True)
class Shortcut:
    """``keys`` and ``about`` are what Help says; ``actions`` pairs each key sequence that the
    window itself answers with what it does.

    A shortcut without an action belongs to the page that is open.
    """

    keys: str
    about: str
    actions: tuple[tuple[str, Callable[["MainWindow"], None]], ...] = ()


def _go(address: str, window: "MainWindow") -> None:
    window.session.go(address)


SHORTCUTS = (
    Shortcut(
        f"Ctrl+1 … Ctrl+{len(NAVIGATION)}",
        ", ".join(spec.title for spec in NAVIGATION),
        tuple((f"Ctrl+{place}", partial(_go, spec.address)) for place, spec in enumerate(NAVIGATION, 1)),
    ),
    Shortcut(
        "Alt+← and Alt+→",
        "Back and forward",
        (("Alt+Left", lambda window: window.step(-1)), ("Alt+Right", lambda window: window.step(1))),
    ),
    Shortcut("F5", "Look again", (("F5", lambda window: window.page().refresh()),)),
    Shortcut("F6", "Show the real paper beside the writing"),
    Shortcut("Ctrl+B, Ctrl+I", "Bold, italic"),
    Shortcut("Ctrl+Shift+7, Ctrl+Shift+8, Ctrl+Shift+H", "Numbered list, bulleted list, heading"),
    Shortcut("Ctrl+S", "Save now (it saves by itself)"),
    Shortcut("Ctrl+L", "Lock", (("Ctrl+L", lambda window: window.session.lock_requested.emit()),)),
)
