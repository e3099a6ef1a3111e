"""What somebody can do about a store that does not open: a button for each way back from the problem."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from sep_desktop.services.keys import WayBack, ways_back
from sep_desktop.ui.kit.basics import button, column, row, set_role

_LABELS = {
    WayBack.RESTORE: "Restore a backup …",
    WayBack.SALVAGE: "Save what can be read …",
    WayBack.TRY_AGAIN: "Try again",
    WayBack.USE_NEWER_KEY_FILE: "Use the newer key file",
    WayBack.GO_ON_WITH_KEY_FILE: "Go on with this key file",
    WayBack.OPEN_FOLDER: "Open the folder",
    WayBack.QUIT: "Quit",
}


_OF_ITS_OWN = (WayBack.RESTORE, WayBack.SALVAGE)
"""Each on a line of its own; the others are links beside each other."""

_LINKS_A_ROW = 3


class WaysBack(QWidget):
    """``handlers`` says what each way does here; a way without one is not offered.

    ``leads`` says that the first of them is what to do now, so that nothing else on the page is.
    """

    def __init__(self, handlers: dict[WayBack, Callable[[], None]]) -> None:
        super().__init__()
        self.handlers, self.leads = handlers, False
        self.buttons = {
            way: button(label, self._taking(way), "" if way in _OF_ITS_OWN else "link")
            for way, label in _LABELS.items()
        }
        links = (each for way, each in self.buttons.items() if way not in _OF_ITS_OWN)
        self._rows = row(*links, None), row(None)
        own = (row(self.buttons[way], None) for way in _OF_ITS_OWN)
        self.setLayout(column(*own, *self._rows))
        self.offer(None)

    def _taking(self, way: WayBack) -> Callable[[], None]:
        return lambda: self.handlers[way]()

    def offer(self, error: BaseException | None) -> None:
        """Show the ways that ``error`` offers, and no others; none for ``None``."""
        offered = set(ways_back(error)) & set(self.handlers)
        self.leads = offered.issuperset(_OF_ITS_OWN)
        set_role(self.buttons[WayBack.RESTORE], "primary" if self.leads else "")
        links = [way for way in self.buttons if way in offered and way not in _OF_ITS_OWN]
        for at, way in enumerate(links):
            self._rows[at // _LINKS_A_ROW].insertWidget(at % _LINKS_A_ROW, self.buttons[way])
        for way, each in self.buttons.items():
            each.setVisible(way in offered)
        self.setVisible(bool(offered))
