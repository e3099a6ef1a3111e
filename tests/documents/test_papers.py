"""Every kind of paper is PDF/UA-1 and PDF/A-2a by an independent checker, and reads as it was written."""

import io
import re

import page
import pikepdf
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pikepdf import Name
from reportlab.pdfgen.canvas import Canvas

from sep_desktop.documents.characters import printable, unprintable
from sep_desktop.documents.report_pdf import render
from sep_desktop.domain.paper import Grid
from tests.documents.samples import ARABIC, KINDS, LATIN, MIXED, SENTENCE, a_paper, seven_pages
from tests.support.pdf_text import structure_texts

FALSE_ALARM = "PDFA2A-STREAM-LENGTH-001"  # raised when a compressed stream ends in 0x0D


def failures(data: bytes) -> list[str]:
    return [
        f"{profile} {each.rule_id}: {each.message}"
        for profile in ("ua1", "2a")
        for each in page.validate_pdf_bytes(data, profile=profile).failures
        if each.rule_id != FALSE_ALARM
    ]


@pytest.fixture(scope="module")
def sound() -> bytes:
    return render(a_paper(SENTENCE, f"- {SENTENCE}", rows=40)).data


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_paper_passes_the_checker(kind):
    assert failures(render(KINDS[kind]()).data) == []


def test_the_checker_fails_a_plain_reportlab_file():
    out = io.BytesIO()
    canvas = Canvas(out)
    canvas.drawString(100, 100, "plain")
    canvas.save()
    assert failures(out.getvalue())


def _first(pdf, tag):
    def walk(node):
        if isinstance(node, pikepdf.Array):
            for each in node:
                yield from walk(each)
        elif isinstance(node, pikepdf.Dictionary) and "/S" in node:
            if Name("/" + tag) == node.S:
                yield node
            if "/K" in node:
                yield from walk(node.K)

    return next(walk(pdf.Root.StructTreeRoot.K))


def _untag_text(pdf):
    content = pdf.pages[0].obj.Contents
    data = content.read_bytes()
    start = data.index(b"/P <</MCID")
    bdc, emc = data.index(b"BDC", start) + 3, data.index(b"EMC", start)
    content.write(data[:start] + data[bdc:emc] + data[emc + 3 :])


def _drop_fonts(pdf):
    for each in pdf.objects:
        if isinstance(each, pikepdf.Dictionary) and each.get("/Type") == Name.FontDescriptor:
            del each.FontFile2


DEFECTS = {
    "no structure": lambda pdf: pdf.Root.__delattr__("StructTreeRoot"),
    "no mark info": lambda pdf: pdf.Root.__delattr__("MarkInfo"),
    "no language": lambda pdf: pdf.Root.__delattr__("Lang"),
    "title not shown": lambda pdf: pdf.Root.__delattr__("ViewerPreferences"),
    "unknown element": lambda pdf: _first(pdf, "P").__setattr__("S", Name.Absatz),
    "item outside a list": lambda pdf: _first(pdf, "L").__setattr__("S", Name.Div),
    "row outside a table": lambda pdf: _first(pdf, "Table").__setattr__("S", Name.Div),
    "heading skipped": lambda pdf: _first(pdf, "H1").__setattr__("S", Name.H3),
    "untagged text": _untag_text,
    "font not embedded": _drop_fonts,
}


@pytest.mark.parametrize("defect", DEFECTS)
def test_the_checker_finds_a_planted_defect(sound, defect):
    out = io.BytesIO()
    with pikepdf.open(io.BytesIO(sound)) as pdf:
        DEFECTS[defect](pdf)
        pdf.save(out)
    assert failures(out.getvalue())


def _words(text: str) -> str:
    return " ".join(re.sub(r"<!--.*?-->", "", text).split())


@pytest.mark.parametrize(
    "text", [SENTENCE * 30, LATIN, MIXED, ARABIC, "a " * 700, "word-with-hyphens/and/slashes " * 60]
)
def test_what_is_read_is_what_was_written(text):
    read = [each for tag, each in structure_texts(render(a_paper(text)).data) if tag == "P"]
    assert _words(printable(text)) in read


def test_a_table_is_read_cell_by_cell_with_one_header():
    read = [text for _, text in structure_texts(render(a_paper(SENTENCE, rows=60)).data)]
    assert read.count("By when") == 1, "the header repeated on later pages is not read again"
    assert [each for each in read if each.startswith("Action ")] == [
        f"Action {n}: {SENTENCE}" for n in range(60)
    ]


def test_headings_begin_at_one_and_skip_none():
    levels = [
        int(tag[1])
        for tag, _ in structure_texts(render(a_paper(f"{SENTENCE}\n\n### x\n\ny", "z")).data)
        if tag[0] == "H"
    ]
    assert levels == [1, 2, 3, 2]


def test_the_same_paper_gives_the_same_bytes():
    assert render(seven_pages()).data == render(seven_pages()).data


def test_pages_are_numbered_of_how_many():
    data = render(seven_pages())
    with pikepdf.open(io.BytesIO(data.data)) as pdf:
        assert len(pdf.pages) == data.pages >= 7


HOSTILE = st.text(
    alphabet=st.one_of(
        st.sampled_from(
            "<>&\"'/\\()[]{}%#;= \n\t\x00\x01\x1b\x7f\x9f\u200b\u200e\u202e\ufeff\ufffe\ud800\udfff😀\u0301مرحباשלום学한é"
        ),
        st.characters(),
    ),
    max_size=60,
)


@settings(max_examples=60)
@given(st.lists(HOSTILE, min_size=1, max_size=12))
def test_anything_pasted_comes_out_as_a_sound_paper(texts):
    grid = Grid(("A", "B"), tuple((each, "x" + each) for each in texts), (0.5, 0.5), "hostile")
    paper = a_paper(
        *texts,
        title="T" + texts[0],
        running_title=texts[-1],
        facts=tuple((f"F{n}", each) for n, each in enumerate(texts)),
    )
    section = paper.sections[0]
    data = render(
        a_paper(
            *texts,
            sections=(type(section)("S" + texts[0], (*section.parts, grid)), *paper.sections[1:]),
            facts=paper.facts,
        )
    ).data
    assert failures(data) == []


def test_letters_without_a_shape_are_told():
    assert unprintable("abc ŵ 学 ক 学 مرحبا 😀 👍") == ["学", "ক", "👍"]


def test_letters_beyond_the_first_plane_are_read_back():
    read = [text for _, text in structure_texts(render(a_paper("A smile 😀 here.")).data)]
    assert "A smile 😀 here." in read


def test_a_line_of_a_hundred_thousand_letters_is_set():
    assert render(a_paper("abcdefghij " * 9_000 + "x" * 1000)).pages > 10
