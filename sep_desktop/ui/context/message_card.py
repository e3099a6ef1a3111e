"""One message on its way: shown by the outbox and by the last step of its visit."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QPushButton, QWidget

from sep_desktop.domain.changes import Changed
from sep_desktop.domain.outbox import Choice, Message, RoleDelivery, State, choices
from sep_desktop.domain.wording import day_and_time, plural
from sep_desktop.services import outbox
from sep_desktop.storage.store import Store
from sep_desktop.ui.context.delivery_state import delivery_state
from sep_desktop.ui.context.dialog import FormDialog
from sep_desktop.ui.context.files import save_as
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import button, card, column, form, row, rule, words
from sep_desktop.ui.kit.line_field import LineField
from sep_desktop.ui.kit.theme import GAP

_STATE_WIDTH = 230  # pixels, so that the names stand below one another
_WHO_WIDTH = 280  # pixels, for a name and an address beside what may be done

_REPLY_MATTERS = frozenset({State.UNKNOWN, State.REFUSED, State.HELD, State.HANDED_OUT})
"""The states whose server's own sentence helps to decide; in others it is folded away."""


def message_card(session: Session, parent: QWidget, message: Message, on_its_visit: bool = False) -> QFrame:
    """What a message carries, with a line for each person.

    ``parent`` is the page or panel over which dialogs stand; what is asked for is dropped when it goes.
    """
    people = plural(len(message.deliveries), "person", "people")
    part = message.part
    title = words(message.title, "section")
    about = words(f"Completed {day_and_time(part.completed)}. {people}.", "muted")
    save = button(
        "Save the PDF …",
        lambda: _save_pdf(session, parent, message),
        "link",
        f"Save the PDF of {message.title}",
    )
    visit = button(
        "Open the visit",
        lambda: session.go(f"visit/{part.visit_id}/send"),
        "link",
        f"Open the visit to {message.school}",
    )
    parts = [*([visit] if part.visit_id and not on_its_visit else []), save]
    if any(each.state is State.HANDED_OUT for each in message.deliveries):
        parts.insert(0, all_sent_button(session, parent, (message.id,), f"I have sent {message.title}"))
    head = row(column(title, about, gap=2), *parts)
    head.setStretch(0, 1)
    lines = [_delivery(session, parent, delivery, part.replaced) for delivery in message.deliveries]
    return card(head, *(part for line in lines for part in (rule(), line)), rule(), _trace(message))


def _trace(message: Message) -> QBoxLayout:
    """What a mail system knows the message by (RFC 5322 §3.6.4), folded away."""
    identifier = words(f"Message-ID: {message.identifier}", "small", select=True)
    identifier.hide()
    return column(_unfold(identifier, "For the mail administrator"), identifier, gap=2)


def all_sent_button(
    session: Session, parent: QWidget, messages: Sequence[int], about: str, role: str = "link"
) -> QPushButton:
    """Confirms what was written out of these messages: the user has sent it."""

    def confirm() -> None:
        now = session.now()
        session.run(parent, lambda store: outbox.all_sent(store=store, messages=messages, now=now))

    return button("All sent", confirm, role, about)


def _delivery(session: Session, parent: QWidget, delivery: RoleDelivery, replaced: bool) -> QWidget:
    state = delivery_state(delivery.state)
    state.setMinimumWidth(_STATE_WIDTH)
    who = column(
        words(f"{delivery.name}, {delivery.role.in_words}", "strong"),
        words(f"{delivery.address} · {delivery.when}", "muted", select=True),
        gap=2,
    )
    if delivery.reply:
        reply = words(delivery.reply, "small", select=True)
        if delivery.state not in _REPLY_MATTERS:
            reply.hide()
            who.addWidget(_unfold(reply), alignment=Qt.AlignmentFlag.AlignLeft)
        who.addWidget(reply)
    line = row(state, who, gap=GAP)
    line.setStretch(1, 1)
    return _PersonLine(line, _choices(session, parent, delivery, replaced))


class _PersonLine(QWidget):
    """A person, and at the right what may be done; in a row of its own below where there is little room."""

    def __init__(self, person: QBoxLayout, choices: list[QPushButton]) -> None:
        super().__init__()
        self._person, self._choices = person, row(None, *choices, gap=GAP)
        self._parts = row(person, *([self._choices] if choices else []), gap=GAP)
        self._parts.setStretch(0, 1)
        self.setLayout(self._parts)

    def minimumSizeHint(self) -> QSize:
        """As narrow as the wider of the two: they need not stand side by side."""
        widest = max(self._person.minimumSize().width(), self._choices.minimumSize().width())
        return QSize(widest, self._parts.minimumSize().height())

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        needed = _STATE_WIDTH + _WHO_WIDTH + self._choices.minimumSize().width() + 2 * GAP
        is_narrow = self.width() < needed
        self._parts.setDirection(
            QBoxLayout.Direction.TopToBottom if is_narrow else QBoxLayout.Direction.LeftToRight
        )


