"""Fields for a date, a time of day or a number of hours."""

from datetime import date, time

from PySide6.QtCore import QDate, QTime
from PySide6.QtWidgets import QDateEdit, QDoubleSpinBox, QTimeEdit

from sep_desktop.ui.kit.basics import inset

DATE_FORMAT = "ddd d MMM yyyy"


def date_field(value: date, name: str) -> QDateEdit:
    """A field for a date; ``name`` is what a screen reader calls it."""
    field = QDateEdit(QDate(value.year, value.month, value.day))
    field.setDisplayFormat(DATE_FORMAT)
    field.setCalendarPopup(True)
    field.setAccessibleName(name)
    return field


def date_of(field: QDateEdit) -> date:
    """The date in a field."""
    value = field.date()
    return date(value.year(), value.month(), value.day())


def time_field(value: time, name: str) -> QTimeEdit:
    """A field for a time of day in hours and minutes; ``name`` is what a screen reader calls it."""
    field = QTimeEdit(QTime(value.hour, value.minute))
    field.setDisplayFormat("HH:mm")
    inset(field)
    field.setAccessibleName(name)
    return field


def time_of(field: QTimeEdit) -> time:
    """The time in a field."""
    return time(field.time().hour(), field.time().minute())


def hours_field(most: int, name: str) -> QDoubleSpinBox:
    """A field for hours in halves, up to ``most``; ``name`` is what a screen reader calls it."""
    field = QDoubleSpinBox()
    field.setRange(0, most)
    field.setSingleStep(0.5)
    field.setDecimals(1)
    field.setSuffix(" h")
    field.setAccessibleName(name)
    inset(field)
    return field
