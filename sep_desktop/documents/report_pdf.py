"""Set a paper: cover block, sections, lists, tables, page numbers. One look for every kind of document."""

import io
from collections.abc import Iterator
from dataclasses import dataclass, field
from functools import cache, partial
from typing import Any, assert_never

from reportlab.lib import colors
from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.lib.units import mm
from reportlab.platypus import BaseDocTemplate, Flowable, Frame, PageTemplate, Spacer

from sep_desktop.documents import characters, fonts
from sep_desktop.documents.flowables import Item, table, text
from sep_desktop.documents.structure import About, finish
from sep_desktop.documents.tagging import TaggedCanvas
from sep_desktop.domain.paper import Grid, Paper, PaperSection, Prose
from sep_desktop.domain.prose import Block, BlockKind, Run

_WIDTH, _HEIGHT = A4
_SIDE, _TOP, _BOTTOM = 22 * mm, 24 * mm, 22 * mm
_LINE = _WIDTH - 2 * _SIDE
_INK, _MUTED, _RULE, _SHADE = (
    colors.HexColor(value) for value in ("#1A1D21", "#565D66", "#C9CFD6", "#EEF1F4")
)
_ACCENT = colors.HexColor("#0B5C6B")
_MANY_BREAKS = 200
"""Line breaks. reportlab takes minutes over one paragraph of thousands of lines."""

_CELL_LIMIT = 700
"""Characters. A row of longer texts is set as headed paragraphs, since a table row cannot fill a page."""


@dataclass(frozen=True)
class Rendered:
    """The finished bytes and how many pages they have."""

    data: bytes = field(repr=False)
    pages: int


_STYLES: dict[str, dict[str, object]] = {
    "body": {"fontSize": 9.5, "leading": 14, "spaceAfter": 6},
    "item": {"fontSize": 9.5, "leading": 14, "spaceAfter": 3},
    "cell": {"fontSize": 8.5, "leading": 11.5},
    "head": {"fontSize": 8.5, "leading": 11.5, "fontName": fonts.BOLD},
    "notice": {"fontSize": 9, "leading": 13, "spaceAfter": 4, "textColor": _MUTED},
    "H1": {"fontSize": 20, "leading": 26, "spaceAfter": 2, "fontName": fonts.BOLD, "textColor": _ACCENT},
    "subtitle": {"fontSize": 13, "leading": 18, "spaceAfter": 10},
    "H2": {
        "fontSize": 13,
        "leading": 17,
        "spaceBefore": 14,
        "spaceAfter": 5,
        "keepWithNext": 1,
        "fontName": fonts.BOLD,
    },
    "H3": {
        "fontSize": 10.5,
        "leading": 14,
        "spaceBefore": 8,
        "spaceAfter": 3,
        "keepWithNext": 1,
        "fontName": fonts.BOLD,
    },
}
"""What each style has of its own, sizes in points."""


@cache
def _style(name: str) -> ParagraphStyle:
    base = {
        "fontName": fonts.REGULAR,
        "bulletFontName": fonts.REGULAR,
        "textColor": _INK,
        "splitLongWords": 1,
    }
    return ParagraphStyle(name, **{**base, **_STYLES[name]})


def render(paper: Paper) -> Rendered:
    """The paper as PDF/UA-1 and PDF/A-2a. Equal papers give equal bytes."""
    fonts.register()
    out = io.BytesIO()
    canvases: list[TaggedCanvas] = []

    def make_canvas(*args: object, **options: Any) -> TaggedCanvas:
        canvases.append(TaggedCanvas(*args, furniture=partial(_furniture, paper), **options))
        return canvases[-1]

    document = BaseDocTemplate(
        out, pagesize=A4, initialFontName=fonts.REGULAR, title=paper.title, lang="en-GB", invariant=1
    )
    frame = Frame(
        _SIDE,
        _BOTTOM,
        _LINE,
        _HEIGHT - _TOP - _BOTTOM,
        leftPadding=0,
        rightPadding=0,
        topPadding=0,
        bottomPadding=0,
    )
    document.addPageTemplates(PageTemplate(frames=[frame]))
    document.build(list(_story(paper)), canvasmaker=make_canvas)
    about = About(f"{paper.title}: {paper.subtitle}", paper.author, paper.running_title, paper.made)
    return Rendered(finish(out.getvalue(), canvases[0].root, about), document.page)


