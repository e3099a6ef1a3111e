"""The fields of a form by their places, and what is typed or chosen in each, as text; no secrets."""

from PySide6.QtCore import QDateTime, Qt
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractSpinBox,
    QComboBox,
    QDateTimeEdit,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QSpinBox,
    QTextEdit,
    QWidget,
)

_SECRET = "secret"  # noqa: S105 -- the name of a property
_ON = "on"


def as_secret(field: QLineEdit) -> QLineEdit:
    """Mark a field whose letters are shown, and are a secret all the same."""
    field.setProperty(_SECRET, True)
    return field


def fields_of(form: QWidget) -> dict[str, QWidget]:
    """Every field that somebody may fill, by its place among them and its kind."""
    fields = [each for each in form.findChildren(QWidget) if _is_field(each)]
    return {f"{at} {type(field).__name__}": field for at, field in enumerate(fields)}


def _is_field(widget: QWidget) -> bool:
    if isinstance(widget, QLineEdit):
        is_inner = isinstance(widget.parentWidget(), QAbstractSpinBox | QComboBox)
        is_shown = widget.echoMode() is QLineEdit.EchoMode.Normal and not widget.property(_SECRET)
        return is_shown and not is_inner and not widget.isReadOnly()
    if isinstance(widget, QPlainTextEdit | QTextEdit):
        return not widget.isReadOnly()
    if isinstance(widget, QAbstractButton):
        return widget.isCheckable()
    return isinstance(widget, QComboBox | QDateTimeEdit | QSpinBox | QDoubleSpinBox)


def read(field: QWidget) -> str:
    """What is typed or chosen in a field of ``fields_of``."""
    if isinstance(field, QLineEdit):
        return field.text()
    if isinstance(field, QPlainTextEdit | QTextEdit):
        return field.toPlainText()
    if isinstance(field, QAbstractButton):
        return _ON if field.isChecked() else ""
    if isinstance(field, QComboBox):
        return field.currentText()
    if isinstance(field, QDateTimeEdit):
        return field.dateTime().toString(Qt.DateFormat.ISODate)
    assert isinstance(field, QSpinBox | QDoubleSpinBox)
    return str(field.value())


def write(field: QWidget, text: str) -> None:
    """Type or choose ``text``, as ``read`` gave it, in a field of the same kind."""
    if isinstance(field, QLineEdit):
        field.setText(text)
    elif isinstance(field, QPlainTextEdit | QTextEdit):
        field.setPlainText(text)
    elif isinstance(field, QAbstractButton):
        field.setChecked(text == _ON)
    elif isinstance(field, QComboBox):
        field.setCurrentText(text)
    elif isinstance(field, QDateTimeEdit):
        field.setDateTime(QDateTime.fromString(text, Qt.DateFormat.ISODate))
    elif isinstance(field, QDoubleSpinBox):
        field.setValue(float(text))
    elif isinstance(field, QSpinBox):
        field.setValue(int(text))


def read_all(form: QWidget) -> dict[str, str]:
    """What is typed or chosen in every field."""
    return {place: read(field) for place, field in fields_of(form).items()}


def write_all(form: QWidget, texts: dict[str, str]) -> None:
    """Fill the fields that are there; one may change what another offers, so the order is theirs."""
    for place, field in fields_of(form).items():
        if place in texts:
            write(field, texts[place])
