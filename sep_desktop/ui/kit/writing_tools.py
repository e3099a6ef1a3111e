"""The bar above the writing: styles, undo, history, the paper."""

from collections.abc import Callable
from typing import Any

from PySide6.QtGui import QShortcut
from PySide6.QtWidgets import QToolButton, QWidget

from sep_desktop.ui.kit.basics import button, row
from sep_desktop.ui.kit.prose_editor import ProseEditor, commands
from sep_desktop.ui.kit.theme import GAP


class WritingTools(QWidget):
    """Acts on whichever prose editor has the cursor."""

    def __init__(
        self, editors: Callable[[], list[Any]], history: Callable[[], None], preview: Callable[[], None]
    ) -> None:
        super().__init__()
        self._editors = editors
        bar = row(gap=2)
        bar.setContentsMargins(GAP * 3, 4, GAP * 3, 4)
        for text, hint, keys, command in commands(self._writing):
            tool = QToolButton()
            tool.setText(text)
            tool.setToolTip(f"{hint} ({keys.toString()})" if not keys.isEmpty() else hint)
            tool.setAccessibleName(hint)
            tool.clicked.connect(lambda _=False, command=command: command())
            bar.addWidget(tool)
            if not keys.isEmpty():
                QShortcut(keys, self, command)
        bar.addStretch(1)
        self.preview = button("Paper  F6", preview, "", "Show the real paper beside the writing")
        self.preview.setCheckable(True)
        bar.addWidget(button("History …", history, "", "How this section was before"))
        bar.addWidget(self.preview)
        self.setLayout(bar)

    def _writing(self) -> ProseEditor | None:
        return next(
            (each for each in self._editors() if isinstance(each, ProseEditor) and each.hasFocus()), None
        )
