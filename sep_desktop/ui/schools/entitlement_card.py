"""This year of one school as a ledger: what is due, why, by when, how it stands, and what to do about it."""

from functools import partial

from PySide6.QtWidgets import QBoxLayout, QFrame, QWidget

from sep_desktop.domain.entitlement import DueItem, DueState
from sep_desktop.domain.support import in_words
from sep_desktop.domain.wording import day, days, listed, plural, sentence
from sep_desktop.services import schools
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import button, card, column, holder, row, rule, state_mark, words
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.schools.dialogs import CircumstanceDialog, OverrideDialog, SupportDialog

DUE_TONES = {
    DueState.OVERDUE: "bad",
    DueState.DUE: "",
    DueState.BOOKED: "wait",
    DueState.HELD: "wait",
    DueState.REPORTED: "good",
    DueState.WAIVED: "",
    DueState.SUPPORT: "",
}
"""The tone of each state of a due item."""


class EntitlementCard:
    """Builds the card of a school's year; ``page`` is what its dialogs stand over."""

    def __init__(self, page: QWidget, session: Session, view: schools.SchoolView) -> None:
        self._page, self._session, self._view = page, session, view
        self._entitlement, self._urn = view.entitlement, view.school.urn

    def build(self) -> QFrame:
        """The card, with a line for each due item."""
        heading = words(f"This year, {self._entitlement.year}", "section", wrap=False)
        change = button("Circumstances changed …", self._change_circumstances, "link")
        add = button("Add a visit …", partial(self._override, None), "link")
        lines = [part for item in self._entitlement.items for part in (rule(), self._line(item))]
        history = [words(event, "small") for event in self._entitlement.history]
        return card(row(heading, None, change, add), words(self._counts(), "muted"), *lines, *history)

    def _counts(self) -> str:
        """How many visits and days the year has, and how they stand, in two sentences."""
        entitlement = self._entitlement
        reported, booked, overdue = (
            entitlement.count(state) for state in (DueState.REPORTED, DueState.BOOKED, DueState.OVERDUE)
        )
        visits = (
            f"{plural(len(entitlement.visits), 'visit')}: {entitlement.held} held ({reported} reported), "
            f"{booked} booked, {entitlement.left} left, {overdue} overdue."
        )
        spent = entitlement.days
        purposes = (
            (spent.on_site, "on site"),
            (spent.preparation, "preparation"),
            (spent.reporting, "reporting"),
            (spent.performance_management, "performance management"),
        )
        split = listed([f"{days(number)} {purpose}" for number, purpose in purposes if number])
        return f"{visits} {sentence(days(spent.total))} in all: {split}."

    def _line(self, item: DueItem) -> QBoxLayout:
        about = column(words(item.title, "strong"), words(item.why, "muted"), gap=2)
        if item.assumed:
            about.addWidget(words(f"Assumed: {item.assumed}", "small"))
        if item.days.performance_management:
            given = in_words(self._view.support) or "Nothing is recorded as given yet."
            about.addWidget(words(given, "small"))
        amount = words(sentence(days(item.days.total)), wrap=False)
        due_by = words(f"by {day(item.due_by)}" if item.kind else "", "small", wrap=False)
        right = holder(column(amount, due_by, None, gap=2))
        right.setFixedWidth(right.fontMetrics().averageCharWidth() * 20)
        state = state_mark(DUE_TONES[item.state], sentence(item.state) if item.kind else "Each year")
        state.setMinimumWidth(120)
        action = self._action(item)
        action.setMinimumWidth(96)
        line = row(state, about, right, action, gap=GAP * 2)
        line.setStretch(1, 1)
        return line

    def _action(self, item: DueItem) -> QWidget:
        """The one thing to do about an item, if there is one."""
        if item.override:
            withdraw = partial(self._withdraw, item.override.id)
            return button("Back to policy", withdraw, "link", "Withdraw this departure from the policy")
        if item.visit:
            return button("Open visit", partial(self._session.go, f"visit/{item.visit.id}"), "link")
        if item.kind:
            return button("Change …", partial(self._override, item), "link", f"Change {item.title}")
        if item.days.performance_management:
            return self._support_actions()
        return words("", wrap=False)

    def _support_actions(self) -> QWidget:
        record = button(
            "Time given …", self._record_support, "link", "Record when support was given and for how long"
        )
        sealed = button(
            "Sealed page",
            partial(self._session.go, f"sealed/{self._urn}"),
            "link",
            "Open the sealed store at this school",
        )
        return holder(column(record, sealed, None, gap=0))

    def _override(self, item: DueItem | None) -> None:
        OverrideDialog(self._page, self._session, self._urn, self._entitlement.year, item).open()

    def _change_circumstances(self) -> None:
        CircumstanceDialog(self._page, self._session, self._urn, self._view.scales).open()

    def _record_support(self) -> None:
        SupportDialog(self._page, self._session, self._urn).open()

    def _withdraw(self, override: int) -> None:
        urn, year, now = self._urn, self._entitlement.year, self._session.now()
        self._session.run(
            self._page,
            lambda store: schools.withdraw_override(
                store=store, urn=urn, year=year, override=override, now=now
            ),
        )
