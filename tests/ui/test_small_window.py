"""In a small window nothing lies over anything else, and nothing is out of sight sideways."""

import pytest
from PySide6.QtCore import QPoint, QRect, QSize
from PySide6.QtGui import QFontMetrics, QScreen
from PySide6.QtWidgets import QApplication, QLabel, QPushButton, QScrollArea

from sep_desktop.domain.outbox import State
from sep_desktop.domain.visit import Step
from sep_desktop.services import reports
from sep_desktop.ui.kit import theme
from sep_desktop.ui.kit.basics import words
from sep_desktop.ui.schools.dialogs import CircumstanceDialog


@pytest.fixture(params=[911, 760, 683])
def small(window, request):
    window.program.frame.resize(request.param, 560)
    return window


SCREENS = {"1366x768 at 150 %": QSize(910, 512), "1366x768 at 200 %": QSize(683, 384)}
PAGES = (
    "today",
    "schools",
    "schools/all",
    "school/990003",
    *(f"visit/1/{step.value.lower()}" for step in Step),
    "outbox",
    "settings",
    "help",
    "backups",
    "policies",
)


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
    small.program.frame.resize(max(small.program.frame.width(), 760), 768)
    page = small.go("visit/1/meeting")
    for _ in range(4):  # words that wrap make their row higher, and that the page
        QApplication.processEvents()
    assert page.steps[Step.MEETING].accessibleName() == "Meeting: held Fri 20 Nov 2026"
    for step in page.steps.values():
        lines = step.text().split("\n")
        widest = max(QFontMetrics(step.font()).horizontalAdvance(line) for line in lines)
        assert widest <= step.width() - 20, lines
        assert QFontMetrics(step.font()).lineSpacing() * len(lines) <= step.height()
    assert len({step.geometry().bottom() for step in page.steps.values()}) == 1
    right = page.steps[Step.SEND].mapTo(page, QPoint(page.steps[Step.SEND].width(), 0))
    assert right.x() <= page.width() - 24
    theme.apply(qapp, "light")


@pytest.mark.parametrize("screen", SCREENS.values(), ids=SCREENS)
@pytest.mark.parametrize("address", PAGES)
def test_the_window_can_be_made_as_small_as_the_screen(window, address, screen):
    frame = window.program.frame
    frame.resize(screen)
    window.go(address)
    QApplication.processEvents()
    assert frame.size() == screen
    within = window.root.minimumSizeHint()
    assert within.width() <= screen.width()
    assert within.height() <= screen.height()


def test_a_dialog_that_is_higher_than_the_screen_scrolls_inside(window, monkeypatch):
    screen = SCREENS["1366x768 at 150 %"]
    monkeypatch.setattr(QScreen, "availableSize", lambda _: screen)
    page = window.go("school/990004")
    dialog = CircumstanceDialog(page, window.program.session, "990004", page.view.scales)
    many = QLabel("\n".join(str(number) for number in range(60)))
    dialog.content.addWidget(many)
    dialog.open()
    QApplication.processEvents()
    room = QRect(QPoint(), dialog.size())
    assert dialog.height() < screen.height()
    assert room.contains(place_of(dialog.primary, dialog))
    area = dialog.findChild(QScrollArea)
    assert area.verticalScrollBar().maximum() > 0
    assert not area.horizontalScrollBar().maximum()
    dialog.reject()


def test_a_dialog_grows_with_what_it_says_and_shows_all_of_it(window):
    page = window.go("school/990004")
    dialog = CircumstanceDialog(page, window.program.session, "990004", page.view.scales)
    dialog.open()
    QApplication.processEvents()
    before = dialog.height()
    assert not dialog.findChild(QScrollArea).verticalScrollBar().maximum()
    dialog.content.addWidget(words("A clash. " * 40))
    for _ in range(3):
        QApplication.processEvents()
    assert dialog.height() > before
    assert not dialog.findChild(QScrollArea).verticalScrollBar().maximum()
    dialog.reject()


def test_beside_the_paper_the_writing_is_not_cut(window):
    window.program.frame.resize(910, 512)
    window.go("visit/1/report")
    panel = window.panel()
    panel.toggle_preview()
    for _ in range(3):
        QApplication.processEvents()
    assert not panel.area.horizontalScrollBar().maximum()
    panel.toggle_preview()
    assert panel.sections.isVisible()


@pytest.mark.parametrize("width", [1366, 910, 683])
@pytest.mark.parametrize("visit", [1, 2], ids=["held", "to come"])
def test_the_buttons_below_the_notes_are_seen_whole(window, width, visit):
    window.program.frame.resize(width, 512)
    window.go(f"visit/{visit}/meeting")
    for _ in range(4):
        QApplication.processEvents()
    panel = window.panel()
    buttons = [each for each in (panel.hide_private, panel.held, panel.to_report) if each.isVisible()]
    assert len(buttons) >= 2
    for each in buttons:
        assert each.size().height() >= each.sizeHint().height()
        assert each.size().width() >= each.sizeHint().width()
        assert QRect(QPoint(), panel.size()).contains(place_of(each, panel)), each.text()
