"""What somebody pastes or drops into a field: clean words, and a notice of what was left out of them."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from PySide6.QtCore import QKeyCombination, QMimeData, Qt
from PySide6.QtWidgets import QWidget

from sep_desktop.domain.prose import Block, paragraph, plain
from sep_desktop.domain.wording import clean
from sep_desktop.errors import UserError
from sep_desktop.imports.pasted_html import PastedWords, read_html
from sep_desktop.imports.pasted_marks import in_words
from sep_desktop.notices import Notice, Tone
from sep_desktop.ui.kit.banner import Banner

PASTE_WORDS = QKeyCombination(
    Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier, Qt.Key.Key_V
)
"""Ctrl+Shift+V: paste the words without their styles."""

MOST_BLOCKS, MOST_LETTERS = 2_000, 500_000
"""More paragraphs are pasted as lines of fewer; more letters not at all: the window would stand still."""

_RICH_ALONE = ("text/rtf", "application/rtf", "Rich Text Format")
_ABOUT_LEFT_OUT = (
    "It was marked so where you copied it. To have it here, accept it there as text and copy again; "
    "Ctrl+Shift+V pastes the words without their styles and leaves the same out."
)
_UNREAD = "Its words came in without styles; what was deleted or hidden there may be among them."


@dataclass(frozen=True)
class Pasted:
    """The blocks to put into the text, and what is to be said about them."""

    blocks: Sequence[Block] = field(repr=False)
    notice: Notice | None = None

    @property
    def text(self) -> str:
        """The words alone, a block a line."""
        return plain(self.blocks)


def can_be_pasted(source: QMimeData) -> bool:
    """Whether there are words, or what says that there are some which cannot be read."""
    return source.hasText() or source.hasHtml() or _is_rich_alone(source)


def pasted(source: QMimeData, *, with_styles: bool = True) -> Pasted:
    """What a clipboard or a drag holds. Nothing that it names is fetched from the network or the disk.

    What the other program marks as deleted, hidden or a comment stays out, without styles too: beside the
    HTML, Word gives a plain text in which its deleted words stand like others.
    """
    if _is_rich_alone(source):
        text = "What you copied has no words as text, only in a form that is not read here."
        return Pasted((), Notice(Tone.WARN, text, "Paste it into another program and copy it there."))
    if not source.hasHtml():
        return _bounded(_lines(source.text()), None)
    try:
        words = read_html(source.html())
    except UserError as error:
        return _bounded(_lines(source.text()), Notice(Tone.WARN, error.message, f"{_UNREAD} {error.hint}"))
    notice = _left_out(words)
    if with_styles and (words.blocks or notice):
        return _bounded(words.blocks, notice)
    return _bounded(_lines(plain(words.blocks) if notice else source.text()), notice)


def tell(field: QWidget, notice: Notice | None) -> None:
    """Say it in the nearest banner above a field."""
    above: QWidget | None = field
    while notice and above is not None:
        banner = getattr(above, "banner", None)
        if isinstance(banner, Banner):
            banner.show_notice(notice)
            return
        above = above.parentWidget()


def _is_rich_alone(source: QMimeData) -> bool:
    is_rich = any(source.hasFormat(each) for each in _RICH_ALONE)
    return is_rich and not source.hasText() and not source.hasHtml()


def _left_out(words: PastedWords) -> Notice | None:
    if not words.left_out:
        return None
    return Notice(Tone.INFORM, f"Left out of what you pasted: {in_words(words.left_out)}.", _ABOUT_LEFT_OUT)


def _lines(text: str) -> list[Block]:
    if len(text) > MOST_LETTERS:
        return [paragraph(text)]  # it is not taken in, so nobody has to divide it
    return [paragraph(line) for line in clean(text).split("\n") if line.strip()]


def _bounded(blocks: Sequence[Block], notice: Notice | None) -> Pasted:
    letters = sum(len(block.text) for block in blocks)
    if letters > MOST_LETTERS:
        text = f"That is too much to paste at once: {letters:,} letters, and {MOST_LETTERS:,} is the most."
        return Pasted((), Notice(Tone.WARN, text, "Nothing was pasted. Paste it in parts."))
    if len(blocks) <= MOST_BLOCKS:
        return Pasted(blocks, notice)
    at_once = -(-len(blocks) // MOST_BLOCKS)
    joined = [
        paragraph("\n".join(block.text for block in blocks[at : at + at_once]))
        for at in range(0, len(blocks), at_once)
    ]
    text = f"What you pasted has {len(blocks):,} paragraphs; they came in as lines, without styles."
    told = f"{notice.text} {notice.hint} " if notice else ""
    hint = f"{told}Paste it in parts to keep them."
    return Pasted(joined, Notice(Tone.WARN, text, hint))
