"""The outbox: by report and version, a line a person: state in words, when, and the server's own sentence."""

from pathlib import Path
from typing import Any

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLineEdit, QWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.outbox import IN_WORDS, SENDABLE, Delivery, State
from sep_desktop.domain.people import ROLE_NAMES
from sep_desktop.domain.wording import day_and_time, plural
from sep_desktop.notices import Tone
from sep_desktop.paths import write_durably
from sep_desktop.services import outbox
from sep_desktop.services.outbox import Choice
from sep_desktop.storage.outbox import Message
from sep_desktop.ui.context.files import save_as
from sep_desktop.ui.context.page import Page
from sep_desktop.ui.context.sending import EXITS, send
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import button, card, column, empty, form, row, rule, state_mark, words
from sep_desktop.ui.kit.dialog import FormDialog
from sep_desktop.ui.kit.theme import GAP, STATE_TONES


class OutboxPage(Page):
    """One button for everything that waits; what needs a decision offers its choices."""

    watches = Changes.OUTBOX | Changes.REPORTS | Changes.SETTINGS

    def load(self) -> tuple[list[Message], str, str]:
        settings = self.session.store.settings
        return (
            outbox.messages(store=self.session.store),
            settings.text("delivery.method"),
            settings.text("mail.host"),
        )

    def show_loaded(self, loaded: Any) -> None:
        messages, way, host = loaded
        waiting = sum(any(each.state in SENDABLE for each in message.deliveries) for message in messages)
        server = f"{': ' + host if host else ''}. “Accepted” means that the mail server took it; it cannot say who has read it."
        self.set_head("Outbox", EXITS.get(way, way) + (server if way == "smtp" else "."))
        self.send = button(f"Send {waiting} now" if waiting else "Send now", self._send, "primary")
        self.set_actions(button("Export the journal …", self._export), self.send)
        if not messages:
            self.rebuild(
                empty(
                    "Nothing has been completed yet. A report that you complete waits here until it is sent, and stays here with what became of it."
                )
            )
            return
        self.rebuild(*(message_card(self.session, self, message) for message in messages[:100]))

    def _send(self) -> None:
        waiting = outbox.messages(store=self.session.store)
        if not any(each.state in SENDABLE for message in waiting for each in message.deliveries):
            self.session.sink.say(
                Tone.INFORM, "Nothing is waiting to be sent.", "Complete a report, and it waits here."
            )
            return
        self.send.setText("Sending …")
        self.send.setEnabled(False)
        send(self, self.session, self.refresh)

    def _export(self) -> None:
        def write(path: Path) -> None:
            write_durably(path, outbox.journal_csv(store=self.session.store).encode("utf-8-sig"))

        save_as(self, self.session, "Export the journal", "journal.csv", "CSV (*.csv)", write)


def message_card(session: Session, parent: QWidget, message: Message, on_its_visit: bool = False) -> QWidget:
    """One version of a report with a line for each person."""
    title = words(f"{message.school}, version {message.number}", "section")
    about = words(
        f"Completed {day_and_time(message.completed)}. {plural(len(message.deliveries), 'person', 'people')}.",
        "muted",
    )
    save = button(
        "Save the PDF …",
        lambda: _save_pdf(session, parent, message),
        "link",
        f"Save the PDF of {message.school}, version {message.number}",
    )
    visit = button(
        "Open the visit",
        lambda: session.go(f"visit/{message.visit_id}/send"),
        "link",
        f"Open the visit to {message.school}",
    )
    head = row(column(title, about, gap=2), *([] if on_its_visit else [visit]), save)
    head.setStretch(0, 1)
    lines: list[Any] = []
    for delivery in message.deliveries:
        lines += [rule(), _delivery(session, parent, delivery)]
    return card(head, *lines)


