"""What the desktop is told of the program: its mark, its menu entry, its place in the taskbar."""

import configparser
import ctypes
import sys
from pathlib import Path
from types import SimpleNamespace

import pytest
from PySide6.QtGui import QColor

from sep_desktop.ui.kit import theme
from sep_desktop.ui.shell import application

ROOT = Path(__file__).parent.parent.parent


def menu_entry():
    parser = configparser.ConfigParser(interpolation=None)
    parser.optionxform = str
    parser.read(ROOT / "packaging" / "sep-desktop.desktop", encoding="utf-8")
    return parser["Desktop Entry"]


@pytest.mark.parametrize("size", [16, 32, 256])
def test_every_window_carries_the_mark_in_the_accent_colour(size):
    picture = application.application().windowIcon().pixmap(size, size).toImage()
    assert not picture.isNull()
    assert picture.pixelColor(picture.width() // 2, picture.height() // 16) == QColor(theme.LIGHT.accent)


def test_the_window_belongs_to_the_menu_entry():
    app = application.application()
    assert (ROOT / "packaging" / f"{app.desktopFileName()}.desktop").is_file()
    assert menu_entry()["Icon"] == app.desktopFileName()
    assert menu_entry()["Name"] == app.applicationName()


def test_windows_is_told_a_taskbar_group_of_our_own(monkeypatch):
    told = []
    shell32 = SimpleNamespace(SetCurrentProcessExplicitAppUserModelID=told.append)
    monkeypatch.setattr(ctypes, "windll", SimpleNamespace(shell32=shell32), raising=False)
    monkeypatch.setattr(sys, "platform", "win32")
    application._leave_the_group_of_python()
    assert told == ["SEPDesktop.Window"]


def test_other_systems_have_no_such_group(monkeypatch):
    monkeypatch.delattr(ctypes, "windll", raising=False)
    monkeypatch.setattr(sys, "platform", "linux")
    application._leave_the_group_of_python()
