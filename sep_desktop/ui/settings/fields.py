"""The fields of the settings: each shows one setting and writes it when it is left or changed."""

from collections.abc import Callable, Mapping

from PySide6.QtWidgets import QCheckBox, QComboBox, QLineEdit, QSpinBox, QWidget

from sep_desktop.domain.settings import SETTINGS
from sep_desktop.errors import UserError
from sep_desktop.services.preferences import Preferences, Value
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.basics import button, holder, inset, row
from sep_desktop.ui.kit.line_field import LineField
from sep_desktop.ui.kit.plain import as_caption, as_tip

Put = Callable[[str, Value], bool]
"""Writes a setting under its key. Whether it is another value than before."""

_NUMBER_WIDTH = 160


class SettingFields:
    """Makes fields over ``preferences`` as they were read; ``put`` is told what was changed."""

    def __init__(self, session: Session, preferences: Preferences, put: Put) -> None:
        self._session, self._preferences, self._put = session, preferences, put

    def text(self, key: str, check: Callable[[str], None] | None = None, hint: str = "") -> QLineEdit:
        """A line.

        ``check`` raises ``UserError`` for a text that is not saved; ``hint`` stands where it is empty.
        """
        field = LineField(self._preferences.text(key))
        field.setPlaceholderText(hint)
        field.setToolTip(as_tip(SETTINGS[key].help))

        def save() -> None:
            text = field.text().strip()
            try:
                if check and text:
                    check(text)
            except UserError as problem:
                self._session.fail(problem)
                return
            self._put(key, text)

        field.editingFinished.connect(save)
        return field

    def tick(self, key: str, text: str) -> QCheckBox:
        """A box to tick for a setting that is on or off."""
        box = QCheckBox(as_caption(text))
        box.setChecked(self._preferences.on(key))
        box.toggled.connect(lambda on: self._put(key, on))
        return box

    def choice(
        self, key: str, choices: Mapping[str, str], chosen: Callable[[str], None] | None = None
    ) -> QComboBox:
        """A list of values and what they are called. ``chosen`` takes the place of writing the setting."""
        field = QComboBox()
        for value, text in choices.items():
            field.addItem(text, value)
        field.setCurrentIndex(field.findData(self._preferences.text(key)))

        def save() -> None:
            value = str(field.currentData())
            if chosen:
                chosen(value)
            else:
                self._put(key, value)

        field.currentIndexChanged.connect(save)
        return field

    def number(self, key: str, suffix: str = "", changed: Callable[[int], None] | None = None) -> QSpinBox:
        """A number within its bounds. ``changed`` takes the place of writing the setting."""
        setting, field = SETTINGS[key], QSpinBox()
        inset(field)
        field.setRange(setting.least, setting.most)
        field.setSuffix(suffix)
        field.setValue(self._preferences.number(key))
        field.setMaximumWidth(_NUMBER_WIDTH)
        field.setAccessibleName(setting.help)

        def save() -> None:
            if changed:
                changed(field.value())
            else:
                self._put(key, field.value())

        field.editingFinished.connect(save)
        return field


def with_button(field: QLineEdit, text: str, pressed: Callable[[], None]) -> QWidget:
    """A field with a button behind it that helps to fill it."""
    both = holder(row(field, button(text, pressed)))
    both.setFocusProxy(field)
    return both
