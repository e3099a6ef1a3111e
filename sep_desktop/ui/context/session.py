"""What every page is given: the open store, the clock, the queues, and one place that changes are told."""

import logging
from collections.abc import Callable
from datetime import date, datetime
from typing import Any

from PySide6.QtCore import QObject, Signal

from sep_desktop import log
from sep_desktop.clock import Clock
from sep_desktop.domain.changes import Changes
from sep_desktop.errors import Cancelled, SepError
from sep_desktop.notices import Notice, NoticeSink, Tone
from sep_desktop.storage.key_slots import Cost
from sep_desktop.storage.os_keyring import Keyring
from sep_desktop.storage.store import Store
from sep_desktop.ui.context.operations import Operations

_logger = logging.getLogger(__name__)


class Session(QObject):
    """One unlocked store and the window over it."""

    changed = Signal(object)
    address_requested = Signal(str)
    status = Signal(str)
    locking = Signal()
    theme_changed = Signal()
    screen_locked = Signal()
    ending = Signal()

    def __init__(
        self,
        store: Store,
        clock: Clock,
        keyring: Keyring,
        operations: Operations,
        sink: NoticeSink,
        cost: Cost | None = None,
    ) -> None:
        super().__init__()
        self.cost = cost
        self.store, self.clock, self.keyring, self.operations, self.sink = (
            store,
            clock,
            keyring,
            operations,
            sink,
        )
        self.mail_passwords: dict[str, str] = {}

    def now(self) -> datetime:
        return self.clock.now()

    def today(self) -> date:
        return self.clock.today()

    def read(self, work: Callable[[], Any], done: Callable[[Any], None], outside: bool = False) -> None:
        """Ask for something; problems are told at the top of the page."""
        self.operations.run(work, done, self.fail, outside)

    def act(
        self,
        work: Callable[[], Changes],
        done: Callable[[Changes], None] = lambda changes: None,
        failed: Callable[[BaseException], None] | None = None,
    ) -> None:
        """Do what the user asked; then tell every page what changed."""

        def finished(changes: Changes) -> None:
            done(changes)
            self.changed.emit(changes)

        self.operations.run(work, finished, failed or self.fail)

    def fail(self, error: BaseException) -> None:
        """Say at the top of the page what went wrong."""
        message = in_words(error)
        self.sink.say(message.tone, message.text, message.hint)

    def go(self, address: str) -> None:
        """Open a page: ``today``, ``school/990001``, ``visit/12/report``."""
        self.address_requested.emit(address)


def in_words(error: BaseException) -> Notice:
    """One place turns an error into words: ours as written, anything else as a fault of the program."""
    if isinstance(error, Cancelled):
        return Notice(Tone.INFORM, error.message)
    if isinstance(error, SepError):
        return Notice(Tone.FAIL, error.message, error.hint)
    _logger.error("unexpected\n%s", log.places(error))
    return Notice(
        Tone.FAIL,
        f"The program made a mistake ({type(error).__name__}).",
        "What was saved is safe. Details are in the log; Help says where it is.",
    )
