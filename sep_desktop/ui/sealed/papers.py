"""The papers: what each still lacks, the page before one leaves, and what became of each letter."""

from dataclasses import dataclass
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QFrame, QStackedWidget

from sep_desktop.domain.appraisal.form import PaperKind, papers_of
from sep_desktop.domain.appraisal.letter import Letter
from sep_desktop.domain.appraisal.record import Record
from sep_desktop.domain.outbox import SENDABLE
from sep_desktop.domain.settings import Drafting
from sep_desktop.domain.wording import plural
from sep_desktop.services.appraisals import papers
from sep_desktop.services.appraisals.papers import PapersView
from sep_desktop.services.appraisals.records import RecordDetails
from sep_desktop.services.appraisals.stores import OpenStores
from sep_desktop.ui.context.sending import DeliveryWay, delivery_way
from sep_desktop.ui.kit.basics import button, card, clear, column, holder, row, scrolling, words
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.sealed import sending
from sep_desktop.ui.sealed.confirm import ConfirmPage
from sep_desktop.ui.sealed.context import EditState, SealedContext
from sep_desktop.ui.sealed.paper_card import PaperCard

_GOVERNORS_DRAFT = (
    "The governors draft the statement here, so your product is the preliminary advice. "
    "Settings, Performance management, says who drafts."
)


@dataclass(frozen=True)
class _Loaded:
    """The papers, and the way by which their letters would leave."""

    view: PapersView
    way: DeliveryWay


class PapersPanel(QStackedWidget):
    """One card a paper; at most one of them is being confirmed, which ``focused`` says.

    ``gap_chosen`` carries the key of what a paper lacks, for the user to go there.
    """

    focused = Signal(bool)
    gap_chosen = Signal(str)

    def __init__(self, context: SealedContext) -> None:
        super().__init__()
        self.context = context
        self.record: Record | None = None
        self.confirming: ConfirmPage | None = None
        self.asked = 0
        self.content = column(gap=GAP * 2)
        self.content.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.addWidget(scrolling(holder(self.content)))

    def show_record(self, details: RecordDetails, asked: EditState) -> None:
        """Show the papers of a record, unless one of them is being confirmed."""
        if self.record and self.record.cycle.id != details.record.cycle.id:
            self._put_back()
        self.record = details.record
        if self.confirming is None:
            self._refresh()

    def jump_to(self, key: str) -> None:
        """Whatever was being confirmed is put back; every paper is in sight again."""
        if self.confirming:
            self._back()

    def _refresh(self) -> None:
        assert self.record is not None
        self.asked += 1
        cycle, today = self.record.cycle.id, self.context.today()

        def load(stores: OpenStores) -> _Loaded:
            view = papers.view(store=stores.visits, sealed=stores.sealed, cycle=cycle, today=today)
            return _Loaded(view, delivery_way(stores.visits))

        self.context.run(self, load, partial(self._show, self.asked))

    def _show(self, asked: int, loaded: _Loaded) -> None:
        if asked != self.asked:
            return
        view = loaded.view
        clear(self.content)
        waiting = sum(letter.state in SENDABLE for letter in view.letters)
        if waiting:
            self.content.addWidget(self._send_bar(waiting, loaded.way))
        for kind in papers_of(view.drafting):
            paper = PaperCard(self.context, view, kind)
            paper.gap_chosen.connect(self.gap_chosen)
            paper.asked_to_confirm.connect(self.confirm)
            self.content.addWidget(paper)
        if view.drafting is Drafting.GOVERNORS:
            self.content.addWidget(words(_GOVERNORS_DRAFT, "muted"))
        self.content.addStretch(1)

    def _send_bar(self, waiting: int, way: DeliveryWay) -> QFrame:
        self.send_button = button(f"Send {waiting} now", self._send, "primary")
        letters = plural(waiting, "letter waits", "letters wait")
        line = row(
            words(f"{letters}: each is one paper for one person. {way}."), self.send_button, gap=GAP * 2
        )
        line.setStretch(0, 1)
        return card(line)

    def _send(self) -> None:
        assert self.record is not None
        self.send_button.setEnabled(False)
        self.send_button.setText("Sending …")
        sending.send(self, self.context, self.record.cycle.id, self._refresh)

    def confirm(self, kind: PaperKind) -> None:
        """The page before a paper leaves has the place to itself."""
        if self.record is None or self.confirming or not self.context.autosave.flush():
            return
        page = self.confirming = ConfirmPage(self.context, self.record, kind)
        page.left.connect(self._back)
        page.queued.connect(self._queued)
        self.addWidget(page)
        self.setCurrentWidget(page)
        self.focused.emit(True)
        page.begin()

    def _put_back(self) -> None:
        page, self.confirming = self.confirming, None
        if page:
            self.removeWidget(page)
            page.deleteLater()
            self.focused.emit(False)

    def _back(self) -> None:
        self._put_back()
        self._refresh()

    def _queued(self, letters: list[Letter]) -> None:
        self._put_back()
        self.context.say(
            f"{plural(len(letters), 'letter')} queued.",
            "“Send now” lets them leave when there is a line. Each password stands beside its letter.",
        )
