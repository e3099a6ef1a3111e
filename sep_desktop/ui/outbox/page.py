"""The outbox: by report and version, a line a person: state in words, when, and the server's own sentence."""

from dataclasses import dataclass

from PySide6.QtWidgets import QFrame

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.outbox import NEEDS_YOU, NOTHING_WAITS, SENDABLE, Message, State, written_in_words
from sep_desktop.domain.wording import plural
from sep_desktop.services import outbox
from sep_desktop.ui.context.files import save_as
from sep_desktop.ui.context.message_card import all_sent_button, message_card
from sep_desktop.ui.context.page import LoadingPage, Query
from sep_desktop.ui.context.sending import DeliveryWay, Setup, delivery_way, send_reports
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import button, card, empty, row, words
from sep_desktop.ui.kit.theme import GAP

_MOST_CARDS = 100
_EMPTY = (
    "Nothing has been completed yet. A report that you complete waits here until it is sent, and stays here "
    "with what became of it."
)


@dataclass(frozen=True)
class OutboxView:
    """Every message, newest first, and how messages leave."""

    messages: list[Message]
    way: DeliveryWay
    is_resting: bool

    @property
    def waiting(self) -> int:
        """How many messages may be handed over now."""
        return sum(any(each.state in SENDABLE for each in message.deliveries) for message in self.messages)

    @property
    def written(self) -> tuple[int, ...]:
        """The messages that were written out and are for the user to send, not replaced since."""
        return tuple(
            message.id
            for message in self.messages
            if not message.part.replaced
            and any(each.state is State.HANDED_OUT for each in message.deliveries)
        )


class OutboxPage(LoadingPage[OutboxView]):
    """One button for everything that waits; what needs a decision offers its choices."""

    watches = Changes.OUTBOX | Changes.REPORTS | Changes.SETTINGS

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.waiting = 0
        self.send = button("Send now", self._send, "primary")
        self.stop = button("Stop", session.hand_overs.stop, "", "Stop sending; what has not gone waits")
        self.set_actions(button("Export the journal …", self._export), self.stop, self.send)
        session.hand_overs.changed.connect(self._show_sending)
        self._show_sending()

    def query(self) -> Query[OutboxView]:
        """Every message as it stands."""
        return lambda store: OutboxView(
            outbox.messages(store=store), delivery_way(store), outbox.is_resting(store=store)
        )

    def show_loaded(self, loaded: OutboxView) -> None:
        """A card a message, what needs a decision first, then the newest, or what the page is for."""
        self.waiting = loaded.waiting
        self.set_head("Outbox", _about(loaded))
        self._show_sending()
        newest = sorted(loaded.messages, key=_needs_nobody)[:_MOST_CARDS]
        written = [self._all_sent(loaded.written)] if len(loaded.written) > 1 else []
        self.rebuild(
            *written, *([message_card(self.session, self, message) for message in newest] or [empty(_EMPTY)])
        )

    def _all_sent(self, written: tuple[int, ...]) -> QFrame:
        """One line for everything that was written out."""
        count = plural(len(written), "message")
        confirm = all_sent_button(self.session, self, written, f"I have sent {count}", "")
        line = row(words(written_in_words(len(written))), confirm, gap=GAP)
        line.setStretch(0, 1)
        return card(line)

    def _send(self) -> None:
        if not self.waiting:
            self.session.say(NOTHING_WAITS, "Complete a report, and it waits here.")
            return
        send_reports(self, self.session, self.refresh)

    def _show_sending(self) -> None:
        """What the button says, and another to stop it while something is being sent."""
        hand_overs = self.session.hand_overs
        ready = f"Send {self.waiting} now" if self.waiting else "Send now"
        under_way = "Stopping …" if hand_overs.is_stopping else "Sending …"
        self.send.setText(under_way if hand_overs.is_under_way else ready)
        self.send.setEnabled(not hand_overs.is_under_way)
        self.stop.setVisible(hand_overs.is_under_way)
        self.stop.setEnabled(not hand_overs.is_stopping)

    def _export(self) -> None:
        title, session = "Export the journal", self.session
        save_as(self, session.runner, session.say, title, "journal.csv", "CSV (*.csv)", _journal_as_csv)


def _needs_nobody(message: Message) -> bool:
    """Whether no delivery of it stands still until somebody decides: those that do come first."""
    return not any(each.state in NEEDS_YOU for each in message.deliveries)


def _journal_as_csv(store: Store) -> bytes:
    """With a byte order mark, by which spreadsheets know that it is UTF-8."""
    return outbox.journal_csv(store=store).encode("utf-8-sig")


def _about(view: OutboxView) -> str:
    """How messages leave, in a sentence or two; first of all why they do not leave by themselves."""
    if view.is_resting:
        return " ".join(outbox.RESTS)
    way = view.way
    if way.setup is Setup.SERVER:
        return f"{way}. “Accepted” means that the mail server took it; it cannot say who has read it."
    return f"{way.label}."
