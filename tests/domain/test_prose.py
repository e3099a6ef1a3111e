"""Stored text reads back as the same blocks, whatever was typed."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sep_desktop.documents.markdown import blocks_of
from sep_desktop.domain.prose import Block, BlockKind, Run, count_words, paragraph, plain, to_markdown
from sep_desktop.domain.wording import clean

_TEXTS = st.one_of(
    st.text(alphabet="ab *_`#<>&[]()!~\\-+.1=\"'|:/\n ", max_size=24),
    st.text(max_size=24),
    st.sampled_from(
        [
            "1. no list",
            "- no list",
            "# no heading",
            "a_b_c",
            "2 * 3 * 4",
            "<b>x</b>",
            "&amp;",
            "===",
            "---",
            "> said",
            "http://x.example",
            "\xa0x",
        ]
    ),
).map(clean)
_RUNS = st.builds(Run, _TEXTS, st.booleans(), st.booleans())
_BLOCKS = st.one_of(
    st.builds(lambda runs: Block(BlockKind.PARAGRAPH, tuple(runs)), st.lists(_RUNS, min_size=1, max_size=4)),
    st.builds(lambda text: Block(BlockKind.HEADING, (Run(text.replace("\n", " ")),), 3), _TEXTS),
    st.builds(
        lambda kind, runs: Block(kind, tuple(runs)),
        st.sampled_from([BlockKind.BULLET, BlockKind.NUMBERED]),
        st.lists(_RUNS, min_size=1, max_size=3),
    ),
)


def _letters(blocks):
    """Every letter that can be seen, with its style, block by block."""
    return [
        (
            block.kind,
            block.level,
            [
                (letter, run.bold, run.italic)
                for run in block.runs
                for letter in run.text
                if not letter.isspace()
            ],
        )
        for block in blocks
        if block.text.strip()
    ]


@settings(max_examples=600)
@given(st.lists(_BLOCKS, max_size=5))
def test_what_is_stored_reads_back(blocks):
    stored = to_markdown(blocks)
    assert _letters(blocks_of(stored)) == _letters(blocks)
    assert to_markdown(blocks_of(stored)) == stored


@pytest.mark.parametrize("text", ["a\nb", "one  two", "ends here ", "tab\there"])
def test_words_and_line_breaks_stay(text):
    (block,) = blocks_of(to_markdown([paragraph(text)]))
    assert block.text.split() == text.split()
    assert block.text.count("\n") == text.strip().count("\n")


def test_nested_lists_keep_their_levels():
    blocks = [
        Block(BlockKind.BULLET, (Run("a"),)),
        Block(BlockKind.BULLET, (Run("b"),), 1),
        Block(BlockKind.BULLET, (Run("c"),)),
    ]
    assert [(block.level, block.text) for block in blocks_of(to_markdown(blocks))] == [
        (0, "a"),
        (1, "b"),
        (0, "c"),
    ]


def test_a_list_begins_anew_behind_a_paragraph():
    blocks = [Block(BlockKind.NUMBERED, (Run("a"),)), paragraph("x"), Block(BlockKind.NUMBERED, (Run("b"),))]
    assert [line for line in to_markdown(blocks).splitlines() if line] == ["1.  a", "x", "1.  b"]


def test_words_are_counted_as_people_count_them():
    assert count_words("The school's well-run 2026 plan – done.") == 6
    assert plain([paragraph("a"), paragraph("b")]) == "a\nb"
