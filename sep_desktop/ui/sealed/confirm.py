"""The page before a paper leaves: who, with which password, what, how, and what to look at twice."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLineEdit, QWidget

from sep_desktop.domain.appraisal.form import PAPER_NAMES, PaperKind
from sep_desktop.domain.appraisal.letter import Letter
from sep_desktop.domain.appraisal.panel import READER_NAMES, Person
from sep_desktop.domain.appraisal.record import Record
from sep_desktop.domain.changes import Changed
from sep_desktop.domain.wording import plural
from sep_desktop.errors import UserError
from sep_desktop.services.appraisals import papers
from sep_desktop.services.appraisals.papers import PaperConfirmation
from sep_desktop.services.appraisals.stores import OpenStores
from sep_desktop.ui.context.sending import DeliveryWay, delivery_way
from sep_desktop.ui.kit.basics import (
    Tick,
    button,
    card,
    clear,
    column,
    form,
    holder,
    row,
    rule,
    scrolling,
    state_mark,
    words,
)
from sep_desktop.ui.kit.line_field import LineField
from sep_desktop.ui.kit.pdf_preview import first_page
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.sealed.context import SealedContext
from sep_desktop.ui.sealed.doubts import DoubtTicks
from sep_desktop.ui.sealed.password import password_field

_SIDE_BY_SIDE = 720  # pixels from which the paper stands beside its readers
_ABOUT_READERS = (
    "Tick each when the address is right and the password is agreed. "
    "Tell each password by telephone or on paper, never by e-mail. "
    "It stays in this sealed store, where you can look it up."
)
_ABOUT_DOUBTS = (
    "Tick each sentence when it is true; what you answered is kept with the letter. "
    "Correct the address under People when it is not."
)
_NOT_SET_UP = (
    "That is not set up yet: the letters wait here until it is, in Settings, Mail. "
    "Going there closes this page."
)


@dataclass(frozen=True)
class _Loaded:
    """What would be completed, and the way by which its letters would leave."""

    confirmed: PaperConfirmation
    way: DeliveryWay


class ConfirmPage(QWidget):
    """``left`` without completing, or ``queued`` with the letters."""

    left = Signal()
    queued = Signal(list)

    def __init__(self, context: SealedContext, record: Record, kind: PaperKind) -> None:
        super().__init__()
        self.context, self.cycle, self.kind = context, record.cycle.id, kind
        self.is_correction = record.newest(kind) is not None
        self.ticks: list[tuple[Person, Tick, QLineEdit]] = []
        self.doubts = DoubtTicks(())
        self.both: QBoxLayout | None = None
        self.content = column(gap=GAP * 2)
        self.content.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.back_button = button("Back", self.left.emit)
        self.onward = row(gap=GAP)
        foot = row(self.back_button, None, self.onward)
        foot.setContentsMargins(GAP * 3, GAP, GAP * 3, GAP)
        self.area = scrolling(holder(self.content))
        frame = QFrame()
        frame.setProperty("role", "status")
        frame.setLayout(foot)
        layout = column(self.area, frame, gap=0)
        layout.setStretch(0, 1)
        self.setLayout(layout)

    def begin(self) -> None:
        """Ask for the reason of a correction; show everything else at once."""
        if self.is_correction:
            self._ask_reason()
        else:
            self._confirm("")

    def _put_onward(self, action: QWidget) -> None:
        """The one button that goes on, always in sight."""
        clear(self.onward)
        self.onward.addWidget(action)

    def _ask_reason(self) -> None:
        """A correction is given its reason first."""
        field = self.reason_field = LineField()
        onward = button("Continue", lambda: self._confirm(field.text()), "primary")
        field.returnPressed.connect(onward.click)
        title = words(f"{PAPER_NAMES[self.kind]}: a correction", "section")
        about = words("Its readers will be told why. The completed version stays as it is.", "muted")
        self.content.addWidget(card(title, about, form(("Reason", field))))
        self.content.addStretch(1)
        self._put_onward(onward)
        field.setFocus()

    def _confirm(self, reason: str) -> None:
        cycle, kind, now = self.cycle, self.kind, self.context.now()

        def load(stores: OpenStores) -> _Loaded:
            confirmed = papers.confirm(
                store=stores.visits, sealed=stores.sealed, cycle=cycle, kind=kind, now=now, reason=reason
            )
            return _Loaded(confirmed, delivery_way(stores.visits))

        self.context.run(self, load, self._show, failed=self._not_confirmed, slow=True)

    def _not_confirmed(self, error: BaseException) -> None:
        self.context.fail(error)
        if not self.is_correction:
            self.left.emit()

    def _show(self, loaded: _Loaded) -> None:
        confirmed = loaded.confirmed
        clear(self.content)
        left = column(self._readers(confirmed), gap=GAP * 2)
        self.doubts = DoubtTicks(confirmed.doubts)
        if confirmed.doubts:
            left.addWidget(_in_doubt(self.doubts))
        left.addWidget(self._way(loaded.way))
        if confirmed.remarks:
            left.addWidget(_remarks(confirmed))
        left.addStretch(1)
        both = row(left, column(self._paper(confirmed), None), gap=GAP * 2)
        both.setStretch(0, 3)
        both.setStretch(1, 2)
        self.both = both
        self._fit()
        self.content.addLayout(both)
        self.content.addStretch(1)
        queue = partial(self._queue, confirmed)
        self.queue = button("Queue for sending", queue, "primary", "Completes this version for good")
        self._put_onward(self.queue)
        self.ticks[0][1].setFocus()

    def _paper(self, confirmed: PaperConfirmation) -> QFrame:
        about = (
            f"Version {confirmed.number}, {plural(confirmed.paper.pages, 'page')}, "
            "marked for each reader by name, opened by their password alone."
        )
        picture = first_page(confirmed.paper.data, "Page one of the paper")
        return card(words(PAPER_NAMES[self.kind], "section"), words(about, "muted"), picture)

    def _fit(self) -> None:
        """The paper stands beside its readers where both fit."""
        if self.both:
            wide = self.width() >= _SIDE_BY_SIDE
            self.both.setDirection(
                QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _readers(self, confirmed: PaperConfirmation) -> QFrame:
        lines: list[QWidget] = [
            words("To these people, each by a message of their own, and to nobody else", "section"),
            words(_ABOUT_READERS, "muted"),
        ]
        self.ticks = []
        for person in confirmed.people:
            tick = Tick(f"{person.name}, {READER_NAMES[person.reader].lower()}\n{person.email}")
            secret = password_field(self.context, self.cycle, person, confirmed.passwords[person.email])
            agreed = person.email in confirmed.agreed
            state = "as agreed before" if agreed else "suggested; change it if you like"
            self.ticks.append((person, tick, secret))
            lines += [rule(), tick, words(f"Password, {state}", "small"), secret]
        return card(*lines)

    def _way(self, way: DeliveryWay) -> QFrame:
        lines = [words("How", "section"), words(f"{way}. The subject line gives nothing away.")]
        if not way.is_set_up:
            lines.append(words(_NOT_SET_UP, "wait"))
        return card(*lines)

    def _queue(self, confirmed: PaperConfirmation) -> None:
        unticked = [tick for _, tick, _ in self.ticks if not tick.isChecked()]
        if unticked:
            unticked[0].setFocus()
            self.area.ensureWidgetVisible(unticked[0], 0, 80)
            hint = "A tick says that the address is right and the password is agreed."
            self.context.fail(UserError("Tick each reader first.", hint))
            return
        if open_doubt := self.doubts.first_open():
            open_doubt.setFocus()
            self.area.ensureWidgetVisible(open_doubt, 0, 80)
            self.context.fail(UserError("A reader is like somebody who must not read this.", _ABOUT_DOUBTS))
            return
        passwords = {person.email: secret.text() for person, _, secret in self.ticks}
        answered, now = self.doubts.answered(), self.context.now()
        self._allow(False)  # a second click would complete it once more, and going back would not stop it
        self.context.run(
            self,
            lambda stores: papers.complete(
                store=stores.visits,
                sealed=stores.sealed,
                confirmed=confirmed,
                passwords=passwords,
                now=now,
                answered=answered,
            ),
            self._queued,
            failed=self._not_queued,
            slow=True,
        )

    def _allow(self, on: bool) -> None:
        for choice in (self.queue, self.back_button):
            choice.setEnabled(on)

    def _queued(self, letters: Changed[list[Letter]]) -> None:
        self.queued.emit(letters.value)

    def _not_queued(self, error: BaseException) -> None:
        self.context.fail(error)
        self._allow(True)


def _in_doubt(doubts: DoubtTicks) -> QFrame:
    title = words("Will only the right people read it?", "section")
    return card(title, words(_ABOUT_DOUBTS, "muted"), doubts)


def _remarks(confirmed: PaperConfirmation) -> QFrame:
    return card(
        words("Remarks", "section"),
        state_mark("wait", "Check before sending"),
        *(words(f"•  {remark}") for remark in confirmed.remarks),
    )
