"""The editor reads again only what changed, and yet gives what stands in its document."""

import pytest
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st
from PySide6.QtCore import QMimeData
from PySide6.QtGui import QTextCursor, QTextListFormat

from sep_desktop.domain.prose import count_words, to_markdown
from sep_desktop.ui.kit import prose_editor
from sep_desktop.ui.kit.prose_editor import ProseEditor, blocks_in
from sep_desktop.ui.shell.application import application
from tests.benchmarks.keystrokes import text

TEXT = "First **bold** words.\n\n### A heading\n\n-   one\n-   two\n    1.  inner\n\nLast *words*."
PASTED = "<p>Pasted</p><ul><li>one</li><li>two</li></ul><h3>Head</h3>"


def paste(editor):
    data = QMimeData()
    data.setHtml(PASTED)
    editor.insertFromMimeData(data)


def restyle_list(editor):
    """A change of a list touches blocks in which nothing was typed."""
    if items := editor.textCursor().currentList():
        form = items.format()
        form.setStyle(QTextListFormat.Style.ListDecimal)
        items.setFormat(form)


EDITS = {
    "letter": lambda editor: editor.insertPlainText("x"),
    "lines": lambda editor: editor.insertPlainText("one\ntwo\nthree"),
    "new block": lambda editor: editor.textCursor().insertBlock(),
    "delete": lambda editor: editor.textCursor().deletePreviousChar(),
    "cut": lambda editor: editor.textCursor().removeSelectedText(),
    "paste": paste,
    "bold": ProseEditor.toggle_bold,
    "italic": ProseEditor.toggle_italic,
    "bullets": lambda editor: editor.toggle_list(QTextListFormat.Style.ListDisc),
    "numbers": lambda editor: editor.toggle_list(QTextListFormat.Style.ListDecimal),
    "restyle list": restyle_list,
    "heading": ProseEditor.toggle_heading,
    "undo": ProseEditor.undo,
    "redo": ProseEditor.redo,
    "show": lambda editor: editor.set_text("Other\n\nwords"),
    "clear": ProseEditor.clear,
}
PLACES = st.tuples(st.integers(0, 80), st.integers(0, 80))


@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
@example(edits=[("cut", (1, 42)), ("undo", (0, 0))])
@given(edits=st.lists(st.tuples(st.sampled_from(sorted(EDITS)), PLACES), max_size=12))
def test_what_was_read_before_is_what_stands_there(qapp, edits):
    application()
    editor = ProseEditor("Section")
    editor.set_text(TEXT)
    for name, (anchor, position) in edits:
        cursor, last = editor.textCursor(), editor.document().characterCount() - 1
        cursor.setPosition(min(anchor, last))
        cursor.setPosition(min(position, last), QTextCursor.MoveMode.KeepAnchor)
        editor.setTextCursor(cursor)
        EDITS[name](editor)
        assert editor.text() == to_markdown(blocks_in(editor.document())), name
        assert editor.word_count() == count_words(editor.toPlainText()), name


@pytest.mark.parametrize("words", [1_000, 50_000])
def test_a_key_reads_one_block_however_long_the_text_is(qtbot, monkeypatch, words):
    editor = ProseEditor("Section")
    qtbot.addWidget(editor)
    editor.set_text(text(words))
    editor.text()
    read, blocks = prose_editor._read, []
    monkeypatch.setattr(prose_editor, "_read", lambda block: (blocks.append(block), read(block))[1])
    editor.insertPlainText("x")
    editor.text()
    editor.word_count()
    assert len(blocks) == 1
