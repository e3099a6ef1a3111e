"""Letters of performance management that wait: one paper, one person, one message with a neutral subject.

Nothing here is shared with the distribution list: it reads the sealed store's letters, which name no other
readers than the headteacher and the nominated governors, and asks anew before each hand-over whether they
still are.
"""

from collections.abc import Callable, Sequence
from contextlib import AbstractContextManager
from datetime import datetime

from sep_desktop.domain.appraisal.doubts import unanswered
from sep_desktop.domain.appraisal.letter import Letter
from sep_desktop.domain.appraisal.panel import Person, objection, on_panel, panel_of
from sep_desktop.domain.epoch import Cause
from sep_desktop.domain.outbox import SENDABLE, State
from sep_desktop.domain.people import Contact
from sep_desktop.domain.wording import one_line
from sep_desktop.storage.sealed.store import SealedStore
from sep_desktop.storage.store import Store
from sep_desktop.sync.message import Envelope, Sender, assemble
from sep_desktop.sync.queue import AddressList

SUBJECT = "A confidential paper for you"
"""Every letter's subject: it gives nothing away."""


def file_name(letter: Letter) -> str:
    """``confidential-2026-11-23-12.pdf``: when, the letter's own number, and nothing about what or whom."""
    return f"confidential-{letter.made:%Y-%m-%d}-{letter.id}.pdf"


class SealedQueue:
    """The letters of one cycle, or of all where ``cycle`` is 0, as a ``Queue``.

    A message's number is its letter's.
    """

    address_list = AddressList("confidential.csv", ("file", "name", "address"))

    def __init__(self, store: Store, sealed: SealedStore, cycle: int = 0) -> None:
        self._store, self._sealed, self._cycle = store, sealed, cycle

    def waiting(self) -> list[int]:
        """As ``Queue.waiting``."""
        letters = self._sealed.letters.in_state(*SENDABLE)
        return [each.id for each in letters if self._cycle in (0, each.cycle_id)]

    def deliveries(self, message: int) -> Sequence[Letter]:
        """As ``Queue.deliveries``: always one."""
        return (self._sealed.letters.get(message),)

    def newest(self, message: int) -> int:
        """As ``Queue.newest``."""
        letter = self._sealed.letters.get(message)
        return letter.newest if letter.replaced else 0

    def objection(self, letter: Letter) -> str:
        """As ``Queue.objection``: the reader is not on the panel any more, or must not read it (7.4).

        So is a doubt that nobody answered, as one that a new contact raises.
        """
        cycle = self._sealed.appraisals.cycle(letter.cycle_id)
        if cycle is None:
            return "The record is not in the store any more."
        panel = panel_of(self._sealed.appraisals.parts.content(cycle.id).get("panel", ""))
        reader = on_panel(panel, letter.reader, letter.name, letter.address)
        if reader is None:
            return f"{letter.name}, {letter.address}, is not on the panel as it stands now. Look at People."
        contacts = self._store.people.contacts(cycle.urn)
        return objection(reader, panel, contacts) or self._unanswered(letter, reader, contacts)

    def _unanswered(self, letter: Letter, reader: Person, contacts: Sequence[Contact]) -> str:
        answered = {each.doubt for each in self._sealed.letters.answers(letter.id)}
        sentences = [doubt.sentence for doubt in unanswered([reader], contacts, answered)]
        return " ".join(["Not certain yet:", *sentences]) if sentences else ""

    def addressed(
        self, message: int, recipients: Sequence[Letter], now: datetime
    ) -> tuple[int, Sequence[Letter]]:
        """As ``Queue.addressed``: a letter names its one reader."""
        return message, recipients

    def build(
        self,
        message: int,
        recipients: Sequence[Letter],
        sender: Sender,
        now: datetime,
        *,
        unsent: bool = False,
    ) -> bytes:
        """As ``Queue.build``. Neither the password nor what the paper is about stands in it."""
        (letter,) = recipients
        reader = ((letter.name, letter.address),)
        envelope = Envelope(letter.identifier, SUBJECT, reader, file_name(letter))
        return assemble(envelope, _body(sender), self.paper(message), sender, now, unsent=unsent)

    def paper(self, message: int) -> bytes:
        """As ``Queue.paper``: encrypted for its reader."""
        return self._sealed.letters.pdf(message).data

    def file_name(self, message: int) -> str:
        """As ``Queue.file_name``."""
        return file_name(self._sealed.letters.get(message))

    def address_row(self, message: int, letter: Letter) -> tuple[str, ...]:
        """As ``Queue.address_row``: name, address, and nothing about what it is."""
        return letter.name, letter.address

    def frozen(self, message: int) -> bytes | None:
        """As ``Queue.frozen``."""
        return self._sealed.letters.frozen(message)

    def freeze(self, message: int, raw: bytes) -> None:
        """As ``Queue.freeze``."""
        self._sealed.letters.freeze(message, raw)

    def advance(
        self,
        deliveries: Sequence[Letter],
        to: State,
        now: datetime,
        reply: str = "",
        next_at: datetime | None = None,
        tried: bool = False,
    ) -> None:
        """As ``Queue.advance``."""
        self._sealed.letters.advance(deliveries, to, now, reply, next_at, tried)

    def note(self, message: int, deliveries: Sequence[Letter], event: str, words: str, now: datetime) -> None:
        """Nothing: the letter itself says what became of it, and no journal may speak of it."""

    def begin_epoch(self, now: datetime) -> None:
        """As ``Queue.begin_epoch``."""
        self._sealed.epochs.begin(Cause.SENDING, now)

    def settle_epoch(self, now: datetime) -> None:
        """As ``Queue.settle_epoch``."""
        self._sealed.epochs.begin(Cause.SETTLED, now)

    def remember_epoch(self) -> None:
        """As ``Queue.remember_epoch``."""
        self._sealed.epochs.remember()

    def atomic(self) -> AbstractContextManager[None]:
        """As ``Queue.atomic``."""
        return self._sealed.atomic()

    def saving(self, work: Callable[[], None]) -> None:
        """As ``Queue.saving``."""
        self._sealed.saving(work)

    def checkpoint(self) -> None:
        """As ``Queue.checkpoint``."""
        self._sealed.database.checkpoint()


def _body(sender: Sender) -> str:
    paragraphs = (
        "The attached paper is confidential and meant for you alone. It opens with the password that I "
        "agreed with you; I never send that by e-mail.",
        "If this has reached you by mistake, please delete it and tell me.",
        one_line(sender.name),
    )
    return "\n\n".join(paragraphs) + "\n"
