"""One message on its way: shown by the outbox and by the last step of its visit."""

from collections.abc import Callable
from functools import partial
from typing import assert_never

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLineEdit, QPushButton, QWidget

from sep_desktop.domain.changes import Changed
from sep_desktop.domain.outbox import Choice, Message, RoleDelivery, State
from sep_desktop.domain.wording import day_and_time, plural
from sep_desktop.services import outbox
from sep_desktop.storage.store import Store
from sep_desktop.ui.context.delivery_state import delivery_state
from sep_desktop.ui.context.dialog import FormDialog
from sep_desktop.ui.context.files import save_as
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import button, card, column, form, row, rule, words
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
    head = row(column(title, about, gap=2), *([visit] if part.visit_id and not on_its_visit else []), save)
    head.setStretch(0, 1)
    lines = [_delivery(session, parent, delivery) for delivery in message.deliveries]
    return card(head, *(part for line in lines for part in (rule(), line)), rule(), _trace(message))


def _trace(message: Message) -> QBoxLayout:
    """What a mail system knows the message by (RFC 5322 §3.6.4), folded away."""
    identifier = words(f"Message-ID: {message.identifier}", "small", select=True)
    identifier.hide()
    return column(_unfold(identifier, "For the mail administrator"), identifier, gap=2)


def _delivery(session: Session, parent: QWidget, delivery: RoleDelivery) -> QWidget:
    state = delivery_state(delivery.state)
    state.setMinimumWidth(_STATE_WIDTH)
    when = day_and_time(delivery.changed)
    if delivery.state is State.RETRY and delivery.next_at:
        when += f"; next attempt {day_and_time(delivery.next_at)}"
    who = column(
        words(f"{delivery.name}, {delivery.role.in_words}", "strong"),
        words(f"{delivery.address} · {when}", "muted", select=True),
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
    return _PersonLine(line, _choices(session, parent, delivery))


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


def _choices(session: Session, parent: QWidget, delivery: RoleDelivery) -> list[QPushButton]:
    """What may be done about this one."""
    who, settle = delivery.name, partial(_settle, session, parent, delivery)
    match delivery.state:
        case State.UNKNOWN:
            return [
                button("It arrived", partial(settle, Choice.ARRIVED), "", f"{who} has it: I have asked"),
                button(
                    "Send again (may arrive twice)",
                    partial(settle, Choice.AGAIN),
                    "",
                    f"Send to {who} again; it may arrive twice",
                ),
                button("Leave it", partial(settle, Choice.LEAVE), "", f"Do nothing more for {who}"),
            ]
        case State.REFUSED:
            return [
                _readdress(session, parent, delivery, "Correct the address …", ""),
                button("Try again", partial(settle, Choice.AGAIN), "link", f"The same address for {who}"),
            ]
        case State.HANDED_OUT:
            return [
                button("It arrived", partial(settle, Choice.ARRIVED), "link", f"{who} has it"),
                button(
                    "Send again", partial(settle, Choice.AGAIN), "link", f"Let it leave for {who} once more"
                ),
            ]
        case State.HELD:
            release = partial(_release, session, parent, delivery)
            return [
                _readdress(session, parent, delivery, "Other address …", "link"),
                button("Release", release, "link", f"Let it go to {who}"),
            ]
        case State.QUEUED | State.RETRY:
            hold = partial(_hold, session, parent, delivery)
            return [
                _readdress(session, parent, delivery, "Other address …", "link"),
                button("Hold", hold, "link", f"Keep it back from {who}"),
            ]
        case State.HANDING_OVER | State.ACCEPTED | State.CANCELLED | State.CONFIRMED:
            return []
        case _:
            assert_never(delivery.state)


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


def _readdress(
    session: Session, parent: QWidget, delivery: RoleDelivery, text: str, role: str
) -> QPushButton:
    correct = partial(_correct_address, session, parent, delivery)
    return button(text, correct, role, f"Another address for {delivery.name}")


def _correct_address(session: Session, parent: QWidget, delivery: RoleDelivery) -> None:
    field = QLineEdit(delivery.address)

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
    dialog.content.addLayout(form(("Address", field)))
    dialog.open()


def _save_pdf(session: Session, parent: QWidget, message: Message) -> None:
    save_as(
        parent,
        session.runner,
        "Save the PDF",
        message.file_name,
        "PDF (*.pdf)",
        lambda store: outbox.paper(store=store, message=message.id),
    )
