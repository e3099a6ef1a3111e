"""The page before anything leaves: to whom, what, how, and what to look at twice."""

from collections.abc import Callable

from PySide6.QtWidgets import QFrame, QWidget

from sep_desktop.domain.wording import in_letters, plural
from sep_desktop.services import reports
from sep_desktop.ui.context.sending import DeliveryWay, Setup
from sep_desktop.ui.kit.basics import Tick, button, card, column, row, rule, state_mark, words
from sep_desktop.ui.kit.pdf_preview import first_page
from sep_desktop.ui.kit.theme import GAP

_NO_SERVER = (
    "No mail server is set up yet: the report will wait in the outbox until one is, "
    "or until you choose another way."
)


class ConfirmationView(QWidget):
    """A tick for each recipient, and the button that completes the version."""

    def __init__(
        self,
        confirmed: reports.Confirmation,
        way: DeliveryWay,
        go_back: Callable[[], None],
        complete: Callable[[], None],
    ) -> None:
        super().__init__()
        self.ticks = [Tick(f"{each.name}, {each.role_name}\n{each.address}") for each in confirmed.recipients]
        self.queue = button(
            "Queue for sending",
            complete,
            "primary",
            "Completes this version for good; it can be corrected, not changed",
        )
        remarks = [_remarks(confirmed.remarks)] if confirmed.remarks else []
        left = column(self._recipients(), _way(way), *remarks, None, gap=GAP * 2)
        both = row(left, column(_paper(confirmed), None), gap=GAP * 2)
        both.setStretch(0, 3)
        both.setStretch(1, 2)
        foot = row(button("Back to the report", go_back), None, self.queue)
        self.setLayout(column(both, foot, gap=GAP * 2))

    def all_ticked(self) -> bool:
        """Whether every address has been looked at; the first that has not gets the cursor."""
        unticked = [tick for tick in self.ticks if not tick.isChecked()]
        if unticked:
            unticked[0].setFocus()
        return not unticked

    def _recipients(self) -> QFrame:
        whom = f"these {in_letters(len(self.ticks))}" if len(self.ticks) > 1 else "this person"
        return card(
            words(f"To {whom}, and to nobody else", "section"),
            words("Tick each when you have looked at the address.", "muted"),
            *(part for tick in self.ticks for part in (rule(), tick)),
        )


def _paper(confirmed: reports.Confirmation) -> QFrame:
    report, paper = confirmed.report, confirmed.paper
    return card(
        words("What", "section"),
        words(f"{report.template.title}: {report.school.name}", "strong"),
        words(f"Version {confirmed.number}, {plural(paper.pages, 'page')}", "muted"),
        first_page(paper.data, "Page one of the report"),
    )


def _way(way: DeliveryWay) -> QFrame:
    no_server = way.setup is Setup.SERVER and not way.is_set_up
    warning = [words(_NO_SERVER, "wait")] if no_server else []
    return card(words("How", "section"), words(str(way)), *warning)


def _remarks(remarks: tuple[str, ...]) -> QFrame:
    sentences = [words(f"•  {remark}") for remark in remarks]
    return card(words("Remarks", "section"), state_mark("wait", "Look"), *sentences)
