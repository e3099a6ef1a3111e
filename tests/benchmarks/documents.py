"""The tagged report beside the same story through plain reportlab; WeasyPrint for the record."""

import html
import io
from collections.abc import Callable
from itertools import count

from reportlab.lib.pagesizes import A4
from reportlab.lib.styles import ParagraphStyle
from reportlab.platypus import BaseDocTemplate, Frame, PageTemplate, Paragraph, Table

from sep_desktop.documents import characters as letters
from sep_desktop.documents import fonts
from sep_desktop.documents.report_pdf import render
from sep_desktop.domain.paper import Grid, Paper, Prose
from tests.benchmarks.timing import interleaved, milliseconds
from tests.documents.samples import seven_pages

_numbers = count()


def fresh() -> Paper:
    """The seven pages, with a title that was not set before."""
    from dataclasses import replace

    return replace(seven_pages(), title=f"Report {next(_numbers)}")


def plain(paper: Paper) -> bytes:
    """The same words in the same fonts at the same sizes, untagged."""
    fonts.register()
    body = ParagraphStyle(
        "body", fontName=fonts.REGULAR, bulletFontName=fonts.REGULAR, fontSize=9.5, leading=14, spaceAfter=6
    )
    head = ParagraphStyle("head", parent=body, fontName=fonts.BOLD, fontSize=13, leading=17)
    cell = ParagraphStyle("cell", parent=body, fontSize=8.5, leading=11.5)
    story = [Paragraph(html.escape(paper.title), head)]
    for section in paper.sections:
        story.append(Paragraph(html.escape(section.title), head))
        for part in section.parts:
            if isinstance(part, Prose):
                story += [Paragraph(letters.markup(block.runs), body) for block in part.blocks]
            elif isinstance(part, Grid):
                rows = [
                    [Paragraph(html.escape(text), cell) for text in row] for row in (part.headers, *part.rows)
                ]
                story.append(Table(rows, repeatRows=1, colWidths=[470 * share for share in part.widths]))
    out = io.BytesIO()
    document = BaseDocTemplate(out, pagesize=A4, initialFontName=fonts.REGULAR)
    document.addPageTemplates(PageTemplate(frames=[Frame(62, 62, 470, 710)]))
    document.build(story)
    return out.getvalue()


def _weasyprint() -> Callable[[], float] | None:
    try:
        import weasyprint
    except (ImportError, OSError):
        return None

    def work() -> float:
        paper = fresh()
        parts = [f"<h1>{html.escape(paper.title)}</h1>"]
        for section in paper.sections:
            parts.append(f"<h2>{html.escape(section.title)}</h2>")
            for part in section.parts:
                if isinstance(part, Prose):
                    parts += [f"<p>{html.escape(block.text)}</p>" for block in part.blocks]
                else:
                    parts.append(
                        "<table>"
                        + "".join(
                            "<tr>" + "".join(f"<td>{html.escape(each)}</td>" for each in row) + "</tr>"
                            for row in part.rows
                        )
                        + "</table>"
                    )
        return milliseconds(
            lambda: weasyprint.HTML(
                string=f"<html lang=en><title>x</title>{''.join(parts)}</html>"
            ).write_pdf(pdf_variant="pdf/ua-1")
        )

    return work


def report() -> tuple[float, float, dict[str, float]]:
    works: list[Callable[[], float]] = [lambda: _timed(render), lambda: _timed(plain)]
    ours, bare = interleaved(15, *works)
    other = _weasyprint()
    return ours, bare, {"WeasyPrint, ua-1": interleaved(2, other)[0]} if other else {}


def _timed(work: Callable[[Paper], object]) -> float:
    paper = fresh()
    return milliseconds(lambda: work(paper))
