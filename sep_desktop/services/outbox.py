"""The outbox as a user sees and decides it. Sending itself lives in ``sync``."""

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime

from sep_desktop.addresses import parse_email
from sep_desktop.domain.changes import Changed, Changes, Undo
from sep_desktop.domain.likeness import is_same_address
from sep_desktop.domain.outbox import (
    CHOSEN_STATE,
    CUT_OFF,
    IN_WORDS,
    LETS_GO,
    SENDABLE,
    Choice,
    Message,
    RoleDelivery,
    State,
    assert_may_choose,
    assert_newest,
    taken_over,
)
from sep_desktop.domain.settings import DeliveryMethodKey
from sep_desktop.domain.sheet import as_csv
from sep_desktop.domain.wording import plural
from sep_desktop.errors import UserError
from sep_desktop.storage.store import Store


def recover(*, store: Store, now: datetime) -> int:
    """At start: what was being handed over when the program ended is unknown. How many deliveries."""
    cut_off = store.outbox.in_state(State.HANDING_OVER)
    if cut_off and not store.read_only:
        with store.atomic():
            store.outbox.advance(cut_off, State.UNKNOWN, now, reply=CUT_OFF)
            count = plural(len(cut_off), "delivery", "deliveries")
            store.journal.add(now, "could not confirm", f"{count} cut off. {CUT_OFF}")
    return len(cut_off)


def messages(*, store: Store) -> list[Message]:
    """Everything ever queued, newest first."""
    return store.outbox.messages()[::-1]


def paper(*, store: Store, message: int) -> bytes:
    """The PDF that a message carries."""
    pdf: bytes = store.outbox.pdf(store.outbox.message(message))
    return pdf


def settle(*, store: Store, delivery: int, choice: Choice, now: datetime) -> Changes:
    """Decide about a delivery that stands still. Every choice is written down.

    Raises ``UserError`` for sending again a version that was replaced, or to somebody whose role another has
    by now; ``IllegalTransition`` where it cannot be chosen.
    """
    return _decide(store, delivery, choice, now, f"you chose: {choice}")


def hold(*, store: Store, delivery: int, now: datetime) -> Changes:
    """Keep one delivery back until it is released. Raises ``IllegalTransition`` once it may have gone."""
    return _decide(store, delivery, Choice.HOLD, now, Choice.HOLD)


def release(*, store: Store, delivery: int, now: datetime) -> Changes:
    """Let a held delivery go after all. Raises ``UserError`` for a version or a person that was replaced."""
    return _decide(store, delivery, Choice.RELEASE, now, Choice.RELEASE)


def cancel(*, store: Store, delivery: int, now: datetime) -> Changes:
    """This person is not to get this version. Raises ``IllegalTransition`` once it may have gone."""
    return _decide(store, delivery, Choice.CANCEL, now, Choice.CANCEL)


def _decide(store: Store, number: int, choice: Choice, now: datetime, event: str) -> Changes:
    with store.atomic():
        decided = _may_choose(store, number, choice)
        store.outbox.advance([decided], CHOSEN_STATE[choice], now, reply=decided.reply)
        text = f"{decided.role}, {decided.address}; it was “{IN_WORDS[decided.state]}”"
        store.journal.add(now, event, text, subject=f"delivery {number}")
    return Changes.OUTBOX


def _may_choose(store: Store, number: int, choice: Choice) -> RoleDelivery:
    """The delivery as it stands now. Raises as ``settle``."""
    delivery = store.outbox.delivery(number)
    assert_may_choose(choice, delivery.state)
    if choice in LETS_GO:
        message = store.outbox.message(delivery.message_id)
        assert_newest(message.part.number, message.part.newest)
        if choice is not Choice.READDRESS:
            _assert_theirs(store, delivery, message)
    return delivery


def _assert_theirs(store: Store, delivery: RoleDelivery, message: Message) -> None:
    """Raises ``UserError`` where somebody else has the role: the next run would only hold it again."""
    holder = store.people.taken_over(message.urn, delivery.role, delivery.address, message.made)
    if holder:
        raise UserError(taken_over(holder, message.part.kind))


def all_sent(*, store: Store, messages: Sequence[int], now: datetime) -> Changed[None]:
    """The user has sent what was written out of these messages. Taken back in one step."""
    written = [
        each for message in messages for each in store.outbox.deliveries(message) if each.state is _WRITTEN
    ]
    with store.atomic():
        for each in written:
            store.outbox.advance([each], State.CONFIRMED, now, reply=f"{each.reply} {_SENT}".strip())
        store.journal.add(now, f"you chose: {Choice.SENT}", "; ".join(each.address for each in written))
    people = plural(len(written), "person", "people")
    undo: Undo[Store] = Undo(
        f"Sent to {people}, as you confirmed.",
        lambda store, now: _not_sent_yet(store, written, now),
        f"Not sent yet: {people} wait for you.",
        Changes.OUTBOX,
    )
    return Changed(None, Changes.OUTBOX, undo)


