"""Words out of HTML from a clipboard: paragraphs, lists, headings, bold and italic, and nothing else.

``nh3`` (html5ever) parses and cleans first, then we read what it gives. No renderer sees the HTML, so that
nothing which it names is fetched from the network or the disk. What the other program marks as not being part
of the text is left out and counted: see ``pasted_marks``.
"""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from html.parser import HTMLParser

from sep_desktop.domain.prose import Block, BlockKind, Run
from sep_desktop.domain.wording import clean
from sep_desktop.imports.pasted_marks import Mark, Marks, declarations, is_nothing, too_large

MOST_LETTERS, MOST_SIGNS, MOST_DEPTH = 4_000_000, 120_000, 400
"""What is read at once: letters, ``<`` and ``&``, elements in one another. The slowest of it was measured at
a second; a hundred pages out of Word are a tenth of it."""
MOST_IN_A_TAG = 5_000
"""Blanks in one tag: more are attributes that cost their square to read (80,000 took 3 s)."""

_LONG_TAG = re.compile(rf"<[^<>]{{{2 * MOST_IN_A_TAG},}}")

_LISTS = {"ul": BlockKind.BULLET, "ol": BlockKind.NUMBERED}
_HEADINGS = frozenset({"h1", "h2", "h3", "h4", "h5", "h6"})
_OTHER_BLOCKS = """
    address article aside blockquote caption center dd details div dl dt fieldset figcaption figure footer
    form header hr legend li main menu nav ol p pre section summary table tbody td tfoot th thead tr ul
"""
_ENDS_A_BLOCK = _HEADINGS.union(_OTHER_BLOCKS.split())
_BOLD, _ITALIC = frozenset({"b", "strong", "th"}), frozenset({"i", "em", "cite", "dfn", "var"})
_MARKED = frozenset({"a", "del", "font", "ins", "s", "span", "strike", "u"})
_KEPT = _ENDS_A_BLOCK | _BOLD | _ITALIC | _MARKED | {"br"}
_NOT_TEXT = frozenset(
    {"iframe", "math", "noscript", "object", "script", "select", "style", "svg", "template", "title", "xml"}
)
_VOID = frozenset({"br", "hr"})
_CLOSED_BY_OTHERS = frozenset({"p", "li", "td", "th", "tr", "dt", "dd", "option", "thead", "tbody", "tfoot"})
_NEVER_CLOSED = frozenset(
    {"area", "base", "br", "col", "embed", "hr", "img", "input", "link", "meta", "param", "source", "wbr"}
)
_TAG = re.compile(r"<(/?)([a-z][a-z0-9:]*)", re.IGNORECASE)
_PICTURE = re.compile(r"(?<=[\"'(])data:image/[\w.+-]+;base64,[\w+/=]+")
_SPACES = re.compile(r"[ \t\r\n\f]+")
_HEAVY, _HEADING = 600, 3
_WORD_BULLET = re.compile(r"^[·•▪§o\uf0b7][\s\xa0]{2,}")
_WORD_NUMBER = re.compile(r"^\d{1,3}[.)][\s\xa0]{2,}")


@dataclass(frozen=True)
class PastedWords:
    """What came in, and how many passages of which mark did not."""

    blocks: tuple[Block, ...] = field(repr=False)
    left_out: Mapping[Mark, int]


def read_html(html: str) -> PastedWords:
    """The words of HTML as a clipboard gives it. Raises ``UserError`` for more than can be read at once."""
    if "data:image/" in html:
        html = _PICTURE.sub("", html)
    _assert_not_too_large(html)
    reader = _Reader(Marks.of_styles(html))
    reader.feed(_cleaned(html))
    reader.close()
    return PastedWords(tuple(map(_from_word, reader.blocks())), reader.left_out())


def _assert_not_too_large(html: str) -> None:
    signs = html.count("<") + html.count("&")
    is_crowded = any(each[0].count(" ") > MOST_IN_A_TAG for each in _LONG_TAG.finditer(html))
    if len(html) > MOST_LETTERS or signs > MOST_SIGNS or is_crowded or _depth(html) > MOST_DEPTH:
        raise too_large()


def _depth(html: str) -> int:
    """How deep its elements stand in one another at most, by the tags that are closed by their own alone."""
    depth, deepest = 0, 0
    open_tags: Counter[str] = Counter()
    for tag in _TAG.finditer(html):
        name = tag[2].lower()
        if name in _CLOSED_BY_OTHERS or name in _NEVER_CLOSED:
            continue
        if not tag[1]:
            open_tags[name] += 1
            depth += 1
            deepest = max(deepest, depth)
        elif open_tags[name]:
            open_tags[name] -= 1
            depth -= 1
    return deepest


def _cleaned(html: str) -> str:
    """Well-formed HTML of the tags that are read here, with no attribute that could fetch anything."""
    import nh3

    return nh3.clean(
        html,
        tags=set(_KEPT),
        clean_content_tags=set(_NOT_TEXT),
        attributes={"*": {"style", "class", "hidden"}, "a": {"href"}},
        link_rel=None,
    )


@dataclass
class _Element:
    """A tag that is open, with what it means for the words in it."""

    tag: str = ""
    bold: bool = False
    italic: bool = False
    verbatim: bool = False
    is_tiny: bool = False
    """At a size of nothing, until an inner element has another."""
    mark: Mark | None = None


@dataclass
class _Stretch:
    """Words in one style, as they come."""

    bold: bool
    italic: bool
    texts: list[str] = field(repr=False)


