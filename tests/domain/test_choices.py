"""What may be decided about a delivery, in each state and of a version that was replaced."""

import itertools

import pytest

from sep_desktop.domain.outbox import (
    ALLOWED,
    CHOICES,
    CHOSEN_STATE,
    LETS_GO,
    Choice,
    State,
    assert_may_choose,
    choices,
)
from sep_desktop.errors import IllegalTransition

MAY_CHOOSE = {
    "queued": "held, not to be sent, address corrected",
    "retry": "held, not to be sent, address corrected",
    "held": "released, not to be sent, address corrected",
    "refused": "send again, leave it, not to be sent, address corrected",
    "unknown": "it arrived, send again, leave it",
    "handed out": "it was sent, it arrived, send again, leave it",
    "handing over": "",
    "accepted": "",
    "confirmed": "",
    "cancelled": "",
}
"""Written out here: the code's own table would agree with itself whatever it said."""


@pytest.mark.parametrize(("state", "choice"), list(itertools.product(State, Choice)))
def test_only_what_the_table_lists_may_be_decided(state, choice):
    if choice in MAY_CHOOSE[state].split(", "):
        assert_may_choose(choice, state)
        assert CHOSEN_STATE[choice] in ALLOWED[state]
    else:
        with pytest.raises(IllegalTransition):
            assert_may_choose(choice, state)


@pytest.mark.parametrize("choice", Choice)
def test_what_is_being_sent_is_refused_politely(choice):
    with pytest.raises(IllegalTransition) as caught:
        assert_may_choose(choice, State.HANDING_OVER)
    assert str(caught.value) == (
        "It is being sent at this moment. Decide about it when the mail server has answered."
    )


def test_what_has_gone_says_that_it_had_gone_already():
    with pytest.raises(IllegalTransition, match="had gone already: it is “Accepted by the mail server”"):
        assert_may_choose(Choice.CANCEL, State.ACCEPTED)


@pytest.mark.parametrize("state", State)
def test_a_version_that_was_replaced_is_let_go_nowhere(state):
    assert not choices(state, replaced=True) & LETS_GO
    assert choices(state, replaced=False) == CHOICES[state]
