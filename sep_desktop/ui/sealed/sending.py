"""Letting letters leave by the way chosen in the settings; what is said about it is said inside the page."""

from collections.abc import Callable

from PySide6.QtWidgets import QWidget

from sep_desktop.clock import Clock
from sep_desktop.domain.changes import Changes
from sep_desktop.files import SEALED_THERE
from sep_desktop.services.appraisals.stores import OpenStores
from sep_desktop.sync.delivery_methods import ReadyMethod
from sep_desktop.sync.hand_over import RunReport
from sep_desktop.sync.sealed_queue import SealedQueue
from sep_desktop.ui.context.sending import Hints, SendOperation
from sep_desktop.ui.sealed.context import SealedContext

_HINTS = Hints(
    "Send it there, then say here that it has arrived.",
    "Each row below names its file; send it, then say here that it arrived.",
    "choose another way out in Settings, Mail, and “Send again” here.",
    SEALED_THERE,
)


def send(parent: QWidget, context: SealedContext, cycle: int, done: Callable[[], None]) -> None:
    """Let every waiting letter of one cycle leave; then ``done``."""

    def run_method(method: ReadyMethod, stores: OpenStores, clock: Clock, at_once: bool) -> RunReport:
        return method.run(
            SealedQueue(stores.visits, stores.sealed, cycle), clock, at_once=at_once, only=frozenset()
        )

    operation = SendOperation(
        parent,
        context.session,
        context.runner,
        run_method,
        Changes.SEALED,
        context.noticed.emit,
        _HINTS,
        done,
    )
    operation.start()
