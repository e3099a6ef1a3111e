"""Through the mail server: SMTP submission over verified TLS."""

from dataclasses import dataclass

from sep_desktop.clock import Clock
from sep_desktop.domain.settings import DeliveryMethodKey
from sep_desktop.sync.accounts import MailSettings
from sep_desktop.sync.delivery_methods.method import ReadyMethod, Setup
from sep_desktop.sync.hand_over import RunReport, hand_over
from sep_desktop.sync.message import Sender
from sep_desktop.sync.queue import D, Queue
from sep_desktop.sync.smtp import SmtpTransport


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
        return _Submission(SmtpTransport(mail.account(password)), mail.sender())


@dataclass(frozen=True)
class _Submission:
    transport: SmtpTransport
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

    def abandon(self) -> None:
        self.transport.abandon()
