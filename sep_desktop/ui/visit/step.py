"""What a step of a visit is: a widget that shows a ``VisitView`` and saves on every way out."""

from PySide6.QtWidgets import QWidget

from sep_desktop.services.visits import VisitView
from sep_desktop.ui.context.session import Session

PRIVATE_HIDDEN = "Private notes are hidden."
"""Said wherever they are left out because of it."""


class StepPanel(QWidget):
    """One step's content.

    ``pending_action`` is what the address asks to be done once the visit is shown. ``hides_private`` says
    that private notes are hidden here; then nothing else of the visit shows them. ``is_correcting`` says that
    a completed report is open for writing here.
    """

    def __init__(self, session: Session) -> None:
        super().__init__()
        self.session = session
        self.pending_action = ""
        self.hides_private = False
        self.is_correcting = False

    def show_visit(self, view: VisitView) -> None:
        """Show the visit as it is now."""

    def leave(self) -> bool:
        """Save what is not saved yet. Whether everything is safe."""
        return True

    def forget(self) -> None:
        """Show nothing any more: another visit is being opened."""
