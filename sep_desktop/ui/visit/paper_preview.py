"""The real paper beside the writing: drawn again a moment after words were saved."""

from functools import partial
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from sep_desktop.services import reports
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import column

if TYPE_CHECKING:
    from sep_desktop.ui.kit.pdf_preview import PdfPreview

_AFTER_A_SAVE = 1200  # milliseconds


class PaperPreview(QWidget):
    """Shows the report of a visit as it would be printed.

    Qt's PDF viewer is loaded when it is first asked for.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self._session = session
        self._visit, self._heading = 0, ""
        self._view: PdfPreview | None = None
        self._timer = session.timers.timer(self, self._draw)
        self._place = column()
        self.setLayout(self._place)
        self.hide()

    @property
    def pages(self) -> int:
        """How many pages are shown."""
        return self._view.pages() if self._view else 0

    def draw(self, visit: int, heading: str) -> None:
        """Show the report of ``visit`` at ``heading``, now."""
        self._visit, self._heading = visit, heading
        self._draw()

    def draw_soon(self, visit: int, heading: str, after: int = _AFTER_A_SAVE) -> None:
        """As ``draw``, after so many milliseconds without being asked again."""
        self._visit, self._heading = visit, heading
        self._timer.start(after)

    def _draw(self) -> None:
        visit, now = self._visit, self._session.now()
        self._session.run(
            self,
            lambda store: reports.preview(store=store, visit=visit, now=now).data,
            partial(self._show, visit),
            slow=True,
        )

    def _show(self, visit: int, data: bytes) -> None:
        if visit == self._visit:
            self._viewer().show_data(data)
            self.go_to(self._heading)

    def _viewer(self) -> "PdfPreview":
        from sep_desktop.ui.kit.pdf_preview import PdfPreview

        if self._view is None:
            self._view = PdfPreview()
            self._place.addWidget(self._view)
        return self._view

    def go_to(self, heading: str) -> None:
        """Show the page on which a heading stands."""
        self._heading = heading
        if self._view:
            self._view.go_to(heading)

    def forget(self) -> None:
        """Another report is being opened: show nothing, and nothing of this one later."""
        self._visit, self._heading = 0, ""
        self._timer.stop()
        self.hide()
