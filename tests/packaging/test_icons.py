"""The mark in the forms that Windows, macOS and Linux ask for."""

import pytest
from PIL import Image

pytest.importorskip("PySide6.QtSvg", exc_type=ImportError)

from tests.packaging import icons


@pytest.fixture(scope="module")
def folder(qapp, tmp_path_factory):
    folder = tmp_path_factory.mktemp("icons")
    icons.write_icons(folder)
    return folder


def test_windows_has_every_size_in_one_file(folder):
    with Image.open(folder / "sep-desktop.ico") as picture:
        assert picture.info["sizes"] == {(size, size) for size in icons.SIZES}


def test_macos_has_the_largest(folder):
    with Image.open(folder / "sep-desktop.icns") as picture:
        assert (512, 512, 2) in picture.info["sizes"]


@pytest.mark.parametrize("size", icons.SIZES)
def test_linux_has_a_file_for_each_size(folder, size):
    with Image.open(folder / str(size) / "sep-desktop.png") as picture:
        assert picture.size == (size, size)
        assert picture.getpixel((0, 0))[3] == 0  # outside the rounded corner
        assert picture.getpixel((size // 2, size // 16))[:3] == (0x0B, 0x5C, 0x6B)
