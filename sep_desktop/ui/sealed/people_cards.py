"""The cards of the first step: the panel, the meetings, the deadline and the support given."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, time
from functools import partial

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QBoxLayout,
    QCheckBox,
    QDateEdit,
    QFrame,
    QGridLayout,
    QLineEdit,
    QTimeEdit,
)

from sep_desktop.domain.appraisal.panel import FEWEST, MOST, READER_NAMES, Person, Reader, store_panel
from sep_desktop.domain.appraisal.record import MEETINGS, store_meetings
from sep_desktop.domain.support import Support, hours
from sep_desktop.domain.wording import day
from sep_desktop.services import schools
from sep_desktop.services.appraisals.records import RecordDetails
from sep_desktop.services.appraisals.stores import of_both
from sep_desktop.ui.kit.basics import button, column, row, rule, words
from sep_desktop.ui.kit.dates import date_field, date_of, hours_field, time_field, time_of
from sep_desktop.ui.kit.line_field import LineField
from sep_desktop.ui.kit.plain import as_caption
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.sealed.context import SealedContext

_USUAL_TIME, _USUAL_HOURS = time(14), 3.5
_ABOUT_PANEL = (
    "The headteacher, two or three nominated governors and you. "
    "Papers go to their own addresses and to nobody else."
)
_ABOUT_SUPPORT = (
    "The date and the hours go into the store of visits: the local authority may see them, "
    "and nothing else of this page."
)


class _Card(QFrame):
    """A card that is filled once its fields are there."""

    def fill(self, layout: QBoxLayout) -> None:
        """Look like ``kit.basics.card``, with this in it."""
        self.setProperty("role", "card")
        layout.setContentsMargins(GAP * 2, GAP * 2, GAP * 2, GAP * 2)
        self.setLayout(layout)


class PanelCard(_Card):
    """Who is on the panel. ``changed`` carries everybody when there is somebody more or fewer."""

    changed = Signal(list)

    def __init__(self, context: SealedContext, cycle: int, panel: Sequence[Person]) -> None:
        super().__init__()
        self.context, self.cycle = context, cycle
        self.people: list[tuple[Reader, QLineEdit, QLineEdit, QCheckBox | None]] = []
        governors = [person for person in panel if person.reader is Reader.GOVERNOR]
        seats = [*panel, *[Person(Reader.GOVERNOR)] * (FEWEST - len(governors))]
        layout = column(words("Who", "section"), words(_ABOUT_PANEL, "muted"))
        for number, person in enumerate(seats):
            layout.addWidget(rule())
            layout.addLayout(self._seat(person, number, len(seats)))
        if len(seats) <= MOST:
            layout.addWidget(button("Add a third governor", self._add, "link"))
        self.fill(layout)

    def _seat(self, person: Person, number: int, count: int) -> QBoxLayout:
        is_governor = person.reader is Reader.GOVERNOR
        title = READER_NAMES[person.reader] + (f" {number}" if is_governor else "")
        name, email = LineField(person.name), LineField(person.email)
        name.setPlaceholderText("Name")
        email.setPlaceholderText("Their own e-mail address")
        name.setAccessibleName(f"{title}, name")
        email.setAccessibleName(f"{title}, e-mail")
        for field in (name, email):
            field.textEdited.connect(self._touched)
            field.editingFinished.connect(self.context.autosave.save)
        line = row(name, email, gap=GAP)
        line.setStretch(0, 2)
        line.setStretch(1, 3)
        chair = self._chair_tick(person, title) if is_governor else None
        if chair:
            line.addWidget(chair)
        if is_governor and count > FEWEST + 1:
            line.addWidget(button("Remove", partial(self._remove, number), "link", f"Remove {title}"))
        self.people.append((person.reader, name, email, chair))
        return column(words(title, "small"), line, gap=4)

    def _chair_tick(self, person: Person, title: str) -> QCheckBox:
        tick = QCheckBox("Also the Chair")
        tick.setAccessibleName(f"{title}: also the Chair")
        tick.setChecked(person.chair)
        tick.toggled.connect(self._touched)
        return tick

    def typed(self) -> list[Person]:
        """Everybody as the fields have them."""
        return [
            Person(reader, name.text(), email.text(), bool(chair and chair.isChecked()))
            for reader, name, email, chair in self.people
        ]

    def _text(self) -> str:
        return store_panel(self.typed())

    def _touched(self) -> None:
        self.context.touch(self.cycle, "panel", self._text)

    def _add(self) -> None:
        self.changed.emit([*self.typed(), Person(Reader.GOVERNOR)])

    def _remove(self, number: int) -> None:
        self.changed.emit([person for at, person in enumerate(self.typed()) if at != number])

    def focus_empty(self) -> None:
        """The first name that is missing has the cursor, or the first of all."""
        names = [name for _, name, _, _ in self.people]
        next((name for name in names if not name.text()), names[0]).setFocus()


class MeetingsCard(_Card):
    """The three meetings, each ticked once its time is known."""

    def __init__(self, context: SealedContext, cycle: int, meetings: Mapping[str, datetime]) -> None:
        super().__init__()
        self.context, self.cycle = context, cycle
        self.fields: dict[str, tuple[QCheckBox, QDateEdit, QTimeEdit]] = {}
        grid = QGridLayout()
        grid.setSpacing(GAP)
        grid.setColumnStretch(3, 1)
        for line, (key, name) in enumerate(MEETINGS.items()):
            self.fields[key] = self._meeting(name, meetings.get(key))
            for place, field in enumerate(self.fields[key]):
                grid.addWidget(field, line, place)
        about = words("The three meetings. Their times are printed on the papers.", "muted")
        self.fill(column(words("When", "section"), about, grid))

    def _meeting(self, name: str, at: datetime | None) -> tuple[QCheckBox, QDateEdit, QTimeEdit]:
        tick = QCheckBox(as_caption(name))
        on = date_field(at.date() if at else self.context.today(), f"{name}, date")
        hour = time_field(at.time() if at else _USUAL_TIME, f"{name}, time")
        tick.setChecked(at is not None)
        for field in (on, hour):
            field.setEnabled(at is not None)
            tick.toggled.connect(field.setEnabled)
        tick.toggled.connect(self._touched)
        on.dateChanged.connect(self._touched)
        hour.timeChanged.connect(self._touched)
        return tick, on, hour

    def _touched(self) -> None:
        self.context.touch(self.cycle, "meetings", self._text)

    def _text(self) -> str:
        times = {
            key: (date_of(on), time_of(hour))
            for key, (tick, on, hour) in self.fields.items()
            if tick.isChecked()
        }
        return store_meetings(times)

    def focus_empty(self) -> None:
        """The first meeting without a time has the cursor, or the first of all."""
        ticks = [tick for tick, _, _ in self.fields.values()]
        next((tick for tick in ticks if not tick.isChecked()), ticks[0]).setFocus()


class DeadlineCard(_Card):
    """By when the cycle is to be complete: the setting's date, or one of the school's own."""

    def __init__(self, context: SealedContext, details: RecordDetails) -> None:
        super().__init__()
        self.context, self.cycle = context, details.record.cycle.id
        self.own, self.field = (
            QCheckBox("Another date for this school"),
            date_field(details.deadline, "Deadline"),
        )
        self.own.setChecked(bool(details.record.text("deadline")))
        self.field.setEnabled(self.own.isChecked())
        self.own.toggled.connect(self.field.setEnabled)
        self.own.toggled.connect(self._touched)
        self.field.dateChanged.connect(self._touched)
        about = words(f"{day(details.deadline)}. {details.deadline_note}", "muted")
        self.fill(column(words("By when", "section"), about, row(self.own, self.field, None)))

    def _touched(self) -> None:
        self.context.touch(self.cycle, "deadline", self._text)

    def _text(self) -> str:
        return date_of(self.field).isoformat() if self.own.isChecked() else ""


class SupportCard(_Card):
    """When support was given and for how long: the one thing of this page that the store of visits knows."""

    def __init__(self, context: SealedContext, details: RecordDetails) -> None:
        super().__init__()
        self.context, self.urn = context, details.record.cycle.urn
        self.on = date_field(context.today(), "Date of the support")
        self.hours = hours_field(24, "Hours of the support")
        self.hours.setValue(_USUAL_HOURS)
        self.add = button("Add time", self._add, "", "Record the time given")
        lines = [self._line(support) for support in details.support]
        self.fill(
            column(
                words("Time given", "section"),
                words(_ABOUT_SUPPORT, "muted"),
                *lines,
                row(self.on, self.hours, self.add, None),
            )
        )

    def _line(self, support: Support) -> QBoxLayout:
        about = words(f"{day(support.day)}: {hours(support.hours)}")
        return row(about, button("Recorded by mistake", partial(self._withdraw, support), "link"), None)

    def _withdraw(self, support: Support) -> None:
        now = self.context.now()
        self.context.run(
            self,
            lambda stores: of_both(
                schools.withdraw_support(store=stores.visits, urn=support.urn, support=support.id, now=now)
            ),
        )

    def _add(self) -> None:
        self.record(date_of(self.on), self.hours.value())

    def record(self, on: date, spent: float) -> None:
        """Record support of so many hours on a day."""
        urn, now = self.urn, self.context.now()
        self.add.setEnabled(False)
        self.context.run(
            self,
            lambda stores: of_both(
                schools.record_support(store=stores.visits, urn=urn, on=on, hours=spent, now=now)
            ),
            failed=self._not_recorded,
        )

    def _not_recorded(self, error: BaseException) -> None:
        self.add.setEnabled(True)
        self.context.fail(error)