_WRITTEN = State.HANDED_OUT
_SENT = "You said that you sent it."


def _not_sent_yet(store: Store, written: Sequence[RoleDelivery], now: datetime) -> Changes:
    """What was confirmed is for the user to send again; what moved on since stays."""
    with store.atomic():
        for each in written:
            if store.outbox.delivery(each.id).state is State.CONFIRMED:
                store.outbox.advance([each], _WRITTEN, now, reply=each.reply)
        store.journal.add(now, "not sent yet, you said", "; ".join(each.address for each in written))
    return Changes.OUTBOX


def correct_address(*, store: Store, delivery: int, address: str, now: datetime) -> Changed[None]:
    """Send what was refused or still waits to another address, as a new message; the old line stays on
    record.

    Raises ``UserError`` for an unusable address or a version that was replaced, ``IllegalTransition`` for a
    delivery that may have gone.
    """
    try:
        better = parse_email(address)
    except ValueError as reason:
        raise UserError(f"The address {reason}.") from None
    with store.atomic():
        old = _may_choose(store, delivery, Choice.READDRESS)
        new = _readdress(store, old, better, now)
    return Changed(None, Changes.OUTBOX, _undo_of_address(old, better, new))


def _readdress(store: Store, old: RoleDelivery, better: str, now: datetime) -> int:
    """The number of the new message; whoever has this address in the role is named in it."""
    message = store.outbox.message(old.message_id)
    contacts = [each for each in store.people.contacts(message.urn) if each.role == old.role]
    holder = next((each for each in contacts if is_same_address(each.email, better)), None)
    store.outbox.advance([old], State.CANCELLED, now, reply=f"Replaced by {better}. {old.reply}")
    person = replace(old, name=holder.name if holder else old.name)
    text = f"{old.role}: {old.address} to {better}"
    store.journal.add(now, Choice.READDRESS, text, urn=message.urn, subject=f"delivery {old.id}")
    return store.outbox.readdress(message, person, better, now)


def _undo_of_address(old: RoleDelivery, better: str, message: int) -> Undo[Store]:
    """Send to the former address after all: as a further message.

    It is held where the first did not wait, and where somebody else has taken the role since that was made.
    """

    def work(store: Store, now: datetime) -> Changes:
        first = store.outbox.message(old.message_id)
        holder = store.people.taken_over(first.urn, old.role, old.address, first.made)
        with store.atomic():
            (sent,) = store.outbox.deliveries(message)
            assert_may_choose(Choice.READDRESS, sent.state)
            again = store.outbox.deliveries(_readdress(store, sent, old.address, now))
            if old.state not in SENDABLE or holder:
                reason = taken_over(holder, first.part.kind) if holder else old.reply
                store.outbox.advance(again, State.HELD, now, reply=reason)
        return Changes.OUTBOX

    sentence = f"It goes to {better} now, and not to {old.address}."
    return Undo(sentence, work, f"It goes to {old.address} again.", Changes.OUTBOX)


RESTS = (
    "Sending by itself rests: the mail server refused the name or password.",
    "Enter the password again in Settings, Mail, or send by hand.",
)
"""What is said where sending by itself rests, and what to do."""


def let_rest(*, store: Store) -> Changes:
    """The login was refused: sending by itself would try it again and again, and lock the account.

    It rests, over restarts too, until password, account or server is another or the user sends by hand.
    """
    store.settings.put("mail.rests", True)
    return Changes.SETTINGS


def rest_no_more(*, store: Store) -> Changes:
    """The user sends by hand, or gave the password anew."""
    if not store.settings.on("mail.rests"):
        return Changes.NOTHING
    store.settings.put("mail.rests", False)
    return Changes.SETTINGS


def is_resting(*, store: Store) -> bool:
    """Whether sending by itself is wished for and rests."""
    settings = store.settings
    by_server = settings.text("delivery.method") == DeliveryMethodKey.SMTP
    return by_server and settings.on("mail.automatic") and settings.on("mail.rests")


def journal_csv(*, store: Store) -> str:
    """The whole journal as CSV, oldest first, in local time."""
    rows = [
        (entry.at.isoformat(timespec="seconds"), entry.event, entry.urn, entry.subject, entry.text)
        for entry in store.journal.entries()
    ]
    return as_csv([("at", "event", "urn", "subject", "text"), *rows])
