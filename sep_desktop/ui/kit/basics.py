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

from sep_desktop.direction import without_marks
from sep_desktop.ui.kit.panes import as_pane
from sep_desktop.ui.kit.plain import as_caption, as_tip
from sep_desktop.ui.kit.theme import CONTROL, GAP, icon, tokens

LABEL = 150
"""The least width of a field's label, so that fields stand below each other from form to form."""


class _Words(QLabel):
    """Plain text, never markup: what it shows may be somebody's free text."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.setTextFormat(Qt.TextFormat.PlainText)
        self.setText(text)

    def setText(self, text: str) -> None:
        super().setText(without_marks(text))


def words(text: str, role: str = "", wrap: bool = True, select: bool = False) -> QLabel:
    """A label in plain text, never markup, whatever it is given now or later."""
    label = _Words(text)
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
    push_button = QPushButton(as_caption(text))
    push_button.clicked.connect(lambda: pressed())
    if role:
        push_button.setProperty("role", role)
    if about:
        push_button.setToolTip(as_tip(about))
        push_button.setAccessibleDescription(about)
    if role == "link":
        push_button.setCursor(Qt.CursorShape.PointingHandCursor)
        push_button.setSizePolicy(QSizePolicy.Policy.Maximum, QSizePolicy.Policy.Fixed)
    return push_button


def set_role(push_button: QPushButton, role: str) -> None:
    """Give a button that is there already another role."""
    push_button.setProperty("role", role)
    push_button.style().unpolish(push_button)
    push_button.style().polish(push_button)


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
    """A widget around a layout, for where a widget is asked for."""
    widget = QWidget()
    widget.setLayout(layout)
    return widget


def card(*parts: QWidget | QLayout | int | None, gap: int = GAP) -> QFrame:
    """A frame with its parts one below the other."""
    frame = QFrame()
    frame.setProperty("role", "card")
    frame.setLayout(column(*parts, gap=gap, margins=GAP * 2))
    return frame


def rule() -> QFrame:
    """A thin line between two things."""
    line = QFrame()
    line.setProperty("role", "rule")
    return line


def form(*lines: tuple[str, QWidget]) -> QFormLayout:
    """Labels beside their fields' first line, each the buddy of its field."""
    fields = QFormLayout()
    fields.setSpacing(GAP)
    fields.setFieldGrowthPolicy(QFormLayout.FieldGrowthPolicy.ExpandingFieldsGrow)
    for text, field in lines:
        label = words(as_caption(text), wrap=False)
        label.setMinimumWidth(LABEL)
        label.setMinimumHeight(CONTROL)
        label.setSizePolicy(QSizePolicy.Policy.Preferred, QSizePolicy.Policy.Fixed)
        target = field.focusProxy() or field
        label.setBuddy(target)
        if not target.accessibleName():
            target.setAccessibleName(text)
        fields.addRow(label, field)
    return fields


def scrolling(content: QWidget) -> QScrollArea:
    """An area that shows as much of ``content`` as there is room for, and scrolls to the rest.

    Sideways too, where the window is too narrow for it: nothing is out of reach. It is a pane of its window.
    """
    area = QScrollArea()
    area.setWidgetResizable(True)
    area.setFrameShape(QFrame.Shape.NoFrame)
    area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
    area.setWidget(as_pane(content))
    return area


def state_mark(tone: str, text: str) -> QWidget:
    """A state: a shape, a colour and a word, so that none of them is needed alone.

    ``tone`` is ``good``, ``wait`` or ``bad``, or empty for a state that asks for nothing.
    """
    colours = tokens()
    drawing, role, colour = {
        "good": ("good", "good", colours.good),
        "wait": ("wait", "wait", colours.wait),
        "bad": ("bad", "bad", colours.bad),
        "": ("inform", "muted", colours.muted),
    }[tone]
    picture = QLabel()
    picture.setPixmap(icon(drawing, colour).pixmap(16, 16))
    picture.setFixedWidth(18)
    return holder(row(picture, words(text, role, wrap=False), gap=4))


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
        """Whether it is ticked."""
        return self.box.isChecked()

    def setChecked(self, ticked: bool) -> None:
        """Tick it, or take the tick away."""
        self.box.setChecked(ticked)

    def mouseReleaseEvent(self, event: QMouseEvent) -> None:
        self.box.toggle()
        event.accept()


def inset(box: QAbstractSpinBox) -> None:
    """Room between a number and its border: a style sheet's padding does not reach it."""
    box.lineEdit().setTextMargins(9, 0, 0, 0)


def secret_field() -> QLineEdit:
    """A field whose letters are not shown."""
    field = QLineEdit()
    field.setEchoMode(QLineEdit.EchoMode.Password)
    return field


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
