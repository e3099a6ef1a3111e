"""Help: the year in five sentences, keys, where things are, and how the program is."""

from PySide6.QtWidgets import QGridLayout, QLabel

from sep_desktop import __version__
from sep_desktop.domain.changes import Changes
from sep_desktop.paths import Locations
from sep_desktop.services import doctor
from sep_desktop.ui.context.page import LoadingPage, Query
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.context.way_back_steps import DAMAGED_STORE, LOST_LAPTOP
from sep_desktop.ui.help.steps import COMPLETING, NOT_ARRIVED
from sep_desktop.ui.kit.basics import button, card, clear, column, row, state_mark, words
from sep_desktop.ui.kit.theme import GAP

_YEAR = (
    "Import the register of schools, then the allocation workbook of your local authority.",
    "Each school's page says which visits are due, by when and why. Plan them there.",
    "Agree the agenda, take notes in the meeting, mark the visit as held. All of it works without a network.",
    "Write the report from the notes. What you type is saved a second after you pause, and within "
    "three seconds while you type on; every section keeps its history.",
    "Complete it, look at the addresses, and send it when there is a line. The outbox says what "
    "became of it.",
)
_SEALED = (
    "“Sealed” holds the headteacher's performance management: a store of its own, with its own "
    "passphrase and recovery code.",
    "A record begins with last year's objectives: People, Looking back, Advice, Meeting, Papers.",
    "Papers go to the headteacher and the nominated governors alone, one message each, encrypted with a "
    "password you agree by telephone.",
    "It closes when you leave it, when the screen locks, when the computer sleeps, and after some "
    "minutes (Settings).",
    "The local authority sees the date and the hours of the support, and nothing else.",
)


class HelpPage(LoadingPage[Locations]):
    """Short enough to be read."""

    watches = Changes.NOTHING

    def __init__(self, session: Session, shortcuts: tuple[tuple[str, str], ...]) -> None:
        super().__init__(session)
        self.shortcuts = shortcuts
        self.findings = column(gap=4)

    def query(self) -> Query[Locations]:
        """Where the store keeps its files."""
        return lambda store: store.locations

    def show_loaded(self, loaded: Locations) -> None:
        """The year, the keys, the places, and a button for a look at everything."""
        self.set_head("Help", f"SEP Desktop {__version__}")
        self.findings = column(gap=4)
        look = row(words("How the program is", "section"), None, button("Check now", self._check))
        self.rebuild(
            card(
                words("The year", "section"),
                *_numbered(_YEAR),
            ),
            card(words("Performance management", "section"), *(words(sentence) for sentence in _SEALED)),
            card(words("What happens when I complete a report", "section"), *_numbered(COMPLETING)),
            card(words("A recipient says that it did not arrive", "section"), *_numbered(NOT_ARRIVED)),
            card(
                words("I lost my laptop, or the store is damaged", "section"),
                words("I lost my laptop", "strong"),
                *_numbered(LOST_LAPTOP),
                words("The store does not open", "strong"),
                *_numbered(DAMAGED_STORE),
            ),
            card(words("Keys", "section"), self._keys()),
            card(
                words("Where things are", "section"),
                *_places(loaded),
                row(button("Look at the backups", lambda: self.session.go("backups")), None),
            ),
            card(look, self.findings),
        )

    def _keys(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(GAP * 3)
        for number, (keys, about) in enumerate(self.shortcuts):
            grid.addWidget(words(keys, "strong", wrap=False), number, 0)
            grid.addWidget(words(about), number, 1)
        grid.setColumnStretch(1, 1)
        return grid

    def _check(self) -> None:
        keyring, now = self.session.surroundings.keyring, self.session.now()
        self.session.run(
            self, lambda store: doctor.examine(store=store, keyring=keyring, now=now), self._show_findings
        )

    def _show_findings(self, findings: list[doctor.Finding]) -> None:
        clear(self.findings)
        for finding in findings:
            tone = "bad" if finding.grave else "wait" if finding.remedy else "good"
            mark = state_mark(tone, finding.about.capitalize())
            mark.setMinimumWidth(110)
            line = row(mark, words(f"{finding.sentence} {finding.remedy}".strip()))
            line.setStretch(1, 1)
            self.findings.addLayout(line)


def _numbered(sentences: tuple[str, ...]) -> list[QLabel]:
    return [words(f"{number}.  {sentence}") for number, sentence in enumerate(sentences, 1)]


def _places(locations: Locations) -> list[QLabel]:
    return [
        words(f"Store: {locations.database}", select=True),
        words(f"Backups: {locations.backups}; of the sealed store: {locations.sealed.backups}", select=True),
        words(f"Log: {locations.log}", select=True),
    ]
