"""In a small window nothing lies over anything else, and nothing is out of sight sideways."""

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QPushButton


@pytest.fixture(params=[911, 760])
def small(window, request):
    window.program.frame.resize(request.param, 560)
    return window


def place_of(widget, within):
    return QRect(widget.mapTo(within, QPoint()), widget.size())


def test_the_list_of_the_agenda_is_covered_by_nothing(small):
    small.go("visit/1/agenda")
    panel = small.panel()
    taken = place_of(panel.list, panel)
    others = [each for each in panel.findChildren(QPushButton) if each.isVisible()]
    for each in (*others, panel.title):
        assert not place_of(each, panel).intersects(taken), each
    rows = sum(panel.list.sizeHintForRow(at) for at in range(panel.list.count()))
    assert panel.list.viewport().height() >= rows


@pytest.mark.parametrize("width", [760, 911, 1366, 2560])
def test_the_agenda_is_as_wide_as_there_is_room_and_no_wider_than_one_reads(window, width):
    window.program.frame.resize(width, 768)
    window.go("visit/1/agenda")
    panel = window.panel()
    QApplication.processEvents()
    left = place_of(panel.list, panel)
    assert left.x() == 24
    assert left.width() == min(panel.width() - 2 * 24, 860)
