"""What is said for a while lies over the head of a page and moves nothing that is read."""

from PySide6.QtCore import QPoint, Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QApplication

from tests.support.sealed_pages import SealedPages


def assert_moves_nothing(notice, page, window):
    QApplication.processEvents()
    before = page.mapTo(window.program.frame, QPoint()), page.size()
    notice.show_seconds(60)
    QApplication.processEvents()
    assert notice.isVisible()
    assert (page.mapTo(window.program.frame, QPoint()), page.size()) == before
    assert notice.height() >= notice.heightForWidth(notice.width()), "its words are seen whole"


def test_the_notice_before_the_lock_moves_nothing(window):
    page = window.go("visit/1/report")
    assert_moves_nothing(window.program.window.idle_notice, page, window)


def test_the_notice_before_the_sealed_page_closes_moves_nothing(window):
    SealedPages(window).make()
    view = window.page.open_view
    assert_moves_nothing(view.idle_notice, view.stack.currentWidget(), window)


def test_the_notice_is_as_wide_as_the_window_becomes(window):
    window.go("today")
    notice = window.program.window.idle_notice
    notice.show_seconds(60)
    window.program.frame.resize(910, 512)
    QApplication.processEvents()
    assert notice.width() == window.page.width() - 48
    QTest.keyClick(window.program.frame, Qt.Key.Key_Shift)
