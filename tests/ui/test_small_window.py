"""In a small window nothing lies over anything else, and nothing is out of sight sideways."""

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtWidgets import QApplication, QPushButton

from sep_desktop.domain.outbox import State
from sep_desktop.services import reports


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


def test_what_may_be_done_about_a_delivery_is_in_sight(small, clock):
    store, now = small.store, clock.now()
    confirmed = reports.confirm(store=store, visit=1, now=now)
    reports.complete(store=store, visit=1, confirmed=confirmed, now=now)
    waiting = store.outbox.in_state(State.QUEUED)
    store.outbox.advance(waiting, State.HANDING_OVER, now, tried=True)
    store.outbox.advance(waiting, State.UNKNOWN, now, reply="The line broke before the server answered.")
    page = small.go("outbox")
    QApplication.processEvents()
    assert page.content.horizontalScrollBar().maximum() == 0
    visible = QRect(QPoint(), page.content.viewport().size())
    choices = [each for each in page.findChildren(QPushButton) if each.text() == "Leave it"]
    assert choices
    for each in choices:
        beside = place_of(each, page.content.viewport())
        assert visible.left() <= beside.left() <= beside.right() <= visible.right()
