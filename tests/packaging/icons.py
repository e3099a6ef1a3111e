"""The program's mark in the forms that systems ask for, rendered by Qt from ``resources/program.svg``."""

import os
from io import BytesIO
from pathlib import Path

from PIL import Image
from PySide6.QtCore import QBuffer, QIODevice, QSize
from PySide6.QtGui import QGuiApplication, QImage, QPainter
from PySide6.QtSvg import QSvgRenderer

from sep_desktop import paths

SIZES = (16, 24, 32, 48, 64, 128, 256)
"""Pixels. Windows takes the whole range out of one ``.ico``; Linux has a folder for each."""
LARGEST = 1024  # what macOS shows of an ``.icns``


def write_icons(folder: Path) -> None:
    """Write ``sep-desktop.ico``, ``.icns`` and ``<size>/sep-desktop.png`` below ``folder``."""
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    application = QGuiApplication.instance() or QGuiApplication([])
    pictures = {size: _rendered(size) for size in (*SIZES, 512, LARGEST)}
    del application
    for size in SIZES:
        target = folder / str(size) / "sep-desktop.png"
        target.parent.mkdir(parents=True, exist_ok=True)
        pictures[size].save(target)
    largest, smaller = pictures[LARGEST], [pictures[size] for size in SIZES]
    smaller[-1].save(
        folder / "sep-desktop.ico", sizes=[(size, size) for size in SIZES], append_images=smaller
    )
    largest.save(folder / "sep-desktop.icns", append_images=list(pictures.values()))


def _rendered(size: int) -> Image.Image:
    canvas = QImage(QSize(size, size), QImage.Format.Format_ARGB32)
    canvas.fill(0)
    painter = QPainter(canvas)
    QSvgRenderer(str(paths.resources() / "program.svg")).render(painter)
    painter.end()
    buffer = QBuffer()
    buffer.open(QIODevice.OpenModeFlag.WriteOnly)
    canvas.save(buffer, "PNG")
    return Image.open(BytesIO(buffer.data().data())).convert("RGBA")
