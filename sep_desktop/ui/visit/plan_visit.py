"""Plan or move a visit. A clash is told while the hours are chosen, and may be accepted."""

from datetime import date, time, timedelta

from PySide6.QtCore import QTime
from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QTimeEdit, QWidget

from sep_desktop.domain.entitlement import DueItem
from sep_desktop.domain.visit import KIND_NAMES, Plan, Visit, VisitKind
from sep_desktop.services import policies as library
from sep_desktop.services import visits
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import form, words
from sep_desktop.ui.kit.dialog import Dialog
from sep_desktop.ui.schools.dialogs import date_field, date_of


class PlanVisitDialog(Dialog):
    """``planned`` is the number of the visit once it is saved."""

    def __init__(
        self,
        parent: QWidget,
        session: Session,
        urn: str,
        items: tuple[DueItem, ...],
        moving: Visit | None = None,
    ) -> None:
        super().__init__(parent, "Move the visit" if moving else "Plan a visit", "Save")
        self.session, self.urn, self.moving, self.planned = session, urn, moving, moving.id if moving else 0
        self.choice = QComboBox()
        for each in items:
            self.choice.addItem(each.title, (each.kind, each.key))
        if not items and not moving:
            for kind, name in KIND_NAMES.items():
                self.choice.addItem(f"{name} beyond the entitlement", (kind, f"other-{kind}"))
        start, end = (moving.start, moving.end) if moving else (time(9), time(12, 30))
        self.day = date_field(
            moving.day if moving else _school_day(session.today() + timedelta(days=7)), "Date"
        )
        self.start, self.end = _time_field(start, "From"), _time_field(end, "To")
        self.place, self.remote = QLineEdit(moving.place if moving else ""), QCheckBox("Held remotely")
        self.place.setPlaceholderText("At the school")
        self.remote.setChecked(bool(moving and moving.remote))
        self.attending = QLineEdit(moving.attending if moving else "")
        self.attending.setPlaceholderText("Headteacher, Chair of Governors …")
        self.clash = words("", "wait")
        if not moving:
            self.content.addLayout(form(("Visit", self.choice)))
        self.content.addLayout(
            form(("Date", self.day), ("From", self.start), ("To", self.end), ("Place", self.place))
        )
        self.content.addWidget(self.remote)
        self.content.addLayout(form(("Who attends", self.attending)))
        self.content.addWidget(self.clash)
        for field in (self.day.dateChanged, self.start.timeChanged, self.end.timeChanged):
            field.connect(self.check)
        self.check()

    def plan(self) -> Plan:
        kind, key = (self.moving.kind, self.moving.due_key) if self.moving else self.choice.currentData()
        return Plan(
            self.urn,
            VisitKind(kind),
            key,
            date_of(self.day),
            _time_of(self.start),
            _time_of(self.end),
            self.place.text(),
            self.remote.isChecked(),
            self.attending.text(),
        )

    def check(self) -> None:
        """Say what stands in the way of the chosen time."""
        plan = self.plan()
        found = [
            str(each) for each in visits.clashing(store=self.session.store, plan=plan, moving=self.planned)
        ]
        if library.calendar().in_holiday(plan.day):
            found.append("This day is in the school holidays.")
        if plan.day < self.session.today():
            found.append("This day is past; the visit then counts for its own academic year.")
        if plan.day.weekday() > 4:
            found.append("This day is at the weekend.")
        self.clash.setText(" ".join(found))
        self.clash.setVisible(bool(found))

    def finish(self) -> None:
        store, now = self.session.store, self.session.now()
        if self.moving:
            changes = visits.move_visit(store=store, visit=self.moving.id, plan=self.plan(), now=now)
        else:
            self.planned, changes = visits.plan_visit(store=store, plan=self.plan(), now=now)
        self.session.changed.emit(changes)


def _school_day(day: date) -> date:
    while day.weekday() > 4:
        day += timedelta(days=1)
    return day


def _time_field(value: time, name: str) -> QTimeEdit:
    made = QTimeEdit(QTime(value.hour, value.minute))
    made.setDisplayFormat("HH:mm")
    made.setAccessibleName(name)
    return made


def _time_of(field: QTimeEdit) -> time:
    return time(field.time().hour(), field.time().minute())
