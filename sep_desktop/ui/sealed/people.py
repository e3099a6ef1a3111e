"""Who is on the panel, when they meet, by when it is due, and the time given: all that is fixed before the writing."""

from dataclasses import replace
from datetime import date, datetime, time
from typing import Any

from PySide6.QtCore import QTime
from PySide6.QtWidgets import (
    QCheckBox,
    QDateEdit,
    QDoubleSpinBox,
    QFrame,
    QGridLayout,
    QLineEdit,
    QTimeEdit,
    QWidget,
)

from sep_desktop.domain.appraisal.panel import FEWEST, MOST, READER_NAMES, Person, Reader, store_panel
from sep_desktop.domain.appraisal.record import MEETINGS, Record, store_meetings
from sep_desktop.domain.changes import Changes
from sep_desktop.domain.support import Support, hours
from sep_desktop.domain.wording import day
from sep_desktop.services import schools
from sep_desktop.services.appraisals import records
from sep_desktop.ui.kit.basics import button, card, clear, column, holder, inset, row, rule, scrolling, words
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.schools.dialogs import date_field, date_of
from sep_desktop.ui.sealed.context import EditState, SealedContext


class PeoplePanel(QWidget):
    """The first step of a record."""

    def __init__(self, context: SealedContext) -> None:
        super().__init__()
        self.context = context
        self.record: Record | None = None
        self.people: list[tuple[Reader, QLineEdit, QLineEdit, QCheckBox | None]] = []
        self.meetings: dict[str, tuple[QCheckBox, QDateEdit, QTimeEdit]] = {}
        self.content = column(gap=GAP * 2)
        self.content.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.area = scrolling(holder(self.content))
        self.setLayout(column(self.area, gap=0))

    def show_record(self, record: Record, asked: EditState) -> None:
        """Read anew, unless words are being typed here."""
        cycle = record.cycle.id
        if (
            self.record
            and self.record.cycle.id == cycle
            and any(self.context.is_newer(cycle, key, asked) for key in ("panel", "meetings", "deadline"))
        ):
            return
        self._build(record)

    def _build(self, record: Record) -> None:
        self.record = record
        clear(self.content)
        for part in (self._panel(record), self._when(record), self._deadline(record), self._time(record)):
            self.content.addWidget(part)
        self.content.addStretch(1)

    def jump_to(self, key: str) -> None:
        if key == "panel":
            empty = [name for _, name, _, _ in self.people if not name.text()]
            (empty or [self.people[0][1]])[0].setFocus()
        elif key == "meetings":
            next(
                (tick for tick, _, _ in self.meetings.values() if not tick.isChecked()),
                next(iter(self.meetings.values()))[0],
            ).setFocus()
        elif key == "support":
            self.spent.setFocus()
        at = self.focusWidget()
        if at:
            self.area.ensureWidgetVisible(at, 0, 120)

    def _panel(self, record: Record) -> QFrame:
        self.people = []
        panel = list(record.panel)
        governors = [each for each in panel if each.reader is Reader.GOVERNOR]
        panel += [Person(Reader.GOVERNOR)] * (FEWEST - len(governors))
        lines = [self._person(each, number, len(panel)) for number, each in enumerate(panel)]
        about = words(
            "The headteacher, two or three nominated governors and you. Papers go to their own addresses and to nobody else.",
            "muted",
        )
        more = (
            [
                button(
                    "Add a third governor",
                    lambda: self._put([*self._typed(), Person(Reader.GOVERNOR)]),
                    "link",
                )
            ]
            if len(panel) < MOST + 1
            else []
        )
        return card(
            words("Who", "section"), about, *(part for line in lines for part in (rule(), line)), *more
        )

    def _person(self, person: Person, number: int, many: int) -> Any:
        name, email = QLineEdit(person.name), QLineEdit(person.email)
        name.setPlaceholderText("Name")
        email.setPlaceholderText("Their own e-mail address")
        title = READER_NAMES[person.reader] + (f" {number}" if person.reader is Reader.GOVERNOR else "")
        name.setAccessibleName(f"{title}, name")
        email.setAccessibleName(f"{title}, e-mail")
        chair = QCheckBox("Also the Chair") if person.reader is Reader.GOVERNOR else None
        for field in (name, email):
            field.textEdited.connect(self._touched)
            field.editingFinished.connect(self.context.autosave.save)
        line = row(name, email, gap=GAP)
        line.setStretch(0, 2)
        line.setStretch(1, 3)
        if chair:
            chair.setAccessibleName(f"{title}: also the Chair")
            chair.setChecked(person.chair)
            chair.toggled.connect(self._touched)
            line.addWidget(chair)
        if person.reader is Reader.GOVERNOR and many > FEWEST + 1:
            line.addWidget(
                button(
                    "Remove",
                    lambda: self._put([each for at, each in enumerate(self._typed()) if at != number]),
                    "link",
                    f"Remove {title}",
                )
            )
        self.people.append((person.reader, name, email, chair))
        return column(words(title, "small"), line, gap=4)

    def _typed(self) -> list[Person]:
        return [
            Person(reader, name.text(), email.text(), bool(chair and chair.isChecked()))
            for reader, name, email, chair in self.people
        ]

    def _touched(self) -> None:
        assert self.record is not None
        self.context.touch(self.record.cycle.id, "panel", lambda: store_panel(self._typed()))

    def _put(self, panel: list[Person]) -> None:
        self._save("panel", store_panel(replace(each) for each in panel))

    def _save(self, key: str, text: str) -> None:
        assert self.record is not None
        if self.context.put(self.record.cycle.id, key, text):
            self._build(
                replace(self.record, content={**self.record.content, key: text})
            )  # at once: who types next types into what is true
            self.context.changed.emit()

    def _when(self, record: Record) -> QFrame:
        self.meetings = {}
        grid = QGridLayout()
        grid.setSpacing(GAP)
        grid.setColumnStretch(3, 1)
        for number, (key, name) in enumerate(MEETINGS.items()):
            at = record.meetings.get(key)
            tick, on, hour = (
                QCheckBox(name),
                date_field(at.date() if at else self.context.session.today(), f"{name}, date"),
                _hour(at, name),
            )
            tick.setChecked(at is not None)
            for field in (on, hour):
                field.setEnabled(at is not None)
                tick.toggled.connect(field.setEnabled)
            self.meetings[key] = (tick, on, hour)
            for place, widget in enumerate((tick, on, hour)):
                grid.addWidget(widget, number, place)
            tick.toggled.connect(self._met)
            on.dateChanged.connect(self._met)
            hour.timeChanged.connect(self._met)
        return card(
            words("When", "section"),
            words("The three meetings. Their times are printed on the papers.", "muted"),
            grid,
        )

    def _met(self) -> None:
        assert self.record is not None
        self.context.touch(self.record.cycle.id, "meetings", self._meeting_times)

    def _meeting_times(self) -> str:
        fixed = {
            key: (date_of(on), time(hour.time().hour(), hour.time().minute()))
            for key, (tick, on, hour) in self.meetings.items()
            if tick.isChecked()
        }
        return store_meetings(fixed)

    def _deadline(self, record: Record) -> QFrame:
        until = records.deadline(self.context.store, record)
        own = QCheckBox("Another date for this school")
        own.setChecked(bool(record.text("deadline")))
        field = date_field(until, "Deadline")
        field.setEnabled(own.isChecked())

        def touched() -> None:
            words_of_date = lambda: date_of(field).isoformat() if own.isChecked() else ""  # noqa: E731
            self.context.touch(record.cycle.id, "deadline", words_of_date)

        own.toggled.connect(field.setEnabled)
        own.toggled.connect(touched)
        field.dateChanged.connect(touched)
        note = records.deadline_note(store=self.context.store, record=record)
        return card(
            words("By when", "section"), words(f"{day(until)}. {note}", "muted"), row(own, field, None)
        )

    def _time(self, record: Record) -> QFrame:
        given = records.support_given(store=self.context.store, record=record)
        about = "The date and the hours go into the store of visits: the local authority may see them, and nothing else of this page."
        on, spent = date_field(self.context.session.today(), "Date of the support"), QDoubleSpinBox()
        self.spent = spent
        inset(spent)
        spent.setRange(0, 24)
        spent.setSingleStep(0.5)
        spent.setDecimals(1)
        spent.setSuffix(" h")
        spent.setValue(3.5)
        spent.setAccessibleName("Hours of the support")
        lines = [self._given(each) for each in given]
        add = button(
            "Add time",
            lambda: (add.setEnabled(False), self._record(date_of(on), spent.value())),
            "",
            "Record the time given",
        )
        return card(words("Time given", "section"), words(about, "muted"), *lines, row(on, spent, add, None))

    def _given(self, each: Support) -> Any:
        drop = lambda: schools.withdraw_support(
            store=self.context.store, urn=each.urn, support=each.id, now=self.context.now()
        )  # noqa: E731
        return row(
            words(f"{day(each.day)}: {hours(each.hours)}"),
            button("Recorded by mistake", lambda: self.context.act(drop), "link"),
            None,
        )

    def _record(self, on: date, spent: float) -> None:
        assert self.record is not None
        urn, now = self.record.cycle.urn, self.context.now()

        def done(changes: Changes) -> None:
            self.context.session.changed.emit(changes)
            self.context.changed.emit()

        def failed(error: BaseException) -> None:
            self.context.changed.emit()
            self.context.fail(error)

        self.context.read(
            lambda: schools.record_support(store=self.context.store, urn=urn, on=on, hours=spent, now=now),
            done,
            failed=failed,
        )


def _hour(at: datetime | None, name: str) -> QTimeEdit:
    made = QTimeEdit(QTime(at.hour, at.minute) if at else QTime(14, 0))
    made.setDisplayFormat("HH:mm")
    inset(made)
    made.setAccessibleName(f"{name}, time")
    return made
