"""One letter: how it stands, the password that opens it, and what may be decided about it."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QPushButton, QWidget

from sep_desktop.domain.appraisal.doubts import Doubt
from sep_desktop.domain.appraisal.letter import Letter
from sep_desktop.domain.appraisal.panel import READER_NAMES
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.outbox import Choice, State, choices
from sep_desktop.domain.wording import day_and_time
from sep_desktop.services.appraisals import letters
from sep_desktop.services.appraisals.stores import OpenStores, SealedStore
from sep_desktop.ui.context.delivery_state import delivery_state
from sep_desktop.ui.kit.basics import button, column, row, words
from sep_desktop.ui.sealed.context import SealedContext
from sep_desktop.ui.sealed.doubts import DoubtTicks


class LetterLine(QWidget):
    """What the step of the papers shows of one letter."""

    def __init__(self, context: SealedContext, letter: Letter, doubts: Sequence[Doubt] = ()) -> None:
        super().__init__()
        self.context, self.letter, self.doubts = context, letter, DoubtTicks(doubts)
        version = "" if letter.number == letter.newest else f", version {letter.number}"
        who = column(
            words(f"{letter.name}, {READER_NAMES[letter.reader].lower()}{version}", "strong"),
            words(letter.address, "muted", select=True),
            words(day_and_time(letter.changed), "small"),
            gap=2,
        )
        if letter.reply:
            who.addWidget(words(letter.reply, "small", select=True))
        self.secret = words("", "strong", select=True)
        self.secret.hide()
        who.addWidget(self.secret)
        password = button(
            "Password", self._ask_password, "link", f"Show or hide the password agreed with {letter.name}"
        )
        allowed = choices(letter.state, replaced=letter.replaced)
        offered = [self._button(each) for each in _CHOICES[letter.state] if each.choice in allowed]
        buttons = row(*offered, password, None)
        self.setLayout(column(delivery_state(letter.state), who, self.doubts, buttons, gap=2))

    def _ask_password(self) -> None:
        if self.secret.isVisible():
            self.secret.hide()
            self.secret.clear()
            return
        number = self.letter.id
        self.context.run(
            self, lambda stores: letters.password_of(sealed=stores.sealed, letter=number), self._show_password
        )

    def _show_password(self, password: str) -> None:
        self.secret.setText(f"Password: {password}")
        self.secret.show()

    def _button(self, choice: "_LetterChoice") -> QPushButton:
        about = choice.about.format(name=self.letter.name)
        return button(choice.text, lambda: self._decide(choice), "link", about)

    def _decide(self, choice: "_LetterChoice") -> None:
        decision = Decision(self.letter.id, self.context.now(), self.doubts.answered())

        def work(stores: OpenStores) -> Changes:
            return choice.carry_out(stores.sealed, decision)

        self.context.run(self, work)


@dataclass(frozen=True)
class Decision:
    """Which letter is decided about, when, and what was answered about its reader."""

    letter: int
    now: datetime
    answered: frozenset[Doubt]


@dataclass(frozen=True)
class _LetterChoice:
    """Something that may be decided about a letter. ``{name}`` in ``about`` is its reader."""

    choice: Choice
    text: str
    about: str = ""

    def carry_out(self, sealed: SealedStore, decision: Decision) -> Changes:
        letter, now = decision.letter, decision.now
        match self.choice:
            case Choice.CANCEL:
                return letters.cancel(sealed=sealed, letter=letter, now=now)
            case Choice.RELEASE:
                return letters.release(sealed=sealed, letter=letter, now=now, answered=decision.answered)
            case _:
                return letters.settle(sealed=sealed, letter=letter, choice=self.choice, now=now)


_AGAIN = _LetterChoice(
    Choice.AGAIN, "Send again (may arrive twice)", "Send to {name} again; it may arrive twice"
)
_DROP = _LetterChoice(Choice.CANCEL, "Do not send")
_CHOICES: dict[State, tuple[_LetterChoice, ...]] = {
    State.QUEUED: (_DROP,),
    State.RETRY: (_DROP,),
    State.HANDING_OVER: (),
    State.ACCEPTED: (),
    State.REFUSED: (_LetterChoice(Choice.AGAIN, "Try again", "The same address for {name}"), _DROP),
    State.UNKNOWN: (
        _LetterChoice(Choice.ARRIVED, "It arrived", "{name} has it: I have asked"),
        _AGAIN,
        _LetterChoice(Choice.LEAVE, "Leave it", "Do nothing more for {name}"),
    ),
    State.HELD: (_LetterChoice(Choice.RELEASE, "Release"), _DROP),
    State.CANCELLED: (),
    State.CONFIRMED: (),
    State.HANDED_OUT: (
        _LetterChoice(Choice.SENT, "Sent", "I have sent it to {name}"),
        _AGAIN,
        _LetterChoice(Choice.LEAVE, "Not sent", "{name} is not to have it from me"),
    ),
}
"""What may be decided about a letter in each state, where it may be chosen."""
