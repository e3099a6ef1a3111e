"""The keys of the window, one row each: what Help lists and what the window answers to."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
from typing import TYPE_CHECKING

from sep_desktop.ui.kit.keys import HISTORY_KEYS, PAPER_KEYS
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
    Shortcut(
        "F6, Shift+F6",
        "To the next part of the window, or the one before",
        (
            ("F6", lambda window: window.go_to_pane(True)),
            ("Shift+F6", lambda window: window.go_to_pane(False)),
        ),
    ),
    Shortcut("Tab, Shift+Tab", "While writing: to the next note or field, or the one before"),
    Shortcut(
        "Ctrl+Tab, Ctrl+Shift+Tab",
        "While writing: also to the choices, ticks and buttons beside it",
    ),
    Shortcut("Enter, Shift+Enter", "In a note: the next note, a new line"),
    Shortcut(
        "Ctrl+Z",
        "Take back what the message at the top says; in a field, what was typed",
        (("Ctrl+Z", lambda window: window.undo()),),
    ),
    Shortcut(PAPER_KEYS, "Show the real paper beside the writing"),
    Shortcut(HISTORY_KEYS, "How the section or note was before"),
    Shortcut("Ctrl+Enter", "In a dialog: do what its coloured button says"),
    Shortcut("Ctrl+B, Ctrl+I", "Bold, italic"),
    Shortcut("Ctrl+Shift+7, Ctrl+Shift+8, Ctrl+Shift+H", "Numbered list, bulleted list, heading"),
    Shortcut("Ctrl+Shift+V", "While writing: paste the words without their styles"),
    Shortcut("Ctrl+S", "Save now (it saves by itself)"),
    Shortcut("Ctrl+L", "Lock", (("Ctrl+L", lambda window: window.session.lock_requested.emit()),)),
)
