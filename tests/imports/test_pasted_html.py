"""Words out of a clipboard's HTML: what is kept, what is left out and counted, and that the work is bounded."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sep_desktop.domain.prose import to_markdown
from sep_desktop.errors import UserError
from sep_desktop.imports import pasted_html
from sep_desktop.imports.pasted_html import MOST_DEPTH, MOST_LETTERS, MOST_SIGNS, read_html
from sep_desktop.imports.pasted_marks import Mark, in_words

DELETED, STRUCK, HIDDEN, COMMENT = Mark.DELETED, Mark.STRUCK, Mark.HIDDEN, Mark.COMMENT

WORD = """<html xmlns:o="urn:schemas-microsoft-com:office:office"><head><style><!--
 /* Style Definitions */ p.MsoNormal {margin:0cm} span.msoIns {mso-style-type:export-only; color:teal}
 span.msoDel {mso-style-type:export-only; text-decoration:line-through; color:red}
 span.Private {mso-style-name:Private; display:none; mso-hide:all;} --></style></head><body><!--StartFragment-->
<p class=MsoNormal>Teaching is <span class=msoDel><del cite="mailto:A%20Reader" datetime="2026-11-20T10:00">weak</del></span><span
class=msoIns><ins cite="mailto:A%20Reader" datetime="2026-11-20T10:00">improving</ins></span> and
<a style='mso-comment-reference:AR_1;mso-comment-date:20261120T1015'>steady</a><span class=MsoCommentReference><span
style='font-size:8.0pt'><![if !supportAnnotations]><a class=msocomanchor id="_anchor_1" href="#_msocom_1"
name="_msoanchor_1">[AR1]</a><![endif]><span style='mso-special-character:comment'>&nbsp;</span></span></span>.
<span style='display:none;mso-hide:all'>unseen</span><span class=Private>secret style</span></p>
<p class=MsoNormal>Now <s>old</s> new <del>gone</del><o:p></o:p></p>
<div style='mso-element:comment-list'><![if !supportAnnotations]><hr class=msocomoff align=left size=1 width="33%"><![endif]>
<div style='mso-element:comment'><![if !supportAnnotations]><div id="_com_1" class=msocomtxt language=JavaScript
onmouseover="msoCommentShow('_anchor_1','_com_1')"><![endif]><span style='mso-comment-author:"A Reader"'><![if !supportAnnotations]><a
name="_msocom_1"></a><![endif]><p class=MsoCommentText><span class=MsoCommentReference><span>&nbsp;<![if !supportAnnotations]><a
href="#_msoanchor_1" class=msocomoff>[AR1]</a><![endif]></span></span>The head is <b>tired</b></p><p class=MsoCommentText>of it</p></span>
<![if !supportAnnotations]></div><![endif]></div></div><!--EndFragment--></body></html>"""
LIBRE_OFFICE = """<html><head><meta name="generator" content="LibreOffice 24.8"/><style type="text/css">
p { line-height: 115%; background: transparent }</style></head><body lang="en-GB"><p style="margin-bottom: 0cm">Pupils
<del cite="mailto:" datetime="2026-11-20T10:00:00">fail</del><ins>thrive</ins><!-- a comment of somebody --> in <strike>Y5</strike> Y6.</p>
<p style="visibility: hidden">hidden paragraph</p></body></html>"""
GOOGLE = """<meta charset='utf-8'><b style="font-weight:normal;" id="docs-internal-guid-1"><p dir="ltr"><span
style="font-size:11pt;font-weight:700;font-style:normal;text-decoration:none;white-space:pre-wrap;">Strong</span><span
style="font-weight:400;text-decoration:line-through;-webkit-text-decoration-skip:none;white-space:pre-wrap;">crossed</span><span
style="font-weight:400;white-space:pre-wrap;"> start</span><sup><a href="#cmnt1" id="cmnt_ref1">[a]</a></sup></p><ul><li><p
dir="ltr"><span style="font-style:italic">item</span></p></li><ul><li>inner</li></ul></ul><div style="border:1px solid
black"><p><a href="#cmnt_ref1" id="cmnt1">[a]</a><span>Between us: no.</span></p></div></b>"""
OUTLOOK = """<div style="display:none;font-size:1px">Preview text</div><table><tr><td style="font-size:0px"><div
style="font-size:14px">Dear head</div></td><td>second cell</td></tr></table><div hidden>not this</div>
<div>Regards<br>Me<br></div><span style="FONT-SIZE: 0pt">tiny</span>"""


