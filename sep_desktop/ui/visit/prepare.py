"""Prepare: what to ask the school for, whom one meets, when; and calling it off."""

from PySide6.QtWidgets import QLineEdit

from sep_desktop.domain.people import ROLE_NAMES
from sep_desktop.domain.wording import day
from sep_desktop.services import visits
from sep_desktop.services.visits import VisitView
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import button, card, clear, column, form, holder, row, scrolling, words
from sep_desktop.ui.kit.dialog import FormDialog
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
        clear(self.content)
        visit = view.visit
        facts = [
            words(f"{day(visit.day)}, {visit.hours}", "strong"),
            words("Held remotely" if visit.remote else visit.place or "At the school"),
        ]
        facts.append(
            words(
                f"Attending: {visit.attending}"
                if visit.attending
                else "Who attends is not entered yet; “Move” has the field.",
                "muted",
            )
        )
        people = [
            words(f"{ROLE_NAMES[role]}: {each.name}, {each.email or 'no e-mail address'}", select=True)
            for role, each in view.contacts.items()
        ]
        asked = [words(f"•  {each}") for each in view.information]
        earlier = [
            words(f"Version {each.number}, completed {day(each.completed.date())}") for each in view.versions
        ]
        self.content.addWidget(card(words("The visit", "section"), *facts))
        self.content.addWidget(
            card(
                words("Information to ask the school for", "section"),
                words("The school sends it before the visit (clause 7.3).", "muted"),
                *asked,
            )
        )
        self.content.addWidget(
            card(
                words("People", "section"),
                *(people or [words("Nobody is known yet. Enter them on the school's page.", "muted")]),
            )
        )
        if earlier:
            self.content.addWidget(card(words("This visit's report", "section"), *earlier))
        if not visit.held_on and not visit.is_cancelled:
            self.content.addLayout(
                row(
                    button("Cancel the visit …", lambda: self._cancel(visit.id)),
                    None,
                    button("To the agenda", lambda: self.session.go(f"visit/{visit.id}/agenda"), "primary"),
                )
            )
        self.content.addStretch(1)

    def _cancel(self, visit: int) -> None:
        field = QLineEdit()

        def work() -> None:
            self.session.changed.emit(
                visits.cancel_visit(
                    store=self.session.store, visit=visit, because=field.text(), now=self.session.now()
                )
            )

        dialog = FormDialog(
            self,
            "Cancel the visit",
            "Cancel the visit",
            work,
            "The reason is shown with the visit; what it was for is due again.",
        )
        dialog.content.addLayout(form(("Why", field)))
        dialog.open()
