"""The parts of a window, and going from one to the next by keyboard; what they hold in reading order."""

from collections.abc import Iterator
from typing import TypeVar

from PySide6.QtCore import QEvent, Qt
from PySide6.QtWidgets import QApplication, QLayout, QScrollArea, QSplitter, QStackedWidget, QWidget

AnyWidget = TypeVar("AnyWidget", bound=QWidget)


def as_pane(widget: AnyWidget) -> AnyWidget:
    """Make a widget a part of the window that F6 goes to; gives it back."""
    widget.setProperty("pane", True)
    return widget


def in_reading_order(widget: QWidget) -> Iterator[QWidget]:
    """A widget and everything that its layouts hold, as it is read, hidden or not.

    Qt's own chain of focus has widgets in the order in which they were made.
    """
    yield widget
    if isinstance(widget, QScrollArea):
        parts = [widget.widget()]
    elif isinstance(widget, QStackedWidget):
        parts = [widget.currentWidget()]
    elif isinstance(widget, QSplitter):
        parts = [widget.widget(at) for at in range(widget.count())]
    else:
        parts = list(_laid_out(widget.layout()))
    for part in parts:
        if part is not None:
            yield from in_reading_order(part)


def _laid_out(layout: QLayout | None) -> Iterator[QWidget]:
    for at in range(layout.count() if layout else 0):
        item = layout.itemAt(at) if layout else None
        inner = item.layout() if item else None
        widget = item.widget() if item else None
        if widget:
            yield widget
        elif inner:
            yield from _laid_out(inner)


def takes_focus(widget: QWidget) -> bool:
    """Whether the cursor can go there by keyboard now."""
    by_tab = bool(widget.focusPolicy() & Qt.FocusPolicy.TabFocus) and widget.focusProxy() is None
    return by_tab and widget.isEnabled() and widget.isVisible()


def go_to_pane(window: QWidget, forward: bool) -> None:
    """Put the cursor into the next pane of a window that takes it, or into the one before."""
    panes = [each for each in in_reading_order(window) if each.property("pane") and each.isVisible()]
    focused = QApplication.focusWidget()
    at = next((at for at, pane in enumerate(panes) if focused and _holds(pane, focused)), -1)
    around = [*panes[at + 1 :], *panes[: max(at, 0)]]
    for pane in around if forward else reversed(around):
        if entry := _entry(pane):
            entry.setFocus(Qt.FocusReason.ShortcutFocusReason)
            bring_into_sight(entry)
            return


def _holds(pane: QWidget, widget: QWidget) -> bool:
    return pane is widget or pane.isAncestorOf(widget)


def _entry(pane: QWidget) -> QWidget | None:
    """Where the cursor was last in a pane, or the first place that takes it."""
    last = pane.focusWidget()
    if last and takes_focus(last):
        return last
    return next((each for each in in_reading_order(pane) if takes_focus(each)), None)


def bring_into_sight(widget: QWidget) -> None:
    """Scroll whatever holds a widget so that it is seen; what was just put there gets its place first."""
    place = widget.parentWidget()
    while place:
        if layout := place.layout():
            layout.activate()
        if isinstance(place, QScrollArea):
            QApplication.sendPostedEvents(place.widget(), QEvent.Type.LayoutRequest.value)
            place.ensureWidgetVisible(widget, 0, 48)
        place = place.parentWidget()
