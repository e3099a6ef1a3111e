"""Send: what is looked at before anything leaves, and what became of what left."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QFrame

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.wording import day_and_time
from sep_desktop.errors import UserError
from sep_desktop.services import reports
from sep_desktop.services.visits import VisitView
from sep_desktop.ui.context.dialog import FormDialog
from sep_desktop.ui.context.message_card import message_card
from sep_desktop.ui.context.sending import DeliveryWay, delivery_way
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import button, clear, column, empty, form, holder, row, scrolling
from sep_desktop.ui.kit.growing_text import PlainText
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.visit.confirmation import ConfirmationView
from sep_desktop.ui.visit.step import StepPanel


class SendPanel(StepPanel):
    """Before completing: who, what, how, remarks. Afterwards: the versions and their deliveries."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.visit, self.urn = 0, ""
        self.reason = ""
        self.asked = 0
        self.confirmation: ConfirmationView | None = None
        self.content = column(gap=GAP * 2)
        self.content.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.setLayout(column(scrolling(holder(self.content)), gap=0))

    def show_visit(self, view: VisitView) -> None:
        """Read the report; a reason that was given for correcting another visit's report is forgotten."""
        if view.visit.id != self.visit:
            self.visit, self.urn, self.reason = view.visit.id, view.visit.urn, ""
        self._refresh()

    def forget(self) -> None:
        """Show nothing any more, and no answer that is still to come."""
        self.visit, self.urn, self.reason = 0, "", ""
        self.asked += 1
        self._clear()

    def _clear(self) -> None:
        self.confirmation = None
        clear(self.content)

    def _refresh(self) -> None:
        """Read the visit as it is; only the newest answer is shown."""
        self.asked += 1
        visit, now = self.visit, self.session.now()
        self.session.run(
            self,
            lambda store: reports.send_view(store=store, visit=visit, now=now),
            partial(self._show, self.asked),
        )

    def _show(self, asked: int, view: reports.SendView) -> None:
        if asked != self.asked:
            return
        self._clear()
        if not view.locked:
            self._before(view)
        for message in reversed(view.messages):
            self.content.addWidget(message_card(self.session, self, message, on_its_visit=True))
        if view.locked and view.messages:
            correct = button("Correct this report …", partial(self._go_to, "report/correct"))
            outbox = button("To the outbox", partial(self.session.go, "outbox"))
            self.content.addLayout(row(correct, None, outbox))
        self.content.addStretch(1)

    def _go_to(self, place: str) -> None:
        self.session.go(f"visit/{self.visit}/{place}")

    def _before(self, view: reports.SendView) -> None:
        """What is to be done before it can be completed, or the confirmation."""
        if view.missing:
            self.content.addWidget(self._missing(view))
        elif view.report.versions and not self.reason:
            give = button("Give the reason …", self._ask_reason, "primary")
            text = "This corrects a completed report. Its readers will be told why."
            self.content.addWidget(empty(text, give))
        else:
            self._confirm()

    def _missing(self, view: reports.SendView) -> QFrame:
        sentences = "\n".join(f"•  {gap.sentence}" for gap in view.missing)
        to_report = button("To the report", partial(self._go_to, "report"), "primary")
        return empty(f"The report is not complete yet:\n{sentences}", to_report)

    def _confirm(self) -> None:
        visit, reason, now = self.visit, self.reason, self.session.now()

        def work(store: Store) -> tuple[reports.Confirmation, DeliveryWay]:
            confirmation = reports.confirm(store=store, visit=visit, now=now, reason=reason)
            return confirmation, delivery_way(store)

        self.session.run(
            self,
            work,
            partial(self._show_confirmation, self.asked),
            failed=partial(self._cannot_confirm, self.asked),
            slow=True,
        )

    def _cannot_confirm(self, asked: int, error: BaseException) -> None:
        if asked != self.asked:
            return
        if isinstance(error, UserError):
            school = button("To the school", partial(self.session.go, f"school/{self.urn}"), "primary")
            self.content.insertWidget(0, empty(f"{error.message} {error.hint}", school))
        else:
            self.session.fail(error)

    def _show_confirmation(self, asked: int, confirmed: tuple[reports.Confirmation, DeliveryWay]) -> None:
        if asked == self.asked:
            confirmation, way = confirmed
            back, queue = partial(self._go_to, "report"), partial(self._queue, confirmation)
            self.confirmation = ConfirmationView(confirmation, way, back, queue)
            self.content.insertWidget(0, self.confirmation)

    def _ask_reason(self) -> None:
        field = PlainText()
        field.setTabChangesFocus(True)
        field.setMaximumHeight(100)

        def read() -> Callable[[Store], str]:
            reason = field.toPlainText()
            if not reason.strip():
                raise UserError("A correction needs its reason.", "One sentence is enough.")
            return lambda _: reason

        dialog = FormDialog(
            self,
            self.session.runner,
            "Reason for the correction",
            "Continue",
            read,
            "It is printed on the new version.",
            self._take_reason,
        )
        dialog.content.addLayout(form(("Reason", field)))
        dialog.open()

    def _take_reason(self, reason: str) -> None:
        self.reason = reason
        self._refresh()

    def _queue(self, confirmed: reports.Confirmation) -> None:
        """Complete the version that was looked at; it is then queued for sending."""
        if self.confirmation is None or not self.confirmation.all_ticked():
            self.session.fail(
                UserError(
                    "Not every address has been looked at.",
                    "Tick each when its name and address are right.",
                )
            )
            return
        self.confirmation.queue.setEnabled(False)  # a second click would complete it once more
        visit, now = self.visit, self.session.now()
        self.session.run(
            self,
            lambda store: reports.complete(store=store, visit=visit, confirmed=confirmed, now=now),
            partial(self._completed, confirmed),
            failed=self._not_completed,
        )

    def _completed(self, confirmed: reports.Confirmation, changes: Changes) -> None:
        self.reason = ""
        self.session.status.emit(f"Completed {day_and_time(confirmed.made)}")
        self.session.say("It is queued for sending.", "The Outbox says what becomes of it.")

    def _not_completed(self, error: BaseException) -> None:
        self.session.fail(error)
        self._refresh()
