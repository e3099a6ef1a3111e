"""Lines that hold Hebrew or Arabic, put into the order in which they are seen (Unicode annex 9).

Wrapping happens in reading order; each wrapped line is reordered when it is drawn. The reading order itself
reaches a screen reader as the element's actual text. A line is what reportlab's paragraph keeps of it: a pair
of spare width and words where the style does not change, else an object with fragments in one style each.
"""

from collections.abc import Sequence
from copy import copy
from typing import Any, Protocol

from bidi import algorithm


class Fragment(Protocol):
    """A stretch of reportlab's line in one style."""

    text: str

    def clone(self, *, text: str) -> "Fragment":
        """Another stretch in the same style."""


class FragmentLine(Protocol):
    """A line in several styles."""

    words: Sequence[Fragment]


class Wrapped(Protocol):
    """What reportlab's ``Paragraph.wrap`` leaves behind: ``kind`` 0 has plain lines, 1 lines of fragments."""

    kind: int
    lines: Sequence[Any]  # what a line is depends on ``kind``


def starts_right_to_left(text: str) -> bool:
    """Whether the first character with a direction is Hebrew or Arabic (rules P2 and P3)."""
    return bool(algorithm.get_base_level(text) == 1)


def visual_order(text: str, right_to_left: bool) -> list[tuple[str, int]]:
    """The characters of one line from left to right, each with its place in ``text``; brackets mirrored."""
    storage = algorithm.get_empty_storage()
    storage["base_level"] = int(right_to_left)
    storage["base_dir"] = "LR"[right_to_left]
    algorithm.get_embedding_levels(text, storage)
    for place, character in enumerate(storage["chars"]):
        character["place"] = place
    for step in _STEPS:
        step(storage, False)
    return [(character["ch"], character["place"]) for character in storage["chars"]]


_STEPS = (
    algorithm.explicit_embed_and_overrides,
    algorithm.resolve_weak_types,
    algorithm.resolve_neutral_types,
    algorithm.resolve_implicit_levels,
    algorithm.reorder_resolved_levels,
    algorithm.apply_mirroring,
)


def visual_lines(wrapped: Wrapped, right_to_left: bool) -> Wrapped:
    """A copy of reportlab's wrapped paragraph with every line in visual order."""
    reordered = copy(wrapped)
    turn = _turn_fragments if wrapped.kind else _turn_words
    reordered.lines = [turn(line, right_to_left) for line in wrapped.lines]
    return reordered


def _turn_words(line: tuple[float, Sequence[str]], right_to_left: bool) -> tuple[float, Sequence[str]]:
    spare, words = line[0], line[1]
    text = "".join(character for character, _ in visual_order(" ".join(words), right_to_left))
    return (spare, text.split(" "))


def _turn_fragments(line: FragmentLine, right_to_left: bool) -> FragmentLine:
    turned = copy(line)
    owners = [fragment for fragment in line.words for _ in fragment.text]
    text = "".join(fragment.text for fragment in line.words)
    ordered = [(character, owners[place]) for character, place in visual_order(text, right_to_left)]
    turned.words = _regroup(ordered) or line.words
    return turned


def _regroup(characters: Sequence[tuple[str, Fragment]]) -> list[Fragment]:
    """Fragments again, one for each stretch of characters from the same one."""
    stretches: list[tuple[Fragment, str]] = []
    for character, owner in characters:
        if stretches and stretches[-1][0] is owner:
            stretches[-1] = (owner, stretches[-1][1] + character)
        else:
            stretches.append((owner, character))
    return [owner.clone(text=text) for owner, text in stretches]
