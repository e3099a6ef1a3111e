"""One message on its way: MAIL, RCPT, DATA, the dot (RFC 5321 §3.3).

The steps are taken one by one, because a line that broke before the final dot and one that broke after it are
not the same: only in the second may the message have gone.
"""

from collections.abc import Sequence

from sep_desktop.domain.outbox import State
from sep_desktop.errors import EnvironmentProblem
from sep_desktop.sync.smtp.account import Account, Patience
from sep_desktop.sync.smtp.conversation import Conversation
from sep_desktop.sync.smtp.extensions import (
    mail_parameters,
    objection_to_address,
    objection_to_message,
    size_of,
)
from sep_desktop.sync.smtp.in_words import must_log_in, no_passwords, sender_refused, too_large, why_lost
from sep_desktop.sync.smtp.replies import Meaning, Reply, Step, meaning
from sep_desktop.sync.smtp.stream import LOST, Malformed
from sep_desktop.sync.transport import HandingOver, Outcome, Outcomes

_STATE = {
    Meaning.DONE: State.ACCEPTED,
    Meaning.NO: State.REFUSED,
    Meaning.SIZE: State.REFUSED,
    Meaning.NONSENSE: State.UNKNOWN,
}
"""What becomes of an address by what was said about it or the message; otherwise it is tried again later."""


class Transaction:
    """Who is accepted so far, who is not, and whether the line still holds."""

    def __init__(
        self,
        conversation: Conversation,
        account: Account,
        patience: Patience,
        sender: str,
        recipients: Sequence[str],
    ) -> None:
        self._conversation, self._account, self._patience = conversation, account, patience
        self._sender, self._recipients = sender, tuple(dict.fromkeys(recipients))
        self._outcomes: dict[str, Outcome] = {}
        self._size = 0
        self.broken = True
        """Whether the connection is of no use any more: so it is until a transaction comes to its own end."""

    def run(self, raw: bytes, handing_over: HandingOver) -> Outcomes:
        """Submit ``raw``. Raises as ``Transport.submit``."""
        self._size = size_of(raw)
        try:
            if not (self._address(raw) and self._send(raw)):
                return self._outcomes
        except LOST as error:
            return self._not_sent(error)
        # Inside DATA nothing but the dot may follow: when this raises, the line is given up, unsent.
        handing_over(dict(self._outcomes))
        return self._finish()

    def _address(self, raw: bytes) -> bool:
        """MAIL and every RCPT. Whether somebody was accepted."""
        if not self._possible(raw):
            return False
        options = mail_parameters(self._conversation, raw, (self._sender, *self._open_addresses))
        reply = self._conversation.command(f"MAIL FROM:<{self._sender}>{options}")
        if not self._agreed(Step.MAIL, reply, Meaning.DONE):
            return False
        for address in self._open_addresses:
            reply = self._conversation.command(f"RCPT TO:<{address}>")
            if not self._taken(address, reply):
                return False
        return bool(self._open_addresses) or self._reset()

    def _possible(self, raw: bytes) -> bool:
        """Whether the server could take it at all, for anybody."""
        if objection := objection_to_address(self._conversation, self._sender):
            raise sender_refused(self._sender, objection)
        message = objection_to_message(self._conversation, raw)
        for address in self._recipients:
            if reason := message or objection_to_address(self._conversation, address):
                self._outcomes[address] = Outcome(State.REFUSED, reason)
        self.broken = bool(self._open_addresses)
        return bool(self._open_addresses)

    def _taken(self, address: str, reply: Reply) -> bool:
        """What was said about one recipient. Whether the transaction goes on."""
        says = meaning(Step.RCPT, reply)
        if says is Meaning.CLOSING:  # it puts off all, also who was accepted
            self._settle(State.RETRY, reply.text)
            return False
        if says is Meaning.NONSENSE:
            raise Malformed
        if problem := self._concerns_all(says, reply):
            raise problem
        if says is not Meaning.DONE:
            self._outcomes[address] = self._outcome(says, reply)
        return True

    def _send(self, raw: bytes) -> bool:
        """DATA and everything up to the dot. Whether the server waits for the dot."""
        if not self._agreed(Step.DATA, self._conversation.command("DATA"), Meaning.GO_ON):
            return False
        self._conversation.body(raw)
        return not self._interrupted()

    def _interrupted(self) -> bool:
        """Whether the server has answered before the dot: then it is not sent, and nothing is accepted."""
        if not self._conversation.stream.has_spoken():
            return False
        reply = self._conversation.reply(self._conversation.deadline(self._patience.command))
        says = meaning(Step.DOT, reply)
        if says in (Meaning.DONE, Meaning.NONSENSE):
            raise Malformed
        self._settle_as(says, reply)
        return True

    def _finish(self) -> Outcomes:
        """The dot and its answer: the only step after which the outcome may be unknown."""
        deadline = self._conversation.deadline(self._patience.final)
        try:
            if self._interrupted():
                return self._outcomes
            deadline.pulse()
        except LOST as error:
            return self._not_sent(error)
        try:
            self._conversation.stream.send(b".\r\n", deadline)
            reply = self._conversation.reply(deadline)
        except LOST as error:
            return self._settle(
                State.UNKNOWN, f"The line broke before the server answered ({why_lost(error)})."
            )
        says = meaning(Step.DOT, reply)
        self.broken = says in (Meaning.NONSENSE, Meaning.CLOSING)
        return self._settle_as(says, reply)

    def _agreed(self, step: Step, reply: Reply, wanted: Meaning) -> bool:
        """Whether the server says ``wanted``; otherwise everybody's outcome is written down.

        Raises what concerns every message.
        """
        says = meaning(step, reply)
        if says is wanted:
            return True
        if says in (Meaning.NONSENSE, Meaning.DONE, Meaning.GO_ON):
            raise Malformed
        if problem := self._concerns_all(says, reply):
            raise problem
        self._settle_as(says, reply)
        return says is not Meaning.CLOSING and self._reset()

    def _reset(self) -> bool:
        """Make the connection ready for the next message, or give it up. Never true: nobody is left."""
        try:
            self.broken = self._conversation.command("RSET").code != 250
        except LOST:
            self.broken = True
        return False

    def _concerns_all(self, says: Meaning, reply: Reply) -> EnvironmentProblem | None:
        """What is the same for every message and recipient, as a problem of the account."""
        match says:
            case Meaning.SENDER:
                return sender_refused(self._sender, reply.text)
            case Meaning.LOG_IN:
                return must_log_in(reply)
            case Meaning.NO_PASSWORDS:
                return no_passwords(self._account, reply.text)
            case _:
                return None

    def _outcome(self, says: Meaning, reply: Reply) -> Outcome:
        problem = self._concerns_all(says, reply)
        words = f"{too_large(self._size, 0)} ({reply.text})" if says is Meaning.SIZE else reply.text
        return Outcome(_STATE.get(says, State.RETRY), str(problem) if problem else words)

    @property
    def _open_addresses(self) -> list[str]:
        return [each for each in self._recipients if each not in self._outcomes]

    def _settle_as(self, says: Meaning, reply: Reply) -> Outcomes:
        outcome = self._outcome(says, reply)
        return self._settle(outcome.state, outcome.reply)

    def _settle(self, state: State, words: str) -> Outcomes:
        """Everybody who is not yet answered gets ``state``."""
        for address in self._open_addresses:
            self._outcomes[address] = Outcome(state, words)
        return self._outcomes

    def _not_sent(self, error: BaseException) -> Outcomes:
        return self._settle(
            State.RETRY, f"The line broke before the message was handed over ({why_lost(error)})."
        )
