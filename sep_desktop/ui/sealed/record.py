"""One record: a stepper across the top, the step's content, and at the right what is still to do."""

from typing import Any

from PySide6.QtCore import Signal
from PySide6.QtGui import QResizeEvent
from PySide6.QtWidgets import QPushButton, QStackedWidget, QWidget

from sep_desktop.domain.appraisal.form import PAPER_NAMES, PaperKind, Stage
from sep_desktop.domain.appraisal.record import Record, is_annex_needed, time_left
from sep_desktop.domain.wording import plural, sentence
from sep_desktop.services.appraisals import records
from sep_desktop.services.appraisals.records import ToDo
from sep_desktop.ui.kit.basics import button, card, clear, column, holder, row, scrolling, words
from sep_desktop.ui.kit.theme import GAP, NARROW
from sep_desktop.ui.sealed.context import EditState, SealedContext
from sep_desktop.ui.sealed.papers import PapersPanel
from sep_desktop.ui.sealed.people import PeoplePanel
from sep_desktop.ui.sealed.retention import RetentionPanel
from sep_desktop.ui.sealed.writing import WritingPanel

_STEPS = tuple(Stage)
_SIDE = 304


class RecordView(QWidget):
    """``shown`` tells the page which record this is, for its head; ``gone`` that there is none any more; ``went`` that another step is open."""

    shown = Signal(object)
    gone = Signal(str)
    went = Signal()

    def __init__(self, context: SealedContext) -> None:
        super().__init__()
        self.context = context
        self.cycle = 0
        self.stage: Stage | None = None
        self.record: Record | None = None
        self.wanted = ""
        self.in_short = words("", "small")
        self.is_retention_shown = self.is_confirming = False
        self.asked = 0
        self.steps: dict[Stage, QPushButton] = {}
        stepper = row(gap=2)
        for stage in _STEPS:
            made = button(stage.value, lambda stage=stage: self.go(stage), "step")
            made.setCheckable(True)
            made.setAutoExclusive(True)
            self.steps[stage] = made
            stepper.addWidget(made, 1)
        top = column(stepper, self.in_short, gap=4)
        top.setContentsMargins(GAP * 3, GAP, GAP * 3, 0)
        self.stack = QStackedWidget()
        self.panels: dict[Stage | str, Any] = {}
        self.to_do = column(gap=GAP)
        self.to_do.setContentsMargins(GAP, GAP * 2, GAP * 3, GAP * 2)
        self.side = scrolling(holder(self.to_do))
        self.side.setFixedWidth(_SIDE)
        both = row(self.stack, self.side, gap=0)
        both.setStretch(0, 1)
        layout = column(top, both, gap=0)
        layout.setStretch(1, 1)
        self.setLayout(layout)
        context.changed.connect(self.refresh)
        context.autosave.saved.connect(lambda _: self._count_again())

    def open(self, cycle: int) -> None:
        """Show a cycle at its next sensible step."""
        self.cycle, self.stage, self.record, self.is_retention_shown = cycle, None, None, False
        self.refresh()

    def refresh(self) -> None:
        """Read the record as it is; only the newest answer is shown."""
        self.asked += 1
        cycle, asked, moment = self.cycle, self.asked, self.context.edit_state()
        if cycle:
            self.context.read(
                lambda: self._load(cycle),
                lambda found: (
                    self._show(found[0], found[1], moment)
                    if (cycle, asked) == (self.cycle, self.asked)
                    else None
                ),
            )

    def _load(self, cycle: int) -> tuple[Record, list[ToDo]]:
        record = records.open_record(sealed=self.context.sealed, cycle=cycle)
        return record, records.to_do(
            store=self.context.store,
            sealed=self.context.sealed,
            record=record,
            today=self.context.session.today(),
        )

    def _show(self, record: Record, left: list[ToDo], moment: EditState) -> None:
        self.record = record
        self.stage = self.stage or (left[0].stage if left else Stage.PAPERS)
        self.shown.emit(record)
        self._show_left(record, left)
        panel = self._retention_panel() if self.is_retention_shown else self._panel(self.stage)
        self.stack.setCurrentWidget(panel)
        panel.show_record(record, moment)
        if self.wanted:
            panel.jump_to(self.wanted)
            self.wanted = ""

    def _show_left(self, record: Record, left: list[ToDo]) -> None:
        for stage, made in self.steps.items():
            state = _state(stage, record, left)
            made.setText(f"{stage.value}\n{state}")
            made.setAccessibleName(f"{stage.value}: {state}")
            made.setAutoExclusive(False)
            made.setChecked(stage is self.stage and not self.is_retention_shown)
            made.setAutoExclusive(not self.is_retention_shown)
        clear(self.to_do)
        until = time_left(records.deadline(self.context.store, record), self.context.session.today())
        self.in_short.setText(f"{len(left)} to do, {until}." if left else f"Nothing left to do, {until}.")
        lines: list[Any] = [
            words("Still to do" if left else "Nothing left to do", "section"),
            words(sentence(until) + ".", "muted"),
        ]
        for each in left:
            go = button(
                "Go there",
                lambda each=each: self.go(each.stage, each.key),
                "link",
                f"Go there: {each.sentence}",
            )
            sentence_line = words(each.sentence)
            sentence_line.setMinimumHeight(
                sentence_line.heightForWidth(_SIDE - 7 * GAP - 16) + 3
            )  # a column does not ask its labels how high they are
            lines.append(column(sentence_line, go, gap=0))
        self.to_do.addWidget(card(*lines, gap=GAP + 4))
        self.to_do.addStretch(1)

    def _count_again(self) -> None:
        """Words were saved: what is left to do may be less by now."""
        cycle = self.cycle
        if cycle and self.isVisible():
            self.context.read(
                lambda: self._load(cycle),
                lambda found: self._show_left(*found) if cycle == self.cycle else None,
            )

    def _panel(self, stage: Stage) -> Any:
        if stage not in self.panels:
            self.panels[stage] = self._made(stage)
            self.stack.addWidget(self.panels[stage])
        return self.panels[stage]

    def _made(self, stage: Stage) -> QWidget:
        if stage is Stage.PEOPLE:
            return PeoplePanel(self.context)
        if stage is Stage.PAPERS:
            made = PapersPanel(self.context, self.jump)
            made.focused.connect(self._confirming)
            return made
        return WritingPanel(
            self.context, stage, PaperKind.STATEMENT if stage is Stage.MEETING else PaperKind.ADVICE
        )

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
        try:
            stage = self.record.form.field(key).stage
        except StopIteration:
            stage = Stage.MEETING if key == "objectives" else Stage.PEOPLE
        self.go(stage, key)

    def show_retention(self) -> None:
        """Handing over, giving away, and what happened: beside the steps."""
        if self.record is None or not self.context.autosave.flush():
            return
        self.is_retention_shown = True
        self.refresh()

    def _retention_panel(self) -> RetentionPanel:
        if "keeping" not in self.panels:
            self.panels["keeping"] = RetentionPanel(self.context)
            self.panels["keeping"].removed.connect(self.gone)
            self.stack.addWidget(self.panels["keeping"])
        found: RetentionPanel = self.panels["keeping"]
        return found

    def _confirming(self, on: bool) -> None:
        """The page before anything leaves has the width to itself."""
        self.is_confirming = on
        self._fit()

    def _fit(self) -> None:
        wide = self.width() >= NARROW - 208
        self.side.setVisible(wide and not self.is_confirming)
        self.in_short.setVisible(not wide)

    def resizeEvent(self, event: QResizeEvent) -> None:
        self._fit()
        super().resizeEvent(event)


def _state(stage: Stage, record: Record, left: list[ToDo]) -> str:
    """The state of a step in a word or two."""
    mine = [each for each in left if each.stage is stage]
    if stage is Stage.PAPERS:
        done = [PAPER_NAMES[each.kind] for each in record.papers]
        return (
            "Needs you"
            if any("needs you" in each.sentence for each in mine)
            else f"{len(mine)} to send"
            if mine
            else "Sent"
            if done
            else "None yet"
        )
    if stage is Stage.PEOPLE:
        return f"{len(mine)} to do" if mine else plural(len(record.panel), "person", "people")
    keys = [
        key
        for key in record.every_key()
        if record.form.field(key).stage is stage and record.form.field(key).needed_for
    ]
    keys = [key for key in keys if key != "training" or is_annex_needed(record)]
    empty = sum(not record.text(key).strip() for key in keys)
    return "Written" if not empty else f"{len(keys) - empty} of {len(keys)} written"
