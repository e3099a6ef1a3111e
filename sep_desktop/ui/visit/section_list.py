"""The sections of a report beside its writing: how each stands, and how many words there are in all."""

from collections.abc import Mapping

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QListWidget

from sep_desktop.domain.report import Section, gaps_in
from sep_desktop.ui.kit.panes import as_pane
from sep_desktop.ui.visit.section_editors import Editor


class SectionList(QListWidget):
    """A line a section, in the order of the template."""

    def __init__(self) -> None:
        super().__init__()
        as_pane(self)
        self.places: dict[str, int] = {}
        self.word_counts: dict[str, int] = {}
        self.setAccessibleName("Sections")
        self.setMinimumWidth(150)
        self.setMaximumWidth(256)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setTextElideMode(Qt.TextElideMode.ElideRight)

    @property
    def words(self) -> int:
        """How many words there are in all sections."""
        return sum(self.word_counts.values())

    def forget(self) -> None:
        """Let go of the sections."""
        self.clear()
        self.places, self.word_counts = {}, {}

    def add(self, section: Section) -> None:
        """A line for one more section."""
        self.places[section.key] = self.count()
        self.addItem(section.title)

    def count_all(self, editors: Mapping[str, Editor], sections: tuple[Section, ...]) -> None:
        """Look at every section."""
        for section in sections:
            self.count_one(section, editors[section.key])

    def count_one(self, section: Section, editor: Editor) -> None:
        """Look at one section that was changed: how it stands, and its words."""
        self.item(self.places[section.key]).setText(f"{_tick(section, editor.text())}  {section.title}")
        self.word_counts[section.key] = editor.word_count()


def _tick(section: Section, text: str) -> str:
    """How a section stands: something is lacking, something is written, or neither."""
    if gaps_in(section, text):
        return "○"
    return "✓" if text.strip(" []{}") else "·"
