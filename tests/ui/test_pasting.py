"""Whatever is pasted or dropped: clean words, a word about what is left out, and nothing is fetched."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QPoint, QPointF, Qt
from PySide6.QtGui import QAction, QClipboard, QContextMenuEvent, QDropEvent, QGuiApplication
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QMenu, QWidget

import sep_desktop
from sep_desktop.notices import Tone
from sep_desktop.ui.kit.banner import Banner
from sep_desktop.ui.kit.basics import column
from sep_desktop.ui.kit.growing_text import GrowingText, PlainText
from sep_desktop.ui.kit.line_field import LineField
from sep_desktop.ui.kit.pasting import MOST_BLOCKS, MOST_LETTERS, pasted
from sep_desktop.ui.kit.prose_editor import ProseEditor

MARKED = "<p>Teaching is <del>weak</del><ins>improving</ins></p>"
PLAIN = "Teaching is weakimproving"
"""What Word gives beside it as plain text."""
SAID = "Left out of what you pasted: 1 deleted passage."
ROOT = Path(sep_desktop.__file__).parent


def mime(html="", text="", **formats):
    data = QMimeData()
    if html:
        data.setHtml(html)
    if text:
        data.setText(text)
    for kind, raw in formats.items():
        data.setData(f"text/{kind}", raw)
    return data


class Place(QWidget):
    """A field below a banner, as on a page."""

    def __init__(self, field):
        super().__init__()
        self.banner, self.field = Banner(), field
        self.setLayout(column(self.banner, field))


@pytest.fixture(params=["prose", "lines", "line"])
def place(request, qtbot):
    fields = {"prose": lambda: ProseEditor("x"), "lines": GrowingText, "line": LineField}
    place = Place(fields[request.param]())
    qtbot.addWidget(place)
    place.show()
    return place


def words_of(field):
    return field.toPlainText() if hasattr(field, "toPlainText") else field.text()


def press_paste(field, modifiers=Qt.KeyboardModifier.ControlModifier):
    QTest.keyClick(field, Qt.Key.Key_V, modifiers)


def drop(field, data):
    none, left = Qt.KeyboardModifier.NoModifier, Qt.MouseButton.LeftButton
    field.dropEvent(QDropEvent(QPointF(5, 5), Qt.DropAction.CopyAction, data, left, none))


@pytest.mark.parametrize(
    "modifiers",
    [
        Qt.KeyboardModifier.ControlModifier,
        Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier,
    ],
)
def test_deleted_words_do_not_come_in_by_any_key(place, modifiers):
    QGuiApplication.clipboard().setMimeData(mime(MARKED, PLAIN))
    press_paste(place.field, modifiers)
    assert words_of(place.field) == "Teaching is improving"
    assert place.banner.accessibleName().startswith(SAID)
    assert "Ctrl+Shift+V" in place.banner.accessibleName()


def test_deleted_words_are_not_dropped_in_either(place):
    drop(place.field, mime(MARKED, PLAIN))
    assert words_of(place.field) == "Teaching is improving"
    assert place.banner.accessibleName().startswith(SAID)


def test_nothing_is_said_where_nothing_was_left_out(place):
    QGuiApplication.clipboard().setMimeData(mime("<p>Some <b>words</b></p>", "Some words"))
    press_paste(place.field)
    assert words_of(place.field) == "Some words"
    assert place.banner.isHidden()


def test_the_menu_of_a_line_pastes_as_the_key_does(qtbot):
    place = Place(LineField())
    qtbot.addWidget(place)
    place.show()
    QGuiApplication.clipboard().setMimeData(mime(MARKED, PLAIN))
    place.field.contextMenuEvent(
        QContextMenuEvent(QContextMenuEvent.Reason.Mouse, QPoint(5, 5), QPoint(5, 5))
    )
    (menu,) = place.field.findChildren(QMenu)
    menu.findChild(QAction, "edit-paste").trigger()
    menu.close()
    assert place.field.text() == "Teaching is improving"


def test_a_field_that_is_only_read_takes_nothing(place):
    place.field.setReadOnly(True)
    QGuiApplication.clipboard().setMimeData(mime(MARKED, PLAIN))
    press_paste(place.field)
    press_paste(place.field, Qt.KeyboardModifier.ControlModifier | Qt.KeyboardModifier.ShiftModifier)
    assert words_of(place.field) == ""


def test_words_without_styles_are_the_clipboards_own_where_nothing_is_marked():
    data = mime("<p>a</p><p>b</p>", "a\tb")
    assert pasted(data, with_styles=False).text == "a\tb"
    assert pasted(data).text == "a\nb"


def test_only_what_was_left_out_is_said_too():
    words = pasted(mime("<del>gone</del>", "gone"))
    assert words.text == ""
    assert words.notice.text == SAID


def test_too_large_to_be_read_comes_in_as_plain_text_and_is_said():
    words = pasted(mime("<div>" * 20_000 + "x", "a\nb"))
    assert words.text == "a\nb"
    assert words.notice.tone is Tone.WARN
    assert "deleted or hidden there may be among them" in words.notice.hint


def test_very_many_paragraphs_come_in_as_lines_of_fewer():
    words = pasted(mime("<p>x</p>" * (3 * MOST_BLOCKS) + "<del>y</del>"))
    assert len(words.blocks) == MOST_BLOCKS
    assert words.text.count("x") == 3 * MOST_BLOCKS
    assert "1 deleted passage" in words.notice.hint


def test_more_than_the_window_can_show_is_not_pasted_and_said():
    words = pasted(mime(text="x" * (MOST_LETTERS + 1)))
    assert not words.blocks
    assert f"{MOST_LETTERS + 1:,} letters" in words.notice.text


def test_what_has_no_words_as_text_is_said(place):
    data = mime(rtf=b"{\\rtf1 words}")
    QGuiApplication.clipboard().setMimeData(data)
    if isinstance(place.field, PlainText | ProseEditor):
        assert place.field.canInsertFromMimeData(data)
    press_paste(place.field)
    assert "no words as text" in place.banner.accessibleName()


def test_the_selection_of_x11_is_cleaned_too(qtbot, monkeypatch):
    place = Place(LineField())
    qtbot.addWidget(place)
    clipboard = QGuiApplication.clipboard()
    modes = []

    class Selecting:
        def supportsSelection(self):  # noqa: N802 -- Qt's own name
            return True

        def mimeData(self, mode):  # noqa: N802 -- Qt's own name
            modes.append(mode)
            return mime(MARKED, PLAIN)

    monkeypatch.setattr(QGuiApplication, "clipboard", lambda: Selecting())
    QTest.mouseClick(place.field, Qt.MouseButton.MiddleButton)
    monkeypatch.undo()
    assert clipboard is not None
    assert modes == [QClipboard.Mode.Selection]
    assert place.field.text() == "Teaching is improving"


def test_nothing_is_asked_for_by_the_document(qtbot):
    asked = []

    class Watching(ProseEditor):
        def loadResource(self, kind, name):  # noqa: N802 -- Qt's own name
            asked.append(name.toString())
            return super().loadResource(kind, name)

    editor = Watching("x")
    qtbot.addWidget(editor)
    editor.insertFromMimeData(
        mime(
            '<style>@import "file:///a.css"; p {background:url(file:///b.png)}</style><body background="file:///c.png">'
            '<img src="file:///d.png"><p style="background:url(//host.example/e.png)">x</p><svg><image href="f.svg"/></svg>'
        )
    )
    editor.show()
    editor.grab()
    assert editor.text() == "x"
    assert asked == []


HOSTILE = """
import os, sys
os.environ["QT_QPA_PLATFORM"] = "offscreen"
from PySide6.QtCore import QMimeData
from sep_desktop.ui.kit.prose_editor import ProseEditor
from sep_desktop.ui.shell.application import application
application()
data, editor = QMimeData(), ProseEditor("x")
name = sys.argv[1]
data.setHtml(f'<link rel="stylesheet" href="file://{name}"><style>@import url("file://{name}");</style>'
    f'<body background="file://{name}"><img src="file://{name}"><p style="background:url(file://{name})">x</p>')
