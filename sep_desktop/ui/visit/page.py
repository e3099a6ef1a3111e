"""A visit: a stepper across the top, the step's content, and at the right what one needs at hand."""

from datetime import date
from functools import partial
from typing import assert_never

from PySide6.QtWidgets import QStackedWidget

from sep_desktop.domain.changes import Changes
from sep_desktop.domain.past import PastRecord
from sep_desktop.domain.people import Role
from sep_desktop.domain.visit import KIND_NAMES, Step, Visit
from sep_desktop.domain.wording import day
from sep_desktop.services import as_of, visits
from sep_desktop.services.visits import VisitView
from sep_desktop.ui.context.as_of import AsOfDialog
from sep_desktop.ui.context.page import LoadingPage, Query
from sep_desktop.ui.context.plan_visit import PlanVisitDialog
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import button, column, holder, row
from sep_desktop.ui.kit.panes import as_pane
from sep_desktop.ui.kit.step_button import StepButton
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.visit.panels import PANELS
from sep_desktop.ui.visit.step import PRIVATE_HIDDEN, StepPanel

_STEPS = {step.value.lower(): step for step in Step}
"""The steps by their names in an address."""


class VisitPage(LoadingPage[VisitView]):
    """Opened as ``12`` (the sensible step), ``12/report``, or ``12/report/correct`` (to do that there)."""

    watches = Changes.VISITS | Changes.PEOPLE | Changes.OUTBOX | Changes.REPORTS
    scrolls = False

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.number = 0
        self.step: Step | None = None
        self.view: VisitView | None = None
        self.pending_action = ""
        self.panels: dict[Step, StepPanel] = {}
        self.stack = QStackedWidget()
        self.steps = {step: self._step_button(step) for step in Step}
        stepper = row(gap=2)
        for step_button in self.steps.values():
            stepper.addWidget(step_button, 1)
        top = column(stepper)
        top.setContentsMargins(GAP * 3, GAP, GAP * 3, 0)
        self.body.setContentsMargins(0, 0, 0, 0)
        self.steps_row = as_pane(holder(top))
        self.body.addWidget(self.steps_row)
        self.body.addWidget(self.stack, 1)

    def _step_button(self, step: Step) -> StepButton:
        return StepButton(step.value, partial(self._go_to, step))

    def _go_to(self, step: Step) -> None:
        self.session.go(f"visit/{self.number}/{step.value.lower()}")

    def open(self, argument: str) -> None:
        """Show a visit, at a step where the address names one."""
        number, _, place = argument.partition("/")
        step, _, self.pending_action = place.partition("/")
        if int(number) != self.number:
            for panel in self.panels.values():
                panel.forget()
        self.number, self.step = int(number), _STEPS.get(step)
        super().open(argument)

    def query(self) -> Query[VisitView]:
        """The visit of the address."""
        number, today = self.number, self.session.today()
        return lambda store: visits.view(store=store, visit=number, today=today)

    def show_loaded(self, loaded: VisitView) -> None:
        """The visit's name and place, the steps with their states, and the panel of the step that is open."""
        self.view, visit = loaded, loaded.visit
        self._set_visible(True)
        step = self.step = self.step or visit.step
        self.set_head(loaded.school.name, _about(loaded))
        self._offer_actions(visit)
        for each, step_button in self.steps.items():
            step_button.show_state(step_state(each, loaded))
            step_button.setChecked(each is step)
        panel = self._panel(step)
        panel.pending_action, self.pending_action = self.pending_action, ""
        panel.show_visit(loaded)

    def show_nothing(self) -> None:
        """No visit, and none of its steps."""
        self.set_head("")
        self.set_actions()
        self._set_visible(False)

    def _set_visible(self, visible: bool) -> None:
        self.steps_row.setVisible(visible)
        self.stack.setVisible(visible)

    def _offer_actions(self, visit: Visit) -> None:
        school = partial(self.session.go, f"school/{visit.urn}")
        as_it_was = partial(self._as_of, visit.id)
        actions = [
            button("School", school, "", "Open the school's page"),
            button("As it was on …", as_it_was, about="What was recorded on a day"),
        ]
        if not visit.held_on and not visit.is_cancelled:
            actions.append(button("Move …", partial(self._move, visit)))
        self.set_actions(*actions)

    def _panel(self, step: Step) -> StepPanel:
        if step not in self.panels:
            self.panels[step] = PANELS[step](self.session)
            self.stack.addWidget(self.panels[step])
        self.stack.setCurrentWidget(self.panels[step])
        return self.panels[step]

    def _as_of(self, number: int) -> None:
        hides_private = any(panel.hides_private for panel in self.panels.values())

        def ask(store: Store, on: date, today: date) -> PastRecord:
            return as_of.visit(store=store, visit=number, on=on, today=today, with_private=not hides_private)

        AsOfDialog(self, self.session, ask, PRIVATE_HIDDEN if hides_private else "").open()

    def _move(self, visit: Visit) -> None:
        PlanVisitDialog(self, self.session, visit.urn, (), moving=visit).open()

    def is_meeting_running(self) -> bool:
        """Whether the notes of a meeting are open that is not over yet."""
        visit = self.view.visit if self.view else None
        return visit is not None and self.step is Step.MEETING and visit.is_running(self.session.now())

    def return_address(self, address: str) -> str:
        """With the step that is open, and the report still open for writing where it was."""
        if not self.step or not self.view:
            return address
        place = f"visit/{self.number}/{self.step.value.lower()}"
        return f"{place}/correct" if self.panels[self.step].is_correcting else place

    def leave(self) -> bool:
        """Save on every panel, also behind one that cannot. Whether everything is safe."""
        saved = [panel.leave() for panel in self.panels.values()]
        return all(saved)


def _about(view: VisitView) -> str:
    """The line below the school's name: what, when, where, with whom."""
    visit, head = view.visit, view.contacts.get(Role.HEADTEACHER)
    parts = (
        KIND_NAMES[visit.kind],
        day(visit.day),
        visit.hours,
        "held remotely" if visit.remote else visit.place,
        f"Headteacher: {head.name}" if head else "",
        f"Cancelled: {visit.cancelled_because}" if visit.is_cancelled else "",
    )
    return " · ".join(filter(None, parts))


def step_state(step: Step, view: VisitView) -> str:
    """The state of a step in a word or two."""
    visit = view.visit
    if visit.is_cancelled:
        return "cancelled"
    match step:
        case Step.PREPARE:
            return "planned"
        case Step.AGENDA:
            return "agreed" if visit.agreed_on else "to agree"
        case Step.MEETING:
            return f"held {day(visit.held_on)}" if visit.held_on else "to come"
        case Step.REPORT:
            if view.versions:
                return f"version {view.versions[-1].number}"
            return "draft" if visit.held_on else "not begun"
        case Step.SEND:
            return view.sending or "not yet"
        case _:
            assert_never(step)
