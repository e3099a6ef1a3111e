"""One school: the few facts that matter, this year as a ledger with its reasons, visits, people, facts."""

from typing import Any

from PySide6.QtWidgets import QFrame, QGridLayout, QWidget

from sep_desktop.domain.circumstances import Circumstance, Fact
from sep_desktop.domain.entitlement import DueItem, DueState
from sep_desktop.domain.outbox import IN_WORDS
from sep_desktop.domain.people import ROLE_NAMES, Role
from sep_desktop.domain.support import in_words
from sep_desktop.domain.visit import KIND_NAMES, Visit
from sep_desktop.domain.wording import day, days, listed, plural, sentence
from sep_desktop.services import schools
from sep_desktop.ui.context.page import Page
from sep_desktop.ui.kit.basics import button, card, column, empty, holder, row, rule, state_mark, words
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.schools.dialogs import CircumstanceDialog, OverrideDialog, PersonDialog, SupportDialog
from sep_desktop.ui.visit.plan_visit import PlanVisitDialog

_TONES = {
    DueState.OVERDUE: "bad",
    DueState.DUE: "",
    DueState.BOOKED: "wait",
    DueState.HELD: "wait",
    DueState.REPORTED: "good",
    DueState.WAIVED: "",
    DueState.SUPPORT: "",
}


