"""The three methods that need no account: each writes files, and the user sends them."""

import threading
from dataclasses import dataclass, field
from pathlib import Path

from sep_desktop.clock import Clock
from sep_desktop.domain.settings import DeliveryMethodKey
from sep_desktop.sync.accounts import MailSettings
from sep_desktop.sync.delivery_methods.method import ReadyMethod, Setup
from sep_desktop.sync.hand_out import write_messages, write_papers
from sep_desktop.sync.hand_over import RunReport
from sep_desktop.sync.message import Sender
from sep_desktop.sync.queue import D, Queue


class MessageFiles:
    """Messages as ``.eml`` files in a folder."""

    key = DeliveryMethodKey.EML
    label = "As message files in a folder"
    setup = Setup.FOLDER
    opens_files = False

    def place(self, mail: MailSettings) -> str:
        """The chosen folder."""
        return mail.folder

    def ready(self, mail: MailSettings, password: str) -> ReadyMethod:
        """As ``DeliveryMethod.ready``."""
        return _Messages(mail.chosen_folder(), mail.sender())


class MailProgram:
    """Each message is opened as a draft in the user's own mail program."""

    key = DeliveryMethodKey.PROGRAM
    label = "Through my mail program"
    setup = Setup.NOTHING
    opens_files = True

    def place(self, mail: MailSettings) -> str:
        """Empty: the system knows which program it is."""
        return ""

    def ready(self, mail: MailSettings, password: str) -> ReadyMethod:
        """As ``DeliveryMethod.ready``."""
        return _Messages(mail.outgoing, mail.sender())


class PdfFiles:
    """Papers alone, with a list that says who receives which."""

    key = DeliveryMethodKey.PDF
    label = "As PDFs with a list of addresses in a folder"
    setup = Setup.FOLDER
    opens_files = False

    def place(self, mail: MailSettings) -> str:
        """The chosen folder."""
        return mail.folder

    def ready(self, mail: MailSettings, password: str) -> ReadyMethod:
        """As ``DeliveryMethod.ready``."""
        return _Papers(mail.chosen_folder())


@dataclass(frozen=True)
class _Files:
    """Stops between two files: one that is begun is finished."""

    folder: Path
    is_stopping: threading.Event = field(default_factory=threading.Event, kw_only=True)

    def stop(self, *, at_once: bool) -> None:
        self.is_stopping.set()


@dataclass(frozen=True)
class _Messages(_Files):
    sender: Sender

    def run(
        self,
        queue: Queue[D],
        clock: Clock,
        *,
        at_once: bool,
        only: frozenset[int],
    ) -> RunReport:
        return write_messages(
            queue, self.sender, self.folder, clock, only, is_stopping=self.is_stopping.is_set
        )


@dataclass(frozen=True)
class _Papers(_Files):
    def run(
        self,
        queue: Queue[D],
        clock: Clock,
        *,
        at_once: bool,
        only: frozenset[int],
    ) -> RunReport:
        return write_papers(queue, self.folder, clock, only, is_stopping=self.is_stopping.is_set)
