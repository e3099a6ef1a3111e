"""Prepare: what to ask the school for, whom one meets, when; and calling it off."""

from collections.abc import Callable
from functools import partial

from PySide6.QtWidgets import QFrame

from sep_desktop.domain.changes import Changed
from sep_desktop.domain.visit import Visit
from sep_desktop.domain.wording import day
from sep_desktop.services import visits
from sep_desktop.services.visits import VisitView
from sep_desktop.ui.context.dialog import FormDialog
from sep_desktop.ui.context.session import Session, Store
from sep_desktop.ui.kit.basics import button, card, clear, column, form, holder, row, scrolling, words
from sep_desktop.ui.kit.line_field import LineField
from sep_desktop.ui.kit.theme import GAP
from sep_desktop.ui.visit.step import StepPanel


class PreparePanel(StepPanel):
    """Reading, mostly."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.content = column(gap=GAP * 2)
        self.content.setContentsMargins(GAP * 3, GAP * 2, GAP * 3, GAP * 3)
        self.setLayout(column(scrolling(holder(self.content)), gap=0))

    def show_visit(self, view: VisitView) -> None:
        """A card each for the visit, what to ask for, the people and the versions of the report."""
        visit = view.visit
        clear(self.content)
        self.content.addWidget(_visit_card(visit))
        self.content.addWidget(_information_card(view))
        self.content.addWidget(_people_card(view))
        if view.versions:
            completed = [
                f"Version {each.number}, completed {day(each.completed.date())}" for each in view.versions
            ]
            self.content.addWidget(
                card(words("This visit's report", "section"), *(words(each) for each in completed))
            )
        if not visit.held_on and not visit.is_cancelled:
            cancel = button("Cancel the visit …", partial(self._cancel, visit.id))
            go_on = partial(self.session.go, f"visit/{visit.id}/agenda")
            self.content.addLayout(row(cancel, None, button("To the agenda", go_on, "primary")))
        self.content.addStretch(1)

    def _cancel(self, visit: int) -> None:
        field = LineField()

        def read() -> Callable[[Store], Changed[None]]:
            because, now = field.text(), self.session.now()
            return lambda store: visits.cancel_visit(store=store, visit=visit, because=because, now=now)

        dialog = FormDialog(
            self,
            self.session.runner,
            "Cancel the visit",
            "Cancel the visit",
            read,
            "The reason is shown with the visit; what it was for is due again.",
        )
        dialog.content.addLayout(form(("Why", field)))
        dialog.open()


def _visit_card(visit: Visit) -> QFrame:
    attending = (
        f"Attending: {visit.attending}"
        if visit.attending
        else "Who attends is not entered yet; “Move” has the field."
    )
    return card(
        words("The visit", "section"),
        words(f"{day(visit.day)}, {visit.hours}", "strong"),
        words("Held remotely" if visit.remote else visit.place or "At the school"),
        words(attending, "muted"),
    )


def _information_card(view: VisitView) -> QFrame:
    return card(
        words("Information to ask the school for", "section"),
        words("The school sends it before the visit (clause 7.3).", "muted"),
        *(words(f"•  {each}") for each in view.information),
    )


def _people_card(view: VisitView) -> QFrame:
    people = [
        words(f"{role.in_words}: {contact.name}, {contact.email or 'no e-mail address'}", select=True)
        for role, contact in view.contacts.items()
    ]
    nobody = words("Nobody is known yet. Enter them on the school's page.", "muted")
    return card(words("People", "section"), *(people or [nobody]))
