"""Tagging while drawing: a structure tree beside the page content (ISO 32000-1 §14.7–14.8, PDF/UA-1).

Everything painted is either the content of an element, between ``BDC`` with a marked-content number and
``EMC``, or an artifact. Story order is reading order. An element is created at the first use of its key, so
that a flowable split over two pages continues the same element.
"""

from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager, contextmanager
from typing import NamedTuple

from reportlab.pdfgen.canvas import Canvas
from reportlab.pdfgen.textobject import PDFTextObject

Attribute = tuple[str, str, object]
"""Owner, key and value of a structure attribute (ISO 32000-1 §14.7.5)."""


class MarkedContent(NamedTuple):
    """A stretch of content: page index and its number on that page (ISO 32000-1 §14.6)."""

    page: int
    number: int


class Element:
    """A structure element. ``actual`` replaces its content for somebody who listens."""

    def __init__(
        self,
        tag: str,
        attributes: tuple[Attribute, ...] = (),
        actual: str = "",
    ) -> None:
        self.tag, self.attributes, self.actual = tag, attributes, actual
        self.kids: list[Element | MarkedContent] = []
        self._by_key: dict[object, Element] = {}

    def child(
        self, key: object, tag: str, attributes: tuple[Attribute, ...] = (), actual: str = ""
    ) -> "Element":
        """The child with ``key``, created at its first use."""
        if key not in self._by_key:
            self._by_key[key] = Element(tag, attributes, actual)
            self.kids.append(self._by_key[key])
        return self._by_key[key]

    def has(self, key: object) -> bool:
        """Whether there is a child with ``key`` already."""
        return key in self._by_key


class TaggedCanvas(Canvas):
    """A canvas that keeps the structure tree.

    ``furniture(canvas, page, pages)`` draws headers and footers once the number of pages is known.
    """

    def __init__(
        self,
        *args: object,
        furniture: Callable[["TaggedCanvas", int, int], None] | None = None,
        **options: object,
    ) -> None:
        self.root = self.base = Element("Document")
        self.inside = ""
        self._next = 0
        self._furniture = furniture
        self._finished: list[dict[str, object]] = []
        super().__init__(*args, **options)

    def mark(self, element: Element) -> str:
        """The operator that opens the next stretch of ``element`` on this page."""
        element.kids.append(MarkedContent(self._pageNumber - 1, self._next))
        self._next += 1
        return f"/{element.tag} <</MCID {self._next - 1}>> BDC"

    @contextmanager
    def sequence(self, operator: str) -> Iterator[None]:
        """Paint inside one marked sequence. They must not nest, so a second one raises ``RuntimeError``."""
        if self.inside:
            raise RuntimeError(f"{operator!r} inside {self.inside!r}")
        self.inside = operator
        self._code.append(operator)
        yield
        self.inside = ""
        if self._code[-1] == operator and operator.startswith("/Artifact"):
            self._code.pop()
        else:
            self._code.append("EMC")

    def content(self, element: Element) -> AbstractContextManager[None]:
        """Paint the next stretch of ``element``."""
        return self.sequence(self.mark(element))

    def artifact(self, kind: str = "Layout", subtype: str = "") -> AbstractContextManager[None]:
        """Paint what belongs to no element (ISO 32000-1 §14.8.2.2): layout or pagination."""
        detail = f" /Subtype /{subtype}" if subtype else ""
        return self.sequence(f"/Artifact <</Type /{kind}{detail}>> BDC")

    @contextmanager
    def under(self, element: Element) -> Iterator[None]:
        """Elements created in this block are children of ``element``."""
        before, self.base = self.base, element
        yield
        self.base = before

    def drawText(self, aTextObject: PDFTextObject) -> None:  # noqa: N802, N803 -- reportlab's names
        """Text that marks itself is lifted out of the artifact open around it."""
        if isinstance(aTextObject, TaggedText) and self.inside:
            self._code += ["EMC", aTextObject.getCode(), self.inside]
        else:
            super().drawText(aTextObject)

    def showPage(self) -> None:  # noqa: N802
        """Keep the page until the last one is known."""
        self._finished.append(dict(self.__dict__))
        self._startPage()
        self._next = 0

    def save(self) -> None:
        """Give every page its furniture: ``furniture(canvas, page, pages)``."""
        for number, state in enumerate(pages := list(self._finished), 1):
            self.__dict__.update(state)
            if self._furniture:
                self._furniture(self, number, len(pages))
            super().showPage()
        super().save()


class TaggedText(PDFTextObject):
    """A text object whose content is one stretch of an element: ``BT BDC … EMC ET``.

    ``at_line_end`` gives back the space that wrapping dropped, so that no two words are read as one.
    """

    def __init__(
        self, canvas: TaggedCanvas, x: float, y: float, element: Element, at_line_end: Callable[[str], str]
    ) -> None:
        super().__init__(canvas, x, y)
        self._at_line_end, self._line = at_line_end, ""
        self._code.append(canvas.mark(element))

    def _textOut(self, text: str, TStar: int = 0) -> None:  # noqa: N802, N803
        self._line += text
        if TStar:
            text += self._at_line_end(self._line)
            self._line = ""
        super()._textOut(text, TStar)

    def getCode(self) -> str:  # noqa: N802
        """The operators, with the stretch closed."""
        self._code.append("EMC")
        return str(super().getCode())
