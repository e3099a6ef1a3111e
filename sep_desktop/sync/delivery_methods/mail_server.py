"""Through the mail server: SMTP submission over verified TLS."""

import threading
from collections.abc import Sequence
from dataclasses import dataclass, field

from sep_desktop.clock import Clock
from sep_desktop.domain.settings import DeliveryMethodKey
from sep_desktop.sync.accounts import MailSettings
from sep_desktop.sync.delivery_methods.method import ReadyMethod, Setup
from sep_desktop.sync.hand_over import RunReport, hand_over
from sep_desktop.sync.message import Sender
from sep_desktop.sync.queue import D, Queue
from sep_desktop.sync.smtp import SmtpTransport
from sep_desktop.sync.transport import Abandoned, HandingOver, Outcomes, Transport


class MailServer:
    """The only method that hears what became of a message."""

    key = DeliveryMethodKey.SMTP
    label = "Through the mail server"
    setup = Setup.SERVER
    opens_files = False

    def place(self, mail: MailSettings) -> str:
        """The server's name."""
        return mail.host

    def ready(self, mail: MailSettings, password: str) -> ReadyMethod:
        """As ``DeliveryMethod.ready``."""
        return _Submission(_UntilStopped(SmtpTransport(mail.account(password))), mail.sender())


@dataclass(frozen=True)
class _UntilStopped:
    """A transport that begins no further message once it is to stop."""

    transport: Transport
    is_stopping: threading.Event = field(default_factory=threading.Event)

    def open(self) -> None:
        if self.is_stopping.is_set():
            raise Abandoned
        self.transport.open()

    def submit(
        self, sender: str, recipients: Sequence[str], raw: bytes, handing_over: HandingOver
    ) -> Outcomes:
        return self.transport.submit(sender, recipients, raw, handing_over)

    def close(self) -> None:
        self.transport.close()

    def abandon(self) -> None:
        self.is_stopping.set()
        self.transport.abandon()


@dataclass(frozen=True)
class _Submission:
    transport: _UntilStopped
    sender: Sender

    def run(
        self,
        queue: Queue[D],
        clock: Clock,
        *,
        at_once: bool,
        only: frozenset[int],
    ) -> RunReport:
        return hand_over(queue, self.transport, self.sender, clock, at_once=at_once, only=only)

    def stop(self, *, at_once: bool) -> None:
        self.transport.is_stopping.set()
        if at_once:
            self.transport.abandon()
