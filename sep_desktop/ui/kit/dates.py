"""Fields for a date or a time of day."""

from datetime import date, time

from PySide6.QtCore import QDate, QTime
from PySide6.QtWidgets import QDateEdit, QTimeEdit

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
    field.setAccessibleName(name)
    return field


def time_of(field: QTimeEdit) -> time:
    """The time in a field."""
    return time(field.time().hour(), field.time().minute())
