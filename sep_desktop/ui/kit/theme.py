"""Every colour, size and gap of the window: light, dark, and both in high contrast.

Nothing else names one.
"""

from dataclasses import replace
from functools import cache

from PySide6.QtCore import QByteArray, QDir, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QPainter, QPalette, QPixmap
from PySide6.QtWidgets import QApplication

from sep_desktop import paths
from sep_desktop.ui.kit.style_sheet import DRAWINGS, Tokens, style_sheet

STYLE = "fusion"
"""The style that the sheet is written for.

Given to the application at its birth: asking for it later costs 8 ms.
"""

GAP = 8
"""Between two things that belong together; larger gaps are multiples of it. In pixels, as the next three."""

CONTROL = 32
"""The height of a field with its label."""

NAVIGATION = 208
"""The width of the navigation."""

NARROW = 1100
"""A window less wide than this shows its navigation as icons alone."""

READING = 76
"""The width of a text that is read or written, in letters."""

LIGHT = Tokens(
    surface="#FFFFFF",
    raised="#F7F8FA",
    sunken="#EEF1F4",
    ink="#1A1D21",
    muted="#565D66",
    faint="#8A929C",
    line="#DDE1E6",
    accent="#0B5C6B",
    on_accent="#FFFFFF",
    good="#1E6B3A",
    wait="#8A5A00",
    bad="#A3242B",
    hover="#E4E9ED",
    sealed="#5B3A8C",
    sealed_ground="#F4F0FA",
    ground="light",
)
DARK = Tokens(
    surface="#17191C",
    raised="#1F2226",
    sunken="#121416",
    ink="#ECEFF2",
    muted="#A9B1BA",
    faint="#747C86",
    line="#2E3338",
    accent="#5BC0D0",
    on_accent="#0E1113",
    good="#6BC48A",
    wait="#E0B04A",
    bad="#F08A8E",
    hover="#2A2F34",
    sealed="#C5A8F0",
    sealed_ground="#221A2E",
    ground="dark",
)

CONTRAST_DARK = Tokens(
    surface="#000000",
    raised="#000000",
    sunken="#333333",
    ink="#FFFFFF",
    muted="#C8C8C8",
    faint="#FFFFFF",
    line="#FFFFFF",
    accent="#1AEBFF",
    on_accent="#000000",
    good="#3FF23F",
    wait="#FFFF00",
    bad="#FFB0B0",
    hover="#333333",
    sealed="#EBC4FF",
    sealed_ground="#000000",
    ground="dark",
)
CONTRAST_LIGHT = replace(
    LIGHT,
    raised="#FFFFFF",
    ink="#000000",
    muted="#404040",
    faint="#000000",
    line="#000000",
    accent="#003A45",
    good="#0B4A1E",
    wait="#4D3200",
    bad="#7A0A12",
    sealed="#3B1A6B",
    sealed_ground="#FFFFFF",
)
"""Where the system asks for more contrast: words and lines in full ink, one ground everywhere."""

_scheme = "system"


def wants_contrast() -> bool:
    """Whether the system asks for more contrast, as Windows does under a contrast theme."""
    hints = QGuiApplication.styleHints()  # with a name: PySide takes what it gives for gone when it goes
    return hints.accessibility().contrastPreference() is Qt.ContrastPreference.HighContrast


def tokens() -> Tokens:
    """The colours in force."""
    if _scheme != "system":
        return DARK if _scheme == "dark" else LIGHT
    is_dark = QGuiApplication.styleHints().colorScheme() is Qt.ColorScheme.Dark
    if wants_contrast():
        return CONTRAST_DARK if is_dark else CONTRAST_LIGHT
    return DARK if is_dark else LIGHT


def apply(app: QApplication, scheme: str, text_percent: int = 100) -> None:
    """Give the whole program its colours, font and style sheet.

    ``scheme`` is system, light or dark; system includes the contrast that it asks for. ``text_percent`` is
    the size of text in per cent of the system's own.
    """
    global _scheme
    _scheme = scheme
    style_key = f"{text_percent} {tokens()}"
    if app.property("style_key") == style_key:
        return
    app.setProperty("style_key", style_key)
    icon.cache_clear()
    base = app.property("own_text_size") or app.font().pointSizeF()
    app.setProperty("own_text_size", base)
    font = app.font()
    font.setPointSizeF(float(base) * text_percent / 100)
    app.setFont(font)
    app.setPalette(_palette(tokens()))
    QDir.setSearchPaths(DRAWINGS, [str(paths.resources() / "icons")])
    app.setStyleSheet(style_sheet(tokens(), font.pointSizeF()))


def _palette(colours: Tokens) -> QPalette:
    palette = QPalette()
    role = QPalette.ColorRole
    for where, value in (
        (role.Window, colours.surface),
        (role.Base, colours.surface),
        (role.AlternateBase, colours.raised),
        (role.Button, colours.raised),
        (role.WindowText, colours.ink),
        (role.Text, colours.ink),
        (role.ButtonText, colours.ink),
        (role.PlaceholderText, colours.muted),
        (role.ToolTipBase, colours.raised),
        (role.ToolTipText, colours.ink),
        (role.Highlight, colours.accent),
        (role.HighlightedText, colours.on_accent),
        (role.Link, colours.accent),
        (role.Accent, colours.accent),
    ):
        palette.setColor(where, QColor(value))
    palette.setColor(QPalette.ColorGroup.Disabled, role.Text, QColor(colours.muted))
    palette.setColor(QPalette.ColorGroup.Disabled, role.ButtonText, QColor(colours.muted))
    return palette


@cache
def icon(name: str, colour: str) -> QIcon:
    """An icon of ``resources/icons``, tinted."""
    from PySide6.QtSvg import QSvgRenderer

    drawing = (
        (paths.resources() / "icons" / f"{name}.svg")
        .read_text(encoding="utf-8")
        .replace("currentColor", colour)
    )
    renderer = QSvgRenderer(QByteArray(drawing.encode()))
    tinted = QIcon()
    for size in (20, 40):
        picture = QPixmap(QSize(size, size))
        picture.fill(Qt.GlobalColor.transparent)
        painter = QPainter(picture)
        renderer.render(painter, QRectF(0, 0, size, size))
        painter.end()
        tinted.addPixmap(picture)
    return tinted
