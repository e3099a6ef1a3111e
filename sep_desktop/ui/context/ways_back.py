"""What somebody can do about a store that does not open: a button for each way back from the problem."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from sep_desktop.services.keys import WayBack, ways_back
from sep_desktop.ui.kit.basics import button, row

_LABELS = {
    WayBack.RESTORE: "Restore a backup …",
    WayBack.SALVAGE: "Save what can be read …",
    WayBack.TRY_AGAIN: "Try again",
    WayBack.USE_NEWER_KEY_FILE: "Use the newer key file",
    WayBack.GO_ON_WITH_KEY_FILE: "Go on with this key file",
    WayBack.OPEN_FOLDER: "Open the folder",
    WayBack.QUIT: "Quit",
}


class WaysBack(QWidget):
    """``handlers`` says what each way does here; a way without one is not offered."""

    def __init__(self, handlers: dict[WayBack, Callable[[], None]]) -> None:
        super().__init__()
        self.handlers = handlers
        self.buttons = {way: button(label, self._taking(way), "link") for way, label in _LABELS.items()}
        self.setLayout(row(*self.buttons.values(), None))
        self.offer(None)

    def _taking(self, way: WayBack) -> Callable[[], None]:
        return lambda: self.handlers[way]()

    def offer(self, error: BaseException | None) -> None:
        """Show the ways that ``error`` offers, and no others; none for ``None``."""
        offered = set(ways_back(error)) & set(self.handlers)
        for way, each in self.buttons.items():
            each.setVisible(way in offered)
        self.setVisible(bool(offered))
