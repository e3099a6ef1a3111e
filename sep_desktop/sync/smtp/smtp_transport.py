"""The transport that submits by SMTP: one account, one connection a run."""

import threading
from collections.abc import Sequence
from contextlib import suppress

from sep_desktop.sync.smtp.account import Account, Patience
from sep_desktop.sync.smtp.conversation import Conversation
from sep_desktop.sync.smtp.opening import converse
from sep_desktop.sync.smtp.stream import LOST
from sep_desktop.sync.smtp.transaction import Transaction
from sep_desktop.sync.transport import Abandoned, HandingOver, Outcomes

_PATIENCE = Patience()


class SmtpTransport:
    """A ``Transport``. Its connection is opened anew when a message broke it."""

    def __init__(self, account: Account, patience: Patience = _PATIENCE) -> None:
        self._account, self._patience = account, patience
        self._conversation: Conversation | None = None
        self._stop = threading.Event()

    def open(self) -> None:
        """Connect and log in, unless that was done. Raises as ``Transport.open``."""
        self._opened()

    def _opened(self) -> Conversation:
        if self._stop.is_set():
            raise Abandoned
        if self._conversation is None:
            self._conversation = converse(self._account, self._patience, self._stop)
        return self._conversation

    def submit(
        self, sender: str, recipients: Sequence[str], raw: bytes, handing_over: HandingOver
    ) -> Outcomes:
        """As ``Transport.submit``, in one transaction."""
        conversation = self._opened()
        transaction = Transaction(conversation, self._account, self._patience, sender, recipients)
        try:
            return transaction.run(raw, handing_over)
        finally:
            if transaction.broken:
                conversation.stream.close()
                self._conversation = None

    def close(self) -> None:
        """Say goodbye; what the server answers to it changes nothing."""
        conversation, self._conversation = self._conversation, None
        if conversation:
            with suppress(*LOST):
                conversation.command("QUIT", conversation.deadline(self._patience.goodbye))
            conversation.stream.close()

    def abandon(self) -> None:
        """As ``Transport.abandon``: the conversation under way sees it at its next wait."""
        self._stop.set()
