"""Lines that hold Hebrew or Arabic, put into the order in which they are seen (Unicode annex 9).

Wrapping happens in reading order; each wrapped line is reordered when it is drawn. The reading order itself
reaches a screen reader as the element's actual text.
"""

from collections.abc import Sequence
from copy import copy
from typing import Any

from bidi import algorithm


def starts_right_to_left(text: str) -> bool:
    """Whether the first letter with a direction is written from right to left (UAX #9, P2)."""
    return bool(algorithm.get_base_level(text) == 1)


def visual_order(text: str, right_to_left: bool) -> list[tuple[str, int]]:
    """The letters of one line as seen from left to right, each with its place in ``text``.

    Brackets mirrored.
    """
    storage = algorithm.get_empty_storage()
    storage["base_level"] = int(right_to_left)
    storage["base_dir"] = "LR"[right_to_left]
    algorithm.get_embedding_levels(text, storage)
    for place, letter in enumerate(storage["chars"]):
        letter["place"] = place
    for step in _STEPS:
        step(storage, False)
    return [(letter["ch"], letter["place"]) for letter in storage["chars"]]


_STEPS = (
    algorithm.explicit_embed_and_overrides,
    algorithm.resolve_weak_types,
    algorithm.resolve_neutral_types,
    algorithm.resolve_implicit_levels,
    algorithm.reorder_resolved_levels,
    algorithm.apply_mirroring,
)


def visual_lines(wrapped: Any, right_to_left: bool) -> Any:
    """A copy of reportlab's wrapped paragraph with every line in visual order."""
    seen = copy(wrapped)
    turn = _turn_fragments if wrapped.kind else _turn_words
    seen.lines = [turn(line, right_to_left) for line in wrapped.lines]
    return seen


def _turn_words(line: Any, right_to_left: bool) -> Any:
    extra, words = line[0], line[1]
    text = "".join(letter for letter, _ in visual_order(" ".join(words), right_to_left))
    return (extra, text.split(" "))


def _turn_fragments(line: Any, right_to_left: bool) -> Any:
    turned = copy(line)
    owners = [fragment for fragment in line.words for _ in fragment.text]
    text = "".join(fragment.text for fragment in line.words)
    turned.words = (
        _regroup([(letter, owners[place]) for letter, place in visual_order(text, right_to_left)])
        or line.words
    )
    return turned


def _regroup(letters: Sequence[tuple[str, Any]]) -> list[Any]:
    """Fragments again, one for each stretch of letters from the same one."""
    stretches: list[tuple[Any, str]] = []
    for letter, owner in letters:
        if stretches and stretches[-1][0] is owner:
            stretches[-1] = (owner, stretches[-1][1] + letter)
        else:
            stretches.append((owner, letter))
    return [owner.clone(text=text) for owner, text in stretches]
