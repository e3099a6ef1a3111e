"""How a section was, and going back to it."""

from collections.abc import Callable, Sequence

from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import QListWidget, QTextEdit, QWidget

from sep_desktop.documents.markdown import blocks_of
from sep_desktop.domain.report import Revision
from sep_desktop.domain.wording import day_and_time
from sep_desktop.ui.kit.basics import row
from sep_desktop.ui.kit.dialog import Dialog
from sep_desktop.ui.kit.prose_editor import put_blocks
from sep_desktop.ui.kit.theme import GAP


class HistoryDialog(Dialog):
    """Newest first; what stands now stays in the history too. ``back`` makes a revision the present text."""

    def __init__(
        self,
        parent: QWidget,
        title: str,
        found: Sequence[Revision],
        is_prose: bool,
        back: Callable[[Revision], None],
    ) -> None:
        super().__init__(
            parent,
            f"History of “{title}”",
            "Go back to this",
            "Going back loses nothing: the words of now become a part of the history.",
        )
        self.found, self.is_prose, self.back = found, is_prose, back
        self.list, self.text = QListWidget(), QTextEdit()
        self.list.setAccessibleName("Saved versions")
        self.list.setFixedWidth(220)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("The section as it was")
        self.list.addItems(
            [
                day_and_time(each.saved) + ("  (now)" if not number else "")
                for number, each in enumerate(self.found)
            ]
        )
        self.list.currentRowChanged.connect(self._show)
        self.content.addLayout(row(self.list, self.text, gap=GAP))
        self.resize(820, 480)
        self.list.setCurrentRow(0)

    def _show(self, at: int) -> None:
        if not 0 <= at < len(self.found):
            return
        text = self.found[at].text
        if self.is_prose:
            self.text.clear()
            put_blocks(
                QTextCursor(self.text.document()), blocks_of(text)
            )  # Qt's own Markdown would fetch a picture that a text names
        else:
            self.text.setPlainText(_readable(text))

    def try_finish(self) -> None:
        at = self.list.currentRow()
        if at > 0:
            self.back(self.found[at])
        self.accept()


def _readable(text: str) -> str:
    """A stored table or value as lines."""
    import json

    try:
        value = json.loads(text)
    except ValueError:
        return text  # a line that somebody wrote
    if not isinstance(value, list | dict):
        return text
    lines = value if isinstance(value, list) else [value]
    return "\n\n".join(
        "\n".join(f"{key.replace('_', ' ')}: {each}" for key, each in line.items()) for line in lines
    )
