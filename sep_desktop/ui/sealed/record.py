"""One record: a stepper across the top, the step's content, and at the right what is still to do."""

from collections.abc import Callable, Sequence
from functools import partial
from typing import assert_never

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QBoxLayout, QStackedWidget, QWidget

from sep_desktop.domain.appraisal.form import PaperKind, Stage
from sep_desktop.domain.appraisal.record import Record, is_annex_needed, time_left
from sep_desktop.domain.wording import plural, sentence
from sep_desktop.services.appraisals import records
from sep_desktop.services.appraisals.records import RecordDetails, ToDo
from sep_desktop.ui.kit.basics import button, card, clear, column, holder, row, scrolling, words
from sep_desktop.ui.kit.panes import as_pane
from sep_desktop.ui.kit.step_button import StepButton
from sep_desktop.ui.kit.theme import GAP, NARROW
from sep_desktop.ui.sealed.context import EditState, SealedContext
from sep_desktop.ui.sealed.papers import PapersPanel
from sep_desktop.ui.sealed.people import PeoplePanel
from sep_desktop.ui.sealed.retention import RetentionPanel
from sep_desktop.ui.sealed.writing import WritingPanel

_SIDE = 304  # pixels of the list at the right
_WITH_SIDE = NARROW - 208  # pixels of the view from which the list has its place
_PAPER_OF = {
    Stage.BACK: PaperKind.ADVICE,
    Stage.ADVICE: PaperKind.ADVICE,
    Stage.MEETING: PaperKind.STATEMENT,
}
"""The paper that is shown beside the writing of each stage that is written."""

Panel = PeoplePanel | WritingPanel | PapersPanel | RetentionPanel