def _unfold(folded: QWidget, text: str = "In its own words") -> QPushButton:
    return button(text, lambda: folded.setVisible(not folded.isVisible()), "link")


def _choices(session: Session, parent: QWidget, delivery: RoleDelivery, replaced: bool) -> list[QPushButton]:
    """What may be done about this one."""
    allowed = choices(delivery.state, replaced=replaced)
    offered = [each for each in _OFFERED[delivery.state] if each.choice in allowed]
    if replaced and Choice.LEAVE in allowed and not any(each.choice is Choice.LEAVE for each in offered):
        offered.append(_NOT_SENT)
    return [_choice(session, parent, delivery, each) for each in offered]


@dataclass(frozen=True)
class _Offer:
    """A choice as it stands beside a person: ``{name}`` in ``about`` is theirs."""

    choice: Choice
    text: str
    about: str
    role: str = "link"


_ADDRESS = _Offer(Choice.READDRESS, "Other address …", "Another address for {name}")
_WAITING = (_ADDRESS, _Offer(Choice.HOLD, "Hold", "Keep it back from {name}"))
_NOT_SENT = _Offer(Choice.LEAVE, "Not sent", "{name} is not to have this version: a newer one took its place")
_OFFERED: dict[State, tuple[_Offer, ...]] = {
    State.QUEUED: _WAITING,
    State.RETRY: _WAITING,
    State.HELD: (_ADDRESS, _Offer(Choice.RELEASE, "Release", "Let it go to {name}")),
    State.REFUSED: (
        _Offer(Choice.READDRESS, "Correct the address …", "Another address for {name}", ""),
        _Offer(Choice.AGAIN, "Try again", "The same address for {name}"),
    ),
    State.UNKNOWN: (
        _Offer(Choice.ARRIVED, "It arrived", "{name} has it: I have asked", ""),
        _Offer(
            Choice.AGAIN, "Send again (may arrive twice)", "Send to {name} again; it may arrive twice", ""
        ),
        _Offer(Choice.LEAVE, "Leave it", "Do nothing more for {name}", ""),
    ),
    State.HANDED_OUT: (
        _Offer(Choice.SENT, "Sent", "I have sent it to {name}"),
        _Offer(Choice.AGAIN, "Send again", "Let it leave for {name} once more"),
    ),
    State.HANDING_OVER: (),
    State.ACCEPTED: (),
    State.CANCELLED: (),
    State.CONFIRMED: (),
}
"""What is offered in each state, where it may be chosen."""


def _choice(session: Session, parent: QWidget, delivery: RoleDelivery, offer: _Offer) -> QPushButton:
    deeds: dict[Choice, Callable[..., None]] = {
        Choice.READDRESS: _correct_address,
        Choice.HOLD: _hold,
        Choice.RELEASE: _release,
    }
    deed = deeds.get(offer.choice) or partial(_settle, choice=offer.choice)
    about = offer.about.format(name=delivery.name)
    return button(offer.text, partial(deed, session, parent, delivery), offer.role, about)


def _settle(session: Session, parent: QWidget, delivery: RoleDelivery, choice: Choice) -> None:
    now = session.now()
    session.run(
        parent, lambda store: outbox.settle(store=store, delivery=delivery.id, choice=choice, now=now)
    )


def _hold(session: Session, parent: QWidget, delivery: RoleDelivery) -> None:
    now = session.now()
    session.run(parent, lambda store: outbox.hold(store=store, delivery=delivery.id, now=now))


def _release(session: Session, parent: QWidget, delivery: RoleDelivery) -> None:
    now = session.now()
    session.run(parent, lambda store: outbox.release(store=store, delivery=delivery.id, now=now))


def _correct_address(session: Session, parent: QWidget, delivery: RoleDelivery) -> None:
    field = LineField(delivery.address)

    def read() -> Callable[[Store], Changed[None]]:
        address, now = field.text(), session.now()
        return lambda store: outbox.correct_address(
            store=store, delivery=delivery.id, address=address, now=now
        )

    dialog = FormDialog(
        parent,
        session.runner,
        f"Another address for {delivery.name}",
        "Use this address",
        read,
        "It goes there as a new message; the old line stays on record.",
    )
    dialog.form_subject = f"delivery {delivery.id}"  # two people, or one at two schools, may have one name
    dialog.content.addLayout(form(("Address", field)))
    dialog.open()


def _save_pdf(session: Session, parent: QWidget, message: Message) -> None:
    save_as(
        parent,
        session.runner,
        session.say,
        "Save the PDF",
        message.file_name,
        "PDF (*.pdf)",
        lambda store: outbox.paper(store=store, message=message.id),
    )
