"""A field for a passphrase that is being chosen, with a line under it that says what would make it better."""

from collections.abc import Callable, Iterable

from PySide6.QtWidgets import QWidget

from sep_desktop.services import keys
from sep_desktop.ui.context.timers import Timers
from sep_desktop.ui.kit.basics import column, secret_field, words

_PAUSE = 300  # milliseconds: judging may cost more than a frame, so no key waits for it
_RULE = "At least 12 characters. Three or four uncommon words in a row are easy to remember."
_WILL_DO = "This passphrase will do."


class NewPassphrase(QWidget):
    """``field`` is where it is typed. ``own_words`` gives its owner's name and address, where known."""

    def __init__(self, timers: Timers, own_words: Callable[[], Iterable[str]] = tuple) -> None:
        super().__init__()
        self._own_words = own_words
        self.field, self.advice = secret_field(), words(_RULE, "small")
        self._pause = timers.timer(self, self._judge)
        self.field.textChanged.connect(self._changed)
        self.setFocusProxy(self.field)
        self.setLayout(column(self.field, self.advice, gap=4))
        self._say(_RULE)

    def _changed(self, typed: str) -> None:
        self._say(_RULE)  # at once: what was said of the one before does not stand beside this one
        if typed:
            self._pause.start(_PAUSE)
        else:
            self._pause.stop()

    def _judge(self) -> None:
        self._say(keys.passphrase_advice(self.field.text(), self._own_words()) or _WILL_DO)

    def _say(self, sentence: str) -> None:
        self.advice.setText(sentence)
        self.field.setAccessibleDescription(sentence)
