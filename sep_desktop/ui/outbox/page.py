"""The outbox: by report and version, a line a person: state in words, when, and the server's own sentence."""

from dataclasses import dataclass

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.outbox import NEEDS_YOU, SENDABLE, Message
from sep_desktop.services import outbox
from sep_desktop.ui.context.files import save_as
from sep_desktop.ui.context.message_card import message_card
from sep_desktop.ui.context.page import LoadingPage, Query
from sep_desktop.ui.context.sending import DeliveryWay, Setup, delivery_way, send_reports
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import button, empty

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

    @property
    def waiting(self) -> int:
        """How many messages may be handed over now."""
        return sum(any(each.state in SENDABLE for each in message.deliveries) for message in self.messages)


class OutboxPage(LoadingPage[OutboxView]):
    """One button for everything that waits; what needs a decision offers its choices."""

    watches = Changes.OUTBOX | Changes.REPORTS | Changes.SETTINGS

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.waiting = 0
        self.send = button("Send now", self._send, "primary")
        self.set_actions(button("Export the journal …", self._export), self.send)

    def query(self) -> Query[OutboxView]:
        """Every message as it stands."""
        return lambda store: OutboxView(outbox.messages(store=store), delivery_way(store))

    def show_loaded(self, loaded: OutboxView) -> None:
        """A card a message, what needs a decision first, then the newest, or what the page is for."""
        self.waiting = loaded.waiting
        self.set_head("Outbox", _about(loaded.way))
        self.send.setText(f"Send {self.waiting} now" if self.waiting else "Send now")
        self.send.setEnabled(True)
        newest = sorted(loaded.messages, key=_needs_nobody)[:_MOST_CARDS]
        self.rebuild(*([message_card(self.session, self, message) for message in newest] or [empty(_EMPTY)]))

    def _send(self) -> None:
        if not self.waiting:
            self.session.say("Nothing is waiting to be sent.", "Complete a report, and it waits here.")
            return
        self.send.setText("Sending …")
        self.send.setEnabled(False)
        send_reports(self, self.session, self.refresh)

    def _export(self) -> None:
        title, session = "Export the journal", self.session
        save_as(self, session.runner, session.say, title, "journal.csv", "CSV (*.csv)", _journal_as_csv)


def _needs_nobody(message: Message) -> bool:
    """Whether no delivery of it stands still until somebody decides: those that do come first."""
    return not any(each.state in NEEDS_YOU for each in message.deliveries)


def _journal_as_csv(store: Store) -> bytes:
    """With a byte order mark, by which spreadsheets know that it is UTF-8."""
    return outbox.journal_csv(store=store).encode("utf-8-sig")


def _about(way: DeliveryWay) -> str:
    """How messages leave, in a sentence or two."""
    if way.setup is Setup.SERVER:
        return f"{way}. “Accepted” means that the mail server took it; it cannot say who has read it."
    return f"{way.label}."