def _furniture(paper: Paper, canvas: TaggedCanvas, page: int, pages: int) -> None:
    """Running title above, confidentiality and page number below: artifacts of pagination."""
    canvas.setFillColor(_MUTED)
    with canvas.artifact("Pagination", "Header"):
        _draw_line(canvas, _SIDE, _HEIGHT - 14 * mm, paper.running_title, 110)
    with canvas.artifact("Pagination", "Footer"):
        _draw_line(canvas, _SIDE, 12 * mm, paper.confidentiality, 85)
        canvas.setFont(fonts.REGULAR, 8)
        canvas.drawRightString(_WIDTH - _SIDE, 12 * mm, f"Page {page} of {pages}")


def _draw_line(canvas: TaggedCanvas, x: float, y: float, words: str, limit: int) -> None:
    shown = "".join(
        character if fonts.has(fonts.REGULAR, character) else "\ufffd"
        for character in characters.shaped(characters.printable(words))
    )
    canvas.setFont(fonts.REGULAR, 8)
    canvas.drawString(x, y, shown if len(shown) <= limit else shown[: limit - 1] + "…")


def _story(paper: Paper) -> Iterator[Flowable]:
    yield text(paper.title, _style("H1"), "H1")
    yield text(paper.subtitle, _style("subtitle"))
    yield from _grid(Grid((), paper.facts, (0.3, 0.7), "What, where, when and by whom", row_heads=True))
    yield Spacer(1, 10)
    for notice in paper.notices:
        yield text(notice, _style("notice"))
    for section in paper.sections:
        yield from _section(section)


def _section(section: PaperSection) -> Iterator[Flowable]:
    yield text(section.title, _style("H2"), "H2")
    for part in section.parts:
        yield from _grid(part) if isinstance(part, Grid) else _prose(part)


def _prose(part: Prose) -> Iterator[Flowable]:
    lists: dict[int, tuple[BlockKind, object]] = {}
    numbers: dict[int, int] = {}
    for block in part.blocks:
        match block.kind:
            case BlockKind.BULLET | BlockKind.NUMBERED:
                yield _item(block, lists, numbers)
                continue
            case BlockKind.HEADING:
                yield from _lines(block, "H3", "H3")
            case BlockKind.PARAGRAPH:
                yield from _lines(block, "body", "P")
            case _:
                assert_never(block.kind)
        lists.clear()
        numbers.clear()


def _lines(block: Block, style: str, tag: str) -> Iterator[Flowable]:
    if block.text.count("\n") <= _MANY_BREAKS:
        yield text(block.runs, _style(style), tag)
        return
    yield from (text(line, _style("body")) for line in block.text.split("\n") if line.strip())


def _item(block: Block, lists: dict[int, tuple[BlockKind, object]], numbers: dict[int, int]) -> Item:
    level = min(block.level, 4)
    for deeper in [other for other in lists if other > level]:
        del lists[deeper], numbers[deeper]
    if lists.get(level, (None, None))[0] is not block.kind:
        lists[level], numbers[level] = (block.kind, object()), 0
    numbers[level] += 1
    numbered = block.kind is BlockKind.NUMBERED
    label = f"{numbers[level]}." if numbered else "•"
    return Item(
        text(block.runs, _style("item")), label, lists[level][1], "Decimal" if numbered else "Disc", level
    )


def _grid(grid: Grid) -> Iterator[Flowable]:
    if any(len(cell) > _CELL_LIMIT for row in grid.rows for cell in row):
        yield from _as_paragraphs(grid)
        return
    heads = [[[text(head, _style("head"))] for head in grid.headers]] if grid.headers else []
    body = [
        [
            [text(cell, _style("head" if grid.row_heads and not at else "cell"), in_cell=True)]
            for at, cell in enumerate(row)
        ]
        for row in grid.rows
    ]
    style: list[tuple[object, ...]] = [
        ("VALIGN", (0, 0), (-1, -1), "TOP"),
        ("LINEBELOW", (0, 0), (-1, -1), 0.5, _RULE),
        ("LEFTPADDING", (0, 0), (-1, -1), 5),
        ("FONT", (0, 0), (-1, -1), fonts.REGULAR, 8.5),
    ]
    if heads:
        style.append(("BACKGROUND", (0, 0), (-1, 0), _SHADE))
    yield table(
        [*heads, *body],
        grid.summary,
        bool(heads),
        grid.row_heads,
        colWidths=[_LINE * share for share in grid.widths],
        style=style,
    )


def _as_paragraphs(grid: Grid) -> Iterator[Flowable]:
    for row in grid.rows:
        heads = grid.headers or ("",) * len(row)
        for head, cell in zip(heads, row, strict=True):
            if cell.strip():
                yield text([Run(f"{head}: " if head else "", bold=True), Run(cell)], _style("body"))