def _delivery(session: Session, parent: QWidget, delivery: Delivery) -> Any:
    state = state_mark(STATE_TONES[delivery.state], IN_WORDS[delivery.state])
    state.setMinimumWidth(230)
    when = day_and_time(delivery.changed)
    if delivery.state is State.RETRY and delivery.next_at:
        when += f"; next attempt {day_and_time(delivery.next_at)}"
    who = column(
        words(f"{delivery.name}, {ROLE_NAMES[delivery.role]}", "strong"),
        words(f"{delivery.address} · {when}", "muted", select=True),
        gap=2,
    )
    if delivery.reply:
        reply = words(delivery.reply, "small", select=True)
        if delivery.state not in (State.UNKNOWN, State.REFUSED, State.HELD, State.HANDED_OUT):
            reply.hide()
            who.addWidget(_folded(reply), alignment=Qt.AlignmentFlag.AlignLeft)
        who.addWidget(reply)
    line = row(state, who, *_choices(session, parent, delivery), gap=GAP)
    line.setStretch(1, 1)
    return line


def _folded(reply: QWidget) -> QWidget:
    return button("In its own words", lambda: reply.setVisible(not reply.isVisible()), "link")


def _choices(session: Session, parent: QWidget, delivery: Delivery) -> list[QWidget]:
    """What may be done about this one."""

    def settle(choice: Choice) -> None:
        session.act(
            lambda: outbox.settle(store=session.store, delivery=delivery.id, choice=choice, now=session.now())
        )

    arrived = lambda: settle(Choice.ARRIVED)  # noqa: E731
    again = lambda: settle(Choice.AGAIN)  # noqa: E731
    leave = lambda: settle(Choice.LEAVE)  # noqa: E731
    who = delivery.name
    other = button(
        "Other address …", lambda: _correct(session, parent, delivery), "link", f"Another address for {who}"
    )
    if delivery.state is State.UNKNOWN:
        return [
            button("It arrived", arrived, "", f"{who} has it: I have asked"),
            button("Send again", again, "", f"Send to {who} again; it may arrive twice"),
            button("Leave it", leave, "", f"Do nothing more for {who}"),
        ]
    if delivery.state is State.REFUSED:
        return [
            button(
                "Correct the address …",
                lambda: _correct(session, parent, delivery),
                "",
                f"Another address for {who}",
            ),
            button("Try again", again, "link", f"The same address for {who}"),
        ]
    if delivery.state is State.HANDED_OUT:
        return [
            button("It arrived", arrived, "link", f"{who} has it"),
            button("Send again", again, "link", f"Let it leave for {who} once more"),
        ]
    if delivery.state is State.HELD:
        return [
            other,
            button(
                "Release",
                lambda: session.act(
                    lambda: outbox.release(store=session.store, delivery=delivery.id, now=session.now())
                ),
                "link",
                f"Let it go to {who}",
            ),
        ]
    if delivery.state in SENDABLE:
        return [
            other,
            button(
                "Hold",
                lambda: session.act(
                    lambda: outbox.hold(store=session.store, delivery=delivery.id, now=session.now())
                ),
                "link",
                f"Keep it back from {who}",
            ),
        ]
    return []


def _correct(session: Session, parent: QWidget, delivery: Delivery) -> None:
    field = QLineEdit(delivery.address)

    def work() -> None:
        session.changed.emit(
            outbox.correct_address(
                store=session.store, delivery=delivery.id, address=field.text(), now=session.now()
            )
        )

    dialog = FormDialog(
        parent,
        f"Another address for {delivery.name}",
        "Use this address",
        work,
        "It goes there as a new message; the old line stays on record.",
    )
    dialog.content.addLayout(form(("Address", field)))
    dialog.open()


def _save_pdf(session: Session, parent: QWidget, message: Message) -> None:
    from sep_desktop.sync.message import filename

    def write(path: Path) -> None:
        write_durably(path, session.store.reports.pdf(message.version_id))

    save_as(parent, session, "Save the PDF", filename(message), "PDF (*.pdf)", write)
