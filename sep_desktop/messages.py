"""One sink for messages to the user. Until a window listens they are kept, so an early failure is not lost."""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum


class Tone(StrEnum):
    INFORM = "inform"
    WARN = "warn"
    FAIL = "fail"


@dataclass(frozen=True)
class Message:
    """What happened, what it means and what to do, in one or two sentences."""

    tone: Tone
    text: str
    hint: str = ""


class MessageSink:
    """Hands messages to a listener; keeps them in order while there is none."""

    def __init__(self) -> None:
        self._waiting: list[Message] = []
        self._listener: Callable[[Message], None] | None = None

    def listen(self, listener: Callable[[Message], None] | None) -> None:
        self._listener = listener
        while self._listener and self._waiting:
            self._listener(self._waiting.pop(0))

    def say(self, tone: Tone, text: str, hint: str = "") -> None:
        message = Message(tone, text, hint)
        if self._listener:
            self._listener(message)
        else:
            self._waiting.append(message)