@dataclass
class _OpenBlock:
    """A block that is being read."""

    kind: BlockKind
    level: int = 0
    stretches: list[_Stretch] = field(default_factory=list)

    def add(self, text: str, element: _Element) -> None:
        """More words; in the style of the last they join them."""
        bold = element.bold and self.kind is not BlockKind.HEADING
        last = self.stretches[-1] if self.stretches else None
        if last and (last.bold, last.italic) == (bold, element.italic):
            last.texts.append(text)
        else:
            self.stretches.append(_Stretch(bold, element.italic, [text]))

    @property
    def ends_in_space(self) -> bool:
        """Whether a space that follows would be the second, or the first of a line."""
        return not self.stretches or self.stretches[-1].texts[-1][-1:] in (" ", "\n")

    def finished(self) -> Block | None:
        """Without blanks at its end; ``None`` where it is blank."""
        runs = [Run("".join(each.texts), each.bold, each.italic) for each in self.stretches]
        if not "".join(run.text for run in runs).strip():
            return None
        while not runs[-1].text.strip(" \n"):
            runs.pop()
        runs[-1] = replace(runs[-1], text=runs[-1].text.rstrip(" \n"))
        return Block(self.kind, tuple(runs), self.level)


class _Reader(HTMLParser):
    """Reads what ``nh3`` gives: each tag but the void ones is closed, in its order."""

    def __init__(self, marks: Marks) -> None:
        super().__init__(convert_charrefs=True)
        self._marks = marks
        self._stack: list[_Element] = []
        self._blocks: list[Block] = []
        self._block = _OpenBlock(BlockKind.PARAGRAPH)

    def blocks(self) -> list[Block]:
        """What was read, without what is empty."""
        self._end_block()
        return self._blocks

    def left_out(self) -> Mapping[Mark, int]:
        """How many passages were left out, by their marks."""
        return self._marks.counts()

    def handle_starttag(self, tag: str, attrs: Sequence[tuple[str, str | None]]) -> None:
        outer = self._innermost()
        if tag in _ENDS_A_BLOCK and not outer.mark:
            self._begin_block(tag)
        if tag == "br" and not outer.mark and self._block.stretches:
            self._block.add("\n", outer)
        if tag in _VOID:
            return
        attributes = {name: value or "" for name, value in attrs}
        mark = self._marks.of_element(tag, attributes)
        if self._stack and self._marks.is_inside_comment(attributes):
            outer.mark = outer.mark or Mark.COMMENT
        if mark is Mark.COMMENT and tag == "div":
            self._marks.passed()  # the next of a list of comments
        self._stack.append(_element(tag, attributes.get("style", ""), outer, outer.mark or mark))

    def _innermost(self) -> _Element:
        return self._stack[-1] if self._stack else _Element()

    def handle_endtag(self, tag: str) -> None:
        if not self._stack:
            return
        closed = self._stack.pop()
        if closed.mark and not self._innermost().mark:
            self._marks.passed()
        if tag in _ENDS_A_BLOCK and not closed.mark:
            self._end_block()

    def handle_data(self, data: str) -> None:
        element = self._innermost()
        if mark := element.mark or (Mark.HIDDEN if element.is_tiny else None):
            self._marks.leave_out(mark, data)
            return
        text = clean(data.replace("\ufffc", ""))
        if not element.verbatim:
            text = _SPACES.sub(" ", text)
            text = text.lstrip(" ") if self._block.ends_in_space else text
        if text:
            self._marks.kept(text)
            self._block.add(text, element)

    def _begin_block(self, tag: str) -> None:
        """A paragraph that begins a list item is the item."""
        is_empty_item = self._block.kind in _LISTS.values() and not self._block.stretches
        if is_empty_item and tag not in ("ul", "ol", "li"):
            return
        self._end_block()
        if tag in _HEADINGS:
            self._block = _OpenBlock(BlockKind.HEADING, _HEADING)
        elif tag == "li":
            lists = [each.tag for each in self._stack if each.tag in _LISTS]
            kind = _LISTS[lists[-1]] if lists else BlockKind.BULLET
            self._block = _OpenBlock(kind, max(0, len(lists) - 1))

    def _end_block(self) -> None:
        if block := self._block.finished():
            self._blocks.append(block)
        self._block = _OpenBlock(BlockKind.PARAGRAPH)


def _element(tag: str, style: str, outer: _Element, mark: Mark | None) -> _Element:
    """What a tag and its style make of the words in it (CSS 2.1, §15)."""
    says = declarations(style) if style else {}
    bold, italic = outer.bold or tag in _BOLD, outer.italic or tag in _ITALIC
    if weight := says.get("font-weight", ""):
        bold = weight in ("bold", "bolder") or (weight.isdecimal() and int(weight) >= _HEAVY)
    if slant := says.get("font-style", ""):
        italic = slant.startswith(("italic", "oblique"))
    verbatim = outer.verbatim or tag == "pre"
    if space := says.get("white-space", ""):
        verbatim = space in ("pre", "pre-wrap", "break-spaces")
    is_tiny = outer.is_tiny
    if size := says.get("font-size", ""):
        is_tiny = is_nothing(size)
    return _Element(tag, bold, italic, verbatim, is_tiny, mark)


def _from_word(block: Block) -> Block:
    """Word writes its lists as paragraphs that begin with a mark and blanks."""
    for pattern, kind in ((_WORD_BULLET, BlockKind.BULLET), (_WORD_NUMBER, BlockKind.NUMBERED)):
        mark = pattern.match(block.text)
        if mark and block.kind is BlockKind.PARAGRAPH:
            return Block(kind, _without(block.runs, mark.end()))
    return block


def _without(runs: Sequence[Run], letters: int) -> tuple[Run, ...]:
    """The runs less their first letters."""
    kept = []
    for run in runs:
        cut = min(letters, len(run.text))
        letters -= cut
        if run.text[cut:]:
            kept.append(Run(run.text[cut:], run.bold, run.italic))
    return tuple(kept)
