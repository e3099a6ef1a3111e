"""The four things a paper is built of: text, list items, tables and space. Each tags itself.

A plain ``Paragraph`` or rule of reportlab's would paint content that belongs to no element, which fails
ISO 14289-1 §7.1; nothing else may stand in a story.
"""

from collections.abc import Sequence

from pikepdf import Name, String
from reportlab.lib.styles import ParagraphStyle
from reportlab.pdfgen.textobject import PDFTextObject
from reportlab.platypus import Flowable, Paragraph, Table
from reportlab.platypus.tables import TableRenderCB

from sep_desktop.documents import bidi, characters
from sep_desktop.documents.tagging import Element, TaggedText
from sep_desktop.domain.prose import Run

_ITEM_INDENT = 16


class Text(Paragraph):
    """A tagged paragraph or heading; ``tag`` is P or H1…H6. Its parts after a page break are one element."""

    def __init__(self, source: object, style: ParagraphStyle, tag: str = "P", **options: object) -> None:
        super().__init__(source, style, **options)
        self.tag, self.key, self.first = tag, object(), True
        self.words = " ".join("".join(_text_of(fragment) for fragment in self.frags).split())
        self.read_to = 0
        self.actual, self.right_to_left, self.follows = "", False, self

    def split(self, availWidth: float, availHeight: float) -> list["Text"]:
        """The parts before and after a page break."""
        parts: list[Text] = super().split(availWidth, availHeight)
        for number, part in enumerate(parts):
            part.tag, part.key, part.words, part.first = (
                self.tag,
                self.key,
                self.words,
                self.first and not number,
            )
            part.actual, part.right_to_left, part.follows = self.actual, self.right_to_left, self.follows
        return parts

    def draw(self) -> None:
        """Paint the lines as the content of one element, and a heading's bookmark."""
        canvas = self.canv
        if canvas.inside:  # the repeated header of a table: an artifact as a whole
            super().draw()
            return
        if self.first:
            self.follows.read_to = 0
        self.element = canvas.base.child(self.key, self.tag, actual=self.actual)
        if self.first and self.tag[0] == "H":
            self._add_bookmark()
        wrapped: bidi.Wrapped = self.__dict__["blPara"]
        if self.actual:
            self.blPara = bidi.visual_lines(wrapped, self.right_to_left)
        with canvas.artifact():
            super().draw()
        self.blPara = wrapped

    def _add_bookmark(self) -> None:
        name = f"heading-{len(self.canv.root.kids)}"
        self.canv.bookmarkHorizontal(name, 0, self.height)
        self.canv.addOutlineEntry(self.words, name, int(self.tag[1]) - 1)

    def beginText(self, x: float, y: float) -> PDFTextObject:
        """What reportlab writes the lines into: a text that marks itself, in an artifact a plain one."""
        if self.canv.inside and not self.canv.inside.startswith("/Artifact <</Type /Layout"):
            return self.canv.beginText(x, y)
        return TaggedText(self.canv, x, y, self.element, self._space_after)

    def _space_after(self, line: str) -> str:
        """A space where wrapping dropped one behind ``line``; nothing inside a word that was cut."""
        whole, text = self.follows, " ".join(line.split())
        if not whole.words.startswith(text, whole.read_to):
            return "" if self.actual or text.endswith(("-", "/")) else " "
        whole.read_to += len(text)
        if whole.words[whole.read_to : whole.read_to + 1] != " ":
            return ""
        whole.read_to += 1
        return " "


def _text_of(fragment: object) -> str:
    return " " if getattr(fragment, "lineBreak", 0) else getattr(fragment, "text", "")


def text(runs: Sequence[Run] | str, style: ParagraphStyle, tag: str = "P", in_cell: bool = False) -> Text:
    """Anything typed, as a tagged paragraph; Hebrew and Arabic shaped, ordered and still readable.

    A paragraph that begins right to left stands at the right; in a cell it stays under its heading.
    """
    runs = [Run(runs)] if isinstance(runs, str) else runs
    source = characters.printable("".join(run.text for run in runs))
    has_right_to_left = characters.has_right_to_left(source)
    starts_right = has_right_to_left and bidi.starts_right_to_left(source)
    if starts_right and not in_cell:
        style = ParagraphStyle("right to left", parent=style, alignment=2)
    paragraph = Text(characters.markup(runs), style, tag)
    if has_right_to_left:
        paragraph.actual, paragraph.right_to_left = source, starts_right
    return paragraph


