"""In a small window nothing lies over anything else, and nothing is out of sight sideways."""

import pytest
from PySide6.QtCore import QPoint, QRect
from PySide6.QtGui import QFontMetrics
from PySide6.QtWidgets import QApplication, QPushButton

from sep_desktop.domain.outbox import State
from sep_desktop.domain.visit import Step
from sep_desktop.services import reports
from sep_desktop.ui.kit import theme


@pytest.fixture(params=[911, 760, 683])
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


@pytest.mark.parametrize("address", ["schools", "schools/all"])
def test_the_names_of_schools_can_be_read(small, address):
    page = small.go(address)
    QApplication.processEvents()
    table = page.all_table if page.is_whole else page.mine_table
    usual = QFontMetrics(table.font()).horizontalAdvance("Harbour Lights Primary School")
    assert table.columnWidth(0) > usual
    assert not table.horizontalScrollBar().maximum()


def test_where_there_is_room_a_school_has_all_its_columns_again(small):
    page = small.go("schools")
    assert page.mine_table.isColumnHidden(1)
    small.program.frame.resize(1366, 768)
    QApplication.processEvents()
    assert not any(page.mine_table.isColumnHidden(at) for at in range(page.caseload.columnCount()))


@pytest.mark.parametrize("percent", [100, 150, 200])
def test_the_state_of_a_step_is_read_whole_in_a_small_window(small, qapp, percent):
    theme.apply(qapp, "light", percent)
    small.program.frame.resize(small.program.frame.width(), 768)
    page = small.go("visit/1/meeting")
    for _ in range(4):  # words that wrap make their row higher, and that the page
        QApplication.processEvents()
    assert page.steps[Step.MEETING].accessibleName() == "Meeting: held Fri 20 Nov 2026"
    for step in page.steps.values():
        lines = step.text().split("\n")
        widest = max(QFontMetrics(step.font()).horizontalAdvance(line) for line in lines)
        assert widest <= step.width() - 20, lines
        assert QFontMetrics(step.font()).lineSpacing() * len(lines) <= step.height()
    right = page.steps[Step.SEND].mapTo(page, QPoint(page.steps[Step.SEND].width(), 0))
    assert right.x() <= page.width() - 24
    theme.apply(qapp, "light")