class RecordView(QWidget):
    """``shown`` tells the page which record this is, for its head.

    ``gone`` says that there is none any more, and what went; ``went`` that another step is open.
    """

    shown = Signal(object)
    gone = Signal(str)
    went = Signal()

    def __init__(self, context: SealedContext) -> None:
        super().__init__()
        self.context = context
        self.cycle, self.asked, self.wanted = 0, 0, ""
        self.stage: Stage | None = None
        self.record: Record | None = None
        self.is_retention_shown = self.is_confirming = False
        self.panels: dict[Stage, Panel] = {}
        self.retention: RetentionPanel | None = None
        self.in_short, self.stack = words("", "small"), QStackedWidget()
        self.steps = {stage: StepButton(stage.value, partial(self.go, stage)) for stage in Stage}
        self.to_do = column(gap=GAP)
        self.to_do.setContentsMargins(GAP, GAP * 2, GAP * 3, GAP * 2)
        self.side = scrolling(holder(self.to_do))
        self.side.setFixedWidth(_SIDE)
        self._lay_out()
        context.changed.connect(self.refresh)
        context.autosave.rested.connect(self._count_again)

    def _lay_out(self) -> None:
        stepper = row(gap=2)
        for step in self.steps.values():
            stepper.addWidget(step, 1)
        top = column(stepper, self.in_short, gap=4)
        top.setContentsMargins(GAP * 3, GAP, GAP * 3, 0)
        both = row(self.stack, self.side, gap=0)
        both.setStretch(0, 1)
        layout = column(as_pane(holder(top)), both, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)

    def open(self, cycle: int) -> None:
        """Show a cycle at its next sensible step."""
        self.cycle, self.stage, self.record, self.is_retention_shown = cycle, None, None, False
        self.refresh()

    def leave(self) -> None:
        """The list is shown instead: nothing is read for this view any more."""
        self.cycle = 0

    def refresh(self) -> None:
        """Read the record as it is; only the newest answer is shown."""
        if not self.cycle:
            return
        self.asked += 1
        self._read(partial(self._show, self.asked, self.context.edit_state()))

    def _read(self, done: Callable[[RecordDetails], None]) -> None:
        cycle, today = self.cycle, self.context.today()
        self.context.run(
            self,
            lambda stores: records.details(
                store=stores.visits, sealed=stores.sealed, cycle=cycle, today=today
            ),
            done,
        )

    def _show(self, asked: int, moment: EditState, details: RecordDetails) -> None:
        if (details.record.cycle.id, asked) != (self.cycle, self.asked):
            return
        self.record = details.record
        self.stage = self.stage or (details.to_do[0].stage if details.to_do else Stage.PAPERS)
        self.shown.emit(details.record)
        self._show_to_do(details)
        panel = self._retention_panel() if self.is_retention_shown else self._panel(self.stage)
        self.stack.setCurrentWidget(panel)
        panel.show_record(details, moment)
        if self.wanted:
            panel.jump_to(self.wanted)
            self.wanted = ""

    def _show_to_do(self, details: RecordDetails) -> None:
        for stage, step in self.steps.items():
            step.show_state(_state(stage, details))
            step.setAutoExclusive(False)
            step.setChecked(stage is self.stage and not self.is_retention_shown)
            step.setAutoExclusive(not self.is_retention_shown)
        until, count = time_left(details.deadline, self.context.today()), len(details.to_do)
        self.in_short.setText(f"{count} to do, {until}." if count else f"Nothing left to do, {until}.")
        clear(self.to_do)
        self.to_do.addWidget(
            card(
                words("Still to do" if count else "Nothing left to do", "section"),
                words(sentence(until) + ".", "muted"),
                *(self._line(each) for each in details.to_do),
                gap=GAP + 4,
            )
        )
        self.to_do.addStretch(1)

    def _line(self, to_do: ToDo) -> QBoxLayout:
        label, about = words(to_do.sentence), f"Go there: {to_do.sentence}"
        height = label.heightForWidth(_SIDE - 7 * GAP - 2 * 16)  # beside a scroll bar
        label.setMinimumHeight(height + 3)  # a column does not ask its labels how high they are
        return column(
            label, button("Go there", partial(self.go, to_do.stage, to_do.key), "link", about), gap=0
        )

    def _count_again(self) -> None:
        """Words were saved: what is left to do may be less by now."""
        if self.cycle and self.isVisible():
            self._read(self._show_count)

    def _show_count(self, details: RecordDetails) -> None:
        if details.record.cycle.id == self.cycle:
            self._show_to_do(details)

    def _panel(self, stage: Stage) -> Panel:
        if stage not in self.panels:
            self.panels[stage] = self._new_panel(stage)
            self.stack.addWidget(self.panels[stage])
        return self.panels[stage]

    def _new_panel(self, stage: Stage) -> Panel:
        match stage:
            case Stage.PEOPLE:
                return PeoplePanel(self.context)
            case Stage.PAPERS:
                panel = PapersPanel(self.context)
                panel.gap_chosen.connect(self.jump)
                panel.focused.connect(self._confirming)
                return panel
            case Stage.BACK | Stage.ADVICE | Stage.MEETING:
                return WritingPanel(self.context, stage, _PAPER_OF[stage])
            case _:
                assert_never(stage)

    def go(self, stage: Stage, key: str = "") -> None:
        """Open a step, and a field of it."""
        if self.context.autosave.flush():
            self.stage, self.wanted, self.is_retention_shown = stage, key or " ", False
            self.went.emit()
            self.refresh()
        else:
            self.steps[self.stage or stage].setChecked(True)

    def jump(self, key: str) -> None:
        """Open whichever step a field belongs to."""
        assert self.record is not None
        self.go(records.stage_of(self.record, key), key)

    def show_retention(self) -> None:
        """Handing over, giving away, and what happened: beside the steps."""
        if self.record is None or not self.context.autosave.flush():
            return
        self.is_retention_shown = True
        self.refresh()

    def _retention_panel(self) -> RetentionPanel:
        if self.retention is None:
            self.retention = RetentionPanel(self.context)
            self.retention.removed.connect(self.gone)
            self.stack.addWidget(self.retention)
        return self.retention

    def _confirming(self, on: bool) -> None:
        """The page before anything leaves has the width to itself."""
        self.is_confirming = on
        self._fit()

    def _fit(self) -> None:
        wide = self.width() >= _WITH_SIDE
        self.side.setVisible(wide and not self.is_confirming)
        self.in_short.setVisible(not wide)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)


def _state(stage: Stage, details: RecordDetails) -> str:
    """The state of a step in a word or two."""
    record, left = details.record, [each for each in details.to_do if each.stage is stage]
    match stage:
        case Stage.PEOPLE:
            return f"{len(left)} to do" if left else plural(len(record.panel), "person", "people")
        case Stage.PAPERS:
            return _state_of_papers(record, left)
        case Stage.BACK | Stage.ADVICE | Stage.MEETING:
            return _state_of_writing(stage, record)
        case _:
            assert_never(stage)


def _state_of_papers(record: Record, left: Sequence[ToDo]) -> str:
    if any("needs you" in each.sentence for each in left):
        return "Needs you"
    if left:
        return f"{len(left)} to send"
    return "Sent" if record.papers else "None yet"


def _state_of_writing(stage: Stage, record: Record) -> str:
    fields = {key: record.form.field(key) for key in record.every_key()}
    needed = [
        key
        for key, field in fields.items()
        if field.stage is stage and field.needed_for and (key != "training" or is_annex_needed(record))
    ]
    empty = sum(not record.text(key).strip() for key in needed)
    return f"{len(needed) - empty} of {len(needed)} written" if empty else "Written"
