"""What somebody wrote is text: no markup, no shortcut, nothing turned round, and in no picture of the screen."""

import sys

import pytest
from PySide6.QtWidgets import QDialog, QVBoxLayout, QWidget

from sep_desktop.ui.kit import capture
from sep_desktop.ui.kit.basics import button, form, words
from sep_desktop.ui.kit.dialog import Dialog
from sep_desktop.ui.kit.plain import as_caption, as_tip

NAME = "<b>Smith</b> & Co\u202e"
PLAIN = "<b>Smith</b> & Co"


def test_a_tooltip_shows_markup_as_it_was_written(qtbot):
    assert as_tip(NAME) == "<qt>&lt;b&gt;Smith&lt;/b&gt; &amp; Co</qt>"
    assert as_tip("Smith & Co") == "Smith & Co"
    assert as_tip("<img src='file:///etc/passwd'>\nx").count("<") == 3  # qt, br, /qt
    assert button("Open", lambda: None, about=NAME).toolTip() == as_tip(NAME)


def test_a_school_with_an_ampersand_has_no_shortcut(qtbot):
    opening = button(f"Open {PLAIN}", lambda: None)
    assert opening.text() == "Open <b>Smith</b> && Co"
    assert opening.shortcut().isEmpty()
    field = QWidget()
    layout = form((PLAIN, field))
    assert layout.labelForField(field).text() == as_caption(PLAIN)
    assert field.accessibleName() == PLAIN


def test_a_label_shows_no_turned_name_now_or_later(qtbot):
    label = words(NAME)
    assert label.text() == PLAIN
    label.setText(f"{NAME}!")
    assert label.text() == f"{PLAIN}!"


def test_a_title_is_not_turned_round(qtbot):
    class Plain(Dialog):
        def try_finish(self):
            self.accept()

    parent = QWidget()
    qtbot.addWidget(parent)
    assert Plain(parent, NAME, "Go").windowTitle() == PLAIN


@pytest.fixture
def affinities(monkeypatch):
    told = []
    monkeypatch.setattr(capture, "set_affinity", lambda window, affinity: told.append((window, affinity)))
    return told


def test_a_page_that_must_not_be_captured_says_so_of_its_window_while_it_is_shown(qtbot, affinities):
    window, page = QWidget(), QWidget()
    qtbot.addWidget(window)
    QVBoxLayout(window).addWidget(page)
    capture.NotCaptured(page)
    window.show()
    number = int(window.winId())
    assert affinities[-1] == (number, 0x11)
    page.hide()
    assert affinities[-1] == (number, 0x0)


def test_a_dialog_above_such_a_page_is_captured_no_more_than_the_page(qtbot, affinities):
    page, other = QWidget(), QWidget()
    for each in (page, other):
        qtbot.addWidget(each)
    capture.NotCaptured(page)
    inner = QWidget(page)
    dialog, plain = QDialog(inner), QDialog(other)
    for each in (dialog, plain):
        capture.follow(each)
    assert affinities == [(int(dialog.winId()), 0x11)]


@pytest.mark.skipif(sys.platform == "win32", reason="there Windows is really told")
def test_elsewhere_nothing_is_told():
    capture.set_affinity(1, 0x11)


def test_the_sealed_page_is_in_no_picture_of_the_screen(window, affinities):
    window.program.session.go("sealed")
    assert affinities[-1][1] == 0x11
    window.program.session.go("today")
    assert affinities[-1][1] == 0x0
