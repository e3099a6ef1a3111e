"""What may be changed on a school's page: a person, a circumstance, support given, a line of the year."""

from collections.abc import Callable
from typing import assert_never

from PySide6.QtWidgets import QCheckBox, QComboBox, QWidget

from sep_desktop.domain.academic_year import AcademicYear
from sep_desktop.domain.changes import Changed
from sep_desktop.domain.circumstances import Fact, Scales
from sep_desktop.domain.entitlement import DueItem, OverrideKind
from sep_desktop.domain.people import Contact, Role
from sep_desktop.errors import UserError
from sep_desktop.services import schools
from sep_desktop.ui.context.dialog import OperationDialog
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import form, words
from sep_desktop.ui.kit.dates import date_field, date_of, hours_field
from sep_desktop.ui.kit.growing_text import PlainText
from sep_desktop.ui.kit.line_field import LineField


class PersonDialog(OperationDialog[Store]):
    """Who holds a role, and where reports reach them."""

    def __init__(
        self, parent: QWidget, session: Session, urn: str, role: Role, holder: Contact | None
    ) -> None:
        super().__init__(
            parent,
            session.runner,
            role.in_words,
            "Save",
            "Reports go to this address. Whoever held the role before stays in the history.",
        )
        self.session, self.urn, self.role = session, urn, role
        self.name = LineField(holder.name if holder else "")
        self.email = LineField(holder.email if holder else "")
        self.content.addLayout(form(("Name", self.name), ("E-mail", self.email)))
        self.new_in_post = QCheckBox("New in post since")
        self.since = date_field(session.today(), "New in post since")
        self.since.setEnabled(False)
        self.new_in_post.toggled.connect(self.since.setEnabled)
        if role == Role.HEADTEACHER:
            self.content.addWidget(self.new_in_post)
            self.content.addWidget(self.since)
            self.content.addWidget(
                words("A new headteacher may bring an additional visit (clause 7.5).", "small")
            )

    def operation(self) -> Callable[[Store], Changed[None]]:
        """Make the person in the fields the holder of the role."""
        urn, role, now = self.urn, self.role, self.session.now()
        name, email = self.name.text(), self.email.text()
        since = date_of(self.since) if self.new_in_post.isChecked() else None
        return lambda store: schools.set_contact(
            store=store, urn=urn, role=role, name=name, email=email, now=now, since=since
        )


class CircumstanceDialog(OperationDialog[Store]):
    """A fact that decides the entitlement, from a day on."""

    def __init__(self, parent: QWidget, session: Session, urn: str, scales: Scales) -> None:
        super().__init__(
            parent,
            session.runner,
            "Change of circumstances",
            "Save",
            "It counts from its own date; what was true before stays in the history.",
        )
        self.session, self.urn, self.scales = session, urn, scales
        self.fact, self.value = QComboBox(), QComboBox()
        self.since, self.source = date_field(session.today(), "From"), LineField()
        self.source.setPlaceholderText("Letter of the inspectorate, say")
        for fact in Fact:
            self.fact.addItem("LA category" if fact is Fact.CATEGORY else fact.value.capitalize(), fact)
        self.content.addLayout(
            form(("What", self.fact), ("From", self.since), ("Is", self.value), ("Source", self.source))
        )
        self.fact.currentIndexChanged.connect(self.offer)
        self.since.dateChanged.connect(self.offer)
        self.offer()

    def offer(self) -> None:
        """The words that were in use on the chosen day."""
        choices, chosen = self._choices(), self.value.currentText()
        self.value.clear()
        self.value.addItems(choices)
        self.value.setCurrentText(chosen if chosen in choices else choices[0])

    def _choices(self) -> tuple[str, ...]:
        fact, words_then = Fact(self.fact.currentData()), self.scales.on(date_of(self.since))
        match fact:
            case Fact.JUDGEMENT:
                return words_then.judgements or ("Ofsted gave no overall judgement then",)
            case Fact.CONCERN:
                return ("none", *words_then.concerns)
            case Fact.FLOOR:
                return ("no", "yes")
            case Fact.CATEGORY:
                return self.scales.categories
            case Fact.HEAD_SINCE:
                return ("this date",)
            case _:
                assert_never(fact)

    def operation(self) -> Callable[[Store], Changed[None]]:
        """Record the fact. Raises ``UserError`` for a judgement on a day on which none was given."""
        urn, now = self.urn, self.session.now()
        fact, since = Fact(self.fact.currentData()), date_of(self.since)
        if fact is Fact.JUDGEMENT and not self.scales.on(since).judgements:
            raise UserError(
                "Ofsted gave no overall judgement on that day.",
                "Enter a category of concern instead, or another date.",
            )
        value = since.isoformat() if fact is Fact.HEAD_SINCE else self.value.currentText()
        source = self.source.text() or "entered by you"
        return lambda store: schools.set_circumstance(
            store=store, urn=urn, fact=fact, value=value, since=since, source=source, now=now
        )


