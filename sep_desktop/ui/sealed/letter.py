"""One letter: how it stands, the password that opens it, and what may be decided about it."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime

from PySide6.QtWidgets import QPushButton, QWidget

from sep_desktop.domain.appraisal.doubts import Doubt
from sep_desktop.domain.appraisal.letter import Letter
from sep_desktop.domain.appraisal.panel import READER_NAMES
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.outbox import Choice, State
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
        choices = [*(self._button(choice) for choice in _CHOICES[letter.state]), password]
        self.setLayout(column(delivery_state(letter.state), who, self.doubts, row(*choices, None), gap=2))

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
        return button(choice.text, lambda: self._decide(choice.decide), "link", about)

    def _decide(self, decide: "_Decide") -> None:
        decision = Decision(self.letter.id, self.context.now(), self.doubts.answered())

        def work(stores: OpenStores) -> Changes:
            return decide(stores.sealed, decision)

        self.context.run(self, work)


@dataclass(frozen=True)
class Decision:
    """Which letter is decided about, when, and what was answered about its reader."""

    letter: int
    now: datetime
    answered: frozenset[Doubt]


_Decide = Callable[[SealedStore, Decision], Changes]


@dataclass(frozen=True)
class _LetterChoice:
    """Something that may be decided about a letter. ``{name}`` in ``about`` is its reader."""

    text: str
    decide: _Decide
    about: str = ""


def _settle(choice: Choice) -> _Decide:
    def decide(sealed: SealedStore, decision: Decision) -> Changes:
        return letters.settle(sealed=sealed, letter=decision.letter, choice=choice, now=decision.now)

    return decide


def _cancel(sealed: SealedStore, decision: Decision) -> Changes:
    return letters.cancel(sealed=sealed, letter=decision.letter, now=decision.now)


def _release(sealed: SealedStore, decision: Decision) -> Changes:
    return letters.release(
        sealed=sealed, letter=decision.letter, now=decision.now, answered=decision.answered
    )


_ARRIVED = _LetterChoice("It arrived", _settle(Choice.ARRIVED), "{name} has it: I have asked")
_AGAIN = _LetterChoice(
    "Send again (may arrive twice)", _settle(Choice.AGAIN), "Send to {name} again; it may arrive twice"
)
_LEAVE = _LetterChoice("Leave it", _settle(Choice.LEAVE), "Do nothing more for {name}")
_TRY_AGAIN = _LetterChoice("Try again", _settle(Choice.AGAIN), "The same address for {name}")
_DROP = _LetterChoice("Do not send", _cancel)
_CHOICES: dict[State, tuple[_LetterChoice, ...]] = {
    State.QUEUED: (_DROP,),
    State.RETRY: (_DROP,),
    State.HANDING_OVER: (),
    State.ACCEPTED: (),
    State.REFUSED: (_TRY_AGAIN, _DROP),
    State.UNKNOWN: (_ARRIVED, _AGAIN, _LEAVE),
    State.HELD: (_LetterChoice("Release", _release), _DROP),
    State.CANCELLED: (),
    State.CONFIRMED: (),
    State.HANDED_OUT: (_ARRIVED, _AGAIN),
}
"""What may be decided about a letter in each state."""
