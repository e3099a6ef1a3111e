"""How the state of a delivery looks, in the outbox, on a visit and on the sealed page."""

from PySide6.QtWidgets import QWidget

from sep_desktop.domain.outbox import IN_WORDS, State
from sep_desktop.ui.kit.basics import state_mark

STATE_TONES = {
    State.QUEUED: "wait",
    State.HANDING_OVER: "wait",
    State.ACCEPTED: "good",
    State.RETRY: "wait",
    State.REFUSED: "bad",
    State.UNKNOWN: "bad",
    State.HELD: "wait",
    State.CANCELLED: "",
    State.CONFIRMED: "good",
    State.HANDED_OUT: "wait",
}
"""The tone of each state; an empty one is muted."""


def delivery_state(state: State) -> QWidget:
    """A shape, a colour and the state in words."""
    return state_mark(STATE_TONES[state], IN_WORDS[state])
