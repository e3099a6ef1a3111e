"""What a program marks as not being part of the text: deleted, struck out, hidden, a comment.

As Word, Outlook, LibreOffice and Google Docs write it into the HTML of a clipboard: tags (``del``, ``s``),
classes (``msoDel``, ``MsoCommentReference``), styles (``mso-hide:all``, ``display:none``), and classes to
which their style sheet gives such a style.
"""

import re
from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum

from sep_desktop.domain.wording import listed, plural
from sep_desktop.errors import UserError


class Mark(StrEnum):
    """Why a passage is left out, as an adjective or noun."""

    DELETED = "deleted passage"
    STRUCK = "struck-out passage"
    HIDDEN = "hidden passage"
    COMMENT = "comment"
    ANCHOR = "place of a comment"


def in_words(left_out: Mapping[Mark, int]) -> str:
    """``2 deleted passages and 1 comment``; empty where nothing was left out."""
    return listed([plural(left_out[mark], mark) for mark in Mark if left_out.get(mark)])


_TAGS = {"del": Mark.DELETED, "s": Mark.STRUCK, "strike": Mark.STRUCK}
_CLASSES = {
    "msodel": Mark.DELETED,
    "msocommentreference": Mark.ANCHOR,
    "msocomanchor": Mark.ANCHOR,
    "msocomoff": Mark.ANCHOR,
    "msocomhide": Mark.ANCHOR,
    "msocommenttext": Mark.COMMENT,
    "msocommentsubject": Mark.COMMENT,
    "msocomtxt": Mark.COMMENT,
}
_LINKS = {
    "#_msocom_": Mark.ANCHOR,
    "#_msoanchor_": Mark.ANCHOR,
    "#cmnt": Mark.ANCHOR,
}
"""Where a link leads to: Word's comments, and those of a document that Google wrote."""

_NOTHING = re.compile(r"0+(\.0*)?\s*(pt|px|em|rem|%|cm|mm|in)?")
_SELECTOR = re.compile(r"([a-z0-9]*)\.([\w-]+)")
_STYLES_BEGIN, _STYLES_END = (re.compile(each, re.IGNORECASE) for each in ("<style", "</style"))
_MOST_OF_STYLES = 400_000
"""Letters of style sheets that are read: Word writes 60,000."""


def declarations(style: str) -> dict[str, str]:
    """The properties of a ``style``, in small letters. A later one counts, as in CSS."""
    pairs = (each.partition(":") for each in style.lower().split(";"))
    return {
        name.strip(): value.replace("!important", "").strip().strip("\"'")
        for name, _, value in pairs
        if value
    }


def is_nothing(size: str) -> bool:
    """Whether words of this size are not seen."""
    return _NOTHING.fullmatch(size) is not None


def _mark_of_style(style: str) -> Mark | None:
    says = declarations(style)
    if says.get("mso-element", "").startswith("comment"):
        return Mark.COMMENT
    if says.get("mso-special-character") == "comment":
        return Mark.ANCHOR
    if any("delet" in name or "deleted" in value for name, value in says.items() if name.startswith("mso-")):
        return Mark.DELETED
    lines = " ".join(value for name, value in says.items() if name.startswith("text-decoration"))
    if "line-through" in lines or says.get("text-line-through", "none") != "none":
        return Mark.STRUCK
    is_hidden = (
        says.get("display") == "none"
        or says.get("visibility") in ("hidden", "collapse")
        or says.get("mso-hide") == "all"
    )
    return Mark.HIDDEN if is_hidden else None


@dataclass
class Marks:
    """Says of each element whether it is left out, and counts the passages: what stands together is one."""

    _classes: Mapping[tuple[str, str], Mark]
    _counts: Counter[Mark] = field(default_factory=Counter)
    _last: Mark | None = None
    _is_inside: bool = False

    @classmethod
    def of_styles(cls, html: str) -> "Marks":
        """With the classes that the style sheets of ``html`` give a mark.

        Raises ``UserError`` for more of them than can be read: hidden words would come in unseen.
        """
        sheets = "".join(_style_sheets(html))
        if len(sheets) > _MOST_OF_STYLES:
            raise too_large()
        sheets = _without_remarks(sheets.lower())
        classes = {}
        for rule in sheets.split("}"):
            selectors, _, style = rule.partition("{")
            mark = _mark_of_style(style) if style else None
            for selector in selectors.split(",") if mark else ():
                if simple := _SELECTOR.fullmatch(selector.strip()):
                    classes[(simple[1], simple[2])] = mark
        return cls({key: mark for key, mark in classes.items() if mark})

    def of_element(self, tag: str, attributes: Mapping[str, str]) -> Mark | None:
        """Why the words in this element are left out; ``None`` where they are text."""
        classes = attributes.get("class", "").lower().split()
        candidates = (
            _TAGS.get(tag),
            *(_CLASSES.get(each) for each in classes),
            *(mark for start, mark in _LINKS.items() if attributes.get("href", "").startswith(start)),
            Mark.HIDDEN if "hidden" in attributes else None,
            _mark_of_style(attributes["style"]) if "style" in attributes else None,
            *(self._classes.get((name, each)) for each in classes for name in ("", tag)),
        )
        return next((mark for mark in candidates if mark), None)

    def is_inside_comment(self, attributes: Mapping[str, str]) -> bool:
        """Whether what surrounds this is a comment: a document that Google wrote ends with them."""
        return attributes.get("href", "").startswith("#cmnt_ref")

    def leave_out(self, mark: Mark, text: str) -> None:
        """Words in an element that is marked. Blanks alone are nothing to speak of."""
        if not text.strip() or (self._last is mark and (self._is_inside or mark not in _EACH)):
            return
        self._counts[mark] += 1
        self._last, self._is_inside = mark, True

    def passed(self) -> None:
        """The element that was left out ends."""
        self._is_inside = False

    def kept(self, text: str) -> None:
        """Words that are text: what is left out behind them is another passage."""
        if text.strip():
            self._last = None

    def counts(self) -> Mapping[Mark, int]:
        """How many passages of each mark. A comment is counted once, by its words or by its place."""
        comments = max(self._counts[Mark.COMMENT], self._counts[Mark.ANCHOR])
        others = {mark: self._counts[mark] for mark in (Mark.DELETED, Mark.STRUCK, Mark.HIDDEN)}
        return {mark: number for mark, number in {**others, Mark.COMMENT: comments}.items() if number}


_EACH = frozenset({Mark.COMMENT, Mark.ANCHOR})
"""Two of these that stand side by side are two."""


def too_large() -> UserError:
    """More than is read with its styles."""
    return UserError(
        "What you pasted is too large to be read with its styles.",
        "Paste it in parts to keep lists, bold and headings.",
    )


def _style_sheets(html: str) -> Iterator[str]:
    at = 0
    while start := _STYLES_BEGIN.search(html, at):
        begin, end = html.find(">", start.end()), _STYLES_END.search(html, start.end())
        if begin < 0 or end is None:
            return
        yield html[begin + 1 : end.start()]
        at = end.end()


def _without_remarks(sheets: str) -> str:
    first, *others = sheets.replace("<!--", "").replace("-->", "").split("/*")
    return first + "".join(each.partition("*/")[2] for each in others)
