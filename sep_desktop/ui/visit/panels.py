"""The panel of each step of a visit, imported when it is first opened."""

from collections.abc import Callable

from sep_desktop.domain.visit import Step
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.visit.step import StepPanel


def _prepare(session: Session) -> StepPanel:
    from sep_desktop.ui.visit.prepare import PreparePanel

    return PreparePanel(session)


def _agenda(session: Session) -> StepPanel:
    from sep_desktop.ui.visit.agenda import AgendaPanel

    return AgendaPanel(session)


def _meeting(session: Session) -> StepPanel:
    from sep_desktop.ui.visit.meeting import MeetingPanel

    return MeetingPanel(session)


def _report(session: Session) -> StepPanel:
    from sep_desktop.ui.visit.report import ReportPanel

    return ReportPanel(session)


def _send(session: Session) -> StepPanel:
    from sep_desktop.ui.visit.send import SendPanel

    return SendPanel(session)


PANELS: dict[Step, Callable[[Session], StepPanel]] = {
    Step.PREPARE: _prepare,
    Step.AGENDA: _agenda,
    Step.MEETING: _meeting,
    Step.REPORT: _report,
    Step.SEND: _send,
}
"""What makes the panel of each step."""