class SupportDialog(OperationDialog[Store]):
    """That support with performance management was given: when and for how long, and nothing about it."""

    def __init__(self, parent: QWidget, session: Session, urn: str) -> None:
        super().__init__(
            parent,
            session.runner,
            "Support with performance management",
            "Record",
            "The date and the hours are all that is kept here, and all that the local authority may see.",
        )
        self.session, self.urn = session, urn
        self.on, self.hours = date_field(session.today(), "Date"), hours_field(24, "Hours")
        self.hours.setValue(3)
        self.content.addLayout(form(("Date", self.on), ("Hours", self.hours)))

    def operation(self) -> Callable[[Store], Changed[None]]:
        """Record the support."""
        urn, now, on, hours = self.urn, self.session.now(), date_of(self.on), self.hours.value()
        return lambda store: schools.record_support(store=store, urn=urn, on=on, hours=hours, now=now)


_OVERRIDES = {
    OverrideKind.WAIVE: "It is not needed",
    OverrideKind.MOVE: "It is due by another date",
    OverrideKind.EXTRA: "One more visit",
}


class OverrideDialog(OperationDialog[Store]):
    """Depart from the policy for one due item, or add a visit where there is none: only with a reason."""

    def __init__(
        self, parent: QWidget, session: Session, urn: str, year: AcademicYear, item: DueItem | None
    ) -> None:
        super().__init__(
            parent,
            session.runner,
            f"Change: {item.title}" if item else "Add a visit",
            "Save",
            item.why if item else "A visit beyond the policy.",
        )
        self.session, self.urn, self.year = session, urn, year
        self.due_key = item.key if item else ""
        self.kind, self.reason = QComboBox(), PlainText()
        self.due_by = date_field(item.due_by if item else session.today(), "Due by")
        for kind, text in _OVERRIDES.items():
            if (kind is OverrideKind.EXTRA) is (item is None):
                self.kind.addItem(text, kind)
        self.reason.setMaximumHeight(90)
        self.reason.setTabChangesFocus(True)
        self.content.addLayout(form(("What", self.kind), ("Due by", self.due_by), ("Reason", self.reason)))
        self.kind.currentIndexChanged.connect(self._date_matters)
        self._date_matters()

    def _date_matters(self) -> None:
        self.due_by.setEnabled(self.kind.currentData() != OverrideKind.WAIVE)

    def operation(self) -> Callable[[Store], Changed[None]]:
        """Record the departure."""
        urn, year, due_key, now = self.urn, self.year, self.due_key, self.session.now()
        kind, reason = OverrideKind(self.kind.currentData()), self.reason.toPlainText()
        due_by = None if kind is OverrideKind.WAIVE else date_of(self.due_by)
        return lambda store: schools.override_due_item(
            store=store, urn=urn, year=year, due_key=due_key, kind=kind, reason=reason, now=now, due_by=due_by
        )
