"""What may be changed on a school's page: a person, a circumstance, a line of the year."""

from datetime import date

from PySide6.QtCore import QDate
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDateEdit,
    QDoubleSpinBox,
    QLineEdit,
    QPlainTextEdit,
    QWidget,
)

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.circumstances import Fact, vocabulary_of
from sep_desktop.domain.entitlement import DueItem, OverrideKind
from sep_desktop.domain.people import ROLE_NAMES, Contact, Role
from sep_desktop.errors import UserError
from sep_desktop.services import schools
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import form, words
from sep_desktop.ui.kit.dialog import Dialog

DATE_FORMAT = "ddd d MMM yyyy"


def date_field(value: date, name: str) -> QDateEdit:
    made = QDateEdit(QDate(value.year, value.month, value.day))
    made.setDisplayFormat(DATE_FORMAT)
    made.setCalendarPopup(True)
    made.setAccessibleName(name)
    return made


def date_of(field: QDateEdit) -> date:
    value = field.date()
    return date(value.year(), value.month(), value.day())


class PersonDialog(Dialog):
    """Who holds a role, and where reports reach them."""

    def __init__(self, parent: QWidget, session: Session, urn: str, role: Role, old: Contact | None) -> None:
        super().__init__(
            parent,
            ROLE_NAMES[role],
            "Save",
            "Reports go to this address. Whoever held the role before stays in the history.",
        )
        self.session, self.urn, self.role = session, urn, role
        self.name, self.email = QLineEdit(old.name if old else ""), QLineEdit(old.email if old else "")
        self.content.addLayout(form(("Name", self.name), ("E-mail", self.email)))
        self.new_in_post = QCheckBox("New in post since")
        self.since = date_field(session.today(), "New in post since")
        self.since.setEnabled(False)
        self.new_in_post.toggled.connect(self.since.setEnabled)
        if role is Role.HEADTEACHER:
            self.content.addWidget(self.new_in_post)
            self.content.addWidget(self.since)
            self.content.addWidget(
                words("A new headteacher may bring an additional visit (clause 7.5).", "small")
            )

    def finish(self) -> None:
        since = date_of(self.since) if self.new_in_post.isChecked() else None
        changes = schools.set_contact(
            store=self.session.store,
            urn=self.urn,
            role=self.role,
            name=self.name.text(),
            email=self.email.text(),
            now=self.session.now(),
            since=since,
        )
        self.session.changed.emit(changes)


class CircumstanceDialog(Dialog):
    """A fact that decides the entitlement, from a day on."""

    def __init__(self, parent: QWidget, session: Session, urn: str) -> None:
        super().__init__(
            parent,
            "Change of circumstances",
            "Save",
            "It counts from its own date; what was true before stays in the history.",
        )
        self.session, self.urn = session, urn
        self.fact, self.value = QComboBox(), QComboBox()
        self.since, self.source = date_field(session.today(), "From"), QLineEdit()
        self.source.setPlaceholderText("Letter of the inspectorate, say")
        for fact in Fact:
            self.fact.addItem(fact.value.capitalize() if fact is not Fact.CATEGORY else "LA category", fact)
        self.content.addLayout(
            form(("What", self.fact), ("From", self.since), ("Is", self.value), ("Source", self.source))
        )
        self.fact.currentIndexChanged.connect(self.offer)
        self.since.dateChanged.connect(self.offer)
        self.offer()

    def offer(self) -> None:
        """The words that were in use on the chosen day."""
        fact, words_then = Fact(self.fact.currentData()), vocabulary_of(date_of(self.since))
        choices = {
            Fact.JUDGEMENT: words_then.judgements or ("Ofsted gave no overall judgement then",),
            Fact.CONCERN: ("none", *words_then.concerns),
            Fact.FLOOR: ("no", "yes"),
            Fact.CATEGORY: ("1", "2", "3", "4"),
            Fact.HEAD_SINCE: ("this date",),
        }[fact]
        chosen = self.value.currentText()
        self.value.clear()
        self.value.addItems(choices)
        self.value.setCurrentText(chosen if chosen in choices else choices[0])

    def finish(self) -> None:
        fact, since = Fact(self.fact.currentData()), date_of(self.since)
        if fact is Fact.JUDGEMENT and not vocabulary_of(since).judgements:
            raise UserError(
                "Ofsted gave no overall judgement on that day.",
                "Enter a category of concern instead, or another date.",
            )
        value = since.isoformat() if fact is Fact.HEAD_SINCE else self.value.currentText()
        source = self.source.text() or "entered by you"
        changes = schools.set_circumstance(
            store=self.session.store,
            urn=self.urn,
            fact=fact,
            value=value,
            since=since,
            source=source,
            now=self.session.now(),
        )
        self.session.changed.emit(changes)


class SupportDialog(Dialog):
    """That support with performance management was given: when and for how long, and nothing about it."""

    def __init__(self, parent: QWidget, session: Session, urn: str) -> None:
        about = "The date and the hours are all that is kept here, and all that the local authority may see."
        super().__init__(parent, "Support with performance management", "Record", about)
        self.session, self.urn = session, urn
        self.on, self.hours = date_field(session.today(), "Date"), QDoubleSpinBox()
        self.hours.setRange(0, 24)
        self.hours.setSingleStep(0.5)
        self.hours.setDecimals(1)
        self.hours.setSuffix(" h")
        self.hours.setValue(3)
        self.content.addLayout(form(("Date", self.on), ("Hours", self.hours)))

    def finish(self) -> None:
        changes = schools.record_support(
            store=self.session.store,
            urn=self.urn,
            on=date_of(self.on),
            hours=self.hours.value(),
            now=self.session.now(),
        )
        self.session.changed.emit(changes)


class OverrideDialog(Dialog):
    """Depart from the policy for one line, or add a visit: only with a reason."""

    def __init__(
        self, parent: QWidget, session: Session, urn: str, year: AcademicYear, item: DueItem | None
    ) -> None:
        super().__init__(
            parent,
            f"Change: {item.title}" if item else "Add a visit",
            "Save",
            item.why if item else "A visit beyond the policy.",
        )
        self.session, self.urn, self.year, self.item = session, urn, year, item
        self.kind, self.due_by, self.reason = (
            QComboBox(),
            date_field(item.due_by if item else session.today(), "Due by"),
            QPlainTextEdit(),
        )
        kinds = (
            ((OverrideKind.WAIVE, "It is not needed"), (OverrideKind.MOVE, "It is due by another date"))
            if item
            else ((OverrideKind.EXTRA, "One more visit"),)
        )
        for kind, text in kinds:
            self.kind.addItem(text, kind)
        self.reason.setMaximumHeight(90)
        self.reason.setTabChangesFocus(True)
        self.content.addLayout(form(("What", self.kind), ("Due by", self.due_by), ("Reason", self.reason)))
        self.kind.currentIndexChanged.connect(self._date_matters)
        self._date_matters()

    def _date_matters(self) -> None:
        self.due_by.setEnabled(self.kind.currentData() != OverrideKind.WAIVE)

    def finish(self) -> None:
        kind = OverrideKind(self.kind.currentData())
        changes = schools.override_due_item(
            store=self.session.store,
            urn=self.urn,
            year=self.year,
            due_key=self.item.key if self.item else "",
            kind=kind,
            reason=self.reason.toPlainText(),
            now=self.session.now(),
            due_by=None if kind is OverrideKind.WAIVE else date_of(self.due_by),
        )
        self.session.changed.emit(changes)
