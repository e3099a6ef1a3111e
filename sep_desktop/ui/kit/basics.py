"""The small vocabulary that pages are built of: words, buttons, cards, rows, rules."""

from collections.abc import Callable, Iterable

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QMouseEvent
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QBoxLayout,
    QCheckBox,
    QFormLayout,
    QFrame,
    QHBoxLayout,
    QLabel,
    QLayout,
    QLineEdit,
    QPushButton,
    QScrollArea,
    QSizePolicy,
    QVBoxLayout,
    QWidget,
)

from sep_desktop.ui.kit.theme import CONTROL, GAP, icon, tokens

LABEL = 150
"""The least width of a field's label, so that fields stand below each other from form to form."""


def words(text: str, role: str = "", wrap: bool = True, select: bool = False) -> QLabel:
    """A label in plain text, never markup: what it shows may be somebody's free text."""
    label = QLabel(text)
    label.setTextFormat(Qt.TextFormat.PlainText)
    label.setWordWrap(wrap)
    if role:
        label.setProperty("role", role)
    if select:
        label.setTextInteractionFlags(
            Qt.TextInteractionFlag.TextSelectableByMouse | Qt.TextInteractionFlag.TextSelectableByKeyboard
        )
    return label


def button(text: str, pressed: Callable[[], object], role: str = "", about: str = "") -> QPushButton:
    """A button. ``about`` says more, to a pointer that rests on it and to a screen reader."""
    made = QPushButton(text)
    made.clicked.connect(lambda: pressed())
    if role:
        made.setProperty("role", role)
    if about:
        made.setToolTip(about)
        made.setAccessibleDescription(about)
    if role == "link":
        made.setCursor(Qt.CursorShape.PointingHandCursor)
        made.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return made


def _filled(
    layout: QBoxLayout, parts: Iterable[QWidget | QLayout | int | None], gap: int, margins: int
) -> QBoxLayout:
    layout.setSpacing(gap)
    layout.setContentsMargins(margins, margins, margins, margins)
    for part in parts:
        if part is None:
            layout.addStretch(1)
        elif isinstance(part, int):
            layout.addSpacing(part)
        elif isinstance(part, QWidget):
            layout.addWidget(part)
        else:
            layout.addLayout(part)
    return layout


def row(*parts: QWidget | QLayout | int | None, gap: int = GAP, margins: int = 0) -> QBoxLayout:
    """Side by side. ``None`` stretches, a number is a gap."""
    return _filled(QHBoxLayout(), parts, gap, margins)


def column(*parts: QWidget | QLayout | int | None, gap: int = GAP, margins: int = 0) -> QBoxLayout:
    """One below the other. ``None`` stretches, a number is a gap."""
    return _filled(QVBoxLayout(), parts, gap, margins)


def holder(layout: QLayout) -> QWidget:
    made = QWidget()
    made.setLayout(layout)
    return made


def card(*parts: QWidget | QLayout | int | None, gap: int = GAP) -> QFrame:
    made = QFrame()
    made.setProperty("role", "card")
    made.setLayout(column(*parts, gap=gap, margins=GAP * 2))
    return made


def rule() -> QFrame:
    made = QFrame()
    made.setProperty("role", "rule")
    return made


def form(*lines: tuple[str, QWidget]) -> QFormLayout:
    """Labels above their fields' first line, each the buddy of its field."""
    made = QFormLayout()
    made.setSpacing(GAP)
    made.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    for text, field in lines:
        label = words(text, wrap=False)
        label.setMinimumWidth(LABEL)
        label.setMinimumHeight(CONTROL)
        target = field.focusProxy() or field
        label.setBuddy(target)
        if not target.accessibleName():
            target.setAccessibleName(text)
        made.addRow(label, field)
    return made


def scrolling(content: QWidget) -> QScrollArea:
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(content)
    return area


def state_mark(tone: str, text: str) -> QWidget:
    """A state: a shape, a colour and a word, so that none of them is needed alone."""
    picture = QLabel()
    colours = tokens()
    colour = {"good": colours.good, "wait": colours.wait, "bad": colours.bad}.get(tone, colours.muted)
    picture.setPixmap(
        icon({"good": "good", "wait": "wait", "bad": "bad"}.get(tone, "inform"), colour).pixmap(16, 16)
    )
    picture.setFixedWidth(18)
    return holder(
        row(picture, words(text, tone if tone in {"good", "wait", "bad"} else "muted", wrap=False), gap=4)
    )


class Tick(QWidget):
    """A box to tick whose words wrap; a click on the words ticks it too."""

    toggled = Signal(bool)

    def __init__(self, text: str, ticked: bool = False) -> None:
        super().__init__()
        self.box, label = QCheckBox(), words(text)
        self.box.setAccessibleName(text.replace("\n", ", "))
        self.box.setChecked(ticked)
        self.box.toggled.connect(self.toggled)
        self.setFocusProxy(self.box)
        line = row(self.box, label, gap=GAP)
        line.setAlignment(self.box, Qt.AlignmentFlag.AlignTop)
        line.setStretch(1, 1)
        self.setLayout(line)

    def isChecked(self) -> bool:
        return self.box.isChecked()

    def setChecked(self, ticked: bool) -> None:
        self.box.setChecked(ticked)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.box.toggle()
        event.accept()


def inset(box: QAbstractSpinBox) -> None:
    """Room between a number and its border: a style sheet's padding does not reach it."""
    box.lineEdit().setTextMargins(6, 0, 0, 0)


def secret_field() -> QLineEdit:
    """A field whose letters are not shown."""
    made = QLineEdit()
    made.setEchoMode(QLineEdit.EchoMode.Password)
    return made


def empty(text: str, *buttons: QPushButton) -> QFrame:
    """What stands where a list would be: why it is empty and what to do."""
    return card(words(text, "muted"), row(*buttons, None) if buttons else 0)


def clear(layout: QLayout) -> None:
    """Take everything out of a layout and let it go."""
    while layout.count():
        item = layout.takeAt(0)
        inner = item.layout() if item else None
        widget = item.widget() if item else None
        if widget:
            widget.hide()
            widget.setParent(None)
            widget.deleteLater()
        elif inner:
            clear(inner)
