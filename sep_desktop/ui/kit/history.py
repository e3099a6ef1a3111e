"""How a text was, and going back to it."""

import json
from collections.abc import Callable, Sequence

from PySide6.QtGui import QShowEvent, QTextCursor
from PySide6.QtWidgets import QListWidget, QTextEdit, QWidget

from sep_desktop.documents.markdown import blocks_of
from sep_desktop.ui.kit.basics import row
from sep_desktop.ui.kit.dialog import Dialog
from sep_desktop.ui.kit.prose_editor import put_blocks
from sep_desktop.ui.kit.theme import GAP

_ABOUT = "Going back loses nothing: the words of now become a part of the history."
_ONE = "There is no earlier version."


class HistoryDialog(Dialog):
    """Newest first; what stands now stays in the history too, and is the first where ``with_present``.

    ``title`` says of what it is the history. ``texts`` are pairs: when a text was saved, in words, and the
    text. ``go_back`` is given the place of the one that is to be the present text again.
    """

    concluding = (QListWidget,)

    def __init__(
        self,
        parent: QWidget,
        title: str,
        texts: Sequence[tuple[str, str]],
        is_prose: bool,
        go_back: Callable[[int], None],
        with_present: bool = True,
    ) -> None:
        about = _ONE if with_present and len(texts) == 1 else _ABOUT if with_present else ""
        super().__init__(parent, title, "Go back to this" if with_present else "Put it back", about)
        self._texts = [text for _, text in texts]
        self._is_prose, self._go_back, self._first = is_prose, go_back, int(with_present)
        self.list, self.text = QListWidget(), QTextEdit()
        self.list.setAccessibleName("Saved versions")
        self.list.setFixedWidth(220)
        self.text.setReadOnly(True)
        self.text.setAccessibleName("The text as it was")
        self.list.addItems(
            [f"{saved}  (now)" if number < self._first else saved for number, (saved, _) in enumerate(texts)]
        )
        self.list.currentRowChanged.connect(self._show)
        self.content.addLayout(row(self.list, self.text, gap=GAP))
        self.resize(820, 480)
        self.list.setCurrentRow(0)

    def showEvent(self, event: QShowEvent) -> None:
        """The list has the cursor: one chooses there, and reads beside it."""
        super().showEvent(event)
        self.list.doItemsLayout()  # lines were measured before the style sheet gave them their room
        self.list.setFocus()

    def _show(self, at: int) -> None:
        if not 0 <= at < len(self._texts):
            return
        self.primary.setEnabled(at >= self._first)
        text = self._texts[at]
        if self._is_prose:
            # Not Qt's own reader of Markdown: it would fetch a picture that a text names.
            self.text.clear()
            put_blocks(QTextCursor(self.text.document()), blocks_of(text))
        else:
            self.text.setPlainText(_readable(text))

    def try_finish(self) -> None:
        """Go back to the chosen text, where it is not the present one."""
        at = self.list.currentRow()
        if at >= self._first:
            self._go_back(at)
        self.accept()


def _readable(text: str) -> str:
    """A stored table or value as lines."""
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
