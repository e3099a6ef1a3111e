"""Plan or move a visit: asked for by the school's page and by the visit's.

A clash is told while the hours are chosen.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, time, timedelta

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from sep_desktop.domain.changes import Changed
from sep_desktop.domain.entitlement import DueItem
from sep_desktop.domain.visit import KIND_NAMES, Plan, Visit, VisitKind
from sep_desktop.services import visits
from sep_desktop.storage.store import Store
from sep_desktop.ui.context.dialog import OperationDialog
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import form, words
from sep_desktop.ui.kit.dates import date_field, date_of, time_field, time_of
from sep_desktop.ui.kit.line_field import LineField

_USUAL_HOURS = (time(9), time(12, 30))


@dataclass(frozen=True)
class _Choice:
    """What a visit may be planned for."""

    title: str
    kind: VisitKind
    due_key: str


class PlanVisitDialog(OperationDialog[Store]):
    """``planned`` carries the number of the visit once it is saved."""

    planned = Signal(int)
    concluding = ()  # a date is moved by what is pressed, not by a word that was on its way

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        urn: str,
        due_items: tuple[DueItem, ...] = (),
        moving: Visit | None = None,
    ) -> None:
        super().__init__(parent, session.runner, "Move the visit" if moving else "Plan a visit", "Save")
        self.session, self.urn, self.moving = session, urn, moving
        self.choices, self.choice = _choices(due_items), QComboBox()
        self.choice.addItems([each.title for each in self.choices])
        start, end = (moving.start, moving.end) if moving else _USUAL_HOURS
        usual_day = _school_day(session.today() + timedelta(days=7))
        self.day = date_field(moving.day if moving else usual_day, "Date")
        self.start, self.end = time_field(start, "From"), time_field(end, "To")
        self.place = LineField(moving.place if moving else "")
        self.place.setPlaceholderText("At the school")
        self.remote = QCheckBox("Held remotely")
        self.remote.setChecked(bool(moving and moving.remote))
        self.attending = LineField(moving.attending if moving else "")
        self.attending.setPlaceholderText("Headteacher, Chair of Governors …")
        self.clash = words("", "wait")
        self._lay_out()
        for changed in (self.day.dateChanged, self.start.timeChanged, self.end.timeChanged):
            changed.connect(self.check)
        self.check()

    def _lay_out(self) -> None:
        if not self.moving:
            self.content.addLayout(form(("Visit", self.choice)))
        hours = (("From", self.start), ("To", self.end))
        self.content.addLayout(form(("Date", self.day), *hours, ("Place", self.place)))
        self.content.addWidget(self.remote)
        self.content.addLayout(form(("Who attends", self.attending)))
        self.content.addWidget(self.clash)

    def plan(self) -> Plan:
        """What the fields say."""
        if self.moving:
            kind, due_key = self.moving.kind, self.moving.due_key
        else:
            choice = self.choices[self.choice.currentIndex()]
            kind, due_key = choice.kind, choice.due_key
        return Plan(
            self.urn,
            kind,
            due_key,
            date_of(self.day),
            time_of(self.start),
            time_of(self.end),
            self.place.text(),
            self.remote.isChecked(),
            self.attending.text(),
        )

    def check(self) -> None:
        """Say what speaks against the chosen time; it may be accepted all the same."""
        plan, today, moving = self.plan(), self.session.today(), self.moving.id if self.moving else 0
        self.session.run(
            self,
            lambda store: visits.remarks_on_time(store=store, plan=plan, today=today, moving=moving),
            self._show_remarks,
        )

    def _show_remarks(self, remarks: list[str]) -> None:
        self.clash.setText(" ".join(remarks))
        self.clash.setVisible(bool(remarks))

    def operation(self) -> Callable[[Store], Changed[int]]:
        """Plan a visit, or move the one there is."""
        plan, now, moving = self.plan(), self.session.now(), self.moving
        if moving:
            return lambda store: visits.move_visit(store=store, visit=moving.id, plan=plan, now=now)
        return lambda store: visits.plan_visit(store=store, plan=plan, now=now)

    def succeeded(self, result: object) -> None:
        """Tell which visit it is."""
        if isinstance(result, Changed):
            self.planned.emit(result.value)


def _choices(due_items: tuple[DueItem, ...]) -> tuple[_Choice, ...]:
    """The visits that are due; where none is, one of each kind beyond the entitlement."""
    due = tuple(_Choice(each.title, each.kind, each.key) for each in due_items if each.kind)
    beyond = tuple(
        _Choice(f"{name} beyond the entitlement", kind, f"other-{kind}") for kind, name in KIND_NAMES.items()
    )
    return due or beyond


def _school_day(day: date) -> date:
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day
