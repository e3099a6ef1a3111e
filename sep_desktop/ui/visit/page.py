"""A visit: a stepper across the top, the step's content, and at the right what one needs at hand."""

from importlib import import_module
from typing import Any

from PySide6.QtWidgets import QPushButton, QStackedWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.people import Role
from sep_desktop.domain.visit import KIND_NAMES, Step, Visit
from sep_desktop.domain.wording import day
from sep_desktop.services import visits
from sep_desktop.services.visits import VisitView
from sep_desktop.ui.context.page import Page
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import button, column, row
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.visit.plan_visit import PlanVisitDialog
from sep_desktop.ui.visit.step import StepPanel

_PANELS = {
    Step.PREPARE: ("prepare", "PreparePanel"),
    Step.AGENDA: ("agenda", "AgendaPanel"),
    Step.MEETING: ("meeting", "MeetingPanel"),
    Step.REPORT: ("report", "ReportPanel"),
    Step.SEND: ("send", "SendPanel"),
}


class VisitPage(Page):
    """Opened as ``12`` (the sensible step) or ``12/report``."""

    watches = Changes.VISITS | Changes.PEOPLE | Changes.OUTBOX | Changes.REPORTS
    scrolls = False

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.panels: dict[Step, StepPanel] = {}
        self.stack = QStackedWidget()
        self.steps: dict[Step, QPushButton] = {}
        stepper = row(gap=2)
        for step in Step:
            made = button(
                step.value,
                lambda step=step: self.session.go(f"visit/{self.number}/{step.value.lower()}"),
                "step",
            )
            made.setCheckable(True)
            made.setAutoExclusive(True)
            self.steps[step] = made
            stepper.addWidget(made, 1)
        self.body.setContentsMargins(0, 0, 0, 0)
        top = column(stepper)
        top.setContentsMargins(GAP * 3, GAP, GAP * 3, 0)
        self.body.addLayout(top)
        self.body.addWidget(self.stack, 1)
        self.step = Step.PREPARE
        self.number = 0
        self.pending_action = ""

    def open(self, argument: str) -> None:
        number, _, wanted = argument.partition("/")
        wanted, _, self.pending_action = wanted.partition("/")
        if int(number) != self.number:
            for panel in self.panels.values():
                panel.forget()
        self.number = int(number)
        self.argument = argument
        visit = visits.find(store=self.session.store, visit=self.number)
        self.step = next((step for step in Step if step.value.lower() == wanted), visit.step)
        self.refresh()

    def load(self) -> VisitView:
        return visits.view(store=self.session.store, visit=self.number)

    def show_loaded(self, loaded: Any) -> None:
        self.view: VisitView = loaded
        visit = loaded.visit
        head = (
            f"Headteacher: {loaded.contacts[Role.HEADTEACHER].name}"
            if Role.HEADTEACHER in loaded.contacts
            else ""
        )
        where = "held remotely" if visit.remote else visit.place
        parts = (
            KIND_NAMES[visit.kind],
            day(visit.day),
            visit.hours,
            where,
            head,
            f"Cancelled: {visit.cancelled_because}" if visit.is_cancelled else "",
        )
        self.set_head(loaded.school.name, " · ".join(filter(None, parts)))
        actions = [
            button("School", lambda: self.session.go(f"school/{visit.urn}"), "", "Open the school's page")
        ]
        if not visit.held_on and not visit.is_cancelled:
            actions.append(button("Move …", self._move))
        self.set_actions(*actions)
        for step, made in self.steps.items():
            made.setText(f"{step.value}\n{_state(step, loaded)}")
            made.setAccessibleName(f"{step.value}: {_state(step, loaded)}")
            made.setChecked(step is self.step)
        panel = self._panel()
        panel.pending_action, self.pending_action = self.pending_action, ""
        panel.show_visit(loaded)

    def _panel(self) -> StepPanel:
        panel = self.panels.get(self.step)
        if panel is None:
            module, kind = _PANELS[self.step]
            panel = getattr(import_module(f"sep_desktop.ui.visit.{module}"), kind)(self.session)
            self.panels[self.step] = panel
            self.stack.addWidget(panel)
        if self.stack.currentWidget() is not panel:
            self.stack.setCurrentWidget(panel)
        assert panel is not None
        return panel

    def _move(self) -> None:
        PlanVisitDialog(self, self.session, self.view.visit.urn, (), moving=self.view.visit).open()

    def leave(self) -> bool:
        return all([panel.leave() for panel in self.panels.values()])  # noqa: C419 -- every panel is asked, also behind one that fails


def _state(step: Step, view: VisitView) -> str:
    """The state of a step in a word or two."""
    visit: Visit = view.visit
    if visit.is_cancelled:
        return "cancelled"
    return {
        Step.PREPARE: "planned",
        Step.AGENDA: "agreed" if visit.agreed_on else "to agree",
        Step.MEETING: f"held {day(visit.held_on)}" if visit.held_on else "to come",
        Step.REPORT: f"version {view.versions[-1].number}"
        if view.versions
        else "draft"
        if visit.held_on
        else "not begun",
        Step.SEND: view.sending or "not yet",
    }[step]
