"""The bar above the writing: styles, undo, history, the paper."""

from collections.abc import Callable, Iterable
from functools import partial

from PySide6.QtGui import QKeySequence, QShortcut
from PySide6.QtWidgets import QToolButton, QWidget

from sep_desktop.ui.kit.basics import button, row
from sep_desktop.ui.kit.keys import HISTORY_KEYS, PAPER_KEYS
from sep_desktop.ui.kit.panes import as_pane
from sep_desktop.ui.kit.plain import as_tip
from sep_desktop.ui.kit.prose_editor import COMMANDS, Command, ProseEditor
from sep_desktop.ui.kit.theme import GAP


class WritingTools(QWidget):
    """Acts on whichever prose editor of ``editors`` has the cursor; other fields are left alone."""

    def __init__(
        self,
        editors: Callable[[], Iterable[object]],
        history: Callable[[], None],
        preview: Callable[[], None],
    ) -> None:
        super().__init__()
        as_pane(self)
        self._editors = editors
        bar = row(gap=2)
        bar.setContentsMargins(GAP * 2, 4, GAP * 3, 4)  # the first word stands below the title's
        for command in COMMANDS:
            bar.addWidget(self._tool(command))
        bar.addStretch(1)
        self.preview = button("Paper", preview, "", f"Show the real paper beside the writing ({PAPER_KEYS})")
        self.preview.setCheckable(True)
        bar.addWidget(button("History …", history, "", f"How this section was before ({HISTORY_KEYS})"))
        bar.addWidget(self.preview)
        QShortcut(QKeySequence(PAPER_KEYS), self, preview)
        QShortcut(QKeySequence(HISTORY_KEYS), self, history)
        self.setLayout(bar)

    def _tool(self, command: Command) -> QToolButton:
        act = partial(self._act, command)
        tool = QToolButton()
        tool.setText(command.text)
        tool.setAccessibleName(command.hint)
        tool.setToolTip(as_tip(command.hint))
        tool.clicked.connect(lambda: act())
        if command.keys:
            keys = QKeySequence(command.keys)
            tool.setToolTip(as_tip(f"{command.hint} ({keys.toString()})"))
            QShortcut(keys, self, act)
        return tool

    def _act(self, command: Command) -> None:
        editor = next(
            (each for each in self._editors() if isinstance(each, ProseEditor) and each.hasFocus()), None
        )
        if editor:
            command.act(editor)
            editor.setFocus()
