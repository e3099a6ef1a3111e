"""A writing field for prose: bold, italic, bullets, numbers, headings; whatever is pasted is cleaned to these."""

import re
from collections.abc import Callable, Sequence

from PySide6.QtCore import QMimeData, QSize, Qt, Signal
from PySide6.QtGui import (
    QFocusEvent,
    QFont,
    QKeySequence,
    QTextBlock,
    QTextBlockFormat,
    QTextCharFormat,
    QTextCursor,
    QTextDocument,
    QTextListFormat,
)
from PySide6.QtWidgets import QTextEdit, QWidget

from sep_desktop.documents.markdown import blocks_of
from sep_desktop.domain.prose import Block, BlockKind, Run, to_markdown
from sep_desktop.domain.wording import clean

_WORD_BULLET = re.compile(r"^[·•▪§o\uf0b7][\s\xa0]{2,}")
_WORD_NUMBER = re.compile(r"^\d{1,3}[.)][\s\xa0]{2,}")
_HEADING = 3
_BELOW = 6


class ProseEditor(QTextEdit):
    """As high as its words: a report is one page that scrolls as a whole."""

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
        self.document().documentLayout().documentSizeChanged.connect(lambda _: self._fit())
        self._loading = False
        self.textChanged.connect(self._changed)

    def _changed(self) -> None:
        if not self._loading:
            self.edited.emit()

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

    def replace_text(self, markdown: str) -> None:
        """Put another text in as one step that can be undone."""
        cursor = QTextCursor(self.document())
        cursor.beginEditBlock()
        cursor.select(QTextCursor.SelectionType.Document)
        cursor.removeSelectedText()
        put_blocks(cursor, blocks_of(markdown))
        cursor.endEditBlock()

    def text(self) -> str:
        """The words as CommonMark."""
        return to_markdown(blocks_in(self.document()))

    def words(self) -> str:
        return self.toPlainText()

    def toggle_bold(self) -> None:
        heavy = self.fontWeight() > QFont.Weight.Medium
        self.setFontWeight(QFont.Weight.Normal if heavy else QFont.Weight.Bold)

    def toggle_italic(self) -> None:
        self.setFontItalic(not self.fontItalic())

    def toggle_list(self, style: QTextListFormat.Style) -> None:
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
        cursor = self.textCursor()
        cursor.beginEditBlock()
        level = 0 if cursor.blockFormat().headingLevel() else _HEADING
        _set_heading(cursor, level)
        cursor.endEditBlock()

    def insertFromMimeData(self, source: QMimeData) -> None:
        """Paste as clean blocks, whatever Word or a web page put beside them."""
        self.textCursor().beginEditBlock()
        put_blocks(self.textCursor(), pasted_blocks(source))
        self.textCursor().endEditBlock()

    def canInsertFromMimeData(self, source: QMimeData) -> bool:
        return source.hasText() or source.hasHtml()

    def createMimeDataFromSelection(self) -> QMimeData:
        made = QMimeData()
        made.setText(self.textCursor().selection().toPlainText())
        made.setHtml(self.textCursor().selection().toHtml())
        return made

    def focusOutEvent(self, event: QFocusEvent) -> None:
        super().focusOutEvent(event)
        self.left.emit()


def commands(
    editor: Callable[[], ProseEditor | None],
) -> list[tuple[str, str, QKeySequence, Callable[[], object]]]:
    """What the tool bar offers, for whichever editor has the cursor: name, hint, keys, command."""
    bullets, numbers = QTextListFormat.Style.ListDisc, QTextListFormat.Style.ListDecimal

    def on(command: Callable[[ProseEditor], object]) -> Callable[[], object]:
        return lambda: (found := editor()) and (command(found), found.setFocus())

    return [
        ("B", "Bold", QKeySequence("Ctrl+B"), on(lambda it: it.toggle_bold())),
        ("I", "Italic", QKeySequence("Ctrl+I"), on(lambda it: it.toggle_italic())),
        ("• List", "Bulleted list", QKeySequence("Ctrl+Shift+8"), on(lambda it: it.toggle_list(bullets))),
        ("1. List", "Numbered list", QKeySequence("Ctrl+Shift+7"), on(lambda it: it.toggle_list(numbers))),
        ("Heading", "Heading", QKeySequence("Ctrl+Shift+H"), on(lambda it: it.toggle_heading())),
        ("Undo", "Undo", QKeySequence(), on(lambda it: it.undo())),
        ("Redo", "Redo", QKeySequence(), on(lambda it: it.redo())),
    ]


def blocks_in(document: QTextDocument) -> list[Block]:
    """The blocks of a document, in the few styles that we keep."""
    found = []
    block = document.begin()
    while block.isValid():
        found.append(_read(block))
        block = block.next()
    return found


def _read(block: QTextBlock) -> Block:
    level = block.blockFormat().headingLevel()
    runs = tuple(_runs(block, keep_bold=not level))
    if level:
        return Block(BlockKind.HEADING, runs, _HEADING)
    if block.textList():
        form = block.textList().format()
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


def put_blocks(cursor: QTextCursor, blocks: Sequence[Block]) -> None:
    """Write blocks at the cursor. The first joins the paragraph there when it is plain text."""
    open_lists: dict[int, tuple[BlockKind, object]] = {}
    for number, block in enumerate(blocks):
        if number:
            cursor.insertBlock(QTextBlockFormat(), QTextCharFormat())
        _put_block(cursor, block, open_lists)


def _put_block(cursor: QTextCursor, block: Block, open_lists: dict[int, tuple[BlockKind, object]]) -> None:
    spaced = cursor.blockFormat()
    spaced.setBottomMargin(_BELOW)
    cursor.setBlockFormat(spaced)
    if block.kind in (BlockKind.BULLET, BlockKind.NUMBERED):
        for deeper in [level for level in open_lists if level > block.level]:
            del open_lists[deeper]
        kind, present = open_lists.get(block.level, (None, None))
        if kind is block.kind:
            present.add(cursor.block())  # type: ignore[attr-defined]
        else:
            form = QTextListFormat()
            form.setStyle(
                QTextListFormat.Style.ListDisc
                if block.kind is BlockKind.BULLET
                else QTextListFormat.Style.ListDecimal
            )
            form.setIndent(block.level + 1)
            open_lists[block.level] = (block.kind, cursor.createList(form))
    else:
        open_lists.clear()
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


def pasted_blocks(source: QMimeData) -> list[Block]:
    """What somebody pastes, as blocks of ours."""
    if not source.hasHtml():
        return [
            Block(BlockKind.PARAGRAPH, (Run(line),))
            for line in clean(source.text()).split("\n")
            if line.strip()
        ] or []
    document = QTextDocument()
    html = re.sub(
        r"(?is)<(style|script|head|title)\b.*?</\1\s*>|<!--.*?-->|<!\[.*?\]>|<img\b[^>]*>", "", source.html()
    )
    document.setHtml(html)
    return [_from_word(block) for block in blocks_in(document) if block.text.strip()]


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
