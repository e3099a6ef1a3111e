"""The page before a paper leaves: who, with which password, what, how, and what to look at twice."""

from typing import Any

import shiboken6
from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QFrame, QLineEdit, QWidget

from sep_desktop.domain.appraisal.form import PAPER_NAMES, PaperKind
from sep_desktop.domain.appraisal.letter import Letter
from sep_desktop.domain.appraisal.panel import READER_NAMES, Person
from sep_desktop.domain.appraisal.record import Record
from sep_desktop.domain.wording import plural
from sep_desktop.errors import UserError
from sep_desktop.services.appraisals import papers
from sep_desktop.services.appraisals.papers import PaperConfirmation
from sep_desktop.ui.context.sending import EXITS
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
from sep_desktop.ui.kit.pdf_preview import first_page
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.sealed.context import SealedContext

_SIDE_BY_SIDE = 720
_OUT_OF_BAND = "Tell each password by telephone or on paper, never by e-mail. It stays in this sealed store, where you can look it up."


def password_field(context: SealedContext, cycle: int, person: Person, secret: str) -> QLineEdit:
    """A password as it is read out to its reader; what is typed is kept as it is typed."""
    field = QLineEdit(secret)
    field.setAccessibleName(f"Password for {person.name}")
    field.setMinimumWidth(field.fontMetrics().horizontalAdvance("M" * 14) + 24)
    field.textEdited.connect(
        lambda typed: papers.propose(sealed=context.sealed, cycle=cycle, address=person.email, secret=typed)
    )
    return field