@pytest.mark.parametrize(
    ("html", "words", "left_out"),
    [
        (
            WORD,
            "Teaching is improving and steady.\n\nNow new",
            {DELETED: 2, STRUCK: 1, HIDDEN: 1, COMMENT: 1},
        ),
        (LIBRE_OFFICE, "Pupils thrive in Y6.", {DELETED: 1, STRUCK: 1, HIDDEN: 1}),
        (
            GOOGLE,
            "**Strong** start\n\n-   *item*\n    -   inner",
            {STRUCK: 1, COMMENT: 1},
        ),
        (OUTLOOK, "Dear head\n\nsecond cell\n\nRegards\\\nMe", {HIDDEN: 3}),
    ],
    ids=["Word", "LibreOffice", "Google Docs", "Outlook"],
)
def test_what_is_marked_as_no_text_is_left_out_and_counted(html, words, left_out):
    read = read_html(html)
    assert to_markdown(read.blocks) == words
    assert read.left_out == left_out


@pytest.mark.parametrize(
    ("marked", "mark"),
    [
        ("<del>x</del>", DELETED),
        ("<span class='MsoDel'>x</span>", DELETED),
        ("<span style='mso-revision:deleted'>x</span>", DELETED),
        ("<s>x</s>", STRUCK),
        ("<strike>x</strike>", STRUCK),
        ("<span style='text-decoration:line-through'>x</span>", STRUCK),
        ("<span style='TEXT-DECORATION: underline line-through'>x</span>", STRUCK),
        ("<span style='text-decoration-line:line-through'>x</span>", STRUCK),
        ("<span style='display:none'>x</span>", HIDDEN),
        ("<span style='display: none !important'>x</span>", HIDDEN),
        ("<span style='mso-hide:all'>x</span>", HIDDEN),
        ("<span style='visibility:hidden'>x</span>", HIDDEN),
        ("<span style='font-size:0'>x</span>", HIDDEN),
        ("<span style='font-size:0.0pt'>x</span>", HIDDEN),
        ("<span hidden>x</span>", HIDDEN),
        ("<style>.c1{display:none}</style><span class='c0 c1'>x</span>", HIDDEN),
        ("<style>/* a */ span.c1, p.c2{text-decoration:line-through}</style><span class=c1>x</span>", STRUCK),
        ("<a class=msocomanchor href='#_msocom_1'>[AP1]</a>", COMMENT),
        ("<span class=MsoCommentReference>x</span>", COMMENT),
        ("<span style='mso-element:comment'>x</span>", COMMENT),
        ("<del>x <b>y <i>z</i></b></del> <del>v</del>", DELETED),
    ],
)
def test_each_way_to_mark_what_is_no_text_is_known(marked, mark):
    read = read_html(f"<p>before {marked}after</p>")
    assert [block.text for block in read.blocks] == ["before after"]
    assert read.left_out == {mark: 1}


@pytest.mark.parametrize(
    "text",
    [
        "<ins>x</ins>",
        "<span class=msoIns>x</span>",
        "<a style='mso-comment-reference:AP_1;mso-comment-date:20261120T1015'>x</a>",
        "<span style='text-decoration:underline'>x</span>",
        "<span style='font-size:0.5em'>x</span>",
        "<span style='display:inline'>x</span>",
        "<a href='https://example.org/del'>x</a>",
        "<span class='comment'>x</span>",
    ],
)
def test_inserted_and_commented_words_are_text(text):
    read = read_html(f"<p>{text}</p>")
    assert [block.text for block in read.blocks] == ["x"]
    assert not read.left_out


