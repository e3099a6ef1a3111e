"""Send: the letter before anything leaves, and what became of what left."""

from typing import Any

from PySide6.QtWidgets import QPlainTextEdit

from sep_desktop.domain.wording import day_and_time, plural
from sep_desktop.errors import UserError
from sep_desktop.services import reports
from sep_desktop.services.visits import VisitView
from sep_desktop.storage.outbox import Message
from sep_desktop.ui.context.sending import EXITS
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import (
    Tick,
    button,
    card,
    clear,
    column,
    empty,
    form,
    holder,
    row,
    rule,
    scrolling,
    state_mark,
    words,
)
from sep_desktop.ui.kit.dialog import FormDialog
from sep_desktop.ui.kit.pdf_preview import first_page
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.outbox.page import message_card
from sep_desktop.ui.visit.step import StepPanel


class SendPanel(StepPanel):
    """Before completing: who, what, how, remarks. Afterwards: the versions and their deliveries."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.visit = 0
        self.reason = ""
        self.ticks: list[Tick] = []
        self.asked = 0
        self.content = column(gap=GAP * 2)
        self.content.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.setLayout(column(scrolling(holder(self.content)), gap=0))

    def show_visit(self, view: VisitView) -> None:
        if view.visit.id != self.visit:
            self.visit, self.reason = view.visit.id, ""
        self._refresh()

    def forget(self) -> None:
        self.visit, self.reason = 0, ""
        self.asked += 1
        clear(self.content)

    def _refresh(self) -> None:
        """Read the visit as it is; only the newest answer is shown."""
        self.asked += 1
        visit, asked = self.visit, self.asked
        self.session.read(
            lambda: self._load(visit), lambda loaded: self._show(loaded) if asked == self.asked else None
        )

    def _load(self, visit: int) -> tuple[reports.ReportView, bool, list[Message]]:
        store = self.session.store
        report = reports.open_report(store=store, visit=visit, now=self.session.now())
        sent = [
            message
            for message in store.outbox.messages(urn=report.visit.urn)
            if message.report_id == report.id
        ]
        return report, reports.is_locked(store=store, report=report), sent

    def _show(self, loaded: tuple[reports.ReportView, bool, list[Message]]) -> None:
        report, locked, sent = loaded
        clear(self.content)
        if not locked:
            self._before(report)
        for message in reversed(sent):
            self.content.addWidget(message_card(self.session, self, message, on_its_visit=True))
        if locked and sent:
            self.content.addLayout(
                row(
                    button("Correct this report …", self._correct),
                    None,
                    button("To the outbox", lambda: self.session.go("outbox")),
                )
            )
        self.content.addStretch(1)

    def _before(self, report: reports.ReportView) -> None:
        lacking = reports.missing(store=self.session.store, report=report)
        if lacking:
            sentences = "\n".join(f"•  {gap.sentence}" for gap in lacking)
            to_report = button(
                "To the report", lambda: self.session.go(f"visit/{self.visit}/report"), "primary"
            )
            self.content.addWidget(empty(f"The report is not complete yet:\n{sentences}", to_report))
        elif report.versions and not self.reason:
            self.content.addWidget(
                empty(
                    "This corrects a completed report. Its readers will be told why.",
                    button("Give the reason …", self._ask_reason, "primary"),
                )
            )
        else:
            visit, reason, asked = self.visit, self.reason, self.asked
            work = lambda: reports.confirm(
                store=self.session.store, visit=visit, now=self.session.now(), reason=reason
            )  # noqa: E731
            show = lambda found: self._letter(found) if asked == self.asked else None  # noqa: E731
            cannot = lambda error: self._cannot(error) if asked == self.asked else None  # noqa: E731
            self.session.operations.run(work, show, cannot, outside=True)

    def _cannot(self, error: BaseException) -> None:
        if isinstance(error, UserError):
            school = button("To the school", lambda: self.session.go(f"school/{self._urn()}"), "primary")
            self.content.insertWidget(0, empty(f"{error.message} {error.hint}", school))
        else:
            self.session.fail(error)

    def _urn(self) -> str:
        found = self.session.store.visits.get(self.visit)
        return found.urn if found else ""

    def _ask_reason(self) -> None:
        field = QPlainTextEdit()
        field.setTabChangesFocus(True)
        field.setMaximumHeight(100)

        def work() -> None:
            if not field.toPlainText().strip():
                raise UserError("A correction needs its reason.", "One sentence is enough.")
            self.reason = field.toPlainText()
            self._refresh()

        dialog = FormDialog(
            self, "Reason for the correction", "Continue", work, "It is printed on the new version."
        )
        dialog.content.addLayout(form(("Reason", field)))
        dialog.open()

    def _letter(self, found: Any) -> None:
        """The page before anything leaves."""
        confirmed: reports.Confirmation = found
        settings = self.session.store.settings
        who: list[Any] = [
            words("To these three, and to nobody else", "section"),
            words("Tick each when you have looked at the address.", "muted"),
        ]
        self.ticks = []
        for each in confirmed.recipients:
            tick = Tick(f"{each.name}, {each.role_name}\n{each.address}")
            self.ticks.append(tick)
            who += [rule(), tick]
        title = f"{confirmed.report.template.title}: {confirmed.report.school.name}"
        what = [
            words("What", "section"),
            words(title, "strong"),
            words(f"Version {confirmed.number}, {plural(confirmed.paper.pages, 'page')}", "muted"),
            first_page(confirmed.paper.data, "Page one of the report"),
        ]
        way = settings.text("delivery.method")
        place = settings.text("mail.host") if way == "smtp" else settings.text("mail.folder")
        how = [words("How", "section"), words(EXITS[way] + (f": {place}" if place else ""))]
        if way == "smtp" and not place:
            how.append(
                words(
                    "No mail server is set up yet: the report will wait in the outbox until one is, or until you choose another way.",
                    "wait",
                )
            )
        marks = [state_mark("wait", "Look")] if confirmed.remarks else []
        notes = (
            [words("Remarks", "section"), *marks, *(words(f"•  {each}") for each in confirmed.remarks)]
            if confirmed.remarks
            else []
        )
        left, right = (
            column(card(*who), card(*how), *([card(*notes)] if notes else []), None, gap=GAP * 2),
            column(card(*what), None),
        )
        both = row(left, right, gap=GAP * 2)
        both.setStretch(0, 3)
        both.setStretch(1, 2)
        self.queue = button(
            "Queue for sending",
            lambda: self._queue(confirmed),
            "primary",
            "Completes this version for good; it can be corrected, not changed",
        )
        self.content.insertLayout(0, both)
        self.content.insertLayout(
            1,
            row(
                button("Back to the report", lambda: self.session.go(f"visit/{self.visit}/report")),
                None,
                self.queue,
            ),
        )

    def _queue(self, confirmed: reports.Confirmation) -> None:
        unticked = [tick for tick in self.ticks if not tick.isChecked()]
        if unticked:
            unticked[0].setFocus()
            self.session.fail(
                UserError(
                    "Not every address has been looked at.",
                    "Tick each of the three when its name and address are right.",
                )
            )
            return
        reason, visit = self.reason, self.visit
        self.queue.setEnabled(False)  # a second click would complete it once more

        def work() -> Any:
            return reports.complete(
                store=self.session.store,
                visit=visit,
                confirmed=confirmed,
                now=self.session.now(),
                reason=reason,
            )

        def done(changes: Any) -> None:
            self.reason = ""
            self.session.status.emit(f"Completed {day_and_time(confirmed.made)}")

        def failed(error: BaseException) -> None:
            self.session.fail(error)
            self._refresh()

        self.session.act(work, done, failed)

    def _correct(self) -> None:
        self.session.go(f"visit/{self.visit}/report/correct")
