"""What the authority decides: each policy in force and those that come later, by subject; a file taken in."""

from dataclasses import dataclass
from functools import partial
from pathlib import Path

from PySide6.QtWidgets import QBoxLayout, QFrame, QLabel, QWidget

from sep_desktop.domain.edition import POLICY_NAMES, Edition, PolicyKind
from sep_desktop.domain.wording import sentence
from sep_desktop.services import policies, policy_changes
from sep_desktop.services.policy_changes import PolicyRow
from sep_desktop.ui.context.files import choose_file, save_as
from sep_desktop.ui.context.page import LoadingPage, Query
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import button, card, column, row, rule, words
from sep_desktop.ui.policies.dialogs import NewerDialog, PolicyDialog

SUBJECTS: dict[str, tuple[PolicyKind, ...]] = {
    "What is due": (PolicyKind.ENTITLEMENT, PolicyKind.TERMS),
    "Agendas": (PolicyKind.AGENDA_ANNUAL, PolicyKind.AGENDA_ADDITIONAL, PolicyKind.AGENDA_TERMLY),
    "Reports": (
        PolicyKind.REPORTING,
        PolicyKind.DISTRIBUTION,
        PolicyKind.REPORT_ANNUAL,
        PolicyKind.REPORT_ADDITIONAL,
        PolicyKind.REPORT_TERMLY,
        PolicyKind.RETENTION,
    ),
    "Performance management": (PolicyKind.READERS, PolicyKind.APPRAISAL, PolicyKind.APPRAISAL_SCALE),
    "Words to choose from": (PolicyKind.JUDGEMENTS, PolicyKind.CATEGORIES, PolicyKind.SUPPORT),
}
"""The kinds of policy as the page shows them."""

_ABOUT = "What counts is the newest that is valid on a day. What was begun under an older version keeps it."
_NOTHING_YET = "Nothing is changed until you accept."
_FILES = "Policy (*.toml)"


@dataclass(frozen=True)
class Loaded:
    """What is in force, and what the program brings that is newer."""

    rows: list[PolicyRow]
    newer: tuple[Edition, ...]


class PoliciesPage(LoadingPage[Loaded]):
    """A card a subject; where schools are of several authorities, one after the other."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self.set_head("What your authority decides", _ABOUT)
        about = "Look at what a policy of your authority would change, and take it in"
        self.set_actions(button("Import a file …", self.import_file, about=about))

    def query(self) -> Query[Loaded]:
        """What is in force today."""
        today = self.session.today()
        return lambda store: Loaded(
            policy_changes.listing(store=store, today=today), policies.newer(store=store)
        )

    def show_loaded(self, loaded: Loaded) -> None:
        """What is newer first, then what is in force."""
        authorities = list(dict.fromkeys(each.authority for each in loaded.rows))
        parts: list[QWidget] = [self._newer(loaded.newer)] if loaded.newer else []
        for authority in authorities:
            if len(authorities) > 1:
                parts.append(words(f"Authority {authority}", "section"))
            rows = {each.kind: each for each in loaded.rows if each.authority == authority}
            parts += [
                self._subject(title, [rows[kind] for kind in kinds if kind in rows])
                for title, kinds in SUBJECTS.items()
            ]
        self.rebuild(*parts)

    def _newer(self, newer: tuple[Edition, ...]) -> QFrame:
        look = button("See what they change …", self.look_at_newer)
        return card(
            words("Newer with this version of the program", "section"),
            *(words(f"{POLICY_NAMES[each.kind]}, version {each.version}") for each in newer),
            row(look, None),
        )

    def _subject(self, title: str, rows: list[PolicyRow]) -> QFrame:
        lines = [part for each in rows for part in (rule(), self._policy(each))]
        return card(words(title, "section"), *lines)

    def _policy(self, shown: PolicyRow) -> QBoxLayout:
        name = POLICY_NAMES[shown.kind]
        about = f"{name}: write it as a file to change"
        line = row(column(words(name, "strong"), *_editions(shown), gap=2))
        line.setStretch(0, 1)
        if shown.may_be_taken_back:
            newest = max(shown.may_be_taken_back, key=lambda each: (each.first, each.version))
            take_back = partial(self.take_back, newest)
            line.addWidget(button("Take back …", take_back, "link", f"Take back: {newest.name}"))
        line.addWidget(button("Save as file …", partial(self.save, shown), "link", about))
        return line

    def look_at_newer(self) -> None:
        """Show what the program's newer policies would change."""
        self._offer(NewerDialog(self, self.session), "The newer policies were accepted.")

    def import_file(self) -> None:
        """Ask for a file, and show what it would change."""
        path = choose_file(self, "Policy of your authority", _FILES)
        if path:
            self._show_file(path)

    def _show_file(self, path: Path) -> None:
        today = self.session.today()
        dialog = PolicyDialog(self, self.session, "Import a policy", f"{path.name}. {_NOTHING_YET}")
        dialog.look(lambda store: policy_changes.preview_file(store=store, path=path, today=today))
        self._offer(dialog, f"The policy in {path.name} was accepted.")

    def take_back(self, edition: Edition) -> None:
        """Show what it changes to take an edition back."""
        number, today = edition.id, self.session.today()
        about = "Nothing is changed until you take it back."
        dialog = PolicyDialog(self, self.session, "Take a policy back", about, "Take back")
        dialog.look(
            lambda store: policy_changes.preview_taking_back(store=store, edition=number, today=today)
        )
        dialog.open()

    def _offer(self, dialog: PolicyDialog, done: str) -> None:
        dialog.accepted.connect(lambda: self.session.say(done))
        dialog.open()

    def save(self, shown: PolicyRow) -> None:
        """Write what is in force where the user says, to be changed and imported."""
        kind, authority, today = shown.kind, shown.authority, self.session.today()

        save_as(
            self,
            self.session.runner,
            self.session.say,
            POLICY_NAMES[kind],
            f"{kind}-{authority}.toml",
            _FILES,
            lambda store: policy_changes.export(
                store=store, kind=kind, authority=authority, today=today
            ).encode(),
            "Change it, then import it here.",
        )


def _editions(shown: PolicyRow) -> list[QLabel]:
    """The edition in force with its source, and those that come later."""
    edition = shown.edition
    tone = "" if edition.authority else "muted"
    lines = [words(f"Version {edition.version} of {edition.whose}, {edition.days}.", tone)]
    if edition.source:
        lines.append(words(edition.source, "small", select=True))
    lines += [
        words(f"{sentence(each.days)}: version {each.version} of {each.whose}.", "muted")
        for each in sorted(shown.later, key=lambda each: each.first)
    ]
    return lines