class SchoolPage(Page):
    """Opened by the school's URN."""

    def load(self) -> schools.SchoolView:
        return schools.view(store=self.session.store, urn=self.argument, today=self.session.today())

    def show_loaded(self, loaded: Any) -> None:
        self.view: schools.SchoolView = loaded
        school = loaded.school
        where = ", ".join(filter(None, (school.phase, school.kind, school.town)))
        self.set_head(
            school.name,
            f"URN {school.urn}"
            + (f" · {school.laestab}" if school.laestab else "")
            + (f" · {where}" if where else ""),
        )
        self.set_actions(button("Plan a visit …", self.plan, "primary"))
        notes = [self._closed()] if school.is_closed or loaded.successor else []
        self.rebuild(*notes, self._year(), self._visits(), self._people(), self._facts())

    def _closed(self) -> QFrame:
        successor = self.view.successor
        text = f"The register says that this school closed{' on ' + day(self.view.school.closed) if self.view.school.closed else ''}."
        return empty(
            text,
            *(
                [button(f"Open its successor, {successor}", lambda: self.session.go(f"school/{successor}"))]
                if successor
                else []
            ),
        )

    def _year(self) -> QFrame:
        found = self.view.entitlement
        spent = found.days
        parts = [
            (spent.on_site, "on site"),
            (spent.preparation, "preparation"),
            (spent.reporting, "reporting"),
            (spent.performance_management, "performance management"),
        ]
        split = listed([f"{days(number)} {what}" for number, what in parts if number])
        reported, booked, overdue = (
            found.count(state) for state in (DueState.REPORTED, DueState.BOOKED, DueState.OVERDUE)
        )
        counts = f"{plural(len(found.visits), 'visit')}: {found.held} held ({reported} reported), {booked} booked, {found.left} left, {overdue} overdue. "
        counts += f"{sentence(days(spent.total))} in all: {split}."
        lines: list[Any] = [words(counts, "muted")]
        for line in found.items:
            lines += [rule(), self._line(line)]
        lines += [words(each, "small") for each in found.history]
        add = button(
            "Add a visit …",
            lambda: OverrideDialog(self, self.session, self.argument, found.year, None).open(),
            "link",
        )
        change = button(
            "Circumstances changed …",
            lambda: CircumstanceDialog(self, self.session, self.argument).open(),
            "link",
        )
        return card(row(words(f"This year, {found.year}", "section", wrap=False), None, change, add), *lines)

    def _line(self, line: DueItem) -> Any:
        about = column(words(line.title, "strong"), words(line.why, "muted"), gap=2)
        if line.assumed:
            about.addWidget(words(f"Assumed: {line.assumed}", "small"))
        if line.days.performance_management:
            about.addWidget(
                words(in_words(self.view.support) or "Nothing is recorded as given yet.", "small")
            )
        amount = words(sentence(days(line.days.total)), wrap=False)
        right = holder(
            column(
                amount, words(f"by {day(line.due_by)}" if line.kind else "", "small", wrap=False), None, gap=2
            )
        )
        right.setFixedWidth(right.fontMetrics().averageCharWidth() * 20)
        state = state_mark(_TONES[line.state], sentence(line.state) if line.kind else "Each year")
        state.setMinimumWidth(120)
        action = self._line_action(line)
        action.setMinimumWidth(96)
        made = row(state, about, right, action, gap=GAP * 2)
        made.setStretch(1, 1)
        return made

    def _line_action(self, line: DueItem) -> QWidget:
        year = self.view.entitlement.year
        if line.override:
            number = line.override.id
            return button(
                "Back to policy",
                lambda: self._withdraw(number),
                "link",
                "Withdraw this departure from the policy",
            )
        if line.visit:
            target = line.visit.id
            return button("Open visit", lambda: self.session.go(f"visit/{target}"), "link")
        if line.kind:
            return button(
                "Change …",
                lambda: OverrideDialog(self, self.session, self.argument, year, line).open(),
                "link",
                f"Change {line.title}",
            )
        if line.days.performance_management:
            return self._support_actions()
        return words("", wrap=False)

    def _support_actions(self) -> QWidget:
        record = button(
            "Time given …",
            lambda: SupportDialog(self, self.session, self.argument).open(),
            "link",
            "Record when support was given and for how long",
        )
        sealed = button(
            "Sealed page",
            lambda: self.session.go(f"sealed/{self.argument}"),
            "link",
            "Open the sealed store at this school",
        )
        return holder(column(record, sealed, None, gap=0))

    def _withdraw(self, override: int) -> None:
        self.session.act(
            lambda: schools.withdraw_override(
                store=self.session.store, urn=self.argument, override=override, now=self.session.now()
            )
        )

    def plan(self) -> None:
        """Plan one of the visits that are still due."""
        lines = tuple(
            line for line in self.view.entitlement.visits if line.state in (DueState.DUE, DueState.OVERDUE)
        )
        dialog = PlanVisitDialog(self, self.session, self.argument, lines)
        dialog.accepted.connect(lambda: self.session.go(f"visit/{dialog.planned}"))
        dialog.open()

    def _visits(self) -> QFrame:
        if not self.view.visits:
            return card(
                words("Visits and reports", "section"),
                words("No visit is planned yet. “Plan a visit” offers those that are due.", "muted"),
            )
        lines: list[Any] = []
        for visit in self.view.visits:
            lines += [rule(), self._visit(visit)]
        return card(words("Visits and reports", "section"), *lines)

    def _visit(self, visit: Visit) -> Any:
        sent = [message for message in self.view.messages if message.visit_id == visit.id]
        state = f"Cancelled: {visit.cancelled_because}" if visit.is_cancelled else _visit_state(visit)
        told = "; ".join(
            f"version {message.number}: "
            + ", ".join(f"{each.name} – {IN_WORDS[each.state].lower()}" for each in message.deliveries)
            for message in sent
        )
        about = column(
            words(f"{day(visit.day)}, {visit.hours}", "strong"),
            words(f"{KIND_NAMES[visit.kind]}. {state}", "muted"),
            gap=2,
        )
        if told:
            about.addWidget(words(sentence(told) + ".", "small"))
        made = row(
            about,
            button(
                "Open",
                lambda: self.session.go(f"visit/{visit.id}"),
                "link",
                f"Open the visit of {day(visit.day)}",
            ),
        )
        made.setStretch(0, 1)
        return made

    def _people(self) -> QFrame:
        lines: list[Any] = []
        for role in Role:
            lines += [rule(), self._person(role)]
        if self.view.school.head:
            lines.append(
                words(
                    f"The register names {self.view.school.head} ({self.view.school.head_post or 'Headteacher'}).",
                    "small",
                )
            )
        return card(
            words("People", "section"),
            words("Reports go to these three and to nobody else.", "muted"),
            *lines,
        )

    def _person(self, role: Role) -> Any:
        found = self.view.contacts.get(role)
        who = words(found.name if found else "Nobody is known yet", "" if found else "bad", select=True)
        address = words(
            (found.email if found else "") or "No e-mail address",
            "muted" if found and found.email else "bad",
            select=True,
        )
        checked = f"Last confirmed {day(found.confirmed)}" if found and found.confirmed else ""
        about = column(words(ROLE_NAMES[role], "small"), who, address, gap=2)
        if checked:
            about.addWidget(words(checked, "small"))
        made = row(
            about,
            button(
                "Change …",
                lambda: PersonDialog(self, self.session, self.argument, role, found).open(),
                "link",
                f"Change the {ROLE_NAMES[role]}",
            ),
        )
        made.setStretch(0, 1)
        return made

    def _facts(self) -> QFrame:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP * 3)
        grid.setVerticalSpacing(GAP)
        school = self.view.school
        rows = [
            (sentence(fact.fact), _value(fact), f"{fact.source or 'entered'}; from {day(fact.since)}")
            for fact in self.view.facts
        ]
        address = ", ".join(
            filter(None, (school.street, school.locality, school.town, school.county, school.postcode))
        )
        ages = f"{school.low_age} to {school.high_age}" if school.low_age else ""
        register = (
            ("Address", address),
            ("Telephone", school.telephone),
            ("Website", school.website),
            ("Ages", ages),
            ("Status", school.status),
        )
        rows += [(label, value, "register") for label, value in register if value]
        if self.view.predecessors:
            rows.append(("Earlier URNs", ", ".join(self.view.predecessors), "register"))
        for number, (label, value, source) in enumerate(rows):
            grid.addWidget(words(label, "muted", wrap=False), number, 0)
            grid.addWidget(words(value, select=True), number, 1)
            grid.addWidget(words(source, "small"), number, 2)
        grid.setColumnStretch(1, 2)
        grid.setColumnStretch(2, 1)
        return card(words("Facts", "section"), grid)


def _value(fact: Circumstance) -> str:
    return day(fact.since) if fact.fact is Fact.HEAD_SINCE else sentence(fact.value)


def _visit_state(visit: Visit) -> str:
    if visit.reported:
        return "The report is complete."
    return "Held; the report is not complete." if visit.held_on else "Planned."
