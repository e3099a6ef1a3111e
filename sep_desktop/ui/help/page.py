"""Help: the year in five sentences, keys, where things are, and how the program is."""

from typing import Any

from PySide6.QtWidgets import QGridLayout

from sep_desktop import __version__
from sep_desktop.domain.changes import Changes
from sep_desktop.services import doctor
from sep_desktop.services import policies as library
from sep_desktop.ui.context.page import Page
from sep_desktop.ui.kit.basics import button, card, column, row, state_mark, words
from sep_desktop.ui.kit.theme import GAP

_YEAR = (
    "Import the register of schools, then the allocation workbook of your local authority.",
    "Each school's page says which visits are due, by when and why. Plan them there.",
    "Agree the agenda, take notes in the meeting, mark the visit as held. All of it works without a network.",
    "Write the report from the notes. What you type is saved a second after you pause; every section keeps its history.",
    "Complete it, look at the three addresses, and send it when there is a line. The outbox says what became of it.",
)
_SEALED = (
    "“Sealed” holds the headteacher's performance management: a store of its own, with its own passphrase and recovery code.",
    "A record begins with last year's objectives: People, Looking back, Advice, Meeting, Papers.",
    "Papers go to the headteacher and the nominated governors alone, one message each, encrypted with a password you agree by telephone.",
    "It closes when you leave it, when the screen locks, when the computer sleeps, and after some minutes (Settings).",
    "The local authority sees the date and the hours of the support, and nothing else.",
)
_KEYS = (
    ("Ctrl+1 … Ctrl+6", "Today, Schools, Outbox, Sealed, Settings, Help"),
    ("Alt+← and Alt+→", "Back and forward"),
    ("F5", "Look again"),
    ("F6", "Show the real paper beside the writing"),
    ("Ctrl+B, Ctrl+I", "Bold, italic"),
    ("Ctrl+Shift+7, Ctrl+Shift+8, Ctrl+Shift+H", "Numbered list, bulleted list, heading"),
    ("Ctrl+S", "Save now (it saves by itself)"),
    ("Ctrl+L", "Lock"),
)


class HelpPage(Page):
    """Short enough to be read."""

    watches = Changes.NOTHING

    def show_loaded(self, loaded: Any) -> None:
        policy, locations = library.policy(), self.session.store.locations
        self.set_head("Help", f"SEP Desktop {__version__}")
        steps = [words(f"{number}.  {sentence}") for number, sentence in enumerate(_YEAR, 1)]
        keys = QGridLayout()
        keys.setHorizontalSpacing(GAP * 3)
        for number, (key, what) in enumerate(_KEYS):
            keys.addWidget(words(key, "strong", wrap=False), number, 0)
            keys.addWidget(words(what), number, 1)
        keys.setColumnStretch(1, 1)
        places = [
            words(f"Store: {locations.database}", select=True),
            words(f"Backups: {locations.backups}", select=True),
            words(f"Log: {locations.log}", select=True),
            words(f"Policy: {policy.id}, version {policy.version}. {policy.source}.", "muted", select=True),
        ]
        self.findings = column(gap=4)
        check = card(
            row(words("How the program is", "section"), None, button("Check now", self._check)), self.findings
        )
        self.rebuild(
            card(words("The year", "section"), *steps),
            card(words("Performance management", "section"), *(words(each) for each in _SEALED)),
            card(words("Keys", "section"), keys),
            card(words("Where things are", "section"), *places),
            check,
        )

    def _check(self) -> None:
        store, keyring = self.session.store, self.session.keyring
        self.session.read(lambda: doctor.examine(store=store, keyring=keyring), self._found)

    def _found(self, findings: list[doctor.Finding]) -> None:
        from sep_desktop.ui.kit.basics import clear

        clear(self.findings)
        for each in findings:
            mark = state_mark(
                "bad" if each.grave else "wait" if each.remedy else "good", each.about.capitalize()
            )
            mark.setMinimumWidth(110)
            line = row(mark, words(f"{each.sentence} {each.remedy}".strip()))
            line.setStretch(1, 1)
            self.findings.addLayout(line)
