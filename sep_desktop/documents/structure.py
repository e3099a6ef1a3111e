"""The last step: pikepdf writes the structure tree, metadata and output intent into reportlab's bytes.

One file is PDF/UA-1 (ISO 14289-1) and PDF/A-2a (ISO 19005-2). pikepdf also mends reportlab's streams, whose
``endstream`` without a line end breaks PDF/A §6.1.7.1, and packs the tree.
"""

import io
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from xml.sax.saxutils import escape

import pikepdf
from pikepdf import Array, Dictionary, Name, String

from sep_desktop import paths
from sep_desktop.documents.tagging import Element, MarkedContent
from sep_desktop.domain.wording import one_line

PRODUCER = "SEP Desktop"
LANGUAGE = "en-GB"


@dataclass(frozen=True)
class About:
    """What the document says of itself."""

    title: str
    author: str
    subject: str
    made: datetime


def finish(drawn: bytes, root: Element, about: About) -> bytes:
    """``drawn`` with its structure and metadata. The same arguments give the same bytes."""
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(drawn)) as pdf:
        _Tree(pdf).write(root)
        _describe(pdf, about)
        pdf.Root.OutputIntents = Array([_output_intent(pdf)])
        pdf.save(
            out,
            min_version="1.7",
            deterministic_id=True,
            object_stream_mode=pikepdf.ObjectStreamMode.generate,
        )
    return out.getvalue()


class _Tree:
    """Structure elements as PDF objects, and the parent tree that leads back to them."""

    def __init__(self, pdf: pikepdf.Pdf) -> None:
        self.pdf = pdf
        self.pages = [page.obj for page in pdf.pages]
        self.parents: list[dict[int, pikepdf.Object]] = [{} for _ in self.pages]

    def write(self, root: Element) -> None:
        """Hang the tree below ``root`` into the file's catalogue."""
        tree = self.pdf.make_indirect(Dictionary(Type=Name.StructTreeRoot))
        tree.K = self._element(root, tree)
        numbers: list[int | pikepdf.Object] = []
        for index, page in enumerate(self.pages):
            page.StructParents, page.Tabs = index, Name.S
            if "/Trans" in page:  # reportlab writes an empty transition on every page
                del page.Trans
            parents = self.parents[index]
            in_order = Array([parents[number] for number in range(len(parents))])
            numbers += [index, self.pdf.make_indirect(in_order)]
        tree.ParentTree = self.pdf.make_indirect(Dictionary(Nums=Array(numbers)))
        tree.ParentTreeNextKey = len(self.pages)
        self.pdf.Root.StructTreeRoot = tree
        self.pdf.Root.MarkInfo = Dictionary(Marked=True)

    def _element(self, element: Element, parent: pikepdf.Object) -> pikepdf.Object:
        node = self.pdf.make_indirect(Dictionary(Type=Name.StructElem, S=Name("/" + element.tag), P=parent))
        if element.actual:
            node.ActualText = String(element.actual)
        if element.attributes:
            node.A = _attributes(element)
        home = next((kid.page for kid in element.kids if isinstance(kid, MarkedContent)), None)
        if home is not None:
            node.Pg = self.pages[home]
        node.K = Array([self._kid(kid, node, home) for kid in element.kids])
        return node

    def _kid(
        self, kid: Element | MarkedContent, parent: pikepdf.Object, home: int | None
    ) -> int | pikepdf.Object:
        if isinstance(kid, Element):
            return self._element(kid, parent)
        self.parents[kid.page][kid.number] = parent
        if kid.page == home:
            return kid.number
        return Dictionary(Type=Name.MCR, Pg=self.pages[kid.page], MCID=kid.number)


def _attributes(element: Element) -> pikepdf.Object:
    owners: dict[str, pikepdf.Object] = {}
    for owner, key, value in element.attributes:
        owners.setdefault(owner, Dictionary(O=Name("/" + owner)))["/" + key] = value
    return Array(list(owners.values()))


def _describe(pdf: pikepdf.Pdf, about: About) -> None:
    """Title, author and date, the same in the information dictionary and in XMP, as PDF/A asks."""
    moment = about.made.astimezone(UTC)
    title, author, subject = one_line(about.title), one_line(about.author), one_line(about.subject)
    pdf.Root.Lang, pdf.Root.ViewerPreferences = String(LANGUAGE), Dictionary(DisplayDocTitle=True)
    values = {
        "title": title,
        "author": author,
        "subject": subject,
        "language": LANGUAGE,
        "producer": PRODUCER,
        "date": f"{moment:%Y-%m-%dT%H:%M:%S}+00:00",
    }
    packet = _template().format(**{key: escape(value) for key, value in values.items()})
    pdf.Root.Metadata = pdf.make_stream(packet.encode(), Type=Name.Metadata, Subtype=Name.XML)
    for key in list(pdf.docinfo.keys()):
        del pdf.docinfo[key]
    at = String(f"D:{moment:%Y%m%d%H%M%S}+00'00'")
    entries = {"Title": title, "Author": author, "Subject": subject, "Producer": PRODUCER}
    pdf.docinfo.update(
        {f"/{key}": String(value) for key, value in entries.items()} | {"/CreationDate": at, "/ModDate": at}
    )


def _output_intent(pdf: pikepdf.Pdf) -> pikepdf.Object:
    profile = pdf.make_stream(_colour_profile(), N=3)
    return Dictionary(
        Type=Name.OutputIntent,
        S=Name.GTS_PDFA1,
        DestOutputProfile=profile,
        OutputConditionIdentifier=String("sRGB"),
        Info=String("sRGB"),
    )


@cache
def _template() -> str:
    return (paths.resources() / "pdf" / "metadata.xml").read_text(encoding="utf-8")


@cache
def _colour_profile() -> bytes:
    return (paths.resources() / "pdf" / "sRGB.icc").read_bytes()
