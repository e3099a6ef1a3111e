"""One sink for what the user is told. Until a window listens it is kept, so no early failure is lost."""

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum


class Tone(StrEnum):
    INFORM = "inform"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Notice:
    """What happened, what it means and what to do, in one or two sentences; ``undo`` takes it back."""

    tone: Tone
    text: str = field(repr=False)
    hint: str = ""
    undo: Callable[[], None] | None = None


class NoticeSink:
    """Hands notices to a listener; keeps them in order while there is none."""

    def __init__(self) -> None:
        self._waiting: list[Notice] = []
        self._listener: Callable[[Notice], None] | None = None

    def listen(self, listener: Callable[[Notice], None] | None) -> None:
        """Hand every notice to ``listener``, first those that were kept; ``None`` keeps them again."""
        self._listener = listener
        while self._listener and self._waiting:
            self._listener(self._waiting.pop(0))

    def say(self, tone: Tone, text: str, hint: str = "") -> None:
        """Tell something."""
        self.show(Notice(tone, text, hint))

    def show(self, notice: Notice) -> None:
        """Hand a notice on, or keep it until somebody listens."""
        if self._listener:
            self._listener(notice)
        else:
            self._waiting.append(notice)
