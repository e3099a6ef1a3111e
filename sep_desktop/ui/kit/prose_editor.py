"""A writing field for prose: bold, italic, lists, headings; whatever is pasted is cleaned to these."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from typing import assert_never

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QGuiApplication,
    QKeyEvent,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextList,
    QTextListFormat,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from sep_desktop.documents.markdown import blocks_of
from sep_desktop.domain.prose import Block, BlockKind, Run, to_markdown
from sep_desktop.domain.wording import clean
from sep_desktop.ui.kit.pasting import PASTE_WORDS, Pasted, can_be_pasted, pasted, tell

_HEADING = 3
_BELOW = 6


class ProseEditor(QTextEdit):
    """As high as its words: a report is one page that scrolls as a whole.

    Each block is read when it is first asked for and after it changed, so that a key costs the same in a
    long text as in a short one.
    """

    edited = Signal()
    left = Signal()

    def __init__(self, name: str, guidance: str = "", parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setPlaceholderText(guidance)
        self.setTabChangesFocus(True)
        self.setVerticalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.document().setDocumentMargin(6)
        self.document().documentLayout().documentSizeChanged.connect(self._fit)
        self._loading = False
        self._blocks: list[Block | None] = [None]
        """What was read of the document, block by block; ``None`` for what is to be read."""
        self.document().contentsChange.connect(self._forget_blocks)
        self.textChanged.connect(self._changed)

    def _changed(self) -> None:
        if not self._loading:
            self.edited.emit()

    def _forget_blocks(self, position: int, removed: int, added: int) -> None:
        """The blocks from the one at ``position`` to the one at the end of what was added are others now.

        Where there are more or fewer of them than before, Qt may name one too few, as when a cut is undone
        that joined two: then the ones beside them are read again too.
        """
        document = self.document()
        first, last = document.findBlock(position), document.findBlock(position + added)
        at = max(0, first.blockNumber())
        behind = document.blockCount() - 1 - last.blockNumber() if last.isValid() else 0
        if document.blockCount() != len(self._blocks):
            at, behind = max(0, at - 1), max(0, behind - 1)
        changed = document.blockCount() - at - behind
        self._blocks[at : len(self._blocks) - behind] = [None] * changed

    def _read_blocks(self) -> list[Block]:
        document, blocks = self.document(), []
        for number, known in enumerate(self._blocks):
            block = known or _read(document.findBlockByNumber(number))
            self._blocks[number] = block
            blocks.append(block)
        return blocks

    def _fit(self) -> None:
        self.setFixedHeight(max(64, round(self.document().size().height()) + 10))

    def sizeHint(self) -> QSize:
        return QSize(400, 64)

    def set_text(self, markdown: str) -> None:
        """Show stored text; what was undone before cannot come back into it."""
        self._loading = True
        self.clear()
        put_blocks(QTextCursor(self.document()), blocks_of(markdown))
        self.document().clearUndoRedoStacks()
        self.moveCursor(QTextCursor.MoveOperation.Start)
        self._loading = False
        self._fit()

    def text(self) -> str:
        """The words as CommonMark."""
        return to_markdown(self._read_blocks())

    def word_count(self) -> int:
        """How many words there are."""
        return sum(block.word_count for block in self._read_blocks())

    def toggle_bold(self) -> None:
        """Make the selection bold, or what is bold upright again; without one, what is typed next."""
        heavy = self.fontWeight() > QFont.Weight.Medium
        self.setFontWeight(QFont.Weight.Normal if heavy else QFont.Weight.Bold)

    def toggle_italic(self) -> None:
        """As ``toggle_bold``, in italics."""
        self.setFontItalic(not self.fontItalic())

    def toggle_list(self, style: QTextListFormat.Style) -> None:
        """Make the paragraphs of the selection items of a list, or take the present one out of its list."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        present = cursor.currentList()
        if present and present.format().style() == style:
            present.remove(cursor.block())
            plain = cursor.blockFormat()
            plain.setIndent(0)
            cursor.setBlockFormat(plain)
        else:
            cursor.createList(style)
        cursor.endEditBlock()

    def toggle_heading(self) -> None:
        """Make the paragraph a heading, or a heading a paragraph."""
        cursor = self.textCursor()
        cursor.beginEditBlock()
        level = 0 if cursor.blockFormat().headingLevel() else _HEADING
        _set_heading(cursor, level)
        cursor.endEditBlock()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste or drop as clean blocks, whatever Word or a web page put beside them."""
        self._paste(pasted(source))

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return can_be_pasted(source)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        if event.keyCombination() == PASTE_WORDS:
            self._paste(pasted(QGuiApplication.clipboard().mimeData(), with_styles=False))
        else:
            super().keyPressEvent(event)

    def _paste(self, words: Pasted) -> None:
        if self.isReadOnly():
            return
        if words.blocks:
            self.textCursor().beginEditBlock()
            put_blocks(self.textCursor(), words.blocks)
            self.textCursor().endEditBlock()
            self.ensureCursorVisible()
        tell(self, words.notice)

    def createMimeDataFromSelection(self) -> QMimeData:
        selection, mime_data = self.textCursor().selection(), QMimeData()
        mime_data.setText(selection.toPlainText())
        mime_data.setHtml(selection.toHtml())
        return mime_data

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


@dataclass(frozen=True)
class Command:
    """What a tool does to an editor: the words on it, what they mean, and its keys, where it has any."""

    text: str
    hint: str
    keys: str
    act: Callable[[ProseEditor], None]


COMMANDS = (
    Command("B", "Bold", "Ctrl+B", ProseEditor.toggle_bold),
    Command("I", "Italic", "Ctrl+I", ProseEditor.toggle_italic),
    Command(
        "• List",
        "Bulleted list",
        "Ctrl+Shift+8",
        lambda editor: editor.toggle_list(QTextListFormat.Style.ListDisc),
    ),
    Command(
        "1. List",
        "Numbered list",
        "Ctrl+Shift+7",
        lambda editor: editor.toggle_list(QTextListFormat.Style.ListDecimal),
    ),
    Command("Heading", "Heading", "Ctrl+Shift+H", ProseEditor.toggle_heading),
    Command("Undo", "Undo", "", ProseEditor.undo),
    Command("Redo", "Redo", "", ProseEditor.redo),
)
"""What the tool bar offers, in its order."""


def blocks_in(document: QTextDocument) -> list[Block]:
    """The blocks of a document, in the few styles that we keep."""
    return list(_blocks(document))


def _blocks(document: QTextDocument) -> Iterator[Block]:
    block = document.begin()
    while block.isValid():
        yield _read(block)
        block = block.next()


def _read(block: QTextBlock) -> Block:
    level = block.blockFormat().headingLevel()
    runs = tuple(_runs(block, keep_bold=not level))
    if level:
        return Block(BlockKind.HEADING, runs, _HEADING)
    text_list: QTextList | None = block.textList()
    if text_list:
        form = text_list.format()
        bulleted = form.style() in (
            QTextListFormat.Style.ListDisc,
            QTextListFormat.Style.ListCircle,
            QTextListFormat.Style.ListSquare,
        )
        return Block(BlockKind.BULLET if bulleted else BlockKind.NUMBERED, runs, max(0, form.indent() - 1))
    return Block(BlockKind.PARAGRAPH, runs)


def _runs(block: QTextBlock, keep_bold: bool) -> Sequence[Run]:
    runs = []
    iterator = block.begin()
    while not iterator.atEnd():
        fragment = iterator.fragment()
        form = fragment.charFormat()
        if not form.isImageFormat():
            text = clean(fragment.text().replace("\ufffc", ""))
            runs.append(Run(text, keep_bold and form.fontWeight() > QFont.Weight.Medium, form.fontItalic()))
        iterator += 1
    return runs


_OpenLists = dict[int, tuple[BlockKind, QTextList]]
"""The lists to which an item may be added, by their level."""


def put_blocks(cursor: QTextCursor, blocks: Sequence[Block]) -> None:
    """Write blocks at the cursor. The first joins the paragraph there when it is plain text."""
    open_lists: _OpenLists = {}
    for number, block in enumerate(blocks):
        if number:
            cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
        _put_block(cursor, block, open_lists)


def _put_block(cursor: QTextCursor, block: Block, open_lists: _OpenLists) -> None:
    spaced = cursor.blockFormat()
    spaced.setBottomMargin(_BELOW)
    cursor.setBlockFormat(spaced)
    match block.kind:
        case BlockKind.BULLET:
            _put_in_list(cursor, block, open_lists, QTextListFormat.Style.ListDisc)
        case BlockKind.NUMBERED:
            _put_in_list(cursor, block, open_lists, QTextListFormat.Style.ListDecimal)
        case BlockKind.PARAGRAPH | BlockKind.HEADING:
            open_lists.clear()
        case _:
            assert_never(block.kind)
    _put_runs(cursor, block)


def _put_in_list(
    cursor: QTextCursor, block: Block, open_lists: _OpenLists, style: QTextListFormat.Style
) -> None:
    for deeper in [level for level in open_lists if level > block.level]:
        del open_lists[deeper]
    kind, text_list = open_lists.get(block.level, (None, None))
    if text_list and kind is block.kind:
        text_list.add(cursor.block())
        return
    form = QTextListFormat()
    form.setStyle(style)
    form.setIndent(block.level + 1)
    open_lists[block.level] = (block.kind, cursor.createList(form))


def _put_runs(cursor: QTextCursor, block: Block) -> None:
    for run in block.runs:
        style = QTextCharFormat()
        style.setFontWeight(QFont.Weight.Bold if run.bold else QFont.Weight.Normal)
        style.setFontItalic(run.italic)
        cursor.insertText(run.text.replace("\n", "\u2028"), style)
    if block.kind is BlockKind.HEADING:
        _set_heading(cursor, block.level)


def _set_heading(cursor: QTextCursor, level: int) -> None:
    form = cursor.blockFormat()
    form.setHeadingLevel(level)
    cursor.setBlockFormat(form)
    style = QTextCharFormat()
    style.setFontWeight(QFont.Weight.Bold if level else QFont.Weight.Normal)
    whole = QTextCursor(cursor.block())
    whole.select(QTextCursor.SelectionType.BlockUnderCursor)
    whole.mergeCharFormat(style)
    cursor.mergeBlockCharFormat(style)
