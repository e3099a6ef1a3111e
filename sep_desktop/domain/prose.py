"""Written text as blocks of runs, and its CommonMark form, which is what the store keeps.

Only what the editor offers exists here: headings, paragraphs, bulleted and numbered items, bold and italic.
"""

import re
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field, replace
from enum import StrEnum
from functools import cached_property


class BlockKind(StrEnum):
    PARAGRAPH = "paragraph"
    HEADING = "heading"
    BULLET = "bullet"
    NUMBERED = "numbered"


@dataclass(frozen=True)
class Run:
    """A stretch of text in one style. A line break within a block is ``\\n``."""

    text: str = field(repr=False)
    bold: bool = False
    italic: bool = False


@dataclass(frozen=True)
class Block:
    """A paragraph, a heading or a list item; ``level`` counts from 0 for lists, from 1 for headings.

    What follows from its runs is worked out once: an editor keeps the blocks that nobody has changed.
    """

    kind: BlockKind
    runs: tuple[Run, ...] = field(repr=False)
    level: int = 0

    @cached_property
    def text(self) -> str:
        """The words without their styles."""
        return "".join(run.text for run in self.runs)

    @cached_property
    def inline(self) -> str:
        """The runs as CommonMark, without what says which kind of block it is."""
        return _inline(self.runs)

    @cached_property
    def is_item(self) -> bool:
        """Whether it belongs to a list."""
        return self.kind in (BlockKind.BULLET, BlockKind.NUMBERED)

    @cached_property
    def word_count(self) -> int:
        """How many words it has."""
        return count_words(self.text)


def paragraph(text: str) -> Block:
    """A paragraph of one plain run."""
    return Block(BlockKind.PARAGRAPH, (Run(text),))


def plain(blocks: Iterable[Block]) -> str:
    """The words alone, a block a line."""
    return "\n".join(block.text for block in blocks)


def count_words(text: str) -> int:
    """How many words there are; an apostrophe or hyphen does not divide one."""
    return len(re.findall(r"\w[\w'’-]*", text))


_DEEPEST = 5
_SPECIAL = re.compile(r"([\\`*_\[\]<>&!~|])")
_AT_START = re.compile(r"\A(#{1,6}(?=\s|$)|[+=-]|\d{1,9}(?=[.)]))")
_AROUND_BREAK = re.compile(r"[^\S\n\xa0]*\n[^\S\n\xa0]*")
_SEPARATOR = "<!-- -->"
_NEEDLESS = re.compile(rf"([^\W_]\*{{1,3}})?{_SEPARATOR}(?(1)(?=[^*<])|(?=\s))")
"""A separator before white space, or behind an emphasis whose last letter already ends it."""


def to_markdown(blocks: Sequence[Block]) -> str:
    """CommonMark that reads back as the same blocks. Empty blocks are left out: CommonMark has none."""
    lines: list[str] = []
    numbers: dict[int, int] = {}
    previous: Block | None = None
    for block in _within_reach([block for block in blocks if block.text.strip()]):
        if previous is not None and not (previous.is_item and block.is_item):
            numbers.clear()
        elif previous is not None and previous.kind is not block.kind:
            numbers.pop(block.level, None)
        lines += [*_gap(previous, block), _line(block, numbers)]
        previous = block
    return "\n".join(lines)


def _within_reach(blocks: Sequence[Block]) -> list[Block]:
    """List items at most one level below the item before them: deeper ones would not be read as items."""
    reached: list[Block] = []
    for block in blocks:
        highest = min(reached[-1].level + 1, _DEEPEST) if reached and reached[-1].is_item else 0
        is_too_deep = block.is_item and block.level > highest
        reached.append(replace(block, level=highest) if is_too_deep else block)
    return reached


def _gap(previous: Block | None, block: Block) -> list[str]:
    if previous is None:
        return []
    if previous.is_item and block.is_item:
        same_list = previous.kind is block.kind or previous.level != block.level
        return [] if same_list else ["", _SEPARATOR, ""]
    return [""]


def _line(block: Block, numbers: dict[int, int]) -> str:
    body = block.inline
    if block.kind is BlockKind.HEADING:
        return "#" * max(1, block.level) + " " + re.sub("(?<!&)#", r"\\#", body.replace("\\\n", " "))
    if not block.is_item:
        return body
    indent = "    " * block.level
    for deeper in [level for level in numbers if level > block.level]:
        del numbers[deeper]
    numbers[block.level] = numbers.get(block.level, 0) + 1
    marker = "-   " if block.kind is BlockKind.BULLET else f"{numbers[block.level]}.".ljust(4)
    return indent + marker + body.replace("\n", "\n" + indent + "    ")


def _inline(runs: Sequence[Run]) -> str:
    joined = _trim(_join_like(runs))
    parts: list[str] = []
    for run in joined:
        lead = len(run.text) - len(run.text.lstrip())
        core = run.text.strip()
        mark = "*" * (2 * run.bold + run.italic)
        if not core or not mark:
            parts.append(_escape(run.text))
            continue
        tail = run.text[lead + len(core) :]
        parts += [
            _escape(run.text[:lead]),
            _SEPARATOR * _touches(parts, run.text[:lead]) + mark + _escape(core) + mark,
        ]
        parts.append(_escape(tail) if tail else _SEPARATOR)
    text = "".join(parts)
    text = text.removesuffix(_SEPARATOR)
    if _SEPARATOR in text:
        text = _NEEDLESS.sub(r"\1", text)
    lines = _without_blanks_around_breaks(text).split("\n")
    return "\\\n".join(_AT_START.sub(_escape_start, line) for line in lines)


def _without_blanks_around_breaks(text: str) -> str:
    return _AROUND_BREAK.sub("\n", text) if "\n" in text else text


def _touches(parts: Sequence[str], lead: str) -> bool:
    """Whether an emphasis that begins here would stand directly behind other text."""
    before = ("".join(parts) + lead)[-1:]
    return bool(before) and not before.isspace() and not "".join(parts).endswith(_SEPARATOR)


def _join_like(runs: Sequence[Run]) -> list[Run]:
    joined: list[Run] = []
    for run in runs:
        if joined and (joined[-1].bold, joined[-1].italic) == (run.bold, run.italic):
            joined[-1] = Run(joined[-1].text + run.text, run.bold, run.italic)
        elif run.text:
            joined.append(run)
    return joined


def _trim(runs: list[Run]) -> list[Run]:
    """Drop white space at either end of the block and around its line breaks: CommonMark does not keep it."""
    tidy = [
        Run(_without_blanks_around_breaks(run.text).replace("\t", " "), run.bold, run.italic) for run in runs
    ]
    while tidy and not tidy[0].text.lstrip():
        tidy.pop(0)
    while tidy and not tidy[-1].text.rstrip():
        tidy.pop()
    if tidy:
        tidy[0] = Run(tidy[0].text.lstrip(), tidy[0].bold, tidy[0].italic)
        tidy[-1] = Run(tidy[-1].text.rstrip(), tidy[-1].bold, tidy[-1].italic)
    return tidy


def _escape(text: str) -> str:
    return _SPECIAL.sub(r"\\\1", text)


def _escape_start(match: re.Match[str]) -> str:
    """Keep a line that begins like a heading, list or rule from becoming one."""
    mark = match[0]
    return f"&#{ord(mark[0])};{mark[1:]}"