class ConfirmPage(QWidget):
    """``left`` without completing, or ``queued`` with the letters."""

    left = Signal()
    queued = Signal(list)

    def __init__(self, context: SealedContext, record: Record, kind: PaperKind) -> None:
        super().__init__()
        self.context, self.cycle, self.kind, self.reason = context, record.cycle.id, kind, ""
        self.ticks: list[tuple[Person, Tick, QLineEdit]] = []
        self.both: QBoxLayout | None = None
        self.content = column(gap=GAP * 2)
        self.content.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.back = button("Back", self.left.emit)
        self.on = row(gap=GAP)
        foot = row(self.back, None, self.on)
        foot.setContentsMargins(GAP * 3, GAP, GAP * 3, GAP)
        self.area = scrolling(holder(self.content))
        frame = QFrame()
        frame.setProperty("role", "status")
        frame.setLayout(foot)
        layout = column(self.area, frame, gap=0)
        layout.setStretch(0, 1)
        self.setLayout(layout)
        if record.newest(kind):
            self._ask_reason()
        else:
            self._ask()

    def _go_on(self, made: QWidget) -> None:
        """The one button that goes on, always in sight."""
        clear(self.on)
        self.on.addWidget(made)

    def _ask_reason(self) -> None:
        """A correction is given its reason first."""
        field = self.reason_field = QLineEdit()
        on = button("Continue", lambda: self._ask(field.text()), "primary")
        field.returnPressed.connect(on.click)
        about = words("Its readers will be told why. The version that was sent stays as it is.", "muted")
        self.content.addWidget(
            card(words(f"{PAPER_NAMES[self.kind]}: a correction", "section"), about, form(("Reason", field)))
        )
        self.content.addStretch(1)
        self._go_on(on)
        field.setFocus()

    def _ask(self, reason: str = "") -> None:
        self.reason, now = reason, self.context.now()

        def work() -> PaperConfirmation:
            return papers.confirm(
                store=self.context.store,
                sealed=self.context.sealed,
                cycle=self.cycle,
                kind=self.kind,
                now=now,
                reason=reason,
            )

        self.context.read(work, self._show, outside=True, failed=self._cannot)

    def _cannot(self, error: BaseException) -> None:
        self.context.fail(error)
        if shiboken6.isValid(self) and not self.reason and not hasattr(self, "reason_field"):
            self.left.emit()

    def _show(self, confirmed: PaperConfirmation) -> None:
        if not shiboken6.isValid(self):
            return  # gone back meanwhile
        clear(self.content)
        about = f"Version {confirmed.number}, {plural(confirmed.paper.pages, 'page')}, marked for each reader by name, opened by their password alone."
        paper = card(
            words(PAPER_NAMES[self.kind], "section"),
            words(about, "muted"),
            first_page(confirmed.paper.data, "Page one of the paper"),
        )
        notes = [
            card(
                words("Remarks", "section"),
                state_mark("wait", "Check before sending"),
                *(words(f"•  {each}") for each in confirmed.remarks),
            )
        ]
        both = row(
            column(
                self._who(confirmed), self._how(), *(notes if confirmed.remarks else []), None, gap=GAP * 2
            ),
            column(paper, None),
            gap=GAP * 2,
        )
        both.setStretch(0, 3)
        both.setStretch(1, 2)
        self.both = both
        self._fit()
        self.content.addLayout(both)
        self.content.addStretch(1)
        self.queue = button(
            "Queue for sending", lambda: self._queue(confirmed), "primary", "Completes this version for good"
        )
        self._go_on(self.queue)
        self.ticks[0][1].setFocus()

    def _fit(self) -> None:
        """The paper stands beside its readers where there is room."""
        if self.both:
            wide = self.width() >= _SIDE_BY_SIDE
            self.both.setDirection(
                QBoxLayout.Direction.LeftToRight if wide else QBoxLayout.Direction.TopToBottom
            )

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self._fit()

    def _who(self, confirmed: PaperConfirmation) -> QFrame:
        lines: list[Any] = [
            words("To these people, each by a message of their own, and to nobody else", "section"),
            words("Tick each when the address is right and the password is agreed. " + _OUT_OF_BAND, "muted"),
        ]
        self.ticks = []
        for person in confirmed.people:
            tick = Tick(f"{person.name}, {READER_NAMES[person.reader].lower()}\n{person.email}")
            secret = password_field(self.context, self.cycle, person, confirmed.passwords[person.email])
            state = (
                "as agreed before" if person.email in confirmed.agreed else "suggested; change it if you like"
            )
            self.ticks.append((person, tick, secret))
            lines += [rule(), tick, words(f"Password, {state}", "small"), secret]
        return card(*lines)

    def _how(self) -> QFrame:
        settings = self.context.store.settings
        way = settings.text("delivery.method")
        place = {"smtp": settings.text("mail.host"), "program": "your own"}.get(
            way, settings.text("mail.folder")
        )
        lines = [
            words("How", "section"),
            words(
                f"{EXITS[way]}{f': {place}' if place and way != 'program' else ''}. The subject line gives nothing away."
            ),
        ]
        if not place:
            lines.append(
                words(
                    "That is not set up yet: the letters wait here until it is, in Settings, Mail. Going there closes this page.",
                    "wait",
                )
            )
        return card(*lines)

    def _queue(self, confirmed: PaperConfirmation) -> None:
        unticked = [tick for _, tick, _ in self.ticks if not tick.isChecked()]
        if unticked:
            unticked[0].setFocus()
            self.area.ensureWidgetVisible(unticked[0], 0, 80)
            self.context.fail(
                UserError(
                    "Tick each reader first.",
                    "A tick says that the address is right and the password is agreed.",
                )
            )
            return
        passwords, reason = {person.email: secret.text() for person, _, secret in self.ticks}, self.reason
        for each in (self.queue, self.back):
            each.setEnabled(
                False
            )  # a second click would complete it once more, and going back would not stop it

        def work() -> list[Letter]:
            return papers.complete(
                store=self.context.store,
                sealed=self.context.sealed,
                confirmed=confirmed,
                passwords=passwords,
                now=self.context.now(),
                reason=reason,
            )

        self.context.read(work, self.queued.emit, outside=True, failed=self._not_queued)

    def _not_queued(self, error: BaseException) -> None:
        self.context.fail(error)
        for each in (self.queue, self.back):
            if shiboken6.isValid(each):
                each.setEnabled(True)
