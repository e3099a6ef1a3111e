"""Where somebody was when the program locked: page, cursor, scroll, dialog; addresses and numbers alone."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeGuard

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractScrollArea,
    QApplication,
    QLineEdit,
    QListWidget,
    QPlainTextEdit,
    QScrollBar,
    QTextEdit,
    QWidget,
)

from sep_desktop.storage.store import Store
from sep_desktop.ui.context.session import Session
from sep_desktop.ui.kit.dialog import Dialog
from sep_desktop.ui.shell.main_window import MainWindow

_TRIES = 8
"""How often it is tried: a page reads the store in steps, and each try waits for what was asked before it."""


@dataclass(frozen=True)
class FieldPlace:
    """A widget by its number among those of its kind, how many there are, and where the cursor is in it.

    ``name`` is a hash of its name: what is pressed again has to be what was pressed before.
    """

    kind: str
    at: int
    count: int
    position: int
    anchor: int
    name: int


@dataclass(frozen=True)
class ReturnPlace:
    """``store`` is the store's id: in another there is nowhere to return to."""

    store: str
    address: str
    history: tuple[str, ...]
    step: int
    focus: FieldPlace | None
    scrolls: tuple[tuple[int, int], ...]
    private_hidden: bool
    is_dialog_open: bool
    focus_in_dialog: FieldPlace | None


def return_place(window: MainWindow, session: Session) -> ReturnPlace:
    """Where somebody is now."""
    page, dialog = window.page(), open_dialog()
    focus_widget = window.window().focusWidget()
    return ReturnPlace(
        store=session.runner.opened.key_file.store_id,
        address=page.return_address(window.history[window.place]),
        history=tuple(window.history),
        step=window.place,
        focus=_place_of(focus_widget, page),
        scrolls=tuple(_scrolled(area) for area in _areas(page)),
        private_hidden=session.private_hidden,
        is_dialog_open=dialog is not None and isinstance(focus_widget, QAbstractButton),
        focus_in_dialog=_place_of(dialog.focusWidget(), dialog) if dialog else None,
    )


def open_dialog() -> Dialog | None:
    """The dialog of ours that was opened first and stands open."""
    return next(
        (each for each in QApplication.topLevelWidgets() if isinstance(each, Dialog) and each.isVisible()),
        None,
    )


class Returning(QObject):
    """Puts somebody back into ``place`` of a window whose page is open again."""

    def __init__(self, place: ReturnPlace, window: MainWindow, session: Session) -> None:
        super().__init__(window)
        self._place, self._window, self._session = place, window, session
        self._tries = 0

    def begin(self) -> None:
        """Go back as soon as the page has been read."""
        self._window.history, self._window.place = list(self._place.history), self._place.step
        self._ask(self._try_page)

    def _ask(self, then: Callable[[], None]) -> None:
        self._session.run(self, _nothing, lambda _: then())

    def _try_page(self) -> None:
        if self._window.history[self._window.place] != self._place.history[self._place.step]:
            return  # its user went elsewhere meanwhile
        self._tries += 1
        page, focus = self._window.page(), self._place.focus
        if focus is None:
            self._scroll(page)
            return
        widget = _widget_at(focus, page, is_last=self._tries >= _TRIES)
        if widget is None:
            if self._tries < _TRIES:
                self._ask(self._try_page)
            return
        _put_cursor(widget, focus)
        self._scroll(page)
        if self._place.is_dialog_open and _opens_a_dialog(widget) and _name(widget) == focus.name:
            widget.click()
            self._tries = 0
            self._try_dialog()

    def _try_dialog(self) -> None:
        self._tries += 1
        dialog, focus = open_dialog(), self._place.focus_in_dialog
        if dialog is not None:
            if focus and (widget := _widget_at(focus, dialog, is_last=True)):
                _put_cursor(widget, focus)
        elif self._tries < _TRIES:
            self._ask(self._try_dialog)

    def _scroll(self, page: QWidget) -> None:
        for area, (across, down) in zip(_areas(page), self._place.scrolls, strict=False):
            _scroll_to(area.horizontalScrollBar(), across)
            _scroll_to(area.verticalScrollBar(), down)


def _opens_a_dialog(widget: QWidget) -> TypeGuard[QAbstractButton]:
    """Buttons that ask for more say so by “…”: no other is pressed for anybody."""
    return isinstance(widget, QAbstractButton) and widget.text().endswith("…") and not widget.isCheckable()


def _nothing(store: Store) -> None:
    """Done when everything that was asked of the store before is."""


def _areas(page: QWidget) -> list[QAbstractScrollArea]:
    return [each for each in page.findChildren(QAbstractScrollArea) if each.isVisibleTo(page)]


def _scrolled(area: QAbstractScrollArea) -> tuple[int, int]:
    return area.horizontalScrollBar().value(), area.verticalScrollBar().value()


def _scroll_to(bar: QScrollBar, value: int) -> None:
    """Now, or once what it scrolls is high enough."""
    if not value or bar.maximum() >= value:
        bar.setValue(value)
        return

    def when_it_fits(_: int, most: int) -> None:
        if most >= value:
            bar.rangeChanged.disconnect(when_it_fits)
            bar.setValue(value)

    bar.rangeChanged.connect(when_it_fits)


def _alike(kind: str, within: QWidget) -> list[QWidget]:
    return [
        each
        for each in within.findChildren(QWidget)
        if type(each).__name__ == kind
        and each.focusPolicy() is not Qt.FocusPolicy.NoFocus
        and each.isVisibleTo(within)
    ]


def _place_of(widget: QWidget | None, within: QWidget) -> FieldPlace | None:
    if widget is None or not within.isAncestorOf(widget):
        return None
    alike = _alike(type(widget).__name__, within)
    if widget not in alike:
        return None
    position, anchor = _cursor(widget)
    return FieldPlace(type(widget).__name__, alike.index(widget), len(alike), position, anchor, _name(widget))


def _name(widget: QWidget) -> int:
    text = widget.text() if isinstance(widget, QAbstractButton) else ""
    return hash(widget.accessibleName() + text)


def _widget_at(place: FieldPlace, within: QWidget, is_last: bool) -> QWidget | None:
    """The widget there; while the page is still being filled, only once there are as many as there were."""
    alike = _alike(place.kind, within)
    if len(alike) == place.count or (is_last and len(alike) > place.at):
        return alike[place.at]
    return None


def _cursor(widget: QWidget) -> tuple[int, int]:
    if isinstance(widget, QTextEdit | QPlainTextEdit):
        cursor = widget.textCursor()
        return cursor.position(), cursor.anchor()
    if isinstance(widget, QLineEdit):
        return widget.cursorPosition(), 0
    return (widget.currentRow(), 0) if isinstance(widget, QListWidget) else (0, 0)


def _put_cursor(widget: QWidget, place: FieldPlace) -> None:
    widget.setFocus()
    if isinstance(widget, QTextEdit | QPlainTextEdit):
        cursor, end = widget.textCursor(), len(widget.toPlainText())
        cursor.setPosition(min(place.anchor, end))
        cursor.setPosition(min(place.position, end), QTextCursor.MoveMode.KeepAnchor)
        widget.setTextCursor(cursor)
    elif isinstance(widget, QLineEdit):
        widget.setCursorPosition(place.position)
    elif isinstance(widget, QListWidget):
        widget.setCurrentRow(place.position)
