"""The look of the window wherever the program lies, and however its parts are sized."""

import os
import shutil
from datetime import date, time

import pytest
from PySide6.QtCore import QEvent, QObject
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QApplication, QCheckBox, QComboBox

from sep_desktop import paths
from sep_desktop.ui.kit import theme
from sep_desktop.ui.kit.dates import date_field, hours_field, time_field
from sep_desktop.ui.kit.line_field import LineField
from sep_desktop.ui.kit.pdf_preview import PdfPreview

ONLY_POSIX = ('quo"te', "space at end ")
HOMES = (
    "Zoë O'Brien 100%",
    "a ] b",
    "(1) [x]; {y}",
    "Łódź #7 & co",
    "%20 %s",
    *(ONLY_POSIX if os.name == "posix" else ()),
)


def drawn(kind):
    widget = kind()
    if kind is QCheckBox:
        widget.setChecked(True)
    widget.resize(120, 32)
    return widget.grab().toImage()


@pytest.mark.parametrize("home", HOMES)
@pytest.mark.parametrize("kind", [QCheckBox, QComboBox])
def test_the_drawings_are_there_wherever_the_program_lies(home, kind, qapp, tmp_path, monkeypatch):
    theme.apply(qapp, "light")
    usual = drawn(kind)
    shutil.copytree(paths.resources() / "icons", tmp_path / home / "icons")
    qapp.setProperty("style_key", "")
    with monkeypatch.context() as moved:
        moved.setattr(paths, "resources", lambda: tmp_path / home)
        theme.apply(qapp, "light")
        elsewhere = drawn(kind)
    qapp.setProperty("style_key", "")
    theme.apply(qapp, "light")
    assert elsewhere == usual


FIELDS = {
    "line": lambda: LineField("9"),
    "date": lambda: date_field(date(2026, 11, 24), "Date"),
    "time": lambda: time_field(time(9), "Time"),
    "hours": lambda: hours_field(24, "Hours"),
}


def first_ink(widget):
    """How far from the left edge the words begin, in pixels, and how high the field is."""
    widget.resize(200, widget.sizeHint().height())
    image = widget.grab().toImage()
    lines = range(8, image.height() - 8)
    dark = (x for x in range(4, 150) if any(image.pixelColor(x, y).lightness() < 128 for y in lines))
    return next(dark), image.height()


@pytest.mark.parametrize("kind", FIELDS)
def test_words_stand_as_far_in_and_fields_are_as_high_in_every_kind_of_field(kind, qapp):
    theme.apply(qapp, "light")
    (left, height), (of_line, height_of_line) = first_ink(FIELDS[kind]()), first_ink(FIELDS["line"]())
    assert abs(left - of_line) <= 2
    assert height == height_of_line


def luminance(colour):
    """Relative luminance (WCAG 2.2)."""
    parts = (QColor(colour).redF(), QColor(colour).greenF(), QColor(colour).blueF())
    red, green, blue = (c / 12.92 if c <= 0.04045 else ((c + 0.055) / 1.055) ** 2.4 for c in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one, other):
    lighter, darker = sorted((luminance(one), luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


WORDS = ("ink", "muted", "accent", "good", "wait", "bad", "sealed")
SCHEMES = {
    "light": (theme.LIGHT, 4.5),
    "dark": (theme.DARK, 4.5),
    "light contrast": (theme.CONTRAST_LIGHT, 7),
    "dark contrast": (theme.CONTRAST_DARK, 7),
}


@pytest.mark.parametrize("word", WORDS)
@pytest.mark.parametrize(("colours", "least"), SCHEMES.values(), ids=SCHEMES)
def test_words_stand_out_from_every_ground(colours, least, word):
    grounds = (colours.surface, colours.raised, colours.sunken, colours.sealed_ground)
    assert min(contrast(getattr(colours, word), ground) for ground in grounds) >= least
    assert contrast(colours.on_accent, colours.accent) >= least


@pytest.mark.parametrize(
    ("scheme", "wanted"),
    [("system", theme.CONTRAST_LIGHT), ("light", theme.LIGHT), ("dark", theme.DARK)],
)
def test_a_system_that_asks_for_contrast_gets_it_unless_the_user_chose_otherwise(
    scheme, wanted, qapp, monkeypatch
):
    with monkeypatch.context() as patched:
        patched.setattr(theme, "wants_contrast", lambda: True)
        theme.apply(qapp, scheme)
        assert theme.tokens() == wanted
    theme.apply(qapp, "light")


def test_the_system_can_be_asked_again_and_again(qapp):
    assert [theme.wants_contrast() for _ in range(3)] == [False] * 3


class Resizes(QObject):
    """Counts how often a view changes its mind; ends the process's patience at a thousand."""

    def __init__(self, view):
        super().__init__()
        self.view, self.count = view, 0
        view.viewport().installEventFilter(self)

    def eventFilter(self, watched, event):  # noqa: N802 -- Qt's name
        self.count += event.type() is QEvent.Type.Resize
        if self.count > 1000:
            self.view.hide()
        return self.count > 1000


def test_a_paper_of_one_page_does_not_change_its_mind_about_its_scroll_bar(qapp, one_page):
    view = PdfPreview()
    view.resize(400, 300)
    view.show()
    view.show_data(one_page)
    resizes = Resizes(view)
    for height in range(540, 600, 2):
        view.resize(400, height)
        QApplication.processEvents()
    assert resizes.count < 200
    view.hide()


@pytest.fixture
def one_page() -> bytes:
    """An A4 page: at some heights it fits beside a scroll bar and not without one."""
    import io

    from reportlab.pdfgen.canvas import Canvas

    file = io.BytesIO()
    canvas = Canvas(file, (595, 842))
    canvas.drawString(72, 720, "One page.")
    canvas.save()
    return file.getvalue()
