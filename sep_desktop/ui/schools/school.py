"""One school: the few facts that matter, this year as a ledger with its reasons, visits, people, facts."""

from datetime import date
from functools import partial

from PySide6.QtWidgets import QBoxLayout, QFrame, QGridLayout

from sep_desktop.domain.circumstances import Circumstance, Fact
from sep_desktop.domain.entitlement import DueState
from sep_desktop.domain.outbox import IN_WORDS, Message
from sep_desktop.domain.past import PastRecord
from sep_desktop.domain.people import Role
from sep_desktop.domain.school import School
from sep_desktop.domain.visit import KIND_NAMES, Visit
from sep_desktop.domain.wording import day, listed, sentence
from sep_desktop.services import as_of, schools
from sep_desktop.ui.context.as_of import AsOfDialog
from sep_desktop.ui.context.page import LoadingPage, Query
from sep_desktop.ui.context.plan_visit import PlanVisitDialog
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import button, card, column, empty, row, rule, words
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.schools.dialogs import PersonDialog
from sep_desktop.ui.schools.entitlement_card import EntitlementCard


class SchoolPage(LoadingPage[schools.SchoolView]):
    """Opened by the school's URN."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.view: schools.SchoolView | None = None

    def query(self) -> Query[schools.SchoolView]:
        """The school of the address."""
        urn, today = self.argument, self.session.today()
        return lambda store: schools.view(store=store, urn=urn, today=today)

    def show_loaded(self, loaded: schools.SchoolView) -> None:
        """A card each for the year, the visits, the people and the facts."""
        self.view = loaded
        school = loaded.school
        where = ", ".join(filter(None, (school.phase, school.kind, school.town)))
        self.set_head(school.name, " · ".join(filter(None, (f"URN {school.urn}", school.laestab, where))))
        self.set_actions(
            button("As it was on …", partial(self._as_of, school.urn), about="What was recorded on a day"),
            button("Plan a visit …", partial(self.plan, loaded), "primary"),
        )
        closed = [self._closed(loaded)] if school.is_closed or loaded.successor else []
        year = EntitlementCard(self, self.session, loaded).build()
        self.rebuild(*closed, year, self._visits(loaded), self._people(loaded), _facts(loaded))

    def show_nothing(self) -> None:
        """No school."""
        self.set_head("")
        self.set_actions()
        self.rebuild()

    def _as_of(self, urn: str) -> None:
        def ask(store: Store, on: date, today: date) -> PastRecord:
            return as_of.school(store=store, urn=urn, on=on, today=today)

        AsOfDialog(self, self.session, ask).open()

    def _closed(self, view: schools.SchoolView) -> QFrame:
        when = f" on {day(view.school.closed)}" if view.school.closed else ""
        text = f"The register says that this school closed{when}."
        if not view.successor:
            return empty(text)
        go = partial(self.session.go, f"school/{view.successor}")
        return empty(text, button(f"Open its successor, {view.successor}", go))

    def plan(self, view: schools.SchoolView) -> None:
        """Plan one of the visits that are still due."""
        due = (DueState.DUE, DueState.OVERDUE)
        items = tuple(item for item in view.entitlement.visits if item.state in due)
        dialog = PlanVisitDialog(self, self.session, view.school.urn, items)
        dialog.planned.connect(self._open_visit)
        dialog.open()

    def _open_visit(self, visit: int) -> None:
        self.session.go(f"visit/{visit}")

    def _visits(self, view: schools.SchoolView) -> QFrame:
        heading = words("Visits and reports", "section")
        if not view.visits:
            nothing = "No visit is planned yet. “Plan a visit” offers those that are due."
            return card(heading, words(nothing, "muted"))
        lines = [self._visit(visit, view.messages) for visit in view.visits]
        return card(heading, *(part for line in lines for part in (rule(), line)))

    def _visit(self, visit: Visit, messages: tuple[Message, ...]) -> QBoxLayout:
        about = column(
            words(f"{day(visit.day)}, {visit.hours}", "strong"),
            words(f"{KIND_NAMES[visit.kind]}. {_visit_state(visit)}", "muted"),
            gap=2,
        )
        sent = [_message_states(message) for message in messages if message.part.visit_id == visit.id]
        if sent:
            about.addWidget(words(sentence("; ".join(sent)) + ".", "small"))
        go = partial(self._open_visit, visit.id)
        line = row(about, button("Open", go, "link", f"Open the visit of {day(visit.day)}"))
        line.setStretch(0, 1)
        return line

    def _people(self, view: schools.SchoolView) -> QFrame:
        school = view.school
        lines = [part for role in view.roles for part in (rule(), self._person(view, role))]
        receive = listed([role.in_a_sentence for role in view.distribution])
        register = f"The register names {school.head} ({school.head_post or 'Headteacher'})."
        return card(
            words("People", "section"),
            words(f"Reports go to {receive}, and to nobody else.", "muted"),
            *lines,
            *([words(register, "small")] if school.head else []),
        )

    def _person(self, view: schools.SchoolView, role: Role) -> QBoxLayout:
        holder = view.contacts.get(role)
        name, email = (holder.name, holder.email) if holder else ("", "")
        about = column(
            words(role.in_words, "small"),
            words(name if holder else "Nobody is known yet", "" if holder else "bad", select=True),
            words(email or "No e-mail address", "muted" if email else "bad", select=True),
            gap=2,
        )
        if holder and holder.confirmed:
            about.addWidget(words(f"Last confirmed {day(holder.confirmed)}", "small"))
        change = partial(self._change_person, view, role)
        line = row(about, button("Change …", change, "link", f"Change the {role.in_words}"))
        line.setStretch(0, 1)
        return line

    def _change_person(self, view: schools.SchoolView, role: Role) -> None:
        PersonDialog(self, self.session, view.school.urn, role, view.contacts.get(role)).open()


def _visit_state(visit: Visit) -> str:
    if visit.is_cancelled:
        return f"Cancelled: {visit.cancelled_because}"
    if visit.reported:
        return "The report is complete."
    return "Held; the report is not complete." if visit.held_on else "Planned."


def _message_states(message: Message) -> str:
    """How the deliveries of a version stand, person by person."""
    states = ", ".join(f"{each.name} – {IN_WORDS[each.state].lower()}" for each in message.deliveries)
    return f"{message.part.name}: {states}"


def _facts(view: schools.SchoolView) -> QFrame:
    grid = QGridLayout()
    grid.setHorizontalSpacing(GAP * 3)
    grid.setVerticalSpacing(GAP)
    lines = [
        *((sentence(fact.fact), _value(fact), _source(fact)) for fact in view.facts),
        *((label, value, "register") for label, value in _register_facts(view.school) if value),
    ]
    if view.predecessors:
        lines.append(("Earlier URNs", ", ".join(view.predecessors), "register"))
    for number, (label, value, source) in enumerate(lines):
        grid.addWidget(words(label, "muted", wrap=False), number, 0)
        grid.addWidget(words(value, select=True), number, 1)
        grid.addWidget(words(source, "small"), number, 2)
    grid.setColumnStretch(1, 2)
    grid.setColumnStretch(2, 1)
    return card(words("Facts", "section"), grid)


def _register_facts(school: School) -> tuple[tuple[str, str], ...]:
    parts = (school.street, school.locality, school.town, school.county, school.postcode)
    return (
        ("Address", ", ".join(filter(None, parts))),
        ("Telephone", school.telephone),
        ("Website", school.website),
        ("Ages", f"{school.low_age} to {school.high_age}" if school.low_age else ""),
        ("Status", school.status),
    )


def _value(fact: Circumstance) -> str:
    return day(fact.since) if fact.fact is Fact.HEAD_SINCE else sentence(fact.value)


def _source(fact: Circumstance) -> str:
    return f"{fact.source or 'entered'}; from {day(fact.since)}"
