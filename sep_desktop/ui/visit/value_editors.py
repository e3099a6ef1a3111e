"""The sections that hold one value: the proposed category with its factors, and the time spent."""

from collections.abc import Sequence

from PySide6.QtCore import Signal
from PySide6.QtWidgets import QComboBox, QSizePolicy, QWidget

from sep_desktop.domain.category import Category
from sep_desktop.domain.prose import count_words
from sep_desktop.domain.report import CategoryProposal, TimeSpent, category_of, store_value, time_of
from sep_desktop.ui.kit.basics import Tick, clear, column, form, words
from sep_desktop.ui.kit.dates import hours_field
from sep_desktop.ui.kit.line_field import LineField
from sep_desktop.ui.kit.theme import GAP


class CategoryEditor(QWidget):
    """A category, and a tick for every factor that the evidence meets."""

    edited = Signal()
    left = Signal()

    def __init__(self, categories: Sequence[Category]) -> None:
        super().__init__()
        self.categories = categories
        self.choice, self.comment, self.factors = QComboBox(), LineField(), column(gap=4)
        self.choice.addItem("None proposed yet", 0)
        for each in categories:
            self.choice.addItem(f"{each.number}: {each.short}", each.number)
        self.choice.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.choice.setMinimumContentsLength(20)
        self.choice.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.follows = words("", "small")
        self.comment.setPlaceholderText("A sentence on the choice, where one helps")
        self.ticks: dict[str, Tick] = {}
        self.setLayout(
            column(
                form(("Category", self.choice)),
                self.follows,
                self.factors,
                form(("Comment", self.comment)),
                gap=GAP,
            )
        )
        self.choice.currentIndexChanged.connect(self._chosen)
        self.comment.textEdited.connect(self.edited)
        self.comment.editingFinished.connect(self.left)

    def _chosen(self) -> None:
        self._offer(())
        self.edited.emit()

    def _offer(self, ticked: tuple[str, ...]) -> None:
        clear(self.factors)
        self.ticks = {}
        number = self.choice.currentData()
        category = next((each for each in self.categories if each.number == number), None)
        self.follows.setVisible(category is not None)
        if category is None:
            return
        self.follows.setText(f"What follows: {category.follows} The local authority decides.")
        for factor in category.factors:
            tick = Tick(factor.text, factor.key in ticked)
            tick.toggled.connect(self.edited)
            self.ticks[factor.key] = tick
            self.factors.addWidget(tick)

    def set_text(self, text: str) -> None:
        """Show a stored proposal; nobody is told."""
        value = category_of(text)
        self.choice.blockSignals(True)
        self.choice.setCurrentIndex(max(0, self.choice.findData(value.category)))
        self.choice.blockSignals(False)
        self._offer(value.factors)
        self.comment.setText(value.comment)

    def text(self) -> str:
        """The proposal as it is stored."""
        ticked = tuple(key for key, tick in self.ticks.items() if tick.isChecked())
        return store_value(CategoryProposal(self.choice.currentData(), ticked, self.comment.text()))

    def word_count(self) -> int:
        """How many words the comment has."""
        return count_words(self.comment.text())


_HOURS = {
    "preparation": "Preparation",
    "on_site": "At the school",
    "writing": "Writing",
    "other": "Other agreed work",
}


class TimeEditor(QWidget):
    """Hours by purpose."""

    edited = Signal()
    left = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.fields = {key: hours_field(99, name) for key, name in _HOURS.items()}
        for field in self.fields.values():
            field.setMaximumWidth(140)
            field.valueChanged.connect(self.edited)
            field.editingFinished.connect(self.left)
        self.setLayout(column(form(*((name, self.fields[key]) for key, name in _HOURS.items()))))

    def set_text(self, text: str) -> None:
        """Show stored hours; nobody is told."""
        value = time_of(text)
        for key, field in self.fields.items():
            field.blockSignals(True)
            field.setValue(getattr(value, key))
            field.blockSignals(False)

    def text(self) -> str:
        """The hours as they are stored."""
        return store_value(TimeSpent(**{key: field.value() for key, field in self.fields.items()}))

    def word_count(self) -> int:
        """No words: these are numbers."""
        return 0
