"""A field for the password that is agreed with a reader."""

from PySide6.QtWidgets import QLineEdit

from sep_desktop.domain.appraisal.panel import Person
from sep_desktop.services.appraisals import passwords
from sep_desktop.ui.sealed.context import SealedContext

_LETTERS = 14  # of a proposed password, with its dashes


def password_field(context: SealedContext, cycle: int, person: Person, password: str) -> QLineEdit:
    """A password as it is read out to its reader; what is typed is kept as it is typed."""
    field = QLineEdit(password)
    field.setAccessibleName(f"Password for {person.name}")
    field.setMinimumWidth(field.fontMetrics().horizontalAdvance("M" * _LETTERS) + 24)

    def propose(typed: str) -> None:
        context.run(
            field,
            lambda stores: passwords.propose(
                sealed=stores.sealed, cycle=cycle, address=person.email, secret=typed
            ),
        )

    field.textEdited.connect(propose)
    return field
