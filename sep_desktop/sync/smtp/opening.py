"""From nothing to a verified, logged-in conversation."""

import threading

from sep_desktop.sync.smtp.account import Account, Patience, context
from sep_desktop.sync.smtp.conversation import Conversation
from sep_desktop.sync.smtp.credentials import MECHANISMS, answers
from sep_desktop.sync.smtp.in_words import (
    broken,
    login_refused,
    no_login,
    no_name,
    no_passwords,
    no_starttls,
    turned_away,
)
from sep_desktop.sync.smtp.replies import Meaning, Reply, Step, meaning
from sep_desktop.sync.smtp.stream import LOST, Stream
from sep_desktop.sync.sockets import Deadline, Stopped, connect, host_name


def converse(account: Account, patience: Patience, stop: threading.Event) -> Conversation:
    """A conversation in which messages can be submitted.

    Raises ``NoConnection``, ``NotPrivate``, ``LoginRefused``, and ``Abandoned`` once ``stop`` is set.
    """
    deadline = Deadline(patience.opening, stop)
    try:
        host = host_name(account.host)
    except ValueError:
        raise no_name(account) from None
    secure = context(account)
    try:
        stream = Stream(connect(host, account.port, deadline.within(patience.connect)))
    except (OSError, Stopped) as error:
        raise broken(error, account) from error
    conversation = Conversation(stream, patience, stop)
    try:
        if account.security == "tls":
            stream.secure(secure, host, deadline)
        _expect(Step.GREETING, conversation.reply(deadline), account)
        _expect(Step.EHLO, conversation.ehlo(deadline), account)
        if account.security != "tls":
            if not conversation.offers("STARTTLS"):
                raise no_starttls(account)
            _expect(Step.STARTTLS, conversation.command("STARTTLS", deadline), account)
            stream.secure(secure, host, deadline)
            _expect(Step.EHLO, conversation.ehlo(deadline), account)
        if account.user:
            _log_in(conversation, account, deadline)
    except LOST as error:
        stream.close()
        raise broken(error, account) from error
    except BaseException:
        stream.close()
        raise
    return conversation


def _expect(step: Step, reply: Reply, account: Account) -> None:
    if meaning(step, reply) is not Meaning.DONE:
        raise turned_away(reply, account)


def _log_in(conversation: Conversation, account: Account, deadline: Deadline) -> None:
    """One AUTH, by the first mechanism that both sides know: each that fails counts towards a lock."""
    offered = conversation.parameters("AUTH")
    mechanism = next((each for each in MECHANISMS if each in offered), None)
    if mechanism is None:
        raise no_passwords(account, f"it offers {', '.join(offered)}") if offered else no_login(account)
    command, challenged = answers(account, mechanism)
    reply = conversation.command(f"AUTH {command}", deadline)
    for answer in challenged:
        if meaning(Step.AUTH, reply) is Meaning.GO_ON:
            reply = conversation.command(answer, deadline)
    if meaning(Step.AUTH, reply) is not Meaning.DONE:
        raise login_refused(reply, account)