class Item(Flowable):
    """A list item: label and body. Items with one ``list_key`` are one list, also over a page break."""

    def __init__(
        self, body: Text, label: str, list_key: object, numbering: str, level: int = 0, key: object = None
    ) -> None:
        super().__init__()
        self.body, self.label, self.list_key, self.numbering, self.level = (
            body,
            label,
            list_key,
            numbering,
            level,
        )
        self.key = key or object()
        self.indent = _ITEM_INDENT * (level + 1)
        self.spaceBefore, self.spaceAfter = body.getSpaceBefore(), body.getSpaceAfter()

    def getSpaceBefore(self) -> float:
        """Points, those of the body."""
        return float(self.spaceBefore)

    def getSpaceAfter(self) -> float:
        """Points, those of the body."""
        return float(self.spaceAfter)

    def wrap(self, availWidth: float, availHeight: float) -> tuple[float, float]:
        """Width and height in points that the body takes beside its label."""
        return availWidth, self.body.wrap(availWidth - self.indent, availHeight)[1]

    def split(self, availWidth: float, availHeight: float) -> list["Item"]:
        """The parts before and after a page break; only the first has the label."""
        parts = self.body.split(availWidth - self.indent, availHeight)
        return [
            Item(part, "" if number else self.label, self.list_key, self.numbering, self.level, self.key)
            for number, part in enumerate(parts)
        ]

    def draw(self) -> None:
        """Paint label and body as the two parts of one list item."""
        canvas, style = self.canv, self.body.style
        numbering = ("List", "ListNumbering", Name("/" + self.numbering))
        item = canvas.base.child(self.list_key, "L", (numbering,)).child(self.key, "LI")
        if self.label:
            with canvas.content(item.child("label", "Lbl")):
                canvas.setFont(style.fontName, style.fontSize)
                canvas.setFillColor(style.textColor)
                canvas.drawString(
                    self.indent - _ITEM_INDENT + 3, self.body.height - style.fontSize, self.label
                )
        with canvas.under(item.child("body", "LBody")):
            self.body.drawOn(canvas, self.indent, 0)


def table(
    cells: Sequence[Sequence[object]], summary: str, header: bool, row_heads: bool, **options: object
) -> Table:
    """A tagged table of cells that are lists of flowables; ``options`` are those of reportlab's ``Table``.

    With ``header`` the first row is repeated on later pages.
    """
    return Table(
        cells,
        repeatRows=int(header),
        splitInRow=1,
        renderCB=_TableTags(summary, header, row_heads),
        **options,
    )


class _TableTags(TableRenderCB):  # type: ignore[misc, unused-ignore]
    """Opens and closes elements as reportlab draws rows and cells.

    One instance serves all parts of a split table; ``T`` is the part that is drawn.
    """

    def __init__(self, summary: str, has_header: bool, row_heads: bool) -> None:
        self.summary, self.has_header, self.row_heads = summary, has_header, row_heads
        self.key = object()

    def startTable(self, T: Table) -> None:
        self.again = T.canv.base.has(self.key)
        summary = ("Table", "Summary", String(self.summary))
        self.element: Element = T.canv.base.child(self.key, "Table", (summary,))

    def startBG(self, T: Table) -> None:
        self.sequence = T.canv.artifact()
        self.sequence.__enter__()

    def endBG(self, T: Table) -> None:
        self.sequence.__exit__(None, None, None)

    def startRow(self, T: Table, rowNo: int) -> None:
        self.in_header = self.has_header and rowNo == 0
        self.repeated = self.again and self.in_header
        self.row = None if self.repeated else self.element.child(object(), "TR")

    def startCell(self, T: Table, rowNo: int, colNo: int, *_: object) -> None:
        canvas = T.canv
        self.sequence, self.before = None, canvas.base
        if self.row is None:
            self.sequence = canvas.artifact("Pagination")
            self.sequence.__enter__()
            return
        heads = self.in_header or (self.row_heads and colNo == 0)
        scope = (("Table", "Scope", Name.Column if self.in_header else Name.Row),) if heads else ()
        canvas.base = self.row.child(colNo, "TH" if heads else "TD", scope)

    def endCell(self, T: Table) -> None:
        if self.sequence:
            self.sequence.__exit__(None, None, None)
        T.canv.base = self.before

    def endRow(self, T: Table) -> None:
        """Nothing is open between rows."""

    startLines, endLines, endTable = startBG, endBG, endRow
