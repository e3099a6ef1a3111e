"""CommonMark back into blocks: what the editor shows and what the paper prints come from the same reading."""

from collections.abc import Iterable, Iterator
from functools import cache

from markdown_it import MarkdownIt
from markdown_it.token import Token

from sep_desktop.domain.prose import Block, BlockKind, Run

_NOT_OURS = [
    "link",
    "image",
    "autolink",
    "backticks",
    "html_block",
    "code",
    "fence",
    "reference",
    "lheading",
    "hr",
    "blockquote",
]


@cache
def _parser() -> MarkdownIt:
    return MarkdownIt("commonmark").disable(_NOT_OURS)


def blocks_of(text: str) -> tuple[Block, ...]:
    """The blocks of stored text. Anything beyond headings, lists, bold and italic is read as plain words."""
    return tuple(_blocks(_parser().parse(text)))


def _blocks(tokens: Iterable[Token]) -> Iterator[Block]:
    lists: list[BlockKind] = []
    heading = 0
    for token in tokens:
        if token.type in {"bullet_list_open", "ordered_list_open"}:
            lists.append(BlockKind.BULLET if token.type[0] == "b" else BlockKind.NUMBERED)
        elif token.type in {"bullet_list_close", "ordered_list_close"}:
            lists.pop()
        elif token.type == "heading_open":
            heading = int(token.tag[1])
        elif token.type == "inline":
            runs = tuple(_runs(token.children or []))
            if any(run.text for run in runs):
                yield _block(runs, lists, heading)
            heading = 0


def _block(runs: tuple[Run, ...], lists: list[BlockKind], heading: int) -> Block:
    if heading:
        return Block(BlockKind.HEADING, runs, heading)
    return Block(lists[-1], runs, len(lists) - 1) if lists else Block(BlockKind.PARAGRAPH, runs)


def _runs(tokens: Iterable[Token]) -> Iterator[Run]:
    """Runs of one style, neighbours joined."""
    text, bold, italic = "", 0, 0
    for token in tokens:
        if token.type in {"strong_open", "strong_close", "em_open", "em_close"}:
            if text:
                yield Run(text, bold > 0, italic > 0)
            text = ""
            step = 1 if token.type.endswith("open") else -1
            bold, italic = (bold + step, italic) if token.type.startswith("s") else (bold, italic + step)
        else:
            text += _words(token)
    if text:
        yield Run(text, bold > 0, italic > 0)


def _words(token: Token) -> str:
    if token.type == "html_inline" and token.content.startswith("<!--"):
        return ""  # what keeps two emphases apart in the stored text
    return {"softbreak": " ", "hardbreak": "\n"}.get(token.type, token.content)