def test_what_was_left_out_is_said_in_words():
    assert in_words({DELETED: 2, COMMENT: 1}) == "2 deleted passages and 1 comment"
    assert in_words({}) == ""


def test_two_comments_of_a_list_are_two():
    comment = (
        "<div style='mso-element:comment'><p class=MsoCommentText>x</p><p class=MsoCommentText>y</p></div>"
    )
    read = read_html(f"<p>a</p><div style='mso-element:comment-list'>{comment}{comment}</div>")
    assert read.left_out == {COMMENT: 2}
    assert [block.text for block in read.blocks] == ["a"]


@pytest.mark.parametrize(
    ("html", "words"),
    [
        ("a  b\n c", "a b c"),
        ("<p> a </p> <p> b</p>", "a\n\nb"),
        ("a<br>b<br><br>", "a\\\nb"),
        ("<pre>a\n  b</pre>", "a\\\nb"),
        ("<ol><li>one<ul><li>two</ul></ol>", "1.  one\n    -   two"),
        ("<ul><li><p>one</p><p>more</p></li></ul>", "-   one\n\nmore"),
        ("<h1>A <b>b</b></h1>x", "### A b\n\nx"),
        ("<table><tr><th>a<td>b</table>", "**a**\n\nb"),
        ("<b>a</b><strong>b</strong> <i>c</i>", "**ab** *c*"),
        ("<b style='font-weight:normal'>a</b> <span style='font-weight:700'>b</span>", "a **b**"),
        ("a &lt;b&gt; &amp; &eacute; &#128512;", "a \\<b\\> \\& é 😀"),
        ("<script>x</script><style>y</style><title>z</title>a<svg><text>b</text></svg>", "a"),
        ("", ""),
    ],
)
def test_paragraphs_lists_headings_and_styles_come_in(html, words):
    assert to_markdown(read_html(html).blocks) == words


@given(st.text("<>/ =\"'abdelpsi&;!-[]\n", max_size=60))
def test_any_html_is_read(html):
    read_html(html)


NAMES_FILES = """<link rel=stylesheet href="{0}"><style>@import "{0}"; p {{background:url({0})}}</style><body background="{0}">
<img src="{0}"><p style="background:url('{0}')">x</p><table background="{0}"><tr><td background="{0}">y</table><svg><image href="{0}"/></svg>
<object data="{0}"></object><iframe src="{0}"></iframe><embed src="{0}"><video src="{0}"></video><input type=image src="{0}">"""


@pytest.mark.parametrize(
    "place", ["file:///etc/hostname", "//host.example/share", r"\\host.example\share", "data:text/css,p{}"]
)
def test_what_is_handed_on_names_no_file_and_no_host(place):
    cleaned = pasted_html._cleaned(NAMES_FILES.format(place))
    read = read_html(NAMES_FILES.format(place))
    assert "src" not in cleaned
    assert "<img" not in cleaned
    assert [block.text for block in read.blocks] == ["x", "y"]


@pytest.mark.parametrize(
    "html",
    [
        "<b>" * (MOST_DEPTH + 1) + "x",
        "<div>" * 20_000 + "x" + "</div>" * 20_000,
        "<script>" * 20_000,
        "<p>x</p>" * (MOST_SIGNS // 2 + 1),
        "&amp;" * (MOST_SIGNS + 1),
        "x" * (MOST_LETTERS + 1),
        "<p style='" + "color:red;" * (MOST_LETTERS // 10) + "'>x</p>",
    ],
)
def test_more_than_can_be_read_at_once_is_refused_before_it_is_parsed(monkeypatch, html):
    monkeypatch.setattr(pasted_html, "_cleaned", lambda _: pytest.fail("was parsed"))
    with pytest.raises(UserError, match="too large"):
        read_html(html)


def test_twenty_thousand_elements_are_read():
    assert len(read_html("<p>some words</p>" * 20_000).blocks) == 20_000


def test_a_picture_inside_the_html_counts_for_nothing():
    picture = f'<img src="data:image/png;base64,{"A" * (2 * MOST_LETTERS)}">'
    assert [block.text for block in read_html(f"{picture}<p>x</p>").blocks] == ["x"]