editor.insertFromMimeData(data)
editor.show(); editor.grab()
print(editor.text())
"""


@pytest.mark.skipif(sys.platform == "win32", reason="Windows has neither pipe nor device in its folders")
@pytest.mark.parametrize("kind", ["pipe", "device"])
def test_a_pipe_and_an_endless_device_are_not_opened(tmp_path, kind):
    """Whoever opens them hangs, or fills the memory: the limit ends it then."""
    import os

    named = tmp_path / "pipe"
    os.mkfifo(named)
    name = str(named) if kind == "pipe" else "/dev/zero"
    ended = subprocess.run([sys.executable, "-c", HOSTILE, name], capture_output=True, text=True, timeout=120)
    assert ended.stdout.strip() == "x"


RENDERS = {
    "setHtml",
    "insertHtml",
    "setMarkdown",
    "insertMarkdown",
    "QTextBrowser",
    "appendHtml",
    "loadResource",
}
MAY = {("ui/kit/prose_editor.py", "setHtml"), ("ui/context/clipboard.py", "setHtml")}
"""Both write the HTML of a clipboard, which nobody renders here."""


def test_no_part_of_the_window_lets_qt_read_html():
    used = {
        (path.relative_to(ROOT).as_posix(), name)
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if (name := getattr(node, "attr", getattr(node, "id", ""))) in RENDERS
    }
    assert used == MAY


PASSWORDS_AND_SEARCH = {
    "ui/kit/basics.py", "ui/context/key_dialogs.py", "ui/context/key_forms.py", "ui/context/secret_fields.py",
    "ui/sealed/password.py", "ui/sealed/retention.py", "ui/schools/page.py",
}  # fmt: skip
SHOWS = {
    "ui/context/import_dialog.py",
    "ui/schools/past_papers.py",
    "ui/context/as_of.py",
    "ui/kit/history.py",
}


def test_every_field_that_takes_words_cleans_what_is_pasted():
    """A secret is taken as it stands; what only shows takes nothing."""
    bare = {
        path.relative_to(ROOT).as_posix()
        for path in ROOT.rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
        if isinstance(node, ast.Call)
        and getattr(node.func, "id", "") in {"QLineEdit", "QPlainTextEdit", "QTextEdit"}
    }
    assert bare == PASSWORDS_AND_SEARCH | SHOWS
